"""The parts of a series put right, each seen beside its neighbours.

Binary segmentation places a cut while later ones are still missing. So each is placed again between
its neighbours (Bai, Estimating multiple breaks one at a time, Econometric Theory 13, 1997), and
those that no longer gain enough there go, the weakest first.
"""

import math
from itertools import pairwise

from pytest_fitness.judge.trend.growing import best_cut, penalty
from pytest_fitness.judge.trend.pruning import inflation
from pytest_fitness.judge.trend.sums import Part, Sums

_NEAR = 24
_ENOUGH_NEARBY = 0.6
_ENOUGH_BESIDE_LINE = 0.5
_ROUNDS = 2


def refine(sums: Sums, parts: list[Part]) -> list[Part]:
    """The parts with their levels placed again, and without those that are no better than none."""
    parts = _placed(sums, parts)
    while len(parts) > 1:
        noise = _noise(sums, parts)
        spare = [_spare(sums, *pair, noise) for pair in pairwise(parts)]
        weakest = min(range(len(spare)), key=spare.__getitem__)
        if spare[weakest] > 0:
            break
        joined = _joined(*parts[weakest : weakest + 2])
        parts = _placed(sums, [*parts[:weakest], joined, *parts[weakest + 2 :]])
    return parts


def _placed(sums: Sums, parts: list[Part]) -> list[Part]:
    """Each border between two levels where it describes these best."""
    parts = list(parts)
    for _ in range(_ROUNDS if len(parts) > 2 else 0):
        before = list(parts)
        for place, (left, right) in enumerate(pairwise(before)):
            start = parts[place].start
            if not (left.line or right.line):
                at = best_cut(sums, start, right.end)
                parts[place : place + 2] = Part(start, at), Part(at, right.end)
        if parts == before:
            break
    return parts


def _joined(left: Part, right: Part) -> Part:
    return Part(left.start, right.end, left.line or right.line)


def _spare(sums: Sums, left: Part, right: Part, noise: float) -> float:
    """By how much the border between two parts exceeds what is needed.

    Against the noise of the whole series, and against that nearby: where noise grows, what follows
    is no new level. Beside a line, against one line through both.
    """
    if left.line or right.line:
        return _spare_beside_line(sums, left, right)
    gain = _gain(sums, left, right)
    near_left = Part(max(left.start, left.end - _NEAR), left.end)
    near_right = Part(right.start, min(right.end, right.start + _NEAR))
    points = near_left.length + near_right.length
    nearby = sums.residual(near_left) + sums.residual(near_right)
    nearby *= inflation(sums, [left, right])
    return min(
        sums.length * math.log1p(gain / noise) - penalty(sums.length),
        points * math.log1p(gain / nearby) - _ENOUGH_NEARBY * penalty(points),
    )


def _spare_beside_line(sums: Sums, left: Part, right: Part) -> float:
    line = _joined(left, right)
    apart = sums.residual(left) + sums.residual(right)
    gained = line.length * math.log(sums.residual(line) / apart)
    return gained / inflation(sums, [left, right]) - _ENOUGH_BESIDE_LINE * penalty(line.length)


def _gain(sums: Sums, left: Part, right: Part) -> float:
    rise = sums.mean(right) - sums.mean(left)
    return rise * rise * left.length * right.length / (left.length + right.length)


def _noise(sums: Sums, parts: list[Part]) -> float:
    """The squares that the parts leave, inflated as autocorrelation inflates those of means."""
    return math.fsum(map(sums.residual, parts)) * inflation(sums, parts)
