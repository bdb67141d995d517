"""A number that tests handed over as a measurement."""

from collections.abc import Sequence

from pytest_fitness import units
from pytest_fitness.config.kinds import Context
from pytest_fitness.config.reader import suggest
from pytest_fitness.errors import MeasureError, NoDataError
from pytest_fitness.measures.recorded.fresh import require_fresh, shown_age
from pytest_fitness.measures.recorded.options import RecordedOptions
from pytest_fitness.measures.recorded.reducing import Sure, reduced
from pytest_fitness.model import Check, Measurement
from pytest_fitness.results import handed_over
from pytest_fitness.results.formats import shown_unit
from pytest_fitness.results.reading import scaled, shown_moment


def measure_handed(
    options: RecordedOptions, check: Check, confidence: float, context: Context
) -> Measurement:
    """The measurement of what the newest test run recorded under the name.

    Raises:
        NoDataError: no run did, it is too long ago, or a test that records it did not pass.
        MeasureError: it was recorded in another unit, or in several, or cannot be read.
    """
    assert options.name is not None, "the loader refuses it"
    directory = context.root / handed_over.DIRECTORY
    run = handed_over.read(directory, options.name)
    if run is None:
        known = handed_over.names(directory)
        hint = suggest(options.name, known) if known else "Run the tests that record it first."
        raise NoDataError(f"no test has recorded {options.name}", hint)
    if run.unpassed:
        raise _untrusted(options.name, run)
    require_fresh(options.name, run.moment, context.now, options.stale_after)
    _require_one_unit(run.records)
    numbers = [_number(record, options, check.unit) for record in run.records]
    found = reduced(numbers, options.reduce or "last", confidence)
    return Measurement(
        found.value,
        check.unit,
        samples=found.samples,
        subject=_subject(run.records, [number.value for number in numbers], found.value),
        notes=(_origin(run, context.now),),
        interval=found.interval,
        settles="more samples, or more tests that record it, would tell",
    )


def _untrusted(name: str, run: handed_over.Run) -> NoDataError:
    test, outcome, _ = min(run.unpassed, key=lambda each: each.outcome)  # failed before skipped
    happened = "was skipped" if outcome == "skipped" else "failed"
    return NoDataError(
        f"{name} is not trusted: the test {test} {happened} in the newest run"
        f" ({shown_moment(run.moment)})",
        "A number counts when the tests that record it pass: mend them, and run them again.",
    )


def _origin(run: handed_over.Run, now: float) -> str:
    """How old the numbers are, and of which tests."""
    tests = list(dict.fromkeys(record.test for record in run.records if record.test))
    more = f" and {len(tests) - 1:,} more" if len(tests) > 1 else ""
    by = f" by {tests[0]}{more}" if tests else ""
    return f"recorded {shown_age(now - run.moment)} ago{by}"


def _require_one_unit(records: Sequence[handed_over.Record]) -> None:
    """Refuse numbers of several units, which no limit could fit."""
    by_unit = {units.named(record.unit)[0]: record for record in records if record.unit}
    if len(by_unit) > 1:
        found = [f"in {shown_unit(unit)}{_by(record)}" for unit, record in by_unit.items()]
        raise MeasureError(
            f"{records[0].name} was recorded {' and '.join(found)}",
            "The numbers of one name have one unit: record one of them under another name.",
        )


def _by(record: handed_over.Record) -> str:
    return f" by {record.test}" if record.test else ""


def _subject(records: Sequence[handed_over.Record], values: Sequence[float], value: float) -> str:
    """Which test it is from, where it is of one."""
    name = records[0].name
    # The last of equal ones, as the last counts by default.
    tests = [record.test for record, each in zip(records, values, strict=True) if each == value]
    if tests and tests[-1]:
        return f"{name} of {tests[-1]}"
    return name if len(records) == 1 else f"{name}, recorded {len(records):,} times"


def _number(record: handed_over.Record, options: RecordedOptions, wanted: str) -> Sure:
    """A record in the unit of the limit."""
    scale = _scale(record, options, wanted)
    ends = record.interval
    return Sure(
        scaled(record.value, scale),
        record.samples,
        None if ends is None else (scaled(ends[0], scale), scaled(ends[1], scale)),
    )


def _scale(record: handed_over.Record, options: RecordedOptions, wanted: str) -> float:
    if not record.unit:
        return 1.0 if options.unit is None else options.unit[1]
    unit, scale = units.named(record.unit)
    if unit != wanted:
        found, expected = map(shown_unit, (unit, wanted))
        raise MeasureError(
            f"{record.name} was recorded in {found}{_by(record)}, and the limit is in {expected}",
            f"Add `unit: {unit}`." if unit else "Leave `unit` out.",
        )
    return scale
