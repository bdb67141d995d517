"""What became of one series: its levels, the steps between them, and where it goes."""

import math
from collections.abc import Sequence
from itertools import pairwise, repeat
from operator import sub
from statistics import median

from pytest_fitness.judge.distributions import student_quantile
from pytest_fitness.judge.trend.bending import Border
from pytest_fitness.judge.trend.nouns import Drift, Level, Step, Trend, relative
from pytest_fitness.judge.trend.points import Shape, shape
from pytest_fitness.judge.trend.pruning import inflation
from pytest_fitness.judge.trend.slopes import slope, theil
from pytest_fitness.judge.trend.spikes import without_spikes
from pytest_fitness.judge.trend.sums import Part, Sums
from pytest_fitness.judge.trend.suspecting import suspected
from pytest_fitness.judge.trend.tidy import Tidy, tidy

_NEAREST = 30
_NORMAL = 1.4826
_MEDIAN = math.sqrt(math.pi / 2)


def analyse(
    values: Sequence[float | None],
    times: Sequence[float] | None = None,
    *,
    exact: bool | None = None,
    confidence: float = 0.95,
) -> Trend:
    """Levels, steps, suspicion and drift of a series.

    Args:
        values: the series, oldest first. NaN and None are gaps.
        times: when each was measured, in seconds; only the drift in time needs them.
        exact: as of :func:`pytest_fitness.judge.trend.change_points`.
        confidence: how often the intervals shall hold.

    Raises:
        ValueError: there are not as many times as values.
    """
    if times is not None and len(times) != len(values):
        raise ValueError("each value needs a time")
    series = tidy(values)
    if not series.values:
        return Trend((), (), None, None, 0)
    found = shape(series.values, exact)
    return Trend(
        levels=_levels(series, found.borders, len(values)),
        steps=_steps(series, found.borders, confidence),
        suspicion=suspected(series, found),
        drift=_drift(series, found, times, confidence),
        points=len(series.values),
    )


def _levels(series: Tidy, found: list[Border], length: int) -> tuple[Level, ...]:
    edges = [0, *(border.at for border in found if border.step), len(series.values)]
    starts = [0, *(series.places[at] for at in edges[1:-1]), length]
    return tuple(
        Level(start, end, *_described(series.values[first:last]))
        for (first, last), (start, end) in zip(pairwise(edges), pairwise(starts), strict=True)
    )


def _described(values: list[float]) -> tuple[float, float]:
    """The median and the spread around it."""
    centre = median(values)
    return centre, _NORMAL * median(map(abs, map(sub, values, repeat(centre))))


def _steps(series: Tidy, found: list[Border], confidence: float) -> tuple[Step, ...]:
    edges = [0, *(border.at for border in found), len(series.values)]
    triples = zip(edges, found, edges[2:], strict=False)
    return tuple(_step(series, *each, confidence) for each in triples if each[1].step)


def _step(series: Tidy, start: int, border: Border, end: int, confidence: float) -> Step:
    left = series.values[max(start, border.at - _NEAREST) : border.at]
    right = series.values[border.at : min(end, border.at + _NEAREST)]
    before, after = median(left), median(right)
    change, low, high = relative(before, after), None, None
    if change is not None:
        width = _width(left, right, confidence) / abs(before)
        low, high = change - width, change + width
    places = series.places
    return Step(places[border.at], places[border.at - 1], before, after, change, low, high)


def _width(left: list[float], right: list[float], confidence: float) -> float:
    """Half of the interval of the difference of two medians."""
    freedom = len(left) + len(right) - 2
    sums = Sums([*without_spikes(left), *without_spikes(right)])
    parts = [Part(0, len(left)), Part(len(left), sums.length)]
    squares = math.fsum(map(sums.residual, parts))
    if freedom < 1 or len(set(left)) == len(set(right)) == 1:
        return 0.0
    variance = squares / freedom * (1 / len(left) + 1 / len(right)) * inflation(sums, parts)
    return _MEDIAN * student_quantile((1 + confidence) / 2, freedom) * math.sqrt(variance)


def _drift(
    series: Tidy, found: Shape, times: Sequence[float] | None, confidence: float
) -> Drift | None:
    start = found.borders[-1].at if found.borders else 0
    values, places = found.cleaned[start:], series.places[start:]
    runs = [float(place) for place in places]
    line = slope(runs, values, confidence)
    if line is None:
        return None
    per_second = None
    if times is not None:
        moments = [times[place] for place in places]
        rising = all(before < after for before, after in pairwise(moments))
        per_second = theil(moments, values) if rising else None
    now = line.at(runs[-1])
    return Drift(places[0], len(values), line.value, line.low, line.high, per_second, now)
