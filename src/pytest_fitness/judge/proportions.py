"""Shares of events, and how sure one can be of them after so many."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from pytest_fitness.answers import Points
from pytest_fitness.judge.distributions import two_sided
from pytest_fitness.judge.intervals import Standing, stand
from pytest_fitness.judge.reduce import reduce
from pytest_fitness.model import Limit

_ENDLESS = 1e12
_ROUNDED = 16


class Ratio(NamedTuple):
    """How many of the events of a window were good, or whatever the part stands for.

    Attributes:
        share: None where nothing happened, or where a counter has fewer than two points.
        low: the lower end of the Wilson interval.
        high: its upper end.
        part: how many events belonged to the part; never more than all.
        total: how many events there were.
        resets: how often one of the counters began again.
        beyond: by how many events the part exceeded the whole, as counters that are not read in one
            instant may.
    """

    share: float | None = None
    low: float = 0.0
    high: float = 1.0
    part: float = 0.0
    total: float = 0.0
    resets: int = 0
    beyond: float = 0.0


def wilson(good: float, total: float, confidence: float = 0.95) -> tuple[float, float]:
    """The interval in which the true share lies, given that ``good`` of ``total`` events were good.

    It holds for few events and for shares near 0 and 1 alike, where the textbook interval fails.
    Wilson, Probable inference, JASA 22, 1927; recommended by Brown, Cai and DasGupta, Interval
    Estimation for a Binomial Proportion, Statistical Science 16, 2001.

    Raises:
        ValueError: there are no events, or more good ones than events.
    """
    if not (0 <= good <= total and 0 < total < math.inf):
        raise ValueError("good events are some of the events, of which there is at least one")
    share, deviations = good / total, two_sided(confidence)
    weight = deviations**2 / total
    centre = (share + weight / 2) / (1 + weight)
    half = math.sqrt(weight * (share * (1 - share) + weight / 4)) / (1 + weight)
    low = 0.0 if good == 0 else max(0.0, centre - half)
    high = 1.0 if good == total else min(1.0, centre + half)
    return min(low, share), max(high, share)


def share_stands(share: float, interval: tuple[float, float], limit: Limit) -> Standing:
    """How a share stands to a limit, by its interval.

    No number of events excludes that one in a million is bad. So where none may be, a share of none
    is within the limit.
    """
    bounds = (limit.equals, limit.high if share <= 0 else limit.low if share >= 1 else None)
    if share in (0, 1) and share in bounds:
        return Standing.WITHIN
    return stand(*interval, limit)


def events_needed(share: float, limit: Limit, total: float, confidence: float = 0.95) -> int | None:
    """How many more events, in the same ratio, it takes until it is clear how the share stands.

    0 where it is clear already; None where it never will be, because the share is on the line.
    The Wilson interval of n events excludes a line p exactly where
    ``n (share - p)² > z² p (1 - p)``.
    """
    needed = 0
    for line in _lines_around(share, limit):
        if share == line:
            if line in (0, 1):
                continue
            return None
        spread = two_sided(confidence) ** 2 * line * (1 - line)
        events = spread / (share - line) / (share - line)
        if events > _ENDLESS:
            return None
        needed = max(needed, math.floor(events - total) + 1)
    return _exactly(share, total, limit, confidence, needed)


def _exactly(
    share: float, total: float, limit: Limit, confidence: float, needed: int
) -> int | None:
    """What the formula gave, less or more by what was rounded."""
    while needed and _is_clear(share, total + needed - 1, limit, confidence):
        needed -= 1
    for more in range(_ROUNDED):
        if _is_clear(share, total + needed + more, limit, confidence):
            return needed + more
    return None  # too close to the line to be told from it


def _lines_around(share: float, limit: Limit) -> list[float]:
    """The lines that the interval has to leave: both that the share is between, or the nearer."""
    if limit.equals is not None:
        lines = [limit.equals]
    elif limit.low is not None and share < limit.low:
        lines = [limit.low]
    elif limit.high is not None and share > limit.high:
        lines = [limit.high]
    else:
        lines = [line for line in (limit.low, limit.high) if line is not None]
    return [line for line in lines if 0 <= line <= 1]


def _is_clear(share: float, total: float, limit: Limit, confidence: float) -> bool:
    if total <= 0:
        return False
    interval = wilson(share * total, total, confidence)
    return share_stands(share, interval, limit) is not Standing.OPEN


def ratio_of_increases(
    part: Sequence[Points],
    *,
    whole: Sequence[Points] | None = None,
    rest: Sequence[Points] | None = None,
    confidence: float = 0.95,
) -> Ratio:
    """The share that one set of counters has of another, by what they rose over the window.

    Ratio of sums: every counter's increase, its resets noticed, is summed before anything is
    divided. So a busy instance counts for more than an idle one.

    Args:
        part: the counters of the good events, one series for each instance or label.
        whole: the counters of all events.
        rest: the counters of all other events, where nothing counts all of them.
        confidence: of the interval.

    Raises:
        ValueError: neither or both of ``whole`` and ``rest`` are given.
    """
    if (whole is None) == (rest is None):
        raise ValueError("a part is compared with the whole, or with the rest")
    good, resets = _sum_of_increases(part)
    other, more = _sum_of_increases(whole if rest is None else rest)  # type: ignore[arg-type]
    resets += more
    if good is None or other is None:
        return Ratio(resets=resets)
    total = other if rest is None else good + other
    beyond = max(0.0, good - total)
    good -= beyond
    if total <= 0:
        return Ratio(resets=resets, beyond=beyond)
    low, high = wilson(good, total, confidence)
    return Ratio(good / total, low, high, good, total, resets, beyond)


def _sum_of_increases(counters: Sequence[Points]) -> tuple[float | None, int]:
    found = [reduce(points, "increase") for points in counters]
    known = [each.value for each in found if each.value is not None]
    return math.fsum(known) if known else None, sum(each.resets for each in found)
