"""A window of points reduced to one number, once or at each of many times.

NaN says that there was nothing to measure: such points are dropped and counted. A window includes
both of its ends.
"""

import math
from bisect import bisect_left, bisect_right, insort
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from pytest_fitness.answers import Points

COUNTERS: Final = ("increase", "rate")
WAYS: Final = ("last", "mean", "min", "max", "p50", "p95", "p99", *COUNTERS)
_PERCENT = {"p50": 50, "p95": 95, "p99": 99}

_Reducer = Callable[[int, int], float]
"""Reduces the points from one place up to another, exclusive; both only ever move forward."""


class Reduced(NamedTuple):
    """What a window comes to.

    Attributes:
        value: None where there are too few points: none at all, or fewer than two of a counter.
        resets: how often a counter began again.
        samples: how many points were used.
        dropped: how many were not: NaN, and for a counter what is infinite.
    """

    value: float | None
    resets: int = 0
    samples: int = 0
    dropped: int = 0


def reduce(points: Points, how: str, seconds: float = 0.0) -> Reduced:
    """Reduce all points to one number.

    ``increase`` is the sum of what a counter rose by between its points. A decrease is a reset: the
    value after it counts as risen from zero. Nothing is extrapolated to the ends of the window,
    unlike in Prometheus' ``increase()``: three events are three events, never 3.2. Percentiles
    interpolate (Hyndman and Fan, 1996, definition 7).

    Args:
        points: the window.
        how: one of ``WAYS``.
        seconds: how long the window is, for ``rate``; 0 takes the time from the first point to the
            last.

    Raises:
        ValueError: ``how`` is none of them.
    """
    times, values = _usable(points, how)
    count = len(values)
    resets = _resets(values) if how in COUNTERS else 0
    dropped = len(points) - count
    if count < _needed(how):
        return Reduced(None, resets, count, dropped)
    span = seconds or times[-1] - times[0]
    value = _reducer(values, how, span)(0, count)
    return Reduced(None if math.isnan(value) else value, resets, count, dropped)


def rolling(points: Points, how: str, seconds: float, at: Iterable[float]) -> Points:
    """Reduce, at each of the times, the window of ``seconds`` up to it.

    Times at which there is nothing to reduce are left out. Takes O(n) for n points and times, and
    O(n log n) for percentiles (beside shifting what lies in the window, which is fast).

    Raises:
        ValueError: ``how`` is none of ``WAYS``, or ``seconds`` is not above 0.
    """
    if not seconds > 0:
        raise ValueError("a window is longer than 0 seconds")
    times, values = _usable(points, how)
    reducer, needed = _reducer(values, how, seconds), _needed(how)
    found = []
    for time in sorted(set(at)):
        start, end = bisect_left(times, time - seconds), bisect_right(times, time)
        if end - start >= needed:
            value = reducer(start, end)
            found += [] if math.isnan(value) else [(time, value)]
    return tuple(found)


def _usable(points: Points, how: str) -> tuple[list[float], list[float]]:
    if how not in WAYS:
        raise ValueError(f"{how!r} is none of {', '.join(WAYS)}")
    if how in COUNTERS:
        kept = [point for point in points if math.isfinite(point[1])]
    else:
        kept = [point for point in points if not math.isnan(point[1])]
    return [time for time, _ in kept], [value for _, value in kept]


def _needed(how: str) -> int:
    return 2 if how in COUNTERS else 1


def _resets(values: Sequence[float]) -> int:
    return sum(after < before for before, after in pairwise(values))


def _reducer(values: list[float], how: str, seconds: float) -> _Reducer:
    if how == "last":
        return lambda _, end: values[end - 1]
    if how == "mean":
        return _means(values)
    if how == "min":
        return _highest([-value for value in values], sign=-1)
    if how == "max":
        return _highest(values)
    if how in _PERCENT:
        return _percentiles(values, _PERCENT[how])
    scale = 1.0 if how == "increase" else seconds
    return _increases(values, scale)


def _increases(values: list[float], scale: float) -> _Reducer:
    rises = [after - before if after >= before else after for before, after in pairwise(values)]
    sums = _running_sums([0.0, *rises])
    return lambda start, end: _between(sums, start + 1, end) / scale if scale > 0 else math.nan


def _means(values: list[float]) -> _Reducer:
    # Infinities are summed apart: once in a running sum, they would never leave it.
    finite = _running_sums([value if math.isfinite(value) else 0.0 for value in values])
    above = [0, *accumulate(value == math.inf for value in values)]
    below = [0, *accumulate(value == -math.inf for value in values)]

    def mean(start: int, end: int) -> float:
        rises, falls = above[end] - above[start], below[end] - below[start]
        if rises or falls:
            return math.nan if rises and falls else math.inf if rises else -math.inf
        return _between(finite, start, end) / (end - start)

    return mean


def _highest(values: list[float], sign: int = 1) -> _Reducer:
    places: deque[int] = deque()  # of values that nothing later exceeds
    seen = 0

    def highest(start: int, end: int) -> float:
        nonlocal seen
        for place in range(max(seen, start), end):
            while places and values[places[-1]] <= values[place]:
                places.pop()
            places.append(place)
        seen = end
        while places[0] < start:
            places.popleft()
        return sign * values[places[0]]

    return highest


def _percentiles(values: list[float], percent: float) -> _Reducer:
    window: list[float] = []
    first = last = 0

    def percentile(start: int, end: int) -> float:
        nonlocal first, last
        if start >= last or last == first:
            window[:] = sorted(values[start:end])
        else:
            for value in values[first:start]:
                del window[bisect_left(window, value)]
            for value in values[last:end]:
                insort(window, value)
        first, last = start, end
        return _interpolate(window, percent)

    return percentile


def _interpolate(ordered: Sequence[float], percent: float) -> float:
    position = (len(ordered) - 1) * percent / 100
    low = math.floor(position)
    below, above = ordered[low], ordered[min(low + 1, len(ordered) - 1)]
    if position == low or below == above:
        return below
    if math.isinf(below) or math.isinf(above):  # there is no way between them
        return above
    return below + (above - below) * (position - low)


def _running_sums(values: list[float]) -> list[tuple[float, float]]:
    """The sums of the first 0, 1, 2 ... values, each with what rounding took from it.

    Knuth, The Art of Computer Programming 2, 4.2.2, theorem B.
    """
    sums = [(0.0, 0.0)]
    total = lost = 0.0
    for value in values:
        rounded = total + value
        part = rounded - total
        lost += (total - (rounded - part)) + (value - part)
        total = rounded
        sums.append((total, lost))
    return sums


def _between(sums: list[tuple[float, float]], start: int, end: int) -> float:
    (before, lost_before), (after, lost_after) = sums[start], sums[end]
    return (after - before) + (lost_after - lost_before)
