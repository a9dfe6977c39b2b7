"""What is named: a table's class, its attributes and its relationships; and what a name may be."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from sqlalchemy import Table


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


def identifier(name: str, fallback: str) -> str:
    """Make an identifier of any name; Python itself normalizes identifiers to NFKC."""
    words = re.sub(r"\W", "_", unicodedata.normalize("NFKC", name))
    if words.startswith(("__", "_sa_")):  # mangled in a class, or SQLAlchemy's own
        words = words.lstrip("_")
    if not f"x{words}".isidentifier():
        words = re.sub(r"\W", "_", words, flags=re.ASCII)
    return words if words.strip("_") and words.isidentifier() else f"{fallback}_{words}".rstrip("_")


def first_free(candidates: Iterator[str], taken: Collection[str]) -> str:
    """Return the first name that is not taken."""
    return next(candidate for candidate in candidates if candidate not in taken)
