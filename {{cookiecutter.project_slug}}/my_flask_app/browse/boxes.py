"""The boxes of the diagram: a table with the columns of its keys, and how large that is."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple
from unicodedata import east_asian_width

from sqlalchemy import Column, Table

from .visible import Reference

HEADER, LINE, GAP = 32, 20, 24  # pixels
CHARACTER = 7.5  # pixels of a character, on average
LONGEST_NAME = 32  # characters


class Line(NamedTuple):
    """A column of a box."""

    name: str
    is_key: bool
    is_reference: bool


@dataclass(eq=False)
class Box:
    """A table with the columns of its keys; without one the place of a line that passes by."""

    table: Table | None = None
    lines: list[Line] = field(default_factory=list)
    layer: int = 0
    x: float = 0
    y: float = 0
    width: float = 0
    height: float = GAP
    left: list[tuple["Box", float]] = field(default_factory=list)  # where lines lead, and how far below its top
    right: list[tuple["Box", float]] = field(default_factory=list)

    def port(self, column: Column[Any]) -> float:
        """Return how far below the top a line to the column ends."""
        names = [line.name for line in self.lines]
        return HEADER + LINE * (names.index(column.name) + 0.5)


def box_of(table: Table, references: list[Reference]) -> Box:
    """Return the box of a table."""
    own = {column for each in references if each.table is table for column in each.columns}
    theirs = {column for each in references if each.target is table for column in each.target_columns}
    key = set(table.primary_key.columns)
    listed = (column for column in table.columns if column in own | theirs | key)
    lines = [Line(column.name, column in key, column in own) for column in listed]
    texts = [text_width(table.key) * 1.1, *(text_width(line.name) + 40 for line in lines)]
    return Box(table, lines, width=max(110, *texts) + 24, height=HEADER + LINE * len(lines) + (8 if lines else 0))


def text_width(text: str) -> float:
    """Return about how wide a name is, shortened as the page shortens it."""
    return CHARACTER * sum(2 if east_asian_width(char) in "WF" else 1 for char in text[:LONGEST_NAME])
