"""What repeats by the hour of the day or by the day of the week.

Each value is seen against the median of its own day (or week), so that neither steps nor drifts
take part. The profile is the median of each hour (or weekday); it counts only where it explains
more than as many numbers may by Schwarz's criterion, with what it explains divided by the inflation
of autocorrelated noise (see :mod:`pytest_fitness.judge.trend.pruning`).
"""

import math
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import compress, repeat
from operator import mul, sub
from statistics import median
from typing import Literal, NamedTuple

from pytest_fitness.judge.trend.pruning import inflation
from pytest_fitness.judge.trend.sums import Part, Sums

_HOUR, _DAY, _WEEK = 3600, 86400, 604800
_MONDAY = 3 * _DAY  # the epoch began on a Thursday
_PERIODS = 3
_REGULAR = 0.8
_ALIKE = 0.1


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
    kept = list(map(math.isfinite, values))
    moments = tuple(time + offset for time in compress(times, kept))
    numbers = list(compress(values, kept))
    return next(filter(None, (_profile(moments, numbers, cycle) for cycle in _CYCLES)), None)


def without_season(
    times: Sequence[float], values: Sequence[float], found: Seasonality, offset: float = 0.0
) -> list[float]:
    """The values less what is usual at their hour or weekday."""
    (cycle,) = (cycle for cycle in _CYCLES if cycle.period == found.period)
    return [
        value - found.profile[cycle.part(time + offset)]
        for time, value in zip(times, values, strict=True)
    ]


class _Placed(NamedTuple):
    """For each of some times the number of its period, and the part of it.

    Attributes:
        lag: how many points a period has, where they are equally far apart; else 0.
    """

    periods: list[int]
    parts: list[int]
    lag: int


@lru_cache(maxsize=8)  # the series of a project are measured in the same runs
def _placed(times: tuple[float, ...], cycle: _Cycle) -> _Placed | None:
    """Where times lie; None where that is too little for a profile."""
    if not times or times[-1] - times[0] < _PERIODS * cycle.seconds:
        return None
    parts = list(map(cycle.part, times))
    counts = Counter(parts)
    if len(counts) < 2 or min(counts.values()) < _PERIODS:
        return None
    steps = sorted(map(sub, times[1:], times))
    is_regular = steps[0] > _REGULAR * steps[-1]
    lag = round(cycle.seconds / median(steps)) if is_regular else 0
    return _Placed(list(map(cycle.number, times)), parts, lag)


def _profile(times: tuple[float, ...], values: list[float], cycle: _Cycle) -> Seasonality | None:
    placed = _placed(times, cycle)
    if placed is None or (placed.lag and not _resembles(values, placed.lag)):
        return None
    usual = _medians(placed.periods, values)
    away = list(map(sub, values, map(usual.__getitem__, placed.periods)))
    profile = _medians(placed.parts, away)
    left = list(map(sub, away, map(profile.__getitem__, placed.parts)))
    if not _explains(away, left, len(profile)):
        return None
    return Seasonality(cycle.period, tuple(profile.get(part, 0.0) for part in range(cycle.parts)))


def _resembles(values: list[float], lag: int) -> bool:
    """Whether values resemble those of a period before at all: most do not, and that is quick."""
    centre = sum(values) / len(values)
    away = list(map(sub, values, repeat(centre)))
    alike: float = sum(map(mul, away[lag:], away))
    return alike > _ALIKE * math.fsum(map(mul, away, away))


def _medians(keys: list[int], values: list[float]) -> dict[int, float]:
    groups: dict[int, list[float]] = {}
    for key, value in zip(keys, values, strict=True):
        groups.setdefault(key, []).append(value)
    return {key: median(group) for key, group in groups.items()}


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
