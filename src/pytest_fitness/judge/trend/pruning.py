"""Which cuts last: levels against one level, and against one straight line.

Two causes make a level seem to change. One is noise that resembles the values before it: what a
cut gains is divided by (1 + r) / (1 - r), by which such noise inflates the variance of a mean (r is
the lag-1 autocorrelation of what the levels leave, with its bias removed: Kendall, Note on bias in
the estimation of autocorrelation, Biometrika 41, 1954, and raised by one standard error, since
too low an r is a false alarm). The other is a drift: a row of steps stays only where it describes
the series better than a line does, which takes fewer numbers.

Pruning goes bottom-up, as for regression trees (Breiman et al., Classification and Regression
Trees, 1984), so that r is estimated with all real levels in place: a level that is missing would
look like autocorrelation.
"""

import math
from collections.abc import Sequence

from pytest_fitness.judge.trend.growing import Cut, penalty
from pytest_fitness.judge.trend.sums import Part, Sums

_BIAS = 0.75
_HIGHEST = 0.99
_HIGHEST_AGAINST_LINE = 0.9
_FURTHER_LEVEL = 0.75
_LINE = 2.0
_FURTHER_AGAINST_LINE = 0.7


def prune(sums: Sums, cuts: Sequence[Cut]) -> list[Part]:
    """The parts that last, oldest first."""
    lasting: dict[Part, list[Part]] = {}
    for cut in reversed(cuts):
        pieces = [part for piece in cut.pieces for part in lasting.get(piece, [piece])]
        lasting[cut.part] = _best(sums, cut.part, pieces)
    whole = Part(0, sums.length)
    return lasting.get(whole, [whole])


def inflation(sums: Sums, parts: Sequence[Part], highest: float = _HIGHEST) -> float:
    """By how much autocorrelation inflates the variance of a mean of what the levels leave."""
    squares = math.fsum(map(sums.residual, parts))
    points = sum(part.length for part in parts)
    if squares <= 0:
        return 1.0
    found = math.fsum(map(sums.lagged, parts)) / squares
    found += _BIAS * len(parts) * (1 + 2 * max(found, 0.0)) / points
    found += math.sqrt(max(0.0, 1 - found * found) / points)
    bounded = min(max(found, 0.0), highest)
    return (1 + bounded) / (1 - bounded)


def _best(sums: Sums, whole: Part, pieces: list[Part]) -> list[Part]:
    """The pieces, or one level or one line in place of them all."""
    line = whole._replace(line=True)
    if _beat_level(sums, whole, pieces) and _beat_line(sums, line, pieces):
        return pieces
    return [line if _beat_level(sums, whole, [line]) else whole]


def _beat_level(sums: Sums, whole: Part, pieces: list[Part]) -> bool:
    before, after = sums.residual(whole), math.fsum(map(sums.residual, pieces))
    gained = max(0.0, before - after) / (after * inflation(sums, pieces))
    cuts = len(pieces) - 1
    share = max(1.0, (cuts + 1) / 2 if cuts <= 2 else _FURTHER_LEVEL * cuts)
    needed = penalty(whole.length) * share + _slopes(pieces)
    return whole.length * math.log1p(gained) > needed


def _beat_line(sums: Sums, line: Part, pieces: list[Part]) -> bool:
    after = math.fsum(map(sums.residual, pieces))
    gained = line.length * math.log(sums.residual(line) / after)
    further = _FURTHER_AGAINST_LINE * penalty(line.length) * (len(pieces) - 2)
    needed = _LINE + further + _slopes(pieces)
    return gained / inflation(sums, pieces, _HIGHEST_AGAINST_LINE) > needed


def _slopes(pieces: list[Part]) -> float:
    """What the slopes of lines cost."""
    lines = sum(piece.line for piece in pieces)
    return lines * math.log(sum(piece.length for piece in pieces))
