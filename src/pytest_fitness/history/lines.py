"""A run with its results as one line of JSON: what is exported, and what lies in git notes."""

import json
import math
from collections.abc import Mapping
from typing import Any, Final

from pytest_fitness.errors import HistoryError
from pytest_fitness.history.records import (
    Commit,
    Environment,
    Recorded,
    Result,
    Run,
    Status,
    refuse_twice,
    storable,
)

FORMAT: Final = 1
LONGEST: Final = 64_000_000
"""The most characters a line may have: a run of some hundred thousand results."""
# Beyond it a run's id would not fit into a store.
_LATEST: Final = 2**53
_INFINITE: Final = {"inf": math.inf, "-inf": -math.inf}
_UPGRADE: Final = "upgrade pytest-fitness"


def write_line(recorded: Recorded) -> str:
    """The line of a run, without its end; equal runs have equal lines."""
    run, results = recorded
    line = {
        "format": FORMAT,
        "started_ms": run.started_ms,
        "commit": run.commit._asdict(),
        "environment": run.environment._asdict(),
        "gate": run.gate,
        "versions": run.versions,
        "status": str(run.status),
        "results": [_result_to(storable(each)) for each in sorted(results, key=_series)],
    }
    # Only ASCII: no text in it can end the line, or be anything but UTF-8.
    return json.dumps(line, separators=(",", ":"))


def read_line(text: str) -> Recorded:
    """A run from its line.

    Raises:
        HistoryError: it is damaged, or of a newer format; without the place, which others know.
    """
    if len(text) > LONGEST:
        raise HistoryError(f"it has more than {LONGEST:,} characters")
    try:
        line = json.loads(text, parse_constant=_refuse)
        if "\\ud" in text.lower():
            json.dumps(line, ensure_ascii=False).encode()  # half a character cannot be kept
        found = _field(line, "format", int)
        if found > FORMAT:
            raise HistoryError(f"its format is {found}, known here is {FORMAT}", _UPGRADE)
        recorded = Recorded(_run(line), tuple(map(_result, _field(line, "results", list))))
    except json.JSONDecodeError as error:
        raise HistoryError(f"it is not JSON: {error.msg} at character {error.colno}") from error
    except (ValueError, TypeError, LookupError, OverflowError, RecursionError) as error:
        raise HistoryError(f"it is not the line of a run: {error}") from error
    refuse_twice(recorded.results)
    return recorded


def _series(result: Result) -> str:
    return result.series


def _result_to(result: Result) -> dict[str, Any]:
    value: float | str | None = result.value
    if result.value is not None and math.isinf(result.value):
        value = "inf" if result.value > 0 else "-inf"
    told = {"series": result.series, "value": value, "unit": result.unit}
    counts = {"violations": result.violations, "frozen": result.frozen}
    more = {name: count for name, count in counts.items() if count}
    return told | {"outcome": str(result.outcome)} | more


def _run(line: Mapping[str, Any]) -> Run:
    commit = _field(line, "commit", dict)
    environment = _field(line, "environment", dict)
    started_ms = _field(line, "started_ms", int)
    if not 0 <= started_ms < _LATEST:
        raise ValueError(f"{started_ms} is no time")
    return Run(
        started_ms=started_ms,
        environment=Environment(
            _field(environment, "fingerprint", str), _field(environment, "details", str)
        ),
        commit=Commit(
            _field(commit, "id", str, None),
            _field(commit, "branch", str, None),
            _field(commit, "dirty", bool, None),
        ),
        gate=_field(line, "gate", str, None),
        versions=_field(line, "versions", str),
        status=Status(_field(line, "status", str)),
    )


def _result(entry: Any) -> Result:
    return Result(
        series=_field(entry, "series", str),
        value=_value(entry),
        unit=_field(entry, "unit", str),
        outcome=_field(entry, "outcome", str),
        violations=_count(entry, "violations"),
        frozen=_count(entry, "frozen"),
    )


def _value(entry: Mapping[str, Any]) -> float | None:
    value = _field(entry, "value", (int, float, str), None)
    if isinstance(value, str):
        return _INFINITE[value]
    return None if value is None else float(value)


def _count(entry: Mapping[str, Any], name: str) -> int:
    count = _field(entry, name, int, 0) or 0
    if not 0 <= count < _LATEST:
        raise ValueError(f"{name!r} is {count}")
    return count


def _field(mapping: Any, name: str, kind: type | tuple[type, ...], otherwise: Any = ...) -> Any:
    """An entry of a mapping, of the right type; a truth value is no number."""
    if not isinstance(mapping, dict):
        raise TypeError(f"a mapping with {name!r} is expected")
    value = mapping.get(name)
    if value is None and otherwise is not ...:
        return otherwise
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise TypeError(f"{name!r} is missing" if value is None else f"{name!r} is wrong")
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no value")
