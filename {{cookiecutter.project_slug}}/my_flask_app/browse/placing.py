"""Where the boxes of the diagram stand: in layers from left to right, in the order in which they refer to each other.

Sugiyama's method, in small: in each layer the order that crosses few lines, and lines that go around the boxes.
"""

from collections import defaultdict
from collections.abc import Collection
from itertools import pairwise

from .boxes import GAP, Box
from .visible import Reference

ALLEY, MARGIN = 72, 20  # pixels
WIDEST_ROW = 960  # pixels, of the tables that refer to none


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
