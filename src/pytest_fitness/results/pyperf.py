"""pyperf: the JSON file of ``-o``.

Numbers are named by the benchmark: ``sort.mean``; where there is one only, also by the statistic
alone: ``mean``.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pytest_fitness import units
from pytest_fitness.judge.samples import mean, percentile
from pytest_fitness.results.intervals import deviation_of, of_mean
from pytest_fitness.results.opened import ResultFile
from pytest_fitness.results.reading import Reading, moment_of, named, number_of, unit_among

_STATISTICS: Final = ("mean", "median", "min", "max", "stdev")
# What a file may have been measured in instead of seconds.
MAY_BE: Final = (units.BYTES, units.COUNT)
_UNITS: Final = {"second": units.SECONDS, "byte": units.BYTES, "integer": units.COUNT}


def unit_of(name: str) -> str:
    """Seconds, as of nearly all benchmarks; a file of memory says so when it is read.

    Raises:
        ValueError: the name does not end with a statistic of pyperf.
    """
    return unit_among(dict.fromkeys(_STATISTICS, units.SECONDS), name)


def claims(file: ResultFile) -> bool:
    """Whether it has benchmarks that are made of runs."""
    if file.looks != "json" or not isinstance(file.document, dict):
        return False
    listed = file.document.get("benchmarks")
    return isinstance(listed, list) and any(
        isinstance(each, dict) and isinstance(each.get("runs"), list) for each in listed
    )


def read(file: ResultFile, confidence: float) -> dict[str, Reading]:
    """The statistics of all benchmarks; the mean has an interval.

    Raises:
        MeasureError: it is of a version or has a unit that is not known.
    """
    document = file.document
    version = str(document.get("version"))
    if version != "1.0":
        raise file.problem(f"version {version!r} of pyperf's format is not known")
    found = []
    file.require_few(len(document["benchmarks"]) * len(_STATISTICS))
    for each in document["benchmarks"]:
        if not isinstance(each, dict) or not isinstance(each.get("runs"), list):
            raise file.problem("a benchmark in it has no runs")
        metadata = _metadata(document) | _metadata(each)
        unit = _UNITS.get(str(metadata.get("unit", "second")))
        if unit is None:
            raise file.problem(f"the unit {metadata['unit']!r} is not known")
        runs = [run for run in each["runs"] if isinstance(run, dict)]
        found.append((str(metadata.get("name")), _readings(runs, unit, confidence)))
    return named(found)


def _metadata(owner: object) -> dict[str, Any]:
    found = owner.get("metadata") if isinstance(owner, dict) else None
    return dict(found) if isinstance(found, dict) else {}


def _readings(
    runs: Sequence[Mapping[str, Any]], unit: str, confidence: float
) -> dict[str, Reading]:
    """The statistics; the values of one process resemble each other, so its mean counts as one."""
    by_run = [values for values in map(_values, runs) if values]
    values = [value for each in by_run for value in each]
    moment = _newest(runs)
    if not values:
        return dict.fromkeys(_STATISTICS, Reading(math.nan, unit, 0, None, moment))
    means = [mean(each) for each in by_run]
    interval = of_mean(mean(means), deviation_of(means), len(means), confidence)
    numbers = {
        "mean": mean(values),
        "median": percentile(values, 50),
        "min": min(values),
        "max": max(values),
        "stdev": deviation_of(values),
    }
    found = {key: Reading(each, unit, len(values), None, moment) for key, each in numbers.items()}
    return found | {"mean": found["mean"]._replace(interval=interval)}


def _values(run: Mapping[str, Any]) -> list[float]:
    listed = run.get("values")
    numbers = map(number_of, listed if isinstance(listed, list) else ())
    return [number for number in numbers if math.isfinite(number)]


def _newest(runs: Sequence[Mapping[str, Any]]) -> float | None:
    moments = [moment_of(_metadata(run).get("date")) for run in runs]
    return max((each for each in moments if each is not None), default=None)
