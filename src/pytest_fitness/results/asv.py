"""asv: one file of ``results/MACHINE/``, of version 1 or 2.

Numbers are named by the benchmark: ``search.time_sort``; one with parameters has a number for each
combination of them: ``search.Suite.time_sort(10, 'a')``.
"""

import itertools
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pytest_fitness import units
from pytest_fitness.results.opened import ResultFile
from pytest_fitness.results.reading import Reading, count_of, moment_of, number_of

_NAME: Final = re.compile(r"(?:.+\.)?(timeraw|time|peakmem|mem|track)_[^.(]*(?:\(.*\))?", re.DOTALL)
_UNITS: Final = {
    "time": units.SECONDS,
    "timeraw": units.SECONDS,
    "mem": units.BYTES,
    "peakmem": units.BYTES,
}


def unit_of(name: str) -> str | None:
    """The unit by asv's own rule: ``time_`` and ``mem_`` say it, ``track_`` does not.

    Raises:
        ValueError: it is no name of a benchmark of asv.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError("is no benchmark of asv, such as search.time_sort or search.mem_index")
    return _UNITS.get(match[1])


def claims(file: ResultFile) -> bool:
    """Whether it has the results of a commit."""
    if file.looks != "json" or not isinstance(file.document, dict):
        return False
    has_results = isinstance(file.document.get("results"), dict)
    return has_results and {"commit_hash", "params"} <= file.document.keys()


def read(file: ResultFile, confidence: float) -> dict[str, Reading]:  # noqa: ARG001
    """The results of all benchmarks; asv's own intervals, which hold at 99 %, where it has them.

    Raises:
        MeasureError: it is of a version that is not known.
    """
    document = file.document
    version = document.get("version")
    if version not in (1, 2):
        raise file.problem(f"version {version!r} of asv's results is not known")
    found: dict[str, Reading] = {}
    for name, result in document["results"].items():
        file.require_few(_length(result))
        row = _row_of_2(document, result) if version == 2 else _row_of_1(document, name, result)
        found |= _readings(name, row)
        file.require_few(len(found))
    return found


def _row_of_2(document: Mapping[str, Any], result: Any) -> Mapping[str, Any]:
    columns = document.get("result_columns")
    if isinstance(columns, list) and isinstance(result, list):
        return dict(zip(map(str, columns), result, strict=False))
    return {"result": result}


def _row_of_1(document: Mapping[str, Any], name: str, result: Any) -> Mapping[str, Any]:
    row: dict[str, Any] = dict(result) if isinstance(result, dict) else {"result": result}
    stats = [each if isinstance(each, dict) else {} for each in _listed(row.get("stats"))]
    ends = [_listed(each.get("ci_99")) for each in stats]
    row["stats_ci_99_a"] = [each[0] if len(each) == 2 else None for each in ends]
    row["stats_ci_99_b"] = [each[1] if len(each) == 2 else None for each in ends]
    row["stats_repeat"] = [each.get("repeat") for each in stats]
    started = document.get("started_at")
    row["started_at"] = started.get(name) if isinstance(started, dict) else None
    return row


def _length(result: Any) -> int:
    values = result.get("result") if isinstance(result, dict) else result
    first = values[0] if isinstance(values, list) and values else values
    return max(len(_listed(values)), len(_listed(first)))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _readings(name: str, row: Mapping[str, Any]) -> Iterator[tuple[str, Reading]]:
    result = row.get("result")
    results = result if isinstance(result, list) else [result]
    columns = [_listed(row.get(f"stats_{key}")) for key in ("ci_99_a", "ci_99_b", "repeat")]
    moment = moment_of(row.get("started_at"))
    match = _NAME.fullmatch(name)
    unit = _UNITS.get(match[1]) if match else None
    stats = itertools.zip_longest(*columns)
    for label, value, (low, high, repeat) in zip(
        _labels(row),
        results,
        itertools.chain(stats, itertools.repeat((None, None, None))),
        strict=False,
    ):
        ends = number_of(low), number_of(high)
        interval = ends if all(map(math.isfinite, ends)) and ends[0] <= ends[1] else None
        samples = max(1, count_of(repeat))
        yield f"{name}{label}", Reading(number_of(value), unit, samples, interval, moment)


def _labels(row: Mapping[str, Any]) -> Iterator[str]:
    """What follows the name of a benchmark: nothing, or each combination of its parameters."""
    params = [_listed(each) for each in _listed(row.get("params"))]
    if not params:
        return iter([""])
    return (f"({', '.join(map(str, each))})" for each in itertools.product(*params))
