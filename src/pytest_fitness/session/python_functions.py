"""What a test recorded, against the limits of its marker."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple

from pytest_fitness import units
from pytest_fitness.config.marked.kind import Tested
from pytest_fitness.config.marked.tests import MarkedTest
from pytest_fitness.config.reader import suggest
from pytest_fitness.errors import FitnessError, Location, MeasureError, NoDataError
from pytest_fitness.judge.verdicts import verdict
from pytest_fitness.model import Check, Effect, FitnessFunction, Gate, Measurement, Outcome, Verdict
from pytest_fitness.reports.safe import one_line
from pytest_fitness.results.records import Record
from pytest_fitness.session.judging import Judging
from pytest_fitness.session.recording import in_base_unit
from pytest_fitness.session.workspace import Workspace

_LONGEST_PARAMETERS: Final = 100


class Tried(NamedTuple):
    """One test of a function, all of it or one of its parameter sets.

    Attributes:
        checks: the limits; ``detail`` is the name of the record that one is for, None for any.
        is_stray: it carries a marker at run time that its file does not show.
    """

    marked: MarkedTest
    checks: tuple[Check, ...]
    is_stray: bool = False

    @property
    def function(self) -> FitnessFunction:
        """The rule."""
        return self.marked.function


def tried(marked: MarkedTest, parameters: str | None, workspace: Workspace) -> Tried:
    """A test with its checks.

    Args:
        marked: the test as it stands in its file.
        parameters: the id of the parameter set; None where the test has no parameters.
        workspace: what the run shares.
    """
    prefix = None if parameters is None else safe_parameters(parameters)
    checks = tuple(
        check._replace(part=_part(prefix, check.part), detail=check.part)
        for check in marked.kind.checks(marked.function, workspace)
    )
    return Tried(marked._replace(function=_comparing(marked.function, checks)), checks)


def _comparing(function: FitnessFunction, checks: Iterable[Check]) -> FitnessFunction:
    """The function with its comparisons by the names of its checks, parameters included."""
    found = ((check.part, function.comparison(check.detail)) for check in checks)
    compares = {part: comparison for part, comparison in found if part and comparison}
    return function._replace(compares=compares)


def stray(name: str, path: Path, line: int) -> Tried:
    """A test that carries a marker at run time that its file does not show."""
    location = Location(name.partition("::")[0], line + 1)
    function = FitnessFunction(
        name, Tested.name, None, location, gates=tuple(Gate), freezable=False
    )
    return Tried(MarkedTest(function, Tested(), path, name), (Check(),), is_stray=True)


def _part(prefix: str | None, name: str | None) -> str | None:
    # No name of a record holds a blank, so that no two of these are the same.
    return f"{prefix} {name}" if prefix and name else prefix or name


def safe_parameters(parameters: str) -> str:
    """The id of a parameter set as the name of a check: printable, short, and as unique as it was.

    Whatever had to be changed carries a digest of what it was.
    """
    safe = one_line(parameters, _LONGEST_PARAMETERS).replace("::", "..").strip() or "empty"
    if safe == parameters:
        return safe
    digest = blake2b(parameters.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    return f"{safe}-{digest}"


def judge_records(
    test: Tried, records: Sequence[Record], workspace: Workspace
) -> tuple[Verdict, ...]:
    """The verdict on each check of a test that passed."""
    found = (_judge_one(test, check, records, workspace) for check in test.checks)
    left = _without_limit(test.checks, records)
    note = (f"also recorded, without a limit: {', '.join(left)}",) if left else ()
    return tuple(each._replace(notes=(*each.notes, *note)) for each in found)


def all_with(
    test: Tried,
    outcome: Outcome,
    reason: str,
    *,
    hint: str = "",
    effect: Effect | None = None,
) -> tuple[Verdict, ...]:
    """The same verdict on each check of a test, where nothing was recorded to be judged."""
    return tuple(
        verdict(test.function, check, outcome, reason, hint=hint, effect=effect)
        for check in test.checks
    )


def unmeasured(test: Tried, error: FitnessError) -> tuple[Verdict, ...]:
    """The verdict on each check of a test that an error kept from running."""
    found = (_of_error(test.function, check, error) for check in test.checks)
    return tuple(found)


def _judge_one(
    test: Tried, check: Check, records: Sequence[Record], workspace: Workspace
) -> Verdict:
    try:
        judging = Judging(test.marked.kind, test.function, check, workspace)
        return judging.judge(lambda _, limited: _measurement(limited, records))
    except FitnessError as error:
        return _of_error(test.function, check, error)


def _of_error(function: FitnessFunction, check: Check, error: FitnessError) -> Verdict:
    missing = isinstance(error, NoDataError)
    return verdict(
        function,
        check,
        Outcome.NO_DATA if missing else Outcome.ERROR,
        error.message,
        hint=error.hint or "",
        effect=function.on_no_data if missing else None,
    )


def _measurement(check: Check, records: Sequence[Record]) -> Measurement:
    one = _one_for(check, records)
    low_and_high = one.interval and tuple(_in_unit(one, end, check.unit) for end in one.interval)
    return Measurement(
        _in_unit(one, one.value, check.unit),
        check.unit,
        samples=one.samples,
        subject=one.name if one.samples == 1 else f"{one.name}, of {one.samples:,} samples",
        interval=low_and_high,  # type: ignore[arg-type]
        settles="more samples tell" if one.interval else "",
    )


def _one_for(check: Check, records: Sequence[Record]) -> Record:
    if check.detail is not None:
        for record in records:
            if record.name == check.detail:
                return record
        nearest = suggest(check.detail, [record.name for record in records])
        raise NoDataError(f"the test recorded no {check.detail}", f"What it recorded: {nearest}")
    if not records:
        hint = 'Let it take the fixture `fitness` and call `fitness.record("search.p95", 0.21)`.'
        raise NoDataError("the test recorded nothing", hint)
    if len(records) > 1:
        names = ", ".join(record.name for record in records[:5])
        raise MeasureError(
            f"the test recorded {len(records)} numbers for one limit: {names}",
            f'Say which of them is limited: `limits={{"{records[0].name}": {{…}}}}`.',
        )
    return records[0]


def _in_unit(record: Record, value: float, wanted: str) -> float:
    """A value of a record in the unit of its limit."""
    unit, _ = units.named(record.unit)
    based = in_base_unit(value, record.unit)
    if unit == wanted:
        return based
    try:
        return units.convert(units.Quantity(based, unit), wanted)
    except ValueError as error:
        shown = f"in {record.unit}" if record.unit else "as a plain number"
        raise MeasureError(
            f"{record.name} was recorded {shown}, and its limit is {units.describe(wanted)}",
            "Name the unit in `fitness.record(…, unit=…)`, or write the limit in that unit.",
        ) from error


def _without_limit(checks: Iterable[Check], records: Iterable[Record]) -> list[str]:
    limited = {check.detail for check in checks}
    return [] if None in limited else [r.name for r in records if r.name not in limited]
