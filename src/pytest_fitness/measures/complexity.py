"""``complexity``: how complicated functions and modules are."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pytest_fitness import units
from pytest_fitness.codebase import formulas
from pytest_fitness.codebase.analysis import Codebase
from pytest_fitness.codebase.facts import FileFacts
from pytest_fitness.codebase.modules import Module
from pytest_fitness.config.kinds import Context, Kind
from pytest_fitness.config.values import Amount, Choice, ListOf, Record, Text, key
from pytest_fitness.errors import NoDataError
from pytest_fitness.hookspecs import hookimpl
from pytest_fitness.judge.samples import mean, percentile
from pytest_fitness.measures.measured import measured
from pytest_fitness.model import Check, FitnessFunction, Limit, Measurement, Place


def _volume(facts: FileFacts) -> float:
    return formulas.halstead_volume(*facts.halstead)


def _maintainability(facts: FileFacts) -> float:
    _, lloc, sloc, comments, multi, _, _ = facts.raw
    percent = (comments + multi) / float(sloc) * 100 if sloc else 0
    return formulas.maintainability(_volume(facts), facts.total_complexity, lloc, percent)


def _comments(facts: FileFacts) -> float | None:
    loc, comments = facts.raw[0], facts.raw[3]
    return comments / loc if loc else None


_OF_MODULE: Final[dict[str, Callable[[FileFacts], float | None]]] = {
    "maintainability": _maintainability,
    "volume": _volume,
    "difficulty": lambda facts: formulas.halstead_difficulty(*facts.halstead),
    "effort": lambda facts: formulas.halstead_effort(*facts.halstead),
    "bugs": lambda facts: formulas.halstead_bugs(*facts.halstead),
    "loc": lambda facts: facts.raw[0],
    "lloc": lambda facts: facts.raw[1],
    "sloc": lambda facts: facts.raw[2],
    "comments": _comments,
}
_PERCENTILES: Final = {"p50": 50, "p75": 75, "p90": 90, "p95": 95, "p99": 99}


@dataclass(frozen=True, kw_only=True)
class ComplexityOptions:
    """What is measured, of which modules, and what of it is judged."""

    measure: str = key(
        Choice("cyclomatic", *_OF_MODULE, what="measure"),
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
        Choice("worst", "mean", *_PERCENTILES, "share", what="statistic"),
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
        return _unit(options)

    def problems(self, function: FitnessFunction) -> Iterator[str]:
        """``over`` and ``under`` belong to ``as: share``."""
        options: ComplexityOptions = function.options
        lines = (options.over is not None) + (options.under is not None)
        if lines != (options.as_ == "share"):
            yield "`as: share` takes one line, `over` or `under`; nothing else does"

    def measure(self, function: FitnessFunction, check: Check, context: Context) -> Measurement:
        """Measure, or remember what the same code measured before."""
        codebase = context.codebase
        key = f"complexity {function.options} {check.limit} {check.warn}"
        return measured(codebase, key, lambda: _measure(function.options, check, codebase))


def _unit(options: ComplexityOptions) -> str:
    return units.RATIO if options.as_ == "share" or options.measure == "comments" else units.COUNT


def _measure(options: ComplexityOptions, check: Check, codebase: Codebase) -> Measurement:
    modules = codebase.select(options.modules, options.exclude)
    codebase.require_parsed(modules)
    places = list(_places(options.measure, modules, codebase))
    values = [place.value for place in places if place.value is not None]
    noun = "functions" if options.measure == "cyclomatic" else "modules"
    subject = f"{len(values):,} {noun} in {len(modules):,} modules"
    if not values:
        raise NoDataError(f"there is nothing to measure: {subject}")
    unit = _unit(options)
    if options.as_ == "worst":
        offending = [place for place in places if _is_past(place, check)]
        return Measurement(
            value=_worst(values, check.limit),
            unit=unit,
            places=tuple(sorted(offending, key=_worst_first(check.limit))),
            judged_by_place=True,
            samples=len(values),
            subject=subject,
        )
    value = _statistic(options, values)
    return Measurement(value=value, unit=unit, samples=len(values), subject=subject)


def _places(measure: str, modules: Iterable[Module], codebase: Codebase) -> Iterator[Place]:
    for module in modules:
        facts = codebase.facts[module.name]
        path = codebase.relative(module.path)
        if measure == "cyclomatic":
            for qualname, _, line, _, complexity in facts.functions:
                name = f"{module.name}.{qualname}"
                yield Place(name, name, complexity, path, line)
        else:
            value = _OF_MODULE[measure](facts)
            if value is not None:
                yield Place(module.name, module.name, value, path)


def _is_past(place: Place, check: Check) -> bool:
    assert place.value is not None
    lines = (line for line in (check.limit, check.warn) if line is not None)
    return not all(line.allows(place.value) for line in lines)


def _worst(values: Sequence[float], limit: Limit | None) -> float:
    assert limit is not None
    return max(values, key=limit.excess)


def _worst_first(limit: Limit | None) -> Callable[[Place], Any]:
    assert limit is not None
    return lambda place: (-limit.excess(place.value or 0.0), place.key)


def _statistic(options: ComplexityOptions, values: Sequence[float]) -> float:
    if options.over is not None:
        over = options.over
        return sum(value > over for value in values) / len(values)
    if options.under is not None:
        under = options.under
        return sum(value < under for value in values) / len(values)
    if options.as_ == "mean":
        return mean(values)
    return percentile(values, _PERCENTILES[options.as_])


@hookimpl
def fitness_kinds() -> list[Kind]:
    """The kind of this module."""
    return [Complexity()]
