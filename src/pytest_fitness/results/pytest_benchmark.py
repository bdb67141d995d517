"""pytest-benchmark: the file of ``--benchmark-json`` or ``--benchmark-save``.

Numbers are named by the benchmark: ``test_search.mean``; where two have the same name, by its
``fullname``: ``tests/test_shop.py::test_search.mean``.
"""

from collections.abc import Mapping
from typing import Any, Final

from pytest_fitness import units
from pytest_fitness.results.intervals import of_mean
from pytest_fitness.results.opened import ResultFile
from pytest_fitness.results.reading import (
    Reading,
    count_of,
    moment_of,
    named,
    number_of,
    unit_among,
)

_TIMES: Final = ("mean", "median", "min", "max", "stddev", "iqr", "q1", "q3", "total")


def unit_of(name: str) -> str:
    """Seconds, but for ``ops`` and ``rounds``.

    Raises:
        ValueError: the name does not end with a statistic of pytest-benchmark.
    """
    times = dict.fromkeys(_TIMES, units.SECONDS)
    return unit_among({**times, "ops": units.RATE, "rounds": units.COUNT}, name)


def claims(file: ResultFile) -> bool:
    """Whether it has benchmarks, and says of which machine."""
    if file.looks != "json" or not isinstance(file.document, dict):
        return False
    return "machine_info" in file.document and isinstance(file.document.get("benchmarks"), list)


def read(file: ResultFile, confidence: float) -> dict[str, Reading]:
    """The statistics of all benchmarks; the mean has an interval, and so has ``ops``."""
    moment = moment_of(file.document.get("datetime"))
    found = []
    file.require_few(len(file.document["benchmarks"]) * len(_TIMES))
    for each in file.document["benchmarks"]:
        if not isinstance(each, dict) or not isinstance(each.get("stats"), dict):
            raise file.problem(f"a benchmark without statistics: {str(each)[:60]!r}")
        found.append((each, _readings(each["stats"], confidence, moment)))
    by_name = named((str(each.get("name")), readings) for each, readings in found)
    return named((str(each.get("fullname")), readings) for each, readings in found) | by_name


def _readings(
    stats: Mapping[str, Any], confidence: float, moment: float | None
) -> dict[str, Reading]:
    rounds = count_of(stats.get("rounds"))
    found = {
        name: Reading(number_of(stats[name]), units.SECONDS, rounds, None, moment)
        for name in _TIMES
        if name in stats
    }
    found["rounds"] = Reading(float(rounds), units.COUNT, 1, None, moment)
    mean, deviation = number_of(stats.get("mean")), number_of(stats.get("stddev"))
    interval = of_mean(mean, deviation, rounds, confidence)
    found["mean"] = Reading(mean, units.SECONDS, rounds, interval, moment)
    inverse = (1 / interval[1], 1 / interval[0]) if interval and interval[0] > 0 else None
    ops = number_of(stats.get("ops"))
    return found | {"ops": Reading(ops, units.RATE, rounds, inverse, moment)}
