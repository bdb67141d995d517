"""Locust: the CSV of ``--csv`` (``..._stats.csv``) and the JSON of ``--json``.

Numbers are named by the request: ``checkout.p95``, or ``GET checkout.p95`` where two have the same
name; those of all requests together are ``Aggregated.p95``.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from pytest_fitness import units
from pytest_fitness.results.intervals import share
from pytest_fitness.results.opened import ResultFile
from pytest_fitness.results.reading import (
    Reading,
    count_of,
    named,
    number_of,
    percent_of,
    percentile_name,
    seconds_of,
    split,
)
from pytest_fitness.results.rows import require_columns, rows

_TIMES: Final = {
    "Median Response Time": "median",
    "Average Response Time": "average",
    "Min Response Time": "min",
    "Max Response Time": "max",
}
_COLUMNS: Final = (*_TIMES, "Average Content Size", "Requests/s", "Failures/s", "100%")
_UNITS: Final = dict.fromkeys(_TIMES.values(), units.SECONDS) | {
    "request_count": units.COUNT,
    "failure_count": units.COUNT,
    "failure_ratio": units.RATIO,
    "content_size": units.BYTES,
    "requests_per_s": units.RATE,
    "failures_per_s": units.RATE,
}
Entry = tuple[str, str, dict[str, Reading]]


def unit_of(name: str) -> str:
    """The unit of a number.

    Raises:
        ValueError: the name does not end with a statistic of Locust.
    """
    subject, statistic = split(name)
    if subject and percent_of(statistic) is not None:
        return units.SECONDS
    if not subject or statistic not in _UNITS:
        raise ValueError(f"does not end with a percentile such as .p95, or {', '.join(_UNITS)}")
    return _UNITS[statistic]


def claims(file: ResultFile) -> bool:
    """Whether it is a table or a list of statistics of requests."""
    if file.looks == "text":
        return file.first_line.startswith("Type,Name,Request Count,Failure Count,")
    if file.looks != "json" or not isinstance(file.document, list) or not file.document:
        return False
    return all(isinstance(each, dict) and "num_requests" in each for each in file.document)


def read(file: ResultFile, confidence: float) -> dict[str, Reading]:
    """The statistics of all requests, of each name and together.

    Raises:
        MeasureError: it is broken.
    """
    from pytest_fitness.results import locust_json

    if file.looks == "text":
        require_columns(file, _COLUMNS, "Look at what writes it; it may have been cut short.")
        entries = list(_entries(file, confidence))
    else:
        entries = locust_json.entries(file.document, confidence)
    full = ((f"{method} {name}".strip(), readings) for method, name, readings in entries)
    return named(full) | named((name, readings) for _, name, readings in entries)


def _entries(file: ResultFile, confidence: float) -> Iterator[Entry]:
    for _, row in rows(file):
        columns = {_TIMES.get(column) or percentile_name(column): column for column in row}
        yield (
            row["Type"],
            row["Name"],
            readings(
                {name: number_of(row[column]) for name, column in columns.items() if name},
                Counts(
                    number_of(row["Request Count"]),
                    number_of(row["Failure Count"]),
                    number_of(row["Requests/s"]),
                    number_of(row["Failures/s"]),
                    number_of(row["Average Content Size"]),
                ),
                confidence,
            ),
        )


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
        name: Reading(value, _UNITS.get(name, units.SECONDS), samples, None, moment)
        for name, value in numbers.items()
    }
    found["failure_ratio"] = share(counts.failures, counts.requests, confidence, moment)
    return found
