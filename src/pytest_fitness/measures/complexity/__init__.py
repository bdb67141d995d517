"""``complexity``: how complicated functions and modules are."""

from collections.abc import Iterator
from typing import Final

from pytest_fitness import units
from pytest_fitness.config.kinds import Context, Kind
from pytest_fitness.config.values import Amount, Choice, ListOf, Options, Record, Text, key
from pytest_fitness.hookspecs import hookimpl
from pytest_fitness.measures.measured import measured
from pytest_fitness.model import Check, FitnessFunction, Measurement

OF_MODULE: Final = (
    "maintainability", "volume", "difficulty", "effort", "bugs", "loc", "lloc", "sloc", "comments",
)  # fmt: skip
PERCENTILES: Final = {"p50": 50, "p75": 75, "p90": 90, "p95": 95, "p99": 99}


class ComplexityOptions(Options):
    """What is measured, of which modules, and what of it is judged."""

    measure: str = key(
        Choice("cyclomatic", *OF_MODULE, what="measure"),
        "cyclomatic is judged for each function, every other measure for each module.",
    )
    modules: tuple[str, ...] = key(
        ListOf(Text("a module or glob such as shop.web or shop.*.views")),
        "The modules that are looked at; a plain name means all below it too.",
        default=("**",),
    )
    exclude: tuple[str, ...] = key(
        ListOf(Text("a module or glob such as shop.migrations.**")),
        "The modules that are left out.",
        default=(),
    )
    as_: str = key(
        Choice("worst", "mean", *PERCENTILES, "share", what="statistic"),
        "What is judged: each function or module (worst), a mean or percentile of them all, or "
        "the share of them that lies `over` or `under` a line.",
        default="worst",
    )
    over: float | None = key(
        Amount(), "The line for `as: share`, where more is worse.", default=None
    )
    under: float | None = key(
        Amount(), "The line for `as: share`, where less is worse.", default=None
    )


class Complexity(Kind):
    """Cyclomatic complexity, maintainability, Halstead's measures and sizes."""

    name = "complexity"
    about = "how complicated functions and modules are"
    options = Record(ComplexityOptions)

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


def unit_of(options: ComplexityOptions) -> str:
    """The unit of what is judged."""
    return units.RATIO if options.as_ == "share" or options.measure == "comments" else units.COUNT


@hookimpl
def fitness_kinds() -> list[Kind]:
    """The kind of this module."""
    return [Complexity()]
