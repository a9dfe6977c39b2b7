"""Names for classes and columns: those of the last time, or new ones that collide with none."""

import builtins
import keyword
from collections.abc import Collection, Mapping
from itertools import chain, count

from sqlalchemy import Table

from .annotations import MODULES
from .earlier import Earlier
from .model import Model, first_free, identifier
from .relationships import name_relationships

RESERVED_CLASSES = {*dir(builtins), *MODULES, "Gone", "KEYLESS", "RENAMED"}


def name_models(
    tables: Collection[Table],
    earlier: Earlier,
    classes: Mapping[str, str],
    reserved_classes: Collection[str],
    reserved_attributes: Collection[str],
) -> list[Model]:
    """Name everything; ``classes`` are the user's, by mixin; what is reserved has another meaning already."""
    mixins = {(mixin.schema, mixin.tablename): name for name, mixin in earlier.mixins.items()}
    reserved = {*RESERVED_CLASSES, *reserved_classes} - set(classes.values())
    taken = {*reserved, *earlier.mixins, *classes.values()}
    models = []
    for table in tables:
        key = (table.schema, table.name)
        if key in mixins:
            model = Model(table, mixins[key], classes.get(mixins[key]))
        else:
            name = _class_name(table)
            name = f"{name}Table" if name in reserved else name
            name = first_free(chain([name], (f"{name}{number}" for number in count(2))), taken)
            model = Model(table, name, name)
        taken.add(model.mixin)
        _name_columns(model, earlier, reserved_attributes)
        models.append(model)
    name_relationships(models, earlier)
    return models


def _class_name(table: Table) -> str:
    """Return the table's name in CamelCase, without inflection."""
    words = identifier(f"{table.schema or ''} {table.name}".strip(), "table").split("_")
    name = "".join(word[:1].upper() + word[1:] for word in words)
    return name if name[:1].isupper() else f"Table{name}"  # a script without capitals


def _name_columns(model: Model, earlier: Earlier, reserved: Collection[str]) -> None:
    mixin = earlier.mixins.get(model.mixin)
    renamed = earlier.renamed.get(model.table.key, {})
    names = [column.name for column in model.table.columns]
    if mixin:
        kept = {**{key: key for key in mixin.columns if key not in renamed.values()}, **renamed}
        model.keys = {name: kept[name] for name in names if kept.get(name) in mixin.columns}
        model.taken = {*mixin.names}
    model.taken.update(model.keys.values())
    # A column whose name can be kept comes before one that would be changed to the same.
    for name in sorted(names, key=lambda name: identifier(name, "column") != name):
        if name not in model.keys:
            plain = identifier(name, "column")
            if plain in reserved or keyword.iskeyword(plain):
                plain += "_"
            candidates = chain([plain], (f"{plain.rstrip('_')}_{number}" for number in count(2)))
            model.keys[name] = first_free(candidates, model.taken)
            model.taken.add(model.keys[name])
    model.keys = {name: model.keys[name] for name in names}
    model.taken.update(reserved)
