"""What the detector would have seen in a history of one's own.

What is left of a history without its steps and drifts is drawn again in blocks of neighbours, so
that the noise keeps its shape and its resemblance to the values before it (Künsch, The jackknife
and the bootstrap for general stationary observations, Annals of Statistics 17, 1989). Steps,
drifts, gaps and spikes are put into such histories, of which the truth is then known.
"""

import math
import random
from collections.abc import Callable, Sequence
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

from pytest_fitness.judge.trend.analysis import analyse
from pytest_fitness.judge.trend.points import change_points, shape
from pytest_fitness.judge.trend.slopes import theil
from pytest_fitness.judge.trend.tidy import tidy

FEWEST: Final = 12
"""So many numbers are needed to learn the noise from."""
CHANGES: Final = (0.05, 0.1, 0.2)
_LONGEST = 60
_AFTER = 10
_NEAR = 2
_SPIKE = 0.4
_DRIFT = 0.2
_GAPS = 0.1


class Power(NamedTuple):
    """How well steps of one size are found.

    Attributes:
        change: the size, as a share of the level.
        found: the share that is confirmed within ten points.
        delay: how many points that took, as a median; None where less than half were found.
    """

    change: float
    found: float
    delay: float | None


class Replay(NamedTuple):
    """What came of it, as shares of the histories of each kind.

    Attributes:
        false_alarms: where nothing changed and a step was told.
        spikes: where the last point alone was 40 % too high and a step was told there (as it shall
            be of a static measure).
        drift_as_steps: where the value drifted by 20 % and steps were told.
        drift_told: where it drifted and that was told.
        gaps: where one value in ten was missing and a step of 10 % was found all the same.
        steps: how well steps are found, by size.
    """

    false_alarms: float
    spikes: float
    drift_as_steps: float
    drift_told: float
    gaps: float
    steps: tuple[Power, ...]


class _Histories(NamedTuple):
    """Draws histories like one's own, at a constant level."""

    level: float
    noise: list[float]
    length: int
    generator: random.Random

    def drawn(self, points: int) -> list[float]:
        """So many points of a history in which nothing changes."""
        size = max(1, round(len(self.noise) ** (1 / 3)))
        drawn: list[float] = []
        while len(drawn) < points:
            start = self.generator.randrange(len(self.noise) - size + 1)
            drawn += self.noise[start : start + size]
        return [self.level + each for each in drawn[:points]]

    def share(self, series: int, holds: Callable[[], bool]) -> float:
        """How often something holds."""
        return sum(holds() for _ in range(series)) / series


def replay(values: Sequence[float | None], seed: int, *, series: int = 20) -> Replay | None:
    """How the detector fares on a history with steps, drift, gaps and spikes put into it.

    Args:
        values: the history, oldest first; only its newest 60 numbers set the length of those drawn.
        seed: equal seeds give equal figures.
        series: how many histories of each kind.

    Returns:
        None where there are fewer than twelve numbers.
    """
    kept = tidy(values).values
    if len(kept) < FEWEST:
        return None
    generator = random.Random(seed)  # noqa: S311 - figures that repeat, not secrets
    newest = median(kept[(change_points(kept) or [0])[-1] :])
    histories = _Histories(newest, _noise(kept), min(len(kept), _LONGEST), generator)
    drifts = [analyse(_drifting(histories)) for _ in range(max(1, series // 2))]
    return Replay(
        false_alarms=histories.share(series, lambda: _alarms(histories)),
        spikes=histories.share(series, lambda: _spike_alarms(histories)),
        drift_as_steps=sum(bool(each.steps) for each in drifts) / len(drifts),
        drift_told=sum(each.drift is not None for each in drifts) / len(drifts),
        gaps=histories.share(series, lambda: _found_with_gaps(histories)),
        steps=tuple(_power(histories, change, series) for change in CHANGES),
    )


def _noise(values: list[float]) -> list[float]:
    """What is left of the values without their levels and slopes."""
    edges = [0, *(border.at for border in shape(values).borders), len(values)]
    noise: list[float] = []
    for start, end in pairwise(edges):
        part, places = values[start:end], range(end - start)
        rise = theil(places, part)
        flat = [value - rise * place for place, value in enumerate(part)]
        middle = median(flat)
        noise += [value - middle for value in flat]
    return noise


def _alarms(histories: _Histories) -> bool:
    return bool(change_points(histories.drawn(histories.length)))


def _spike_alarms(histories: _Histories) -> bool:
    values = histories.drawn(histories.length)
    values[-1] = histories.level + _SPIKE * _size(histories)
    return bool(change_points(values)) and change_points(values)[-1] == len(values) - 1


def _drifting(histories: _Histories) -> list[float]:
    values = histories.drawn(histories.length)
    pace = _DRIFT * _size(histories) / len(values)
    return [value + pace * place for place, value in enumerate(values)]


def _found_with_gaps(histories: _Histories) -> bool:
    values = _stepped(histories, CHANGES[1])
    for place in histories.generator.sample(range(len(values)), round(_GAPS * len(values))):
        values[place] = math.nan
    return _is_found(histories, values)


def _power(histories: _Histories, change: float, series: int) -> Power:
    delays = [_delay(histories, change) for _ in range(series)]
    found = sum(map(math.isfinite, delays)) / series
    delay = median(delays)
    return Power(change, found, delay if math.isfinite(delay) else None)


def _delay(histories: _Histories, change: float) -> float:
    """After how many points a step is confirmed."""
    values = _stepped(histories, change)
    counts = range(1, _AFTER + 1)
    until = (count for count in counts if _is_found(histories, values[: count - _AFTER or None]))
    return next(until, math.inf)


def _stepped(histories: _Histories, change: float) -> list[float]:
    values = histories.drawn(histories.length + _AFTER)
    rise = change * _size(histories)
    return [value + rise * (at >= histories.length) for at, value in enumerate(values)]


def _is_found(histories: _Histories, values: list[float]) -> bool:
    return any(abs(at - histories.length) <= _NEAR for at in change_points(values))


def _size(histories: _Histories) -> float:
    """Of what the changes are shares: the level, or the unit where that is 0."""
    return abs(histories.level) or 1.0
