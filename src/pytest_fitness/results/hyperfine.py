"""hyperfine: the file of ``--export-json``.

Numbers are named by the command: ``sleep 0.02.mean``; where there is one command only, also by the
statistic alone: ``mean``.
"""

from typing import Final

from pytest_fitness import units
from pytest_fitness.results.intervals import of_mean
from pytest_fitness.results.opened import ResultFile
from pytest_fitness.results.reading import Reading, named, number_of, unit_among

_STATISTICS: Final = ("mean", "median", "min", "max", "stddev", "user", "system")


def unit_of(name: str) -> str:
    """Seconds.

    Raises:
        ValueError: the name does not end with a statistic of hyperfine.
    """
    return unit_among(dict.fromkeys(_STATISTICS, units.SECONDS), name)


def claims(file: ResultFile) -> bool:
    """Whether it has results of commands."""
    if file.looks != "json" or not isinstance(file.document, dict):
        return False
    results = file.document.get("results")
    return isinstance(results, list) and all(
        isinstance(each, dict) and "command" in each for each in results
    )


def read(file: ResultFile, confidence: float) -> dict[str, Reading]:
    """The statistics of all commands; the mean has an interval."""
    found = []
    file.require_few(len(file.document["results"]) * len(_STATISTICS))
    for each in file.document["results"]:
        times = each.get("times")
        runs = len(times) if isinstance(times, list) else 1
        readings = {
            name: Reading(number_of(each[name]), units.SECONDS, runs)
            for name in _STATISTICS
            if name in each
        }
        mean, deviation = number_of(each.get("mean")), number_of(each.get("stddev"))
        interval = of_mean(mean, deviation, runs, confidence)
        readings["mean"] = Reading(mean, units.SECONDS, runs, interval)
        found.append((str(each["command"]), readings))
    return named(found)
