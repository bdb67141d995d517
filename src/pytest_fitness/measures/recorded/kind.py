"""``recorded``: a number that another tool or a test has measured."""

from collections.abc import Iterator
from typing import Final

from pytest_fitness import units
from pytest_fitness.config.kinds import Context, Kind
from pytest_fitness.config.options import Record
from pytest_fitness.hookspecs import hookimpl
from pytest_fitness.measures.recorded.options import RecordedOptions
from pytest_fitness.model import Check, FitnessFunction, Gate, Measurement

_LONGEST_PART: Final = 200


class Recorded(Kind):
    """Numbers in the result files of other tools, and those that tests hand over."""

    name = "recorded"
    about = "a number of another tool's result file, or one that tests hand over"
    options = Record(RecordedOptions)
    gates = (Gate.CI, Gate.PRE_DEPLOY, Gate.SCHEDULED)
    of_machine = True
    measures_anew = False
    takes_several = True
    takes_baseline = False

    def unit(self, options: RecordedOptions, part: str | None) -> str:
        """The unit of the number, by its name or by what the options say."""
        stated = None if options.unit is None else options.unit[0]
        number = _number_of_part(options, part) if part is not None else options.metric
        if options.file is None:
            return stated or units.COUNT
        if number is None:
            raise ValueError(
                "which number of the file is meant? Add `metric: http_req_duration.p95`, or"
                " `limits: {http_req_duration.p95: {max: 500ms}}`"
            )
        found = _unit_in_file(options, number, stated, alone=part is None)
        return (stated or units.COUNT) if found is None else found

    def problems(self, function: FitnessFunction) -> Iterator[str]:
        """A file or a name, and what belongs to it."""
        options: RecordedOptions = function.options
        if (options.file is None) == (options.name is None):
            yield "`recorded` takes either `file` or `name`"
            return
        foreign = ("reduce",) if options.file is not None else ("format", "metric")
        for key in foreign:
            if getattr(options, key) is not None:
                yield f"`{key}` has no meaning beside `{'file' if options.file else 'name'}`"
        if options.stale_after <= 0:
            yield "`stale_after` must be longer than nothing"

    def measure(self, function: FitnessFunction, check: Check, context: Context) -> Measurement:
        """Read it from the file, or from what the last test run recorded."""
        options: RecordedOptions = function.options
        if options.file is not None:
            from pytest_fitness.measures.recorded.filed import measure_filed

            return measure_filed(options, check, function.confidence, context)
        from pytest_fitness.measures.recorded.handed import measure_handed

        return measure_handed(options, check, function.confidence, context)


def _unit_in_file(
    options: RecordedOptions, number: str, stated: str | None, *, alone: bool
) -> str | None:
    from pytest_fitness.results.formats import unit_of

    try:
        return unit_of(options.format, number, stated)
    except ValueError:
        if alone or stated is None:
            raise
        # It is the unit of another one of the limits.
        return unit_of(options.format, number)


def _number_of_part(options: RecordedOptions, part: str) -> str:
    if options.file is None:
        raise ValueError("`name` is one number only; write the limit beside `recorded`")
    if options.metric is not None:
        raise ValueError("`metric` stands beside `limits`; name the number in one of them")
    if "::" in part or len(part) > _LONGEST_PART or not part.isprintable():
        raise ValueError(
            "a name with `::`, or of more than 200 characters, cannot stand under `limits`; write"
            " `metric`"
        )
    return part


@hookimpl
def fitness_kinds() -> list[Kind]:
    """The kind of this module."""
    return [Recorded()]
