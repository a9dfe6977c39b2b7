"""Writes tables.py and tables.pyi, as ruff would format them."""

import re
import unicodedata
from collections.abc import Collection

from .annotations import MODULES, annotation, literal
from .catalogue import Catalogue, key_columns
from .earlier import Mixin
from .naming import Model, Relationship

LINE_LENGTH = 120
STRING = r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'"""
FULL_NAMES = {"dt": "datetime"}  # of modules that are imported by a shorter name
HEADER = '"""The tables, written anew by `flask reflect-models`: what you add belongs in models.py."""'
NOTHING_RENAMED = "RENAMED: dict[str, dict[str, str]] = {}"
STUB_HEADER = "# What type checkers know of tables.py; `flask reflect-models` writes this file too."
GONE = '''

class Gone:
    """A table that the database no longer has: the class stays, as an abstract one that cannot be used."""

    def __init_subclass__(cls) -> None:
        cls.__abstract__ = True
        super().__init_subclass__()
'''


def render_tables(catalogue: Catalogue, models: Collection[Model], gone: dict[str, Mixin]) -> str:
    """Write tables.py."""
    renamed = [
        line
        for model in models
        if (changed := [f"{literal(name)}: {literal(key)}" for name, key in model.keys.items() if name != key])
        for line in _list("    " + literal(model.table.key) + ": {", changed, "},")
    ]
    keyless = [f"({literal(schema) if schema else None}, {literal(name)})" for schema, name in catalogue.keyless]
    lines = [HEADER, ""]
    if any(model.relationships for model in models):
        lines += ["from sqlalchemy.orm import declared_attr, relationship", ""]
    lines += [
        "# By table: the columns whose attribute has another name.",
        *(["RENAMED: dict[str, dict[str, str]] = {", *renamed, "}"] if renamed else [NOTHING_RENAMED]),
        "# What has no key, and so no class, views among them: schema and name.",
        *_list("KEYLESS: list[tuple[str | None, str]] = [", keyless, "]"),
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
    lines += _list("    __columns__ = (", [literal(key) for key in model.keys.values()], ")")
    for each in sorted(model.relationships, key=lambda each: (each.is_list, each.name)):
        lines += _declared_attr(each)
    return lines


def _table_args(schema: str) -> str:
    return '    __table_args__ = {"schema": ' + literal(schema) + "}"


def _declared_attr(each: Relationship) -> list[str]:
    options = [f"{name}={literal(value) if isinstance(value, str) else value}" for name, value in each.options.items()]
    call = f"relationship({', '.join([literal(each.target), *options])})"
    line = f"    {each.name} = declared_attr(lambda _: {call})"
    if _width(line) <= LINE_LENGTH:
        return [line]
    lines = [f"        lambda _: {call}"]
    if _width(lines[0]) > LINE_LENGTH:
        arguments = [f"            {argument}," for argument in [literal(each.target), *options]]
        lines = ["        lambda _: relationship(", *arguments, "        )"]
    return [f"    {each.name} = declared_attr(", *lines, "    )"]


def render_stub(models: Collection[Model], gone: Collection[str]) -> str:
    """Write tables.pyi, from Python types and without a word that an attribute of a class would hide."""
    scope = _Scope()
    classes = []
    for model in models:
        lines = [f"class {model.mixin}:", "    __tablename__: str"]
        scope.attributes = {*model.keys.values(), *(each.name for each in model.relationships)}
        by_name = {column.name: column for column in model.table.columns}
        for name, key in model.keys.items():
            lines += scope.declare(key, annotation(by_name[name]))
        for each in sorted(model.relationships, key=lambda each: (each.is_list, each.name)):
            target = f"models.{each.target}"
            python = f"list[{target}]" if each.is_list else f"{target} | None" if each.is_optional else target
            lines += scope.declare(each.name, python)
        classes += ["", *lines]
    for name in gone:
        classes += ["", f"class {name}:", "    __tablename__: str"]
    constants = ["RENAMED: dict[str, dict[str, str]]", "KEYLESS: list[tuple[str | None, str]]"]
    return "\n".join([STUB_HEADER, "", *scope.imports(), *constants, *classes]) + "\n"


def bracketed(start: str, inner: str, end: str) -> list[str]:
    """Write what is in brackets in a line of its own, if it must be."""
    line = f"{start}{inner}{end}"
    if _width(line.partition("  #")[0]) <= LINE_LENGTH:  # a comment may be longer
        return [line]
    indent = " " * (len(start) - len(start.lstrip()))
    return [start, f"{indent}    {inner}", f"{indent}{end}"]


class _Scope:
    """The words of the stub: one that an attribute of the class has is imported by another name too."""

    def __init__(self) -> None:
        self.attributes: set[str] = set()  # of the class that is being written
        self.used: set[tuple[str, str]] = set()

    def declare(self, name: str, python: str) -> list[str]:
        """Return the lines that declare an attribute with such values."""
        lines = bracketed(f"    {name}: {self.word('Mapped')}[", self.spell(python), "]")
        if "Literal[" in python and max(map(_width, lines)) > LINE_LENGTH:  # an Enum's many values
            return self.declare(name, re.sub(rf"Literal\[(?:{STRING}|, )*\]", "str", python))
        return lines

    def spell(self, annotation: str) -> str:
        """Return an annotation in the words of this scope: all but values in quotes and what follows a dot."""
        return re.sub(rf"{STRING}|(?<![\w.])[^\W\d]\w*", lambda found: self.word(found[0]), annotation)

    def word(self, word: str) -> str:
        """Return what to write for a word."""
        if word[0] in "\"'" or word == "None":
            return word
        alias = word
        while alias in self.attributes:
            alias += "_"
        self.used.add((word, alias))
        return alias

    def imports(self) -> list[str]:
        """Return the lines that import the words, in ruff's order."""
        modules = [(FULL_NAMES.get(word, word), word, alias) for word, alias in self.used if MODULES.get(word) == ""]
        imports = [f"import {full}{'' if full == alias else f' as {alias}'}" for full, word, alias in sorted(modules)]
        blocks = [
            [*imports, *self._from("builtins"), *self._from("typing")],
            [*self._from("sqlalchemy.dialects.postgresql"), *self._from("sqlalchemy.orm")],
            self._from("."),
        ]
        return [line for block in blocks if block for line in (*block, "")]

    def _from(self, module: str) -> list[str]:
        used = sorted((word, alias) for word, alias in self.used if MODULES.get(word, "builtins") == module)
        members = [f"{word} as {alias}" for word, alias in used if word != alias]
        if module != "builtins" and (same := ", ".join(word for word, alias in used if word == alias)):
            members = sorted([*members, same])
        return [f"from {module} import {each}" for each in members]


def _list(start: str, items: list[str], end: str) -> list[str]:
    """Write a list in one line if it fits, otherwise an item a line; the last of one item in () has a comma."""
    comma = "," if end == ")" and len(items) == 1 else ""
    line = f"{start}{', '.join(items)}{comma}{end}"
    if _width(line) <= LINE_LENGTH:
        return [line]
    indent = " " * (len(start) - len(start.lstrip()))
    return [start, *(f"{indent}    {item}," for item in items), f"{indent}{end}"]


def _width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "FW" else 1 for char in line)
