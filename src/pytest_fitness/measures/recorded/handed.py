"""A number that tests handed over as a measurement."""

from collections.abc import Sequence
from typing import Final

from pytest_fitness import units
from pytest_fitness.config.kinds import Context
from pytest_fitness.config.reader import suggest
from pytest_fitness.errors import MeasureError, NoDataError
from pytest_fitness.judge.samples import mean, percentile
from pytest_fitness.measures.recorded.fresh import require_fresh
from pytest_fitness.measures.recorded.options import RecordedOptions
from pytest_fitness.model import Check, Measurement
from pytest_fitness.results import handed_over
from pytest_fitness.results.formats import shown_unit
from pytest_fitness.results.reading import scaled

_PERCENTS: Final = {"p50": 50, "p95": 95, "p99": 99}


def measure_handed(options: RecordedOptions, check: Check, context: Context) -> Measurement:
    """The measurement of what the newest test run recorded under the name.

    Raises:
        NoDataError: no run did, or it is too long ago.
        MeasureError: it was recorded in another unit, or cannot be read.
    """
    assert options.name is not None, "the loader refuses it"
    directory = context.root / handed_over.DIRECTORY
    run = handed_over.read(directory, options.name)
    if run is None:
        known = handed_over.names(directory)
        hint = suggest(options.name, known) if known else "Run the tests that record it first."
        raise NoDataError(f"no test has recorded {options.name}", hint)
    require_fresh(options.name, run.moment, context.now, options.stale_after)
    values = [_value(record, options, check.unit) for record in run.records]
    value = _reduced(values, options.reduce or "last")
    return Measurement(
        value, check.unit, samples=len(values), subject=_subject(run.records, values, value)
    )


def _subject(records: Sequence[handed_over.Record], values: Sequence[float], value: float) -> str:
    """Which test it is from, where it is of one."""
    name = records[0].name
    # The last of equal ones, as the last counts by default.
    tests = [record.test for record, each in zip(records, values, strict=True) if each == value]
    if tests and tests[-1]:
        return f"{name} of {tests[-1]}"
    return name if len(records) == 1 else f"{name}, recorded {len(records):,} times"


def _value(record: handed_over.Record, options: RecordedOptions, wanted: str) -> float:
    if not record.unit:
        return scaled(record.value, 1.0 if options.unit is None else options.unit[1])
    unit, scale = units.named(record.unit)
    if unit != wanted:
        found, expected = map(shown_unit, (unit, wanted))
        raise MeasureError(
            f"{record.name} was recorded in {found}, and the limit is in {expected}",
            f"Add `unit: {unit}`." if unit else "Leave `unit` out.",
        )
    return scaled(record.value, scale)


def _reduced(values: Sequence[float], how: str) -> float:
    if how == "last":
        return values[-1]
    if how == "mean":
        return mean(values)
    if how in _PERCENTS:
        return percentile(values, _PERCENTS[how])
    return min(values) if how == "min" else max(values)
