"""Whether something keeps growing while nothing else changes, as what leaks does."""

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

from pytest_fitness.answers import Points
from pytest_fitness.judge.autoregression import Fit, regress

FEWEST: Final = 12
_NOTABLE: Final = 0.01
# What fills up grows ever slower.
_GOES_ON: Final = 0.6
_LONGEST_GAP: Final = 16


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
        per_request: the growth with each request; None where requests are not known.
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

    A regression on time with a constant for each hold, whose interval allows for values that
    resemble the ones before them (:mod:`pytest_fitness.judge.autoregression`). What fills up at
    first and then stays is none: the later halves of the holds have to show it too. Nor is one
    whose growth over all holds comes to less than a hundredth.
    """
    usable = [hold for hold in holds if len(hold.points) >= 2]
    count = sum(len(hold.points) for hold in usable)
    if count < FEWEST + len(usable):
        return Leak(undecided=f"{count} values at constant users are too few")
    found = _slope(usable, confidence)
    if found is None:
        return Leak(undecided="the values at constant users lie at one moment")
    later = _slope([_later_half(hold) for hold in usable], confidence)
    seconds = sum(hold.points[-1][0] - hold.points[0][0] for hold in usable)
    level = abs(median(value for _, value in usable[0].points))
    goes_on = later is not None and later.low > 0 and later.value > _GOES_ON * found.value
    certain = goes_on and found.low > 0 and found.low * seconds > _NOTABLE * level
    return Leak(found.value, found.low, found.high, _per_request(usable, found.value), certain)


def without_leak(holds: Sequence[Hold], found: Leak) -> list[Hold]:
    """The same values, less what had leaked by then since the first of them.

    A leak grows with the requests where these are known, with time where they are not; between two
    holds requests are taken to go on at the mean of their rates.
    """
    leaked, before = 0.0, None
    cleaned = []
    for hold in holds:
        if not hold.points:
            cleaned.append(hold)
            continue
        start, end = hold.points[0][0], hold.points[-1][0]
        if before is not None:
            leaked += (start - before[0]) * (before[1] + _speed(hold, found)) / 2
        points = tuple(
            (time, value - leaked - (time - start) * _speed(hold, found))
            for time, value in hold.points
        )
        cleaned.append(hold._replace(points=points))
        leaked += (end - start) * _speed(hold, found)
        before = (end, _speed(hold, found))
    return cleaned


def _speed(hold: Hold, found: Leak) -> float:
    return found.per_second if found.per_request is None else found.per_request * hold.rate


def _per_request(holds: Sequence[Hold], per_second: float) -> float | None:
    """The growth with a request: by weight of how much each hold tells of the slope."""
    weights = [_spread([time for time, _ in hold.points]) for hold in holds]
    rate = math.fsum(w * hold.rate for w, hold in zip(weights, holds, strict=True)) / sum(weights)
    known = all(hold.rate > 0 for hold in holds)
    return per_second / rate if known else None


def _spread(values: Sequence[float]) -> float:
    mean = math.fsum(values) / len(values)
    return math.fsum((value - mean) ** 2 for value in values)


def _later_half(hold: Hold) -> Hold:
    return hold._replace(points=hold.points[len(hold.points) // 2 :])


def _slope(holds: Sequence[Hold], confidence: float) -> Fit | None:
    times = [time for hold in holds for time, _ in hold.points]
    values = [value for hold in holds for _, value in hold.points]
    apart = [after - before for before, after in pairwise(times)]
    step = median(apart) if apart else 0.0
    if step <= 0 or any(each <= 0 for each in apart):
        return None
    gaps = [min(_LONGEST_GAP, max(1, round(each / step))) for each in apart]
    levels = [[float(own is hold) for own in holds for _ in own.points] for hold in holds[1:]]
    centred = [
        time - math.fsum(moment for moment, _ in hold.points) / len(hold.points)
        for hold in holds
        for time, _ in hold.points
    ]
    return regress([*levels, centred], values, gaps, confidence)
