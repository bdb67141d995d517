"""What Locust says of some requests, from its table or its JSON, as readings."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from pytest_fitness import units
from pytest_fitness.results.intervals import share
from pytest_fitness.results.reading import Reading, count_of, seconds_of

UNITS: Final = dict.fromkeys(("median", "average", "min", "max"), units.SECONDS) | {
    "request_count": units.COUNT,
    "failure_count": units.COUNT,
    "failure_ratio": units.RATIO,
    "content_size": units.BYTES,
    "requests_per_s": units.RATE,
    "failures_per_s": units.RATE,
}
Entry = tuple[str, str, dict[str, Reading]]
"""The method, the name, and the readings by statistic."""


class Counts(NamedTuple):
    """What Locust says of some requests beside their times."""

    requests: float
    failures: float
    requests_per_s: float
    failures_per_s: float
    content_size: float


def readings(
    times: Mapping[str, float], counts: Counts, confidence: float, moment: float | None = None
) -> dict[str, Reading]:
    """The readings of some requests.

    Args:
        times: in milliseconds, by statistic.
        counts: the rest.
        confidence: of the interval of the share that failed.
        moment: of the last request.
    """
    samples = count_of(counts.requests)
    numbers = {name: seconds_of(time) for name, time in times.items()} | {
        "request_count": counts.requests,
        "failure_count": counts.failures,
        "requests_per_s": counts.requests_per_s,
        "failures_per_s": counts.failures_per_s,
        "content_size": counts.content_size,
    }
    found = {
        name: Reading(value, UNITS.get(name, units.SECONDS), samples, None, moment)
        for name, value in numbers.items()
    }
    found["failure_ratio"] = share(counts.failures, counts.requests, confidence, moment)
    return found
