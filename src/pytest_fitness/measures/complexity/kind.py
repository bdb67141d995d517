"""``complexity``: how complicated functions and modules are."""

from collections.abc import Iterable, Iterator

from pytest_fitness.config.kinds import Context, Kind
from pytest_fitness.config.options import Record
from pytest_fitness.hookspecs import hookimpl
from pytest_fitness.measures.complexity.options import ComplexityOptions, unit_of
from pytest_fitness.measures.measured import measured
from pytest_fitness.model import Check, FitnessFunction, Measurement, Place


class Complexity(Kind):
    """Cyclomatic complexity, maintainability, Halstead's measures and sizes."""

    name = "complexity"
    about = "how complicated functions and modules are"
    options = Record(ComplexityOptions)
    static = True
    measures_anew = False

    def unit(self, options: ComplexityOptions, part: str | None) -> str:
        """A share for shares, else a plain number."""
        super().unit(options, part)
        return unit_of(options)

    def problems(self, function: FitnessFunction) -> Iterator[str]:
        """``over`` and ``under`` belong to ``as: share``."""
        options: ComplexityOptions = function.options
        lines = (options.over is not None) + (options.under is not None)
        if lines != (options.as_ == "share"):
            yield "`as: share` takes one line, `over` or `under`; nothing else does"

    def measure(self, function: FitnessFunction, check: Check, context: Context) -> Measurement:
        """Measure, or remember what the same code measured before."""
        codebase = context.codebase
        options: ComplexityOptions = function.options

        def measure() -> Measurement:
            from pytest_fitness.measures.complexity.measuring import measure_complexity

            return measure_complexity(options, check, codebase)

        return measured(codebase, f"complexity {options} {check.limit} {check.warn}", measure)

    def elements(self, function: FitnessFunction, context: Context) -> Iterable[Place]:
        """Every function or module with its value."""
        from pytest_fitness.measures.complexity.measuring import all_places

        return all_places(function.options, context.codebase)


@hookimpl
def fitness_kinds() -> list[Kind]:
    """The kind of this module."""
    return [Complexity()]
