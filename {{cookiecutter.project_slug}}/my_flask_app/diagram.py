"""The layout of the diagram: tables from left to right in the order in which they refer to each other.

Sugiyama's method, in small: layers, in each the order that crosses few lines, and lines that go around the boxes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple
from unicodedata import east_asian_width

from sqlalchemy import Column, Table

from .shown import Reference

HEADER, LINE, GAP, ALLEY, MARGIN = 32, 20, 24, 72, 20  # pixels
CHARACTER = 7.5  # pixels of a character, on average
LONGEST_NAME = 32  # characters
WIDEST_ROW = 960  # pixels, of the tables that refer to none


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


class Edge(NamedTuple):
    """A foreign key as a line, from the table that has it."""

    path: str
    title: str


class Diagram(NamedTuple):
    """All that a template needs to write an SVG."""

    width: float
    height: float
    boxes: list[Box]
    edges: list[Edge]


def draw(tables: Iterable[Table], references: list[Reference]) -> Diagram:
    """Lay the tables out."""
    boxes = {table: box_of(table, references) for table in tables}
    pairs = {(boxes[each.target], boxes[each.table]): each for each in references if each.target is not each.table}
    connected = {box for pair in pairs for box in pair}
    assign_layers([box for box in boxes.values() if box in connected], pairs)
    passages = {pair: connect(*pair, reference) for pair, reference in pairs.items()}
    nodes = [*connected, *(box for passage in passages.values() for box in passage)]
    order = {box: number for number, box in enumerate(boxes.values())}
    layers = defaultdict(list)
    for box in sorted(nodes, key=lambda each: order.get(each, len(order))):
        layers[box.layer].append(box)
    width, height = place([layers[number] for number in sorted(layers)])
    width, height = place_others([box for box in boxes.values() if box not in connected], width, height)
    edges = [edge(boxes[each.table], boxes[each.target], each, passages) for each in references]
    return Diagram(width, height, list(boxes.values()), edges)


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


def assign_layers(boxes: list[Box], pairs: Collection[tuple[Box, Box]]) -> None:
    """Put each box to the right of those that it refers to; in a circle one reference goes the other way."""
    targets: dict[Box, list[Box]] = defaultdict(list)
    for target, box in pairs:
        targets[box].append(target)
    done: set[Box] = set()
    for start in boxes:
        path = [] if start in done else [start]
        while path:
            box = path[-1]
            following = next((each for each in targets[box] if each not in done and each not in path), None)
            if following:
                path.append(following)
                continue
            box.layer = max((each.layer + 1 for each in targets[box] if each in done), default=0)
            done.add(path.pop())
    sources: dict[Box, list[Box]] = defaultdict(list)
    for target, box in pairs:
        sources[target].append(box)
    for box in sorted(boxes, key=lambda each: -each.layer):  # close to what refers to it
        if not targets[box]:
            box.layer = min(each.layer for each in sources[box]) - 1


def connect(target: Box, box: Box, reference: Reference) -> list[Box]:
    """Make neighbours of two boxes, by places to pass by the layers between them, from left to right."""
    left, right = sorted((target, box), key=lambda each: each.layer)
    passage = [Box(layer=layer) for layer in range(left.layer + 1, right.layer)]
    ports = {target: target.port(reference.target_columns[0]), box: box.port(reference.columns[0])}
    for before, after in pairwise([left, *passage, right]):
        before.right.append((after, ports.get(after, GAP / 2)))
        after.left.append((before, ports.get(before, GAP / 2)))
    return passage


def place(layers: list[list[Box]]) -> tuple[float, float]:
    """Give the boxes their places, each near its neighbours' middle, and return the size of it all."""
    for sweep in range(8):
        forward = sweep % 2 == 0
        for layer in layers if forward else reversed(layers):
            wanted = {box: wanted_middle(box, forward) for box in layer}
            layer.sort(key=lambda box: wanted[box])
            stack(layer, wanted)
    top = min((box.y for layer in layers for box in layer), default=0)
    x: float = MARGIN
    for layer in layers:
        width = max(box.width for box in layer)
        for box in layer:
            box.x, box.y = x, box.y - top + MARGIN
            box.width = box.width if box.table is not None else width
        x += width + ALLEY
    bottom = max((box.y + box.height for layer in layers for box in layer), default=0)
    return x - ALLEY + MARGIN, bottom + MARGIN


def wanted_middle(box: Box, forward: bool) -> float:
    """Return the middle of the neighbours' ends of lines on that side, or on the other if it has none."""
    neighbours = (box.left if forward else box.right) or box.right or box.left
    return sum(each.y + port for each, port in neighbours) / len(neighbours)


def stack(layer: list[Box], wanted: dict[Box, float]) -> None:
    """Put boxes below each other, as near to where they want to be as their order allows."""
    bottom = float("-inf")
    for box in layer:
        box.y = max(bottom, wanted[box] - box.height / 2)
        bottom = box.y + box.height + GAP
    excess = sum(box.y + box.height / 2 - wanted[box] for box in layer) / len(layer)
    for box in layer:
        box.y -= excess


def place_others(boxes: list[Box], width: float, height: float) -> tuple[float, float]:
    """Put the tables without references in rows below the others, and return the size of it all."""
    limit = max(width, WIDEST_ROW)
    x, y, bottom = float(MARGIN), height + (GAP if height > MARGIN * 2 else 0) - MARGIN, height
    for box in boxes:
        if x > MARGIN and x + box.width > limit:
            x, y = MARGIN, bottom + GAP - MARGIN
        box.x, box.y = x, y
        x += box.width + GAP
        width, bottom = max(width, box.x + box.width + MARGIN), max(bottom, box.y + box.height + MARGIN)
    return width, bottom


def edge(box: Box, target: Box, reference: Reference, passages: dict[tuple[Box, Box], list[Box]]) -> Edge:
    """Return the line of a foreign key."""
    start, end = box.y + box.port(reference.columns[0]), target.y + target.port(reference.target_columns[0])
    title = (
        f"{reference.table.key} ({names(reference.columns)}) refers to"
        f" {reference.target.key} ({names(reference.target_columns)})"
    )
    if box is target:
        return Edge(f"M{box.x:.0f} {start:.0f}c-24 0-24 {end - start:.0f} 0 {end - start:.0f}", title)
    leftwards = target.layer < box.layer
    steps = [box, *passages[target, box][:: -1 if leftwards else 1], target]
    path = ""
    for step, following in pairwise(steps):
        x, near = (step.x, following.x + following.width) if leftwards else (step.x + step.width, following.x)
        y = start if step is box else step.y + GAP / 2
        to = end if following is target else following.y + GAP / 2
        bend = (x + near) / 2
        path += f"{'L' if path else 'M'}{x:.0f} {y:.0f}C{bend:.0f} {y:.0f} {bend:.0f} {to:.0f} {near:.0f} {to:.0f}"
    return Edge(path, title)


def names(columns: Iterable[Column[Any]]) -> str:
    """Return the names of columns as a text."""
    return ", ".join(column.name for column in columns)
