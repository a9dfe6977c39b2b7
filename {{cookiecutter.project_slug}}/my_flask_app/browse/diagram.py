"""The diagram of the tables: boxes, and a line for each foreign key."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import Column, Table

from .boxes import GAP, Box, box_of
from .placing import assign_layers, connect, place, place_others
from .visible import Reference


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
