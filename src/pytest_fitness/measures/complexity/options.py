"""What ``complexity`` is told."""

from typing import Final

from pytest_fitness import units
from pytest_fitness.config.options import Options, key
from pytest_fitness.config.values import Amount, Choice, ListOf, Text

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


def unit_of(options: ComplexityOptions) -> str:
    """The unit of what is judged."""
    return units.RATIO if options.as_ == "share" or options.measure == "comments" else units.COUNT
