"""How long something takes, from repeated timings in several processes, and how sure that is.

Values of one process resemble each other more than those of another: memory lies elsewhere, hashes
differ, the clock of the machine has moved on. So the processes are the sample, not the values.
"""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from pytest_fitness.judge.distributions import student_quantile
from pytest_fitness.judge.samples import mean, percentile

Processes = Sequence[Sequence[float]]
"""The values of each process; at least one process, and at least one value in each."""

FEWEST_PROCESSES: Final = 3
"""With fewer, nothing is known of how processes differ."""
FEWEST_VALUES: Final = {"p95": 60}
"""With fewer, all of them lie below the percentile more often than one time in twenty."""
SHARES: Final = {"p50": 0.5, "p95": 0.95}
# The largest margin of a logarithm; what is wider says nothing more.
_WIDEST: Final = 300.0
STATISTICS: Final = ("mean", *SHARES, "max", "throughput")


class Estimate(NamedTuple):
    """A statistic of timings.

    Attributes:
        value: in seconds; of ``throughput``, per second.
        interval: what the true one lies between; None where that is not known.
        undecided: why nothing can be told from the value; empty where it can.
    """

    value: float
    interval: tuple[float, float] | None = None
    undecided: str = ""


def estimate(statistic: str, processes: Processes, confidence: float = 0.95) -> Estimate:
    """A statistic of timings, with its interval.

    Args:
        statistic: one of ``STATISTICS``. ``max`` is the largest value that was seen, of which
            nothing more is claimed, and so without interval.
        processes: seconds, above 0.
        confidence: how often the interval holds the true value.
    """
    values = pooled(processes)
    if statistic == "max":
        return Estimate(max(values))
    value = _of(statistic, values, processes)
    few = too_few(statistic, len(processes), len(values))
    if few:
        return Estimate(value, None, few)
    if statistic in SHARES:
        return Estimate(value, quantile_interval(processes, SHARES[statistic], confidence))
    low, high = mean_interval(processes, confidence)
    return Estimate(value, (low, high) if statistic == "mean" else (1 / high, 1 / low))


def too_few(statistic: str, processes: int, values: int) -> str:
    """Why so many processes, and values in all of them, do not tell; empty where they do."""
    if statistic not in STATISTICS or statistic == "max":
        return ""
    if processes < FEWEST_PROCESSES:
        return f"`{statistic}` needs {FEWEST_PROCESSES} `processes` to tell how much they differ"
    fewest = FEWEST_VALUES.get(statistic, 1)
    if values < fewest:
        return (
            f"`{statistic}` needs {fewest} values to tell; `processes` times `values` is {values}"
        )
    return ""


def _of(statistic: str, values: Sequence[float], processes: Processes) -> float:
    if statistic in SHARES:
        return percentile(values, 100 * SHARES[statistic])
    average = mean([mean(each) for each in processes])
    return average if statistic == "mean" else 1 / average


def mean_interval(processes: Processes, confidence: float) -> tuple[float, float]:
    """The interval of the mean of all processes: Student's, from the mean of each.

    With one value for each cluster, this holds whatever the values within it have in common. It is
    taken of the logarithm (by the delta method), as times are above nothing and skewed: so its
    lower end is above nothing too.
    """
    means = [mean(each) for each in processes]
    centre = mean(means)
    factor = math.exp(min(_margin(means, confidence) / centre, _WIDEST))
    return centre / factor, centre * factor


def quantile_interval(processes: Processes, share: float, confidence: float) -> tuple[float, float]:
    """The interval of a quantile, from how the share of values below it differs among processes.

    Woodruff, Confidence intervals for medians and other position measures, Journal of the American
    Statistical Association 47, 1952, with the variance of the share taken between clusters, and no
    smaller than if there were none. An end beyond the values is the outermost of them: so far out
    nothing is known.
    """
    values = sorted(pooled(processes))
    middle = percentile(values, 100 * share)
    shares = [sum(value <= middle for value in each) / len(each) for each in processes]
    margin = max(_margin(shares, confidence), _plain_margin(share, len(values), confidence))
    return _at(values, share - margin), _at(values, share + margin)


def _at(values: Sequence[float], share: float) -> float:
    return percentile(values, 100 * min(max(share, 0.0), 1.0))


def _margin(values: Sequence[float], confidence: float) -> float:
    freedom = len(values) - 1
    centre = mean(values)
    variance = math.fsum((value - centre) ** 2 for value in values) / freedom
    return _student(confidence, freedom) * math.sqrt(variance / len(values))


def _plain_margin(share: float, count: int, confidence: float) -> float:
    return _student(confidence, count - 1) * math.sqrt(share * (1 - share) / count)


def _student(confidence: float, freedom: int) -> float:
    return -student_quantile((1 - confidence) / 2, freedom)


def variation(processes: Processes) -> float:
    """The standard deviation of all values as a share of their mean; 0 of a single value."""
    values = pooled(processes)
    if len(values) < 2:
        return 0.0
    centre = mean(values)
    variance = math.fsum((value - centre) ** 2 for value in values) / (len(values) - 1)
    return math.sqrt(variance) / centre


def pooled(processes: Processes) -> list[float]:
    """All values."""
    return [value for each in processes for value in each]
