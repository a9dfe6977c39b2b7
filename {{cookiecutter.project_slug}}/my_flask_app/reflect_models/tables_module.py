"""Writes tables.py."""

from collections.abc import Collection

from .catalogue import Catalogue
from .earlier import Mixin
from .keys import key_columns
from .model import Model

HEADER = '"""The tables, written anew by `flask reflect-models`: what you add belongs in models.py."""'
GONE = '''

class Gone:
    """A table that the database no longer has: the class stays, as an abstract one that cannot be used."""

    def __init_subclass__(cls) -> None:
        cls.__abstract__ = True
        super().__init_subclass__()
'''


def render_tables(catalogue: Catalogue, models: Collection[Model], gone: dict[str, Mixin]) -> str:
    """Write it: constants, and a class for each table."""
    renamed = {
        model.table.key: {name: key for name, key in model.keys.items() if name != key}
        for model in models
        if any(name != key for name, key in model.keys.items())
    }
    lines = [HEADER, ""]
    if any(model.relationships for model in models):
        lines += ["from sqlalchemy.orm import declared_attr, relationship", ""]
    lines += [
        "# By table: the columns whose attribute has another name.",
        f"RENAMED: dict[str, dict[str, str]] = {renamed!r}",
        "# What has no key, and so no class, views among them: schema and name.",
        f"KEYLESS: list[tuple[str | None, str]] = {catalogue.keyless!r}",
    ]
    if gone:
        lines += GONE.rstrip("\n").split("\n")
    for name, mixin in gone.items():
        lines += ["", "", f"class {name}(Gone):", f"    __tablename__ = {mixin.tablename!r}"]
        lines += [_table_args(mixin.schema)] if mixin.schema else []
    for model in models:
        lines += ["", "", *_mixin(model)]
    return "\n".join(lines) + "\n"


def _mixin(model: Model) -> list[str]:
    table = model.table
    lines = [f"class {model.mixin}:", f"    __tablename__ = {str(table.name)!r}"]
    if table.schema:
        lines += [_table_args(table.schema)]
    if (key := key_columns(table)) != list(table.primary_key):
        of_mapper = {"primary_key": [model.keys[column.name] for column in key]}
        lines += [f"    __mapper_args__ = {of_mapper}"]
    lines += [f"    __columns__ = {tuple(model.keys.values())!r}"]
    for each in sorted(model.relationships, key=lambda each: (each.is_list, each.name)):
        options = "".join(f", {name}={value!r}" for name, value in each.options.items())
        lines += [f"    {each.name} = declared_attr(lambda _: relationship({each.target!r}{options}))"]
    return lines


def _table_args(schema: str) -> str:
    options = {"schema": str(schema)}
    return f"    __table_args__ = {options}"
