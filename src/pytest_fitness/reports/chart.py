"""A series as a chart of characters: its points, its limit, and where it changed."""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from pytest_fitness.units import format_value

_POINT, _LIMIT, _CHANGE = "•", "─", "┊"
_ASCII: Final = {_POINT: "o", _LIMIT: "-", _CHANGE: ":", "│": "|"}
_NARROWEST: Final = 10


class Canvas(NamedTuple):
    """How much room a chart has, and what it can show."""

    width: int = 80
    height: int = 12
    unicode: bool = True


class Plot(NamedTuple):
    """What a chart shows.

    Attributes:
        values: oldest first; None where there is none.
        lines: the limit, where it has one or two.
        changes: the places of the first points of new levels.
    """

    values: Sequence[float | None]
    unit: str
    lines: Sequence[float] = ()
    changes: Sequence[int] = ()


def draw(plot: Plot, canvas: Canvas) -> list[str]:
    """The lines of a chart; none where there is no number to show.

    Where there are more values than columns, those of a column lie above each other.
    """
    known = [value for value in plot.values if value is not None and math.isfinite(value)]
    if not known:
        return []
    plot = plot._replace(lines=[line for line in plot.lines if math.isfinite(line)])
    shown = [*known, *plot.lines]
    scale = _Scale(min(shown), max(shown), canvas.height)
    labels = _labels(scale, plot)
    margin = max(map(len, labels.values()))
    columns = min(len(plot.values), max(canvas.width - margin - 2, _NARROWEST))
    rows = _rows(plot, scale, columns)
    drawn = [
        f"{labels.get(number, ''):>{margin}} │{''.join(row)}".rstrip()
        for number, row in enumerate(rows)
    ]
    return drawn if canvas.unicode else [_in_ascii(line) for line in drawn]


def _rows(plot: Plot, scale: "_Scale", columns: int) -> list[list[str]]:
    """The limit first, changes where there is room, and the points above all."""
    rows = [[" "] * columns for _ in range(scale.height)]
    for line in plot.lines:
        rows[scale.row(line)] = [_LIMIT] * columns
    for change in plot.changes:
        column = _column(change, len(plot.values), columns)
        for row in rows:
            row[column] = _CHANGE if row[column] == " " else row[column]
    for place, value in enumerate(plot.values):
        if value is not None and math.isfinite(value):
            rows[scale.row(value)][_column(place, len(plot.values), columns)] = _POINT
    return rows


class _Scale(NamedTuple):
    low: float
    high: float
    height: int

    def row(self, value: float) -> int:
        """The row of a value, counted from the top."""
        if self.high == self.low:
            return self.height // 2
        # Halved first: the span of two huge numbers would be infinite.
        share = (value / 2 - self.low / 2) / (self.high / 2 - self.low / 2)
        return self.height - 1 - round(share * (self.height - 1))


def _labels(scale: _Scale, plot: Plot) -> dict[int, str]:
    """What stands beside the axis: both ends, and the limit."""
    ends = {scale.row(value): value for value in (scale.low, scale.high)}
    lines = {scale.row(line): line for line in plot.lines}
    return {row: format_value(value, plot.unit) for row, value in {**ends, **lines}.items()}


def _column(place: int, count: int, columns: int) -> int:
    return place * columns // count


def _in_ascii(line: str) -> str:
    for character, plain in _ASCII.items():
        line = line.replace(character, plain)
    return line
