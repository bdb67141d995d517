"""Locust: the CSV of ``--csv`` (``..._stats.csv``) and the JSON of ``--json``.

Numbers are named by the request: ``checkout.p95``, or ``GET checkout.p95`` where two have the same
name; those of all requests together are ``Aggregated.p95``.
"""

from collections.abc import Iterator
from typing import Final

from pytest_fitness import units
from pytest_fitness.results import locust_json
from pytest_fitness.results.locust_readings import UNITS, Counts, Entry, readings
from pytest_fitness.results.opened import ResultFile
from pytest_fitness.results.reading import (
    Reading,
    named,
    number_of,
    percent_of,
    percentile_name,
    split,
)
from pytest_fitness.results.rows import require_columns, rows

_STATISTICS: Final = 21
_TIMES: Final = {
    "Median Response Time": "median",
    "Average Response Time": "average",
    "Min Response Time": "min",
    "Max Response Time": "max",
}
_COLUMNS: Final = (*_TIMES, "Average Content Size", "Requests/s", "Failures/s", "100%")


def unit_of(name: str) -> str:
    """The unit of a number.

    Raises:
        ValueError: the name does not end with a statistic of Locust.
    """
    subject, statistic = split(name)
    if subject and percent_of(statistic) is not None:
        return units.SECONDS
    if not subject or statistic not in UNITS:
        raise ValueError(f"does not end with a percentile such as .p95, or {', '.join(UNITS)}")
    return UNITS[statistic]


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
    if file.looks == "text":
        require_columns(file, _COLUMNS, "Look at what writes it; it may have been cut short.")
        entries = list(_entries(file, confidence))
    else:
        file.require_few(len(file.document) * _STATISTICS)
        entries = locust_json.entries(file.document, confidence)
    full = ((f"{method} {name}".strip(), readings) for method, name, readings in entries)
    return named(full) | named((name, readings) for _, name, readings in entries)


def _entries(file: ResultFile, confidence: float) -> Iterator[Entry]:
    for number, (_, row) in enumerate(rows(file), start=1):
        file.require_few(number * _STATISTICS)
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
