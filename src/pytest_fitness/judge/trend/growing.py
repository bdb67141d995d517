"""Cutting a series where its level seems to change, again and again: binary segmentation.

Each part is cut where the two means differ most (the CUSUM statistic), if they do; else where the
largest bump begins and ends (Olshen et al., Circular binary segmentation, Biostatistics 5, 2004),
which a single cut cannot see. How much has to be gained is Schwarz's criterion, somewhat stricter
(Yao, Estimating the number of change-points via Schwarz' criterion, Statistics & Probability
Letters 6, 1988). Growing takes the noise for independent, so it cuts too often; what of it lasts is
decided in :mod:`pytest_fitness.judge.trend.pruning`.
"""

import math
from functools import lru_cache
from itertools import count, pairwise
from operator import add, mul, sub
from typing import Final, NamedTuple

from pytest_fitness.judge.trend.sums import Part, Sums

SHORTEST: Final = 3
"""As many points make a level, at the least: a spike may take two."""
_SHORTEST_BUMP = 5
_PENALTY = 4.0
_FEWEST = 8
_BUMP = 1.5
_COARSE = 4096


class Cut(NamedTuple):
    """A part and where it is cut: at one point, or at both ends of a bump."""

    part: Part
    at: tuple[int, ...]

    @property
    def pieces(self) -> list[Part]:
        """What it leaves of the part."""
        ends = (self.part.start, *self.at, self.part.end)
        return [Part(start, end) for start, end in pairwise(ends)]


class _Scan(NamedTuple):
    """The best single cut of a part, its largest bump, and the squares that each explains."""

    at: int
    gain: float
    bump: tuple[int, int]
    bump_gain: float


def penalty(points: int) -> float:
    """How much each cut must gain in twice the log-likelihood of as many points."""
    return _PENALTY * math.log(max(points, _FEWEST))


def grow(sums: Sums) -> list[Cut]:
    """All cuts that seem to gain enough; each stands before those of its pieces."""
    cuts, parts = [], [Part(0, sums.length)]
    while parts:
        cut = _cut(sums, parts.pop())
        if cut is not None:
            cuts.append(cut)
            parts += cut.pieces
    return cuts


def best_cut(sums: Sums, start: int, end: int) -> int:
    """Where two levels describe the part best."""
    return _scan(sums, start, end).at


def _cut(sums: Sums, part: Part) -> Cut | None:
    if part.length < 2 * SHORTEST:
        return None
    found = _scan(sums, part.start, part.end)
    squares, needed = sums.residual(part), penalty(part.length)
    if _explains(found.gain, squares, part.length, needed):
        return Cut(part, (found.at,))
    if _explains(found.bump_gain, squares, part.length, _BUMP * needed) and _is_long(
        found.bump, part
    ):
        return Cut(part, found.bump)
    return None


def _explains(gain: float, squares: float, points: int, needed: float) -> bool:
    return gain > squares * -math.expm1(-needed / points)


def _is_long(bump: tuple[int, int], part: Part) -> bool:
    """Whether bump and both edges are long enough to be levels."""
    low, high = bump
    return high - low >= _SHORTEST_BUMP and min(low - part.start, part.end - high) >= SHORTEST


def _scan(sums: Sums, start: int, end: int) -> _Scan:
    """From one pass over all points, or over every so many of a very long part."""
    stride = max(1, (end - start) // _COARSE)
    found = _scan_by(sums, start, end, stride)
    return found if stride == 1 else _closer(sums, start, end, found, stride)


def _scan_by(sums: Sums, start: int, end: int, stride: int) -> _Scan:
    length, totals = end - start, sums.totals
    mean = (totals[end] - totals[start]) / length
    expected = count(totals[start] + stride * mean, stride * mean)
    away = list(map(sub, totals[start + stride : end : stride], expected))
    gains = list(map(mul, map(mul, away, away), _weights(length, stride)))
    skip = (SHORTEST - 1) // stride
    best = max(gains[skip : len(gains) - skip])
    lowest, highest = min(away), max(away)
    low, high = sorted((away.index(lowest), away.index(highest)))
    width = (high - low) * stride
    rise = highest - lowest
    return _Scan(
        start + (1 + gains.index(best, skip)) * stride,
        best,
        (start + (low + 1) * stride, start + (high + 1) * stride),
        rise * rise * length / (width * (length - width)) if width else 0.0,
    )


@lru_cache(maxsize=32)
def _weights(length: int, stride: int) -> tuple[float, ...]:
    """By what the square of the distance from the mean becomes the squares that a cut explains."""
    if stride > 1:
        return tuple(1 / k + 1 / (length - k) for k in range(stride, length, stride))
    inverses = _inverses()
    return tuple(map(add, inverses[1:length], inverses[length - 1 : 0 : -1]))


@lru_cache(maxsize=1)
def _inverses() -> list[float]:
    return [0.0, *(1 / k for k in range(1, 2 * _COARSE))]


def _candidates(about: int, start: int, end: int, stride: int) -> list[int]:
    """The points around the best of the sampled ones, and those near both ends."""
    reach = 2 * stride
    first, last = start + SHORTEST, end - SHORTEST
    near = range(max(first, about - reach), min(last, about + reach) + 1)
    early, late = range(first, first + reach), range(last - reach, last + 1)
    return sorted({*near, *early, *late})


def _closer(sums: Sums, start: int, end: int, found: _Scan, stride: int) -> _Scan:
    totals, length = sums.totals, end - start
    base, mean = totals[start], (totals[end] - totals[start]) / length

    def gain(at: int) -> float:
        away = totals[at] - base - mean * (at - start)
        return away * away * (1 / (at - start) + 1 / (end - at))

    at = max(_candidates(found.at, start, end, stride), key=gain)
    return found._replace(at=at, gain=gain(at))
