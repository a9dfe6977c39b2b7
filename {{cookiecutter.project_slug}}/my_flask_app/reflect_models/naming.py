"""Names for classes, columns and relationships: those of the last time, or new ones that collide with none."""

import builtins
import keyword
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, count

from sqlalchemy import ForeignKeyConstraint, Table
from sqlalchemy.exc import NoReferenceError

from .annotations import MODULES
from .catalogue import key_columns, unique_keys
from .earlier import Earlier

RESERVED_CLASSES = {*dir(builtins), *MODULES, "Gone", "KEYLESS", "RENAMED"}


@dataclass
class Relationship:
    """One direction of a foreign key."""

    name: str
    target: str  # the class
    is_list: bool
    is_optional: bool
    options: dict[str, str | bool]  # of relationship()


@dataclass
class Model:
    """A table, its mixin in tables.py and its class in models.py."""

    table: Table
    mixin: str
    class_name: str | None  # none if the user has deleted it
    keys: dict[str, str] = field(default_factory=dict)  # attributes by column
    relationships: list[Relationship] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Link:
    """A foreign key between two models."""

    model: Model
    target: Model
    columns: tuple[str, ...]  # attributes
    referred: tuple[str, ...]
    is_optional: bool
    is_unique: bool
    viewonly: bool


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
            name = _first_free(chain([name], (f"{name}{number}" for number in count(2))), taken)
            model = Model(table, name, name)
        taken.add(model.mixin)
        _name_columns(model, earlier, reserved_attributes)
        models.append(model)
    _name_relationships(models, earlier)
    return models


def identifier(name: str, fallback: str) -> str:
    """Make an identifier of any name; Python itself normalizes identifiers to NFKC."""
    words = re.sub(r"\W", "_", unicodedata.normalize("NFKC", name))
    if words.startswith(("__", "_sa_")):  # mangled in a class, or SQLAlchemy's own
        words = words.lstrip("_")
    if not f"x{words}".isidentifier():
        words = re.sub(r"\W", "_", words, flags=re.ASCII)
    return words if words.strip("_") and words.isidentifier() else f"{fallback}_{words}".rstrip("_")


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
            model.keys[name] = _first_free(candidates, model.taken)
            model.taken.add(model.keys[name])
    model.keys = {name: model.keys[name] for name in names}
    model.taken.update(reserved)


def _name_relationships(models: list[Model], earlier: Earlier) -> None:
    links = list(_links(models))
    kept = [_kept(link, earlier) for link in links]
    for link, names in zip(links, kept, strict=True):
        if names:
            link.model.taken.add(names[0])
            link.target.taken.add(names[1])
    pairs = Counter((link.model.mixin, link.target.mixin) for link in links)
    for link, names in zip(links, kept, strict=True):
        is_only = pairs[link.model.mixin, link.target.mixin] == 1
        name, reverse = names or _new_names(link, is_only=is_only)
        _relate(link, name, reverse)


def _links(models: list[Model]) -> Iterator[Link]:
    """Give the foreign keys between classes, one of several equal ones."""
    by_table = {model.table: model for model in models if model.class_name}
    for model in by_table.values():
        constraints = {}
        for constraint in model.table.foreign_key_constraints:
            try:
                target = by_table[constraint.referred_table]
                ends = [(each.parent.name, each.column.name) for each in constraint.elements]
            except (NoReferenceError, KeyError):  # to what is not there, or has no class
                continue
            constraints[len(ends), target.mixin, tuple(ends)] = constraint, target
        written: set[str] = set()
        for _, (constraint, target) in sorted(constraints.items(), key=lambda item: item[0]):
            yield _link(model, target, constraint, written)
            written.update(constraint.column_keys)


def _link(model: Model, target: Model, constraint: ForeignKeyConstraint, written: set[str]) -> Link:
    columns = [element.parent for element in constraint.elements]
    unique = [{each.name for each in key} for key in [key_columns(model.table), *unique_keys(model.table)]]
    return Link(
        model,
        target,
        tuple(model.keys[column.name] for column in columns),
        tuple(target.keys[element.column.name] for element in constraint.elements),
        is_optional=any(column.nullable for column in columns),
        is_unique={column.name for column in columns} in unique,
        viewonly=any(column.name in written for column in columns),  # another relationship sets it
    )


def _kept(link: Link, earlier: Earlier) -> tuple[str, str] | None:
    mixin = earlier.mixins.get(link.model.mixin)
    names = mixin.relationships.get(link.columns, {}) if mixin else {}
    if len(names) == 1:  # whatever the user calls the target now
        return next(iter(names.values()))
    return names.get(str(link.target.class_name))


def _new_names(link: Link, *, is_only: bool) -> tuple[str, str]:
    plain = re.sub(r"(?<=.)(_id|_ID|Id|ID)$", "", link.columns[0]) if len(link.columns) == 1 else _stem(link.target)
    name = _first_free(_relationship_candidates(f"{plain}_" if keyword.iskeyword(plain) else plain), link.model.taken)
    link.model.taken.add(name)
    stem = _stem(link.model)
    reverse = f"{stem}_by_{plain}" if not is_only else stem if link.is_unique else f"{stem}_list"
    reverse = _first_free(_relationship_candidates(reverse), link.target.taken)
    link.target.taken.add(reverse)
    return name, reverse


def _relate(link: Link, name: str, reverse: str) -> None:
    """Add both directions."""
    model, target = str(link.model.class_name), str(link.target.class_name)
    shared: dict[str, str | bool] = {"foreign_keys": f"[{', '.join(f'{model}.{key}' for key in link.columns)}]"}
    last: dict[str, str | bool] = {"viewonly": True} if link.viewonly else {}
    remote = f"[{', '.join(f'{target}.{key}' for key in link.referred)}]"
    to_itself: dict[str, str | bool] = {"remote_side": remote} if model == target else {}
    link.model.relationships.append(
        Relationship(
            name,
            target,
            is_list=False,
            is_optional=link.is_optional,
            options={**shared, **to_itself, "back_populates": reverse, **last},
        )
    )
    one: dict[str, str | bool] = {"uselist": False} if link.is_unique else {}
    link.target.relationships.append(
        Relationship(
            reverse,
            model,
            is_list=not link.is_unique,
            is_optional=True,
            options={**shared, "back_populates": name, **one, **last},
        )
    )


def _stem(model: Model) -> str:
    return identifier("_".join(filter(None, [model.table.schema, model.table.name])), "table")


def _relationship_candidates(name: str) -> Iterator[str]:
    return chain([name, f"{name}_rel"], (f"{name}_{number}" for number in count(2)))


def _first_free(candidates: Iterator[str], taken: Collection[str]) -> str:
    return next(candidate for candidate in candidates if candidate not in taken)
