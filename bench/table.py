"""The figures beside their goals: printed, as Markdown and as a picture."""

import math
import statistics
from collections.abc import Sequence
from html import escape
from itertools import groupby
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
        return [
            self.what,
            goal,
            f"{self.ratio:.2f}",
            self.remark or ("met" if self.is_met else "missed"),
            self.measured,
        ]


HEAD = ["", "goal", "ratio", "", "measured: ours, the other's"]


def row(part: str, what: str, goal: float, figures: Sequence[Sequence[float]], unit: str) -> Row:
    """Make a row of repeated measurements, ours and the other's: the ratio of their medians."""
    ours, others = map(statistics.median, figures)
    return Row(part, what, goal, ours / others, ", ".join(spread(each, unit) for each in figures))


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
    """Return the table for a terminal, a heading for each part."""
    table = [HEAD, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(HEAD) - 1)]
    lines = []
    for part, group in groupby(rows, lambda row: row.part):
        for cells in ([part, *HEAD[1:]], *(row.cells for row in group)):
            lines += ["  ".join([*map(str.ljust, cells, widths), cells[-1]])]
    return "\n".join(lines)


def markdown_of(rows: Sequence[Row]) -> str:
    """Return the table as Markdown, each part's name in a row of its own."""
    lines = [HEAD, ["---"] * len(HEAD)]
    for part, group in groupby(rows, lambda row: row.part):
        lines += [[f"**{part}**", *[""] * (len(HEAD) - 1)], *(row.cells for row in group)]
    text = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return text.replace("<=", "≤").replace(">=", "≥")


def picture_of(rows: Sequence[Row]) -> str:
    """Return an SVG: for each row a dot at its ratio and a tick at its goal, by their logarithms."""
    least, most, left, width, height = 0.02, 50, 560, 520, 18

    def x(ratio: float) -> str:
        share = math.log(min(max(ratio, least), most) / least) / math.log(most / least)
        return f"{left + share * width:.1f}"

    shapes, y = [], 50
    for part, group in groupby(rows, lambda row: row.part):
        y += height
        shapes.append(f'<text x="10" y="{y}" font-weight="bold">{escape(part)}</text>')
        for row in group:
            y += height
            if not row.goal:
                continue  # not a ratio
            color = "#1a7f37" if row.is_met else "#cf5c00"
            tick = f'<path d="M{x(row.goal)} {y - 12}v16" stroke="#57606a" stroke-width="2"/>'
            dot = f'<circle cx="{x(row.ratio)}" cy="{y - 4}" r="5" fill="{color}"/>'
            text = escape(row.what.replace("`", ""))
            shapes.append(f'<text x="20" y="{y}">{text}</text>{tick}{dot}')
            shapes.append(f'<text x="{left + width + 20}" y="{y}" fill="{color}">{row.ratio:.2f}</text>')
    for ratio in (0.05, 0.1, 0.25, 0.5, 1, 2, 4, 10, 25):
        line = f'<path d="M{x(ratio)} 46V{y + 8}" stroke="#d0d7de" stroke-width="{2 if ratio == 1 else 1}"/>'
        shapes.insert(0, f'{line}<text x="{x(ratio)}" y="40" text-anchor="middle">{ratio:g}</text>')
    legend = "Ratios to the other side, measured in one run. Dot: the ratio, green where the goal (tick) is met."
    size = f"{left + width + 70} {y + 20}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" font-family="sans-serif" font-size="12">\n'
        f'<rect width="100%" height="100%" fill="white"/>\n<text x="10" y="18">{legend}</text>\n'
        + "\n".join(shapes)
        + "\n</svg>\n"
    )
