"""Writes tables.py."""

from collections.abc import Collection

from .catalogue import Catalogue
from .earlier import Mixin
from .formatting import LINE_LENGTH, listed, literal, width
from .keys import key_columns
from .model import Model, Relationship

HEADER = '"""The tables, written anew by `flask reflect-models`: what you add belongs in models.py."""'
NOTHING_RENAMED = "RENAMED: dict[str, dict[str, str]] = {}"
GONE = '''

class Gone:
    """A table that the database no longer has: the class stays, as an abstract one that cannot be used."""

    def __init_subclass__(cls) -> None:
        cls.__abstract__ = True
        super().__init_subclass__()
'''


def render_tables(catalogue: Catalogue, models: Collection[Model], gone: dict[str, Mixin]) -> str:
    """Write it: constants, and a class for each table."""
    renamed = [
        line
        for model in models
        if (changed := [f"{literal(name)}: {literal(key)}" for name, key in model.keys.items() if name != key])
        for line in listed("    " + literal(model.table.key) + ": {", changed, "},")
    ]
    keyless = [f"({literal(schema) if schema else None}, {literal(name)})" for schema, name in catalogue.keyless]
    lines = [HEADER, ""]
    if any(model.relationships for model in models):
        lines += ["from sqlalchemy.orm import declared_attr, relationship", ""]
    lines += [
        "# By table: the columns whose attribute has another name.",
        *(["RENAMED: dict[str, dict[str, str]] = {", *renamed, "}"] if renamed else [NOTHING_RENAMED]),
        "# What has no key, and so no class, views among them: schema and name.",
        *listed("KEYLESS: list[tuple[str | None, str]] = [", keyless, "]"),
    ]
    if gone:
        lines += GONE.rstrip("\n").split("\n")
    for name, mixin in gone.items():
        lines += ["", "", f"class {name}(Gone):", f"    __tablename__ = {literal(mixin.tablename)}"]
        lines += [_table_args(mixin.schema)] if mixin.schema else []
    for model in models:
        lines += ["", "", *_mixin(model)]
    return "\n".join(lines) + "\n"


def _mixin(model: Model) -> list[str]:
    table = model.table
    lines = [f"class {model.mixin}:", f"    __tablename__ = {literal(table.name)}"]
    if table.schema:
        lines += [_table_args(table.schema)]
    if not table.primary_key:
        key = ", ".join(literal(model.keys[column.name]) for column in key_columns(table))
        lines += ['    __mapper_args__ = {"primary_key": [' + key + "]}"]
    lines += listed("    __columns__ = (", [literal(key) for key in model.keys.values()], ")")
    for each in sorted(model.relationships, key=lambda each: (each.is_list, each.name)):
        lines += _declared_attr(each)
    return lines


def _table_args(schema: str) -> str:
    return '    __table_args__ = {"schema": ' + literal(schema) + "}"


def _declared_attr(each: Relationship) -> list[str]:
    options = [f"{name}={literal(value) if isinstance(value, str) else value}" for name, value in each.options.items()]
    call = f"relationship({', '.join([literal(each.target), *options])})"
    line = f"    {each.name} = declared_attr(lambda _: {call})"
    if width(line) <= LINE_LENGTH:
        return [line]
    lines = [f"        lambda _: {call}"]
    if width(lines[0]) > LINE_LENGTH:
        arguments = [f"            {argument}," for argument in [literal(each.target), *options]]
        lines = ["        lambda _: relationship(", *arguments, "        )"]
    return [f"    {each.name} = declared_attr(", *lines, "    )"]
