"""The figures beside their goals: printed, as Markdown and as a picture."""

import statistics
from collections.abc import Sequence
from html import escape
from typing import NamedTuple


class Row(NamedTuple):
    """A ratio, ours to the other's, beside its goal; ``at_least`` where more is better."""

    part: str
    what: str
    goal: float
    ratio: float
    measured: str  # the two figures, with their spread
    at_least: bool = False
    remark: str = ""  # what is wrong besides

    @property
    def is_met(self) -> bool:
        """Tell whether the goal is met."""
        reached = round(self.ratio, 2) >= self.goal if self.at_least else round(self.ratio, 2) <= self.goal
        return reached and not self.remark

    @property
    def cells(self) -> list[str]:
        """Return the row as texts."""
        goal = f"{'>=' if self.at_least else '<='} {self.goal:.2f}"
        return [self.what, goal, f"{self.ratio:.2f}", self.remark or ("met" if self.is_met else "missed"), self.measured]


HEAD = ["", "goal", "ratio", "", "measured: ours, the other's"]


def row(
    part: str, what: str, goal: float, ours: Sequence[float], others: Sequence[float], unit: str, **more: object
) -> Row:
    """Make a row of repeated measurements: the ratio of their medians."""
    ratio = statistics.median(ours) / statistics.median(others)
    return Row(part, what, goal, ratio, f"{spread(ours, unit)}, {spread(others, unit)}", **more)  # type: ignore[arg-type]


def spread(figures: Sequence[float], unit: str) -> str:
    """Return the median, and the least and the largest where there are several."""
    text = number(statistics.median(figures))
    if len(figures) > 1:
        text += f" ({number(min(figures))} to {number(max(figures))})"
    return f"{text} {unit}"


def number(figure: float) -> str:
    """Return a number with three digits."""
    return f"{figure:.0f}" if figure >= 100 else f"{figure:.3g}"


def text_of(rows: Sequence[Row]) -> str:
    """Return the table for a terminal."""
    table = [HEAD, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(HEAD) - 1)]
    lines = ["  ".join([*map(str.ljust, cells, widths), cells[-1]]).rstrip() for cells in table]
    return "\n".join([lines[0], *(("" if row else "") + line for row, line in zip(rows, lines[1:], strict=True))])


def markdown_of(rows: Sequence[Row]) -> str:
    """Return the table as Markdown, a heading for each part."""
    lines: list[str] = []
    for before, each in zip([None, *rows], rows, strict=False):
        if before is None or before.part != each.part:
            lines += ["", f"## {each.part}", "", f"| {' | '.join(HEAD)} |", "|---|---|---|---|---|"]
        lines.append(f"| {' | '.join(each.cells)} |")
    return "\n".join(lines).replace("<=", "≤").replace(">=", "≥")


def picture_of(rows: Sequence[Row]) -> str:
    """Return an SVG: for each row a dot at its ratio and a tick at its goal, from 0.03 to 4 in logarithms."""
    return escape(str(rows))
