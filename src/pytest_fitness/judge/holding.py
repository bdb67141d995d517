"""Whether a value has been past its limit for the whole of a time, as in alerting rules."""

import math
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from pytest_fitness.answers import Points
from pytest_fitness.model import Limit


class State(StrEnum):
    """How a value has held its limit.

    ``within``: the newest value is. ``pending``: past the limit, but not yet for the whole time.
    ``broken``: past it for the whole time. ``stale``: the newest value is too old to say anything,
    or there is none. ``gap``: every value of that time is past the limit, but too long a part of it
    has no values.
    """

    WITHIN = "within"
    PENDING = "pending"
    BROKEN = "broken"
    STALE = "stale"
    GAP = "gap"


class Holding(NamedTuple):
    """How a value has held its limit over time.

    Attributes:
        state: see :class:`State`; ``stale`` and ``gap`` are no data.
        since: the first time from which on all values are past the limit, without a long gap.
        longest_gap: the longest time without a value, in the time looked at; None without any
            value.
        time: of the newest value.
        value: the newest value.
        worst: the value furthest past the limit since then.
    """

    state: State
    since: float | None = None
    longest_gap: float | None = None
    time: float | None = None
    value: float | None = None
    worst: float | None = None


def hold(points: Points, limit: Limit, *, now: float, hold: float, gap: float) -> Holding:
    """Whether the values were past a limit for all of the ``hold`` seconds up to now.

    The limit is broken where all values of (now - hold, now] are past it and so was the last one
    before: a value stands for what follows it, until the next. A value within the limit ends the
    streak. A time without values does not, up to ``gap`` seconds of it; a longer one is a time of
    which nothing is known. NaN is the absence of a value, and values from after now are not looked
    at. To tell, the points have to reach ``gap`` further back than ``hold``.

    Args:
        points: the values.
        limit: what is allowed.
        now: seconds since the epoch.
        hold: for how many seconds; 0 asks the newest value alone.
        gap: how many seconds without a value are tolerated.
    """
    known = [point for point in points if point[0] <= now and not math.isnan(point[1])]
    if not known:
        return Holding(State.STALE)
    time, value = known[-1]
    longest = _longest_gap([time for time, _ in known], now, now - hold)
    if now - time > gap:
        return Holding(State.STALE, None, longest, time, value)
    if limit.allows(value):
        return Holding(State.WITHIN, None, longest, time, value)
    streak = _streak(known, limit)
    since = _without_long_gap([time for time, _ in streak], gap)
    worst = max((value for time, value in streak if time >= since), key=limit.excess)
    state = _past_since(since, streak[0][0], now - hold)
    return Holding(state, since, longest, time, value, worst)


def _past_since(since: float, first: float, start: float) -> State:
    """The state of a value past its limit, with and without a long gap."""
    if since <= start:
        return State.BROKEN
    return State.GAP if first <= start else State.PENDING


def _streak(known: list[tuple[float, float]], limit: Limit) -> list[tuple[float, float]]:
    """The newest values that are all past the limit."""
    start = len(known)
    while start and not limit.allows(known[start - 1][1]):
        start -= 1
    return known[start:]


def _without_long_gap(times: list[float], gap: float) -> float:
    since = times[-1]
    for time in reversed(times):
        if since - time > gap:
            break
        since = time
    return since


def _longest_gap(times: list[float], now: float, start: float) -> float:
    """The longest time without a value in what follows the last one at or before ``start``."""
    times = [*times, now]
    return max(after - before for before, after in pairwise(times) if after >= start)
