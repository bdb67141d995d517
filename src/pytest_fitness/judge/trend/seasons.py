"""What repeats by the hour of the day or by the day of the week.

Each value is seen against the median of its own day (or week), so that neither steps nor drifts
take part. The profile is the median of each hour (or weekday); it counts only where it explains
more than as many numbers may by Schwarz's criterion, with what it explains divided by the inflation
of autocorrelated noise (see :mod:`pytest_fitness.judge.trend.pruning`).
"""

import math
from collections.abc import Callable, Iterable, Sequence
from statistics import median
from typing import Literal, NamedTuple

from pytest_fitness.judge.trend.pruning import inflation
from pytest_fitness.judge.trend.sums import Part, Sums

_HOUR, _DAY, _WEEK = 3600, 86400, 604800
_MONDAY = 3 * _DAY  # the epoch began on a Thursday
_PERIODS = 3


class Seasonality(NamedTuple):
    """What repeats.

    Attributes:
        period: by what it repeats.
        profile: what is usual above the centre: of 24 hours from midnight, or 7 days from Monday.
    """

    period: Literal["hour", "weekday"]
    profile: tuple[float, ...]


class _Cycle(NamedTuple):
    """A period, and how many parts it has."""

    period: Literal["hour", "weekday"]
    seconds: int
    parts: int

    def part(self, time: float) -> int:
        """Which part of the period a time belongs to."""
        return int(self._since(time) % self.seconds // (self.seconds // self.parts))

    def number(self, time: float) -> int:
        """Which period a time belongs to."""
        return int(self._since(time) // self.seconds)

    def _since(self, time: float) -> float:
        return time + _MONDAY if self.period == "weekday" else time


_CYCLES = (_Cycle("hour", _DAY, 24), _Cycle("weekday", _WEEK, 7))


def seasonality(
    times: Sequence[float], values: Sequence[float], offset: float = 0.0
) -> Seasonality | None:
    """What repeats by hour or else by weekday; None where nothing does.

    A profile needs three whole periods, and three values in each of its parts that has any.

    Args:
        times: seconds since the epoch, rising.
        values: numbers, one a time; NaN is a gap.
        offset: the time zone, in seconds east of Greenwich.
    """
    points = [
        (time + offset, value)
        for time, value in zip(times, values, strict=True)
        if math.isfinite(value)
    ]
    return next(filter(None, (_profile(points, cycle) for cycle in _CYCLES)), None)


def without_season(
    times: Sequence[float], values: Sequence[float], found: Seasonality, offset: float = 0.0
) -> list[float]:
    """The values less what is usual at their hour or weekday."""
    (cycle,) = (cycle for cycle in _CYCLES if cycle.period == found.period)
    return [
        value - found.profile[cycle.part(time + offset)]
        for time, value in zip(times, values, strict=True)
    ]


def _profile(points: list[tuple[float, float]], cycle: _Cycle) -> Seasonality | None:
    if not points or points[-1][0] - points[0][0] < _PERIODS * cycle.seconds:
        return None
    usual = _grouped(points, cycle.number, median)
    away = [(time, value - usual[cycle.number(time)]) for time, value in points]
    if min(_grouped(away, cycle.part, len).values()) < _PERIODS:
        return None
    profile = _grouped(away, cycle.part, median)
    left = [value - profile[cycle.part(time)] for time, value in away]
    if len(profile) < 2 or not _explains([value for _, value in away], left, len(profile)):
        return None
    return Seasonality(cycle.period, tuple(profile.get(part, 0.0) for part in range(cycle.parts)))


def _grouped(
    points: Iterable[tuple[float, float]],
    key: Callable[[float], int],
    of: Callable[[list[float]], float],
) -> dict[int, float]:
    groups: dict[int, list[float]] = {}
    for time, value in points:
        groups.setdefault(key(time), []).append(value)
    return {part: of(values) for part, values in groups.items()}


def _explains(before: list[float], left: list[float], parts: int) -> bool:
    """Whether a profile of so many parts gains more than its numbers cost."""
    whole = Part(0, len(left))
    sums = Sums(left)
    squares = sums.residual(whole)
    gained = max(0.0, Sums(before).residual(whole) - squares)
    if squares <= 0:
        return gained > 0
    inflated = squares * inflation(sums, [whole])
    return len(left) * math.log1p(gained / inflated) > (parts - 1) * math.log(len(left))
