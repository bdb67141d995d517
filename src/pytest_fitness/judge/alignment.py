"""Two series brought together: on common times, without spikes, in equal steps."""

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from pytest_fitness.answers import Points
from pytest_fitness.judge.samples import mean

_SIDE = 5
_FAR = 6.0
_MOST = 500
_BINS = 90
_LONGEST_GAP = 16

Point = tuple[float, float]


class Pairs(NamedTuple):
    """The logarithms of two series at their common times."""

    times: list[float]
    of: list[float]
    per: list[float]

    def pick(self, places: Sequence[int]) -> "Pairs":
        """Some of them."""
        times, of, per = ([column[place] for place in places] for column in self)
        return Pairs(times, of, per)


class Matched(NamedTuple):
    """What two series have in common.

    Attributes:
        pairs: their logarithms at common times.
        unmatched: points of the sparser series to which the other has none that is near enough.
        dropped: points whose value has no logarithm: zero, negative, infinite or NaN.
    """

    pairs: Pairs
    unmatched: int = 0
    dropped: int = 0


def match(of: Points, per: Points) -> Matched:
    """Pair the points of two series; the one with the longer step leads.

    Each of its points takes the nearest one of the other that is less than half a step away.
    """
    ours, theirs = _positive(of), _positive(per)
    dropped = len(of) + len(per) - len(ours) - len(theirs)
    if not ours or not theirs:
        return Matched(Pairs([], [], []), max(len(ours), len(theirs)), dropped)
    swapped = _step(theirs) > _step(ours)
    leading, other = (theirs, ours) if swapped else (ours, theirs)
    found = [
        (time, near, value) if swapped else (time, value, near)
        for time, value, near in _nearest(leading, other, _step(leading) / 2)
    ]
    columns = [[row[column] for row in found] for column in range(3)]
    pairs = Pairs(columns[0], *([math.log(value) for value in each] for each in columns[1:]))
    return Matched(pairs, len(leading) - len(found), dropped)


def _nearest(
    leading: Sequence[Point], other: Sequence[Point], reach: float
) -> Iterator[tuple[float, float, float]]:
    """The leading points with the value of the other series that is nearest in time."""
    times = [time for time, _ in other]
    place = 0
    for time, value in leading:
        place = bisect_left(times, time, place)
        if place < len(times) and times[place] == time:
            yield time, value, other[place][1]
            continue
        around = other[max(place - 1, 0) : place + 1]
        at, near = min(around, key=lambda each, to=time: abs(each[0] - to))  # type: ignore[misc]
        if abs(at - time) < reach:
            yield time, value, near


def spikes(residuals: Sequence[float]) -> set[int]:
    """The places of values far from all that is around them.

    Hampel's filter: further from the median of the five values on each side than six standard
    deviations of such distances, which are estimated by their median (Davies and Gather, The
    identification of multiple outliers, JASA 88, 1993). What stays for longer than that is no
    spike: it has happened.
    """
    count = len(residuals)
    distances = []
    for place, value in enumerate(residuals):
        window = sorted(residuals[max(0, place - _SIDE) : place + _SIDE + 1])
        distances.append(abs(value - window[len(window) // 2]))
    scale = 1.4826 * median(distances) if count else 0.0
    if scale < 1e-12:  # most values are equal to those around them
        scale = 1.2533 * sum(distances) / count if count else 0.0
    return {place for place, each in enumerate(distances) if each > max(_FAR * scale, 1e-9)}


def median_slope(pairs: Pairs) -> float:
    """A slope that a quarter of wild points cannot move far.

    The median over pairs that lie half the sample apart (Theil, A rank-invariant method of linear
    and polynomial regression analysis, 1950: the incomplete method).
    """
    ordered = sorted(zip(pairs.per, pairs.of, strict=True))
    half = (len(ordered) + 1) // 2
    slopes = [
        (b[1] - a[1]) / (b[0] - a[0])
        for a, b in zip(ordered, ordered[half:], strict=False)
        if b[0] > a[0]
    ]
    return median(slopes) if slopes else 0.0


def in_steps(pairs: Pairs) -> tuple[Pairs, list[int]]:
    """The pairs, averaged where they are many, and how many steps each lies after its forerunner.

    What is measured has noise of more than one kind, and that of a single reading hides how long
    the rest lasts. Averages of neighbours show it: they are closer to an AR(1) process than what
    they are made of.
    """
    times = pairs.times
    step = median(after - before for before, after in pairwise(times))
    merged = math.ceil((times[-1] - times[0]) / step / _BINS) if len(times) > _MOST else 1
    if merged == 1:
        return pairs, [_whole(after - before, step) for before, after in pairwise(times)]
    bins: dict[int, list[int]] = {}
    for place, time in enumerate(times):
        bins.setdefault(round((time - times[0]) / step) // merged, []).append(place)
    columns = (
        [mean([column[place] for place in each]) for each in bins.values()] for column in pairs
    )
    return Pairs(*columns), [_whole(after - before, 1) for before, after in pairwise(bins)]


def _positive(points: Points) -> list[Point]:
    return sorted({time: value for time, value in points if 0 < value < math.inf}.items())


def _step(points: Sequence[Point]) -> float:
    return median(after[0] - before[0] for before, after in pairwise(points)) if points[1:] else 0.0


def _whole(distance: float, step: float) -> int:
    """The distance in steps; long ones rounded to powers of two, to have few kinds of them."""
    steps = max(1, round(distance / step))
    return steps if steps <= _LONGEST_GAP else 2 ** min(round(math.log2(steps)), 20)
