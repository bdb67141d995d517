"""Whether the newest points may be a new level: suspected first, confirmed by the next.

A point is suspected where it lies beyond what one more of the newest level would (the prediction
interval of a normal sample), and several where their mean does and the first of them half as far.
How many more decide is what :func:`change_points` says of the same series, continued at the
suspected level.
"""

import math
from collections.abc import Sequence
from statistics import median
from typing import Final

from pytest_fitness.judge.distributions import student_quantile
from pytest_fitness.judge.trend.growing import SHORTEST
from pytest_fitness.judge.trend.nouns import Suspicion, relative
from pytest_fitness.judge.trend.points import Shape, shape
from pytest_fitness.judge.trend.sums import Part, Sums
from pytest_fitness.judge.trend.tidy import Tidy, tidy

MOST: Final = 8
"""So many points are not suspected for longer: nothing came of them."""
_FEWEST = 5
_RECENT = 120
_SURELY = 0.9985
_ALONE = 0.5


def suspicion(values: Sequence[float | None], *, exact: bool | None = None) -> Suspicion | None:
    """Whether the newest points may be the first ones of a new level.

    Nothing is suspected of a static measure: each of its changes is told at once. Nor is it while
    the newest level has fewer than five points before the suspected ones.

    Args:
        values: the series, oldest first.
        exact: as of :func:`change_points`.
    """
    series = tidy(values)
    return suspected(series, shape(series.values, exact))


def suspected(series: Tidy, found: Shape) -> Suspicion | None:
    """The same of a series whose shape is known."""
    values = series.values
    start = max(found.borders[-1].at if found.borders else 0, len(values) - _RECENT)
    until = max(start + _FEWEST, len(values) - SHORTEST)
    if found.exact or until >= len(values):
        return None
    level = Sums(found.cleaned[start:until])
    rises = [value - level.middle for value in values[until:]]
    for first in range(len(rises)):
        newest = rises[first:]
        if _clarity(level, newest) > 1 and _clarity(level, newest[:1]) > _ALONE:
            return _suspicion(series, start, until + first)
    return None


def _clarity(level: Sums, rises: list[float]) -> float:
    """How far from the level some points are, 1 is too far; 0 where they are on both sides."""
    if min(rises) < 0 < max(rises):
        return 0.0
    whole, freedom, count = Part(0, level.length), level.length - 1, len(rises)
    squares = level.residual(whole)
    alike = max(0.0, level.lagged(whole) / squares) if squares and count > 1 else 0.0
    mean_variance = (1 + (count - 1) * alike) / count + 1 / level.length
    far = student_quantile(_SURELY, freedom) * math.sqrt(squares / freedom * mean_variance)
    return abs(math.fsum(rises)) / count / far if far else 0.0


def _suspicion(series: Tidy, start: int, at: int) -> Suspicion:
    values = series.values
    before, after = median(values[start:at]), median(values[at:])
    more = _until_confirmed(values[start:], at - start, after)
    change = relative(before, after)
    return Suspicion(series.places[at], len(values) - at, more, before, after, change)


def _until_confirmed(values: list[float], at: int, after: float) -> int:
    continued = list(values)
    for more in range(1, MOST):
        continued.append(after)
        if any(abs(border.at - at) <= 1 for border in shape(continued, exact=False).borders):
            return more
    return MOST
