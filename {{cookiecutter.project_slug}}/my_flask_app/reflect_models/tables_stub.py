"""Writes tables.pyi, the types of what tables.py has."""

import re
from collections.abc import Collection

from .annotations import MODULES, annotation
from .model import Model

STRING = r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'"""
FULL_NAMES = {"dt": "datetime"}  # of modules that are imported by a shorter name
STUB_HEADER = "# What type checkers know of tables.py; `flask reflect-models` writes this file too."


def render_stub(models: Collection[Model], gone: Collection[str]) -> str:
    """Write it, from Python types and without a word that an attribute of a class would hide."""
    scope = _Scope()
    classes = []
    for model in models:
        lines = [f"class {model.mixin}:", "    __tablename__: str"]
        scope.attributes = {*model.keys.values(), *(each.name for each in model.relationships)}
        by_name = {column.name: column for column in model.table.columns}
        for name, key in model.keys.items():
            lines.append(scope.declare(key, annotation(by_name[name])))
        for each in sorted(model.relationships, key=lambda each: (each.is_list, each.name)):
            target = f"models.{each.target}"
            python = f"list[{target}]" if each.is_list else f"{target} | None" if each.is_optional else target
            lines.append(scope.declare(each.name, python))
        classes += ["", *lines]
    for name in gone:
        classes += ["", f"class {name}:", "    __tablename__: str"]
    constants = ["RENAMED: dict[str, dict[str, str]]", "KEYLESS: list[tuple[str | None, str]]"]
    return "\n".join([STUB_HEADER, "", *scope.imports(), *constants, *classes]) + "\n"


class _Scope:
    """The words of the stub: one that an attribute of the class has is imported by another name too."""

    def __init__(self) -> None:
        self.attributes: set[str] = set()  # of the class that is being written
        self.used: set[tuple[str, str]] = set()

    def declare(self, name: str, python: str) -> str:
        """Return the line that declares an attribute with such values."""
        return f"    {name}: {self.word('Mapped')}[{self.spell(python)}]"

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
