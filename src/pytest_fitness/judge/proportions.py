"""Shares of events, and how sure one can be of them after so many."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from pytest_fitness.answers import Points
from pytest_fitness.judge.distributions import incomplete_beta, two_sided
from pytest_fitness.judge.intervals import Standing, stand
from pytest_fitness.judge.reduce import reduce
from pytest_fitness.model import Limit

_ENDLESS = 1e12


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


def wilson_corrected(good: float, total: float, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's interval with continuity correction: no narrower than the exact one, in practice.

    Without it a rule of 99% would be broken by 2 bad events of 51, of which there are that many in
    one time of eleven though all is well. Newcombe, Two-sided confidence intervals for the single
    proportion, Statistics in Medicine 17, 1998, method 4.

    Raises:
        ValueError: there are no events, or more good ones than events.
    """
    if not (0 <= good <= total and 0 < total < math.inf):
        raise ValueError("good events are some of the events, of which there is at least one")
    share, z = good / total, two_sided(confidence)
    square, bad = z * z, total - good
    centre, width = 2 * good + square, 2 * (total + square)
    below = max(0.0, square - 2 - 1 / total + 4 * share * (bad + 1))
    above = max(0.0, square + 2 - 1 / total + 4 * share * (bad - 1))
    low = 0.0 if good == 0 else max(0.0, (centre - 1 - z * math.sqrt(below)) / width)
    high = 1.0 if bad == 0 else min(1.0, (centre + 1 + z * math.sqrt(above)) / width)
    return min(low, share), max(high, share)


def events_until_clear(
    share: float, limit: Limit, total: float, confidence: float = 0.95
) -> int | None:
    """How many more events, in the same ratio, it takes until the interval excludes the limit.

    None where a billion do not: the share is on the line, or within the limit.
    """

    def is_clear(events: float) -> bool:
        return limit.excludes(wilson_corrected(share * events, events, confidence))

    few = many = max(total, 1.0)
    while not is_clear(many):
        few, many = many, many * 2
        if many > _ENDLESS:
            return None
    while many - few > max(1.0, many / 1000):
        middle = (few + many) / 2
        few, many = (few, middle) if is_clear(middle) else (middle, many)
    return max(0, math.ceil(many - total))


def share_stands(part: float, total: float, limit: Limit, confidence: float = 0.95) -> Standing:
    """How the share of ``part`` in ``total`` events stands to a limit, as far as one can tell.

    Within it where all of the Wilson interval is. Past it where none of the interval is, and the
    exact binomial test agrees: of so few events that one bad one may well be chance, the interval
    promises too much (one in ten where one in a hundred may be bad).

    No number of events excludes that one in a million is bad. So where none may be, a share of
    none is within the limit.
    """
    share = part / total if total > 0 else math.nan
    if (share == 0 and 0 in (limit.equals, limit.high)) or (
        share == 1 and 1 in (limit.equals, limit.low)
    ):
        return Standing.WITHIN
    if not total > 0:
        return Standing.OPEN
    standing = stand(*wilson(part, total, confidence), limit)
    if standing is Standing.PAST and not _is_no_chance(part, total, limit, confidence):
        return Standing.OPEN
    return standing


def events_needed(share: float, limit: Limit, total: float, confidence: float = 0.95) -> int | None:
    """How many more events, in the same ratio, it takes until it is clear how the share stands.

    0 where it is clear already; None where it never will be, because the share is on the line.
    The Wilson interval of n events excludes a line p exactly where
    ``n (share - p)² > z² p (1 - p)``; from there on the exact test is asked.
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

    def is_clear(more: int) -> bool:
        events = total + more
        return share_stands(share * events, events, limit, confidence) is not Standing.OPEN

    return _first(is_clear, needed)


def _first(holds: Callable[[int], bool], start: int) -> int | None:
    """The first number that something holds for, which holds for all above it; near the start."""
    high = start
    while not holds(high):
        high = start + max(1, 2 * (high - start))
        if high > _ENDLESS:
            return None
    low = start - 1 if high == start else start + (high - start) // 2
    while high == low + 1 and high > 0 and holds(low):  # what was rounded
        low, high = low - 1, low
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _is_no_chance(part: float, total: float, limit: Limit, confidence: float) -> bool:
    """Whether a share on the line would hardly ever give so many events, or so few."""
    line = next(iter(_lines_around(part / total, limit)), None)
    if line is None or line in (0, 1):
        return True
    if part / total > line:
        chance = incomplete_beta(part, total - part + 1, line)
    else:
        chance = incomplete_beta(total - part, part + 1, 1 - line)
    return chance <= (1 - confidence) / 2


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
