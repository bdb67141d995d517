"""Whether the budget held with so many users, and how sure that is."""

import math
from typing import Final, NamedTuple

from pytest_fitness import units
from pytest_fitness.judge.capacity import Standing
from pytest_fitness.judge.latencies import percentile_ranks, resemblance
from pytest_fitness.load import figures as figures_of
from pytest_fitness.load.result import StageResult, Timings
from pytest_fitness.measures.capacity.options import UNITS, Budget

_UNKNOWN: Final = (-math.inf, math.inf)


class Figure(NamedTuple):
    """One number of a step.

    Attributes:
        interval: between what the true number lies, as far as that is known.
    """

    name: str
    value: float
    interval: tuple[float, float]

    def __str__(self) -> str:
        return f"{self.name} {units.format_value(self.value, UNITS[self.name])}"


def figures(stage: StageResult, budget: Budget, confidence: float) -> tuple[Figure, ...]:
    """What the budget speaks of, as it was in a stage; nothing where there was no answer."""
    if not stage.total.count:
        return ()
    return tuple(_figure(name, stage, confidence) for name, _ in budget)


def standing(found: tuple[Figure, ...], budget: Budget, *, busy: bool = False) -> Standing:
    """How the figures stand to the budget; a time without any answer is past every budget.

    What a busy load shows past the budget is not certain.
    """
    limits = dict(budget)
    if not found or any(limits[figure.name].excludes(figure.interval) for figure in found):
        return Standing.UNCLEAR if busy else Standing.PAST
    within = all(limits[figure.name].allows(figure.value) for figure in found)
    return Standing.WITHIN if within else Standing.UNCLEAR


def _figure(name: str, stage: StageResult, confidence: float) -> Figure:
    total = stage.total
    if name == "max":
        return Figure(name, total.times.max, (total.times.max, math.inf))
    if name == "error_rate":
        value, interval = figures_of.error_rate(total, confidence)
    elif name == "throughput":
        value, interval = figures_of.throughput(total, stage.seconds, confidence)
    elif name == "mean":
        value, interval = figures_of.mean(total, stage.seconds, confidence)
    else:
        return _percentile(name, total, confidence)
    return Figure(name, value, interval or _UNKNOWN)


def _percentile(name: str, total: Timings, confidence: float) -> Figure:
    percent = float(name.removeprefix("p"))
    alike = resemblance(total.slices)
    below, above = percentile_ranks(total.count / alike, percent, confidence)
    times = total.times
    low = 0.0 if below is None else times.at_rank(_rank(below * alike, total.count))
    high = math.inf if above is None else times.at_rank(_rank(above * alike, total.count))
    value = times.percentile(percent)
    return Figure(name, value, (min(low, value), max(high, value)))


def _rank(place: float, count: int) -> int:
    return min(max(1, math.ceil(place)), count)
