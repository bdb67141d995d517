"""How sure a number is that a tool made of a sample."""

import math
from collections.abc import Sequence

from pytest_fitness import units
from pytest_fitness.judge.samples import percentile
from pytest_fitness.results.reading import Reading


def share(part: float, total: float, confidence: float, moment: float | None = None) -> Reading:
    """A share of events, with its Wilson interval; NaN where there was no event."""
    if not (0 < total < math.inf and 0 <= part <= total):
        return Reading(math.nan, units.RATIO, 0, None, moment)
    from pytest_fitness.judge.proportions import wilson

    interval = wilson(part, total, confidence)
    return Reading(part / total, units.RATIO, round(total), interval, moment)


def of_mean(
    mean: float, deviation: float, count: int, confidence: float
) -> tuple[float, float] | None:
    """Student's interval of the mean of a normal sample; None where it cannot be told.

    Student, The Probable Error of a Mean, Biometrika 6, 1908.
    """
    if count < 2 or not (math.isfinite(mean) and math.isfinite(deviation) and deviation >= 0):
        return None
    from pytest_fitness.judge.distributions import student_quantile

    half = student_quantile((1 + confidence) / 2, count - 1) * deviation / math.sqrt(count)
    return mean - half, mean + half


def of_percentile(
    values: Sequence[float], percent: float, confidence: float
) -> tuple[float, float] | None:
    """The interval of the percentile of a sample, by ranks: it holds whatever the distribution is.

    An end beyond the values is the outermost of them: so far out nothing is known. It reaches to
    the percentile of the values themselves, which may lie between two ranks. None where it cannot
    be told, of fewer than two values.
    """
    if len(values) < 2:
        return None
    from pytest_fitness.judge.latencies import percentile_ranks

    low, high = percentile_ranks(len(values), percent, confidence)
    ordered, value = sorted(values), percentile(values, percent)
    return min(ordered[(low or 1) - 1], value), max(ordered[(high or len(ordered)) - 1], value)


def deviation_of(values: Sequence[float]) -> float:
    """The standard deviation of the population that a sample is from; NaN for fewer than two."""
    if len(values) < 2:
        return math.nan
    mean = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))
