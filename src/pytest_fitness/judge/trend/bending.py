"""Whether two lines meet: a bend, where a drift begins or ends, is no step.

Two lines that meet are the two lines fitted apart, with one constraint; it costs J² / V squares,
where J is the jump between them and V its variance at unit noise (Seber and Lee, Linear Regression
Analysis, 2003, 3.8: least squares with linear restrictions).
"""

import math
from typing import NamedTuple

from pytest_fitness.judge.trend.growing import SHORTEST, penalty
from pytest_fitness.judge.trend.pruning import inflation
from pytest_fitness.judge.trend.sums import Line, Part, Sums

_PLACES = 128
_NEEDED = 0.5
_BETTER = 2.0
_TELLING = 0.6
_FEWER = 2.0


class Border(NamedTuple):
    """Where one part ends and the next begins.

    Attributes:
        at: the first point of the next.
        step: whether the series jumps there, rather than bends.
    """

    at: int
    step: bool


class _Fit(NamedTuple):
    """Two lines, one up to a point and one from there on."""

    at: int
    apart: float  # the squares they leave
    meeting: float  # the squares they leave if they have to meet


def slopes_tell(sums: Sums, left: Part, right: Part) -> bool:
    """Whether two levels would be better described by lines."""
    levels = (left, right)
    if min(part.length for part in levels) <= SHORTEST:
        return False
    points, squares = right.end - left.start, sum(map(sums.residual, levels))
    lines = sum(sums.residual(part._replace(line=True)) for part in levels)
    return points * math.log(squares / lines) > _TELLING * penalty(points)


def border(sums: Sums, left: Part, right: Part) -> Border:
    """What lies between two parts of which one is a line at least."""
    fits = _fits(sums, left.start, right.end, right.start)
    if not fits:
        return Border(right.start, step=True)
    step, bend = min(fits, key=lambda fit: fit.apart), min(fits, key=lambda fit: fit.meeting)
    points = right.end - left.start
    as_levels = math.inf if left.line or right.line else sum(map(sums.residual, (left, right)))
    if as_levels < bend.meeting * (1 + _FEWER / points):
        return Border(right.start, step=True)
    gained = points * math.log(bend.meeting / step.apart) / inflation(sums, [left, right], 0.9)
    jumps = gained > _NEEDED * penalty(points)
    return Border(step.at if jumps else bend.at, jumps)


def bend_within(sums: Sums, line: Part) -> list[Border]:
    """Where a line had better be two that meet, if anywhere: a drift that began later."""
    fits = _fits(sums, line.start, line.end, (line.start + line.end) // 2)
    if not fits:
        return []
    best = min(fits, key=lambda fit: fit.meeting)
    gained = line.length * math.log(sums.residual(line) / best.meeting)
    return [Border(best.at, step=False)] if gained > _BETTER * penalty(line.length) else []


def _fits(sums: Sums, start: int, end: int, about: int) -> list[_Fit]:
    """The fits at every so many points of a part, and at one of them in any case."""
    first, last = start + SHORTEST, end - SHORTEST
    places = {*range(first, last + 1, max(1, (last - first) // _PLACES)), about}
    return [_fit(sums, start, at, end) for at in sorted(places) if first <= at <= last]


def _fit(sums: Sums, start: int, at: int, end: int) -> _Fit:
    left, right = sums.line(start, at), sums.line(at, end)
    squares = sum(sums.residual(Part(*each, line=True)) for each in ((start, at), (at, end)))
    before, after = _reach(left, start, at, at), _reach(right, at, end, at)
    jump, variance = after[0] - before[0], after[1] + before[1]
    return _Fit(at, squares, squares + jump * jump / variance)


def _reach(line: Line, start: int, end: int, at: int) -> tuple[float, float]:
    """The value of a line just before a point, and its variance at unit noise."""
    length = end - start
    away = at - 0.5 - (start + end - 1) / 2
    return line.mean + line.slope * away, (1 + 12 * away * away / (length * length - 1)) / length
