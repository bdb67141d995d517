"""Running sums of a series, from which each part of it is described at once.

All that is asked of a part (how well a constant or a straight line fits it, and how much what is
left resembles the value before) follows from a few differences of running sums.
"""

from functools import cached_property
from itertools import accumulate, count, repeat
from operator import mul, sub
from typing import NamedTuple

_ROUNDING = 1e-13


class Part(NamedTuple):
    """Neighbouring points with one description: a level, or a straight line.

    Attributes:
        start: its first point.
        end: the point after its last.
        line: whether it is a line.
    """

    start: int
    end: int
    line: bool = False

    @property
    def length(self) -> int:
        """How many points it has."""
        return self.end - self.start


class Line(NamedTuple):
    """A straight line through a part.

    Attributes:
        mean: its value in the middle of the part.
        slope: its rise from point to point.
        explained: the squares that the slope explains.
    """

    mean: float
    slope: float
    explained: float


class Sums:
    """The running sums of a series around its mean."""

    def __init__(self, values: list[float]) -> None:
        self.length = len(values)
        self.middle: float = sum(values) / self.length
        self.values: list[float] = list(map(sub, values, repeat(self.middle)))
        self.totals = list(accumulate(self.values, initial=0.0))
        self.square: float = sum(map(mul, self.values, self.values))
        """The sum of all squares."""
        self._least: float = _ROUNDING * (
            self.square / self.length + _ROUNDING * self.middle * self.middle
        )

    def residual(self, part: Part) -> float:
        """The sum of squares around the part's level or line, never less than rounding leaves."""
        start, end, line = part
        if end - start == self.length and not line:
            return self.square + self._least * self.length
        total = self.totals[end] - self.totals[start]
        squares = self._squares[end] - self._squares[start] - total * total / (end - start)
        if line:
            squares -= self.line(start, end).explained
        return max(squares, 0.0) + self._least * (end - start)

    def mean(self, part: Part) -> float:
        """The mean of a part, above that of the series."""
        return (self.totals[part.end] - self.totals[part.start]) / part.length

    def line(self, start: int, end: int) -> Line:
        """Least squares through a part of at least two points."""
        length = end - start
        total = self.totals[end] - self.totals[start]
        product = self._moments[end] - self._moments[start] - (start + end - 1) / 2 * total
        spread = length * (length * length - 1) / 12
        return Line(total / length, product / spread, product * product / spread)

    def lagged(self, part: Part) -> float:
        """The sum of products of neighbours, around the part's level or line."""
        start, end, line = part
        if line:
            return self._lagged_around_line(start, end)
        total = self.totals[end] - self.totals[start]
        mean = total / (end - start)
        ends = self.values[start] + self.values[end - 1]
        products = self._products[end - 1] - self._products[start]
        return products - mean * (2 * total - ends) + (end - start - 1) * mean * mean

    def _lagged_around_line(self, start: int, end: int) -> float:
        mean, slope, _ = self.line(start, end)
        expected = count(mean - slope * (end - start - 1) / 2, slope)
        left = list(map(sub, self.values[start:end], expected))
        product: float = sum(map(mul, left, left[1:]))
        return product

    @cached_property
    def _squares(self) -> list[float]:
        return list(accumulate(map(mul, self.values, self.values), initial=0.0))

    @cached_property
    def _moments(self) -> list[float]:
        return list(accumulate(map(mul, range(self.length), self.values), initial=0.0))

    @cached_property
    def _products(self) -> list[float]:
        return list(accumulate(map(mul, self.values, self.values[1:]), initial=0.0))
