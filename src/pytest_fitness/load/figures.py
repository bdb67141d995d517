"""What the answers of a stage come to, with how sure that is; what all kinds of load judge by."""

from typing import Final

from pytest_fitness.judge.latencies import Interval, failure_interval, mean_interval, rate_interval
from pytest_fitness.load.result import StageResult, Timings

_BUSY: Final = 0.9
Figure = tuple[float, Interval | None]
"""A number, and what the true one lies between; None where that is not known."""


def throughput(timings: Timings, seconds: float, confidence: float) -> Figure:
    """Answers a second that are no failures."""
    good = [part._replace(answers=part.answers - part.failures) for part in timings.slices]
    rate = (timings.count - timings.failures) / seconds
    return rate, rate_interval(good, _width(timings, seconds), confidence)


def error_rate(timings: Timings, confidence: float) -> Figure:
    """The share of requests that failed, of at least one."""
    share = timings.failures / timings.count
    return share, failure_interval(timings.slices, confidence)


def mean(timings: Timings, seconds: float, confidence: float) -> Figure:
    """How long an answer takes on average, in seconds."""
    interval = mean_interval(timings.slices, _width(timings, seconds), confidence)
    return timings.times.mean, interval


def is_busy(stage: StageResult) -> bool:
    """Whether the load used near all of a core, and so may itself be what was slow."""
    return stage.busy >= _BUSY


def _width(timings: Timings, seconds: float) -> float:
    """How long each slice of the time is."""
    return seconds / max(1, len(timings.slices))
