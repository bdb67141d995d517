"""The numbers that one test run recorded under a name, as one that is as sure as they are."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from pytest_fitness.judge.samples import mean, percentile
from pytest_fitness.results.intervals import deviation_of, of_mean, of_percentile

Interval = tuple[float, float]
_PERCENTS: Final = {"p50": 50, "p95": 95, "p99": 99}


class Sure(NamedTuple):
    """A number, and how sure it is.

    Attributes:
        samples: how many values it was made of.
        interval: what the true value lies between; None where that is not known.
    """

    value: float
    samples: int = 1
    interval: Interval | None = None


def reduced(numbers: Sequence[Sure], how: str, confidence: float) -> Sure:
    """One number of those that tests recorded; at least one, in the order of the tests.

    The interval of one is its own. The least of several lies between the least of their lower and
    the least of their upper ends, and so for the largest. For a mean or a percentile they are a
    sample, whose numbers differ by all that makes them unsure: their own intervals tell a part.

    Args:
        numbers: in one unit.
        how: one of the reductions that ``recorded`` takes.
        confidence: how often the interval holds the true value.
    """
    if how == "last" or len(numbers) == 1:
        return numbers[-1]
    values = [number.value for number in numbers]
    samples = sum(number.samples for number in numbers)
    if how == "mean":
        centre = mean(values)
        interval = of_mean(centre, deviation_of(values), len(values), confidence)
        return Sure(centre, samples, interval)
    if how in _PERCENTS:
        percent = _PERCENTS[how]
        interval = of_percentile(values, percent, confidence)
        return Sure(percentile(values, percent), samples, interval)
    pick = min if how == "min" else max
    return Sure(pick(values), samples, _outermost(numbers, pick))


def _outermost(
    numbers: Sequence[Sure], pick: Callable[[Iterable[float]], float]
) -> Interval | None:
    """Between what the least or the largest lies; one without an interval is what it is."""
    if all(number.interval is None for number in numbers):
        return None
    ends = [number.interval or (number.value, number.value) for number in numbers]
    return pick(low for low, _ in ends), pick(high for _, high in ends)
