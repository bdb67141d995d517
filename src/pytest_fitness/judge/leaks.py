"""Whether something keeps growing while nothing else changes, as what leaks does."""

import math
from collections.abc import Sequence
from itertools import pairwise
from operator import mul
from statistics import median
from typing import Final, NamedTuple

from pytest_fitness.answers import Points
from pytest_fitness.judge.autoregression import Fit, regress
from pytest_fitness.judge.samples import mean

FEWEST: Final = 12
_NOTABLE: Final = 0.01
# What fills up grows ever slower.
_GOES_ON: Final = 0.6
_LONGEST_GAP: Final = 16
_AS_CLEAR: Final = 0.8


class Hold(NamedTuple):
    """A time at a constant number of users.

    Attributes:
        points: the values of that time.
        rate: the requests of that time, a second; 0 where not known.
    """

    points: Points
    rate: float = 0.0


class Leak(NamedTuple):
    """How fast the value grows at a constant number of users.

    Attributes:
        per_second: the growth a second; 0 where nothing can be told.
        low: the lower end of its interval.
        high: the upper end.
        per_request: the growth with each request; None where that is not what it grows with.
        certain: whether it grows, beyond doubt and notably, and goes on to.
        undecided: why it cannot be told; empty where it can.
    """

    per_second: float = 0.0
    low: float = -math.inf
    high: float = math.inf
    per_request: float | None = None
    certain: bool = False
    undecided: str = ""


def leak(holds: Sequence[Hold], confidence: float = 0.95) -> Leak:
    """The growth in time that all holds have in common, each around a level of its own.

    A regression with a constant for each hold, on time, or on the requests so far where these are
    known and tell as much. Its interval allows for values that resemble the ones before them
    (:mod:`pytest_fitness.judge.autoregression`). What fills up at first and then stays is none: the
    later halves of the holds have to show it too. Nor is one whose growth over all holds comes to
    less than a hundredth.
    """
    usable = [hold for hold in holds if len(hold.points) >= 2]
    count = sum(len(hold.points) for hold in usable)
    if count < FEWEST + len(usable):
        return Leak(undecided=f"{count} values at constant users are too few")
    found = _clearest(usable, confidence)
    if found is None:
        return Leak(undecided="the values at constant users lie at one moment")
    line, paces, by_request = found
    seconds = [hold.points[-1][0] - hold.points[0][0] for hold in usable]
    passed = math.fsum(map(mul, paces, seconds))
    pace = passed / math.fsum(seconds)
    level = abs(median(value for _, value in usable[0].points))
    notable = line.low > 0 and line.low * passed > _NOTABLE * level
    return Leak(
        per_second=line.value * pace,
        low=line.low * pace,
        high=line.high * pace,
        per_request=line.value if by_request else None,
        certain=notable and _goes_on(line, usable, paces, confidence),
    )


def without_leak(holds: Sequence[Hold], found: Leak, since: float) -> list[Hold]:
    """The same values, less what had leaked by then since some moment before them.

    A leak grows with the requests where these are known, with time where they are not. Between two
    holds, requests are taken to go on at the mean of their rates.
    """
    leaked, before, pace = 0.0, since, None
    cleaned = []
    for hold in holds:
        speed = found.per_second if found.per_request is None else found.per_request * hold.rate
        points = []
        for time, value in hold.points:
            leaked += (time - before) * (speed + (speed if pace is None else pace)) / 2
            points.append((time, value - leaked))
            before, pace = time, speed
        cleaned.append(hold._replace(points=tuple(points)))
    return cleaned


def _clearest(holds: Sequence[Hold], confidence: float) -> tuple[Fit, Sequence[float], bool] | None:
    """The line by time or by requests, at what pace these pass in each hold, and which it is."""
    even, rates = [1.0] * len(holds), [hold.rate for hold in holds]
    by_time = _slope(holds, even, confidence)
    by_request = _slope(holds, rates, confidence) if all(rates) else None
    if by_time is None:
        return None
    if by_request is not None and _clarity(by_request) > _AS_CLEAR * _clarity(by_time):
        return by_request, rates, True
    return by_time, even, False


def _clarity(fit: Fit) -> float:
    width = fit.high - fit.low
    return abs(fit.value) / width if width else math.inf


def _goes_on(line: Fit, holds: Sequence[Hold], paces: Sequence[float], confidence: float) -> bool:
    """Whether the later halves of the holds rise as well, and about as fast."""
    halves = [hold._replace(points=hold.points[len(hold.points) // 2 :]) for hold in holds]
    later = _slope(halves, paces, confidence)
    return later is not None and later.low > 0 and later.value > _GOES_ON * line.value


def _slope(holds: Sequence[Hold], paces: Sequence[float], confidence: float) -> Fit | None:
    """How the values grow with time, which passes in each hold at a pace of its own."""
    values = [value for hold in holds for _, value in hold.points]
    gaps = _gaps([time for hold in holds for time, _ in hold.points])
    if gaps is None:
        return None
    passed = [each for pair in zip(holds, paces, strict=True) for each in _passed(*pair)]
    return regress([*_levels(holds), passed], values, gaps, confidence)


def _levels(holds: Sequence[Hold]) -> list[list[float]]:
    """A column for each hold but the first: 1 where a value is its own."""
    return [[float(own is hold) for own in holds for _ in own.points] for hold in holds[1:]]


def _passed(hold: Hold, pace: float) -> list[float]:
    """The times of a hold at its pace, around its middle."""
    times = [time for time, _ in hold.points]
    middle = mean(times)
    return [pace * (time - middle) for time in times]


def _gaps(times: Sequence[float]) -> list[int] | None:
    """How many steps each time lies after the one before; None where they do not rise."""
    apart = [after - before for before, after in pairwise(times)]
    if min(apart, default=0.0) <= 0:
        return None
    step = median(apart)
    return [min(_LONGEST_GAP, max(1, round(each / step))) for each in apart]
