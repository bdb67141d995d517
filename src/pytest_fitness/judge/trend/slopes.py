"""How fast a series drifts.

The slope is the median of the slopes between all pairs of points (Theil, A rank-invariant method of
linear and polynomial regression analysis, Proceedings of the Royal Netherlands Academy of Sciences
53, 1950; Sen, Estimates of the regression coefficient based on Kendall's tau, JASA 63, 1968). Its
interval is that of a regression with errors that resemble the ones before them
(:mod:`pytest_fitness.judge.autoregression`), on values without spikes. The test of Mann and Kendall
is not used: it takes such errors for a drift.
"""

from collections.abc import Sequence
from itertools import combinations, pairwise, repeat
from operator import mul, sub
from statistics import median
from typing import Final, NamedTuple

from pytest_fitness.judge.autoregression import regress

FEWEST: Final = 8
CERTAIN: Final = 0.99
"""How sure it has to be that there is a slope before it is told."""
_GROUPS = 100
_QUICK = 6.0
_LONGEST_GAP = 16


class Slope(NamedTuple):
    """A significant slope.

    Attributes:
        value: the rise for one unit of x.
        low: the lower end of its interval.
        high: the upper end.
        x: the middle of the line,
        y: and its value there.
    """

    value: float
    low: float
    high: float
    x: float
    y: float

    def at(self, x: float) -> float:
        """The value of the line at a point."""
        return self.y + self.value * (x - self.x)


def slope(xs: Sequence[float], values: Sequence[float], confidence: float) -> Slope | None:
    """How values go with x; None where that is not significant.

    Args:
        xs: times, numbers of runs or users, of points in the order of their measurement.
        values: the values, without spikes.
        confidence: how often the interval shall hold.
    """
    if len(values) < FEWEST or not _may_have_slope(xs, values):
        return None
    gaps = _gaps(xs)
    surely = regress([xs], values, gaps, CERTAIN)
    if surely is None or surely.low <= 0 <= surely.high:
        return None
    found = regress([xs], values, gaps, confidence)
    if found is None:
        return None
    rise = theil(xs, values)
    low, high = rise - (found.value - found.low), rise + (found.high - found.value)
    middle = median(xs)
    level = median(value - rise * (x - middle) for x, value in zip(xs, values, strict=True))
    return Slope(rise, low, high, middle, level)


def theil(xs: Sequence[float], values: Sequence[float]) -> float:
    """The median of the slopes between all points, or between the means of a hundred groups.

    0 where all have the same x.
    """
    points = sorted(zip(xs, values, strict=True))
    size = -(-len(points) // _GROUPS)
    groups = [_centre(points[start : start + size]) for start in range(0, len(points), size)]
    pairs = combinations(groups, 2)
    rises = [(y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in pairs if x1 < x2]
    return median(rises) if rises else 0.0


def _centre(points: list[tuple[float, float]]) -> tuple[float, float]:
    count = len(points)
    return sum(x for x, _ in points) / count, sum(y for _, y in points) / count


def _may_have_slope(xs: Sequence[float], values: Sequence[float]) -> bool:
    """Whether there was one if errors were independent: if not, there is none at all."""
    count = len(values)
    dx, dy = _centred(xs), _centred(values)
    product, width = _product(dx, dy), _product(dx, dx)
    explained = product * product / width if width else 0.0
    return explained > _QUICK * (_product(dy, dy) - explained) / (count - 2)


def _centred(values: Sequence[float]) -> list[float]:
    return list(map(sub, values, repeat(sum(values) / len(values))))


def _product(a: list[float], b: list[float]) -> float:
    product: float = sum(map(mul, a, b))
    return product


def _gaps(xs: Sequence[float]) -> list[int]:
    """How many steps each point lies after the one before; 1 each where x is no time."""
    apart = [after - before for before, after in pairwise(xs)]
    if min(apart) <= 0:
        return [1] * len(apart)
    step = median(apart)
    return [min(_LONGEST_GAP, max(1, round(each / step))) for each in apart]
