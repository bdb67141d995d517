"""Complexity of a codebase, as measurements."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from pytest_fitness.codebase.analysis import Codebase
from pytest_fitness.codebase.files import formulas
from pytest_fitness.codebase.files.facts import FileFacts
from pytest_fitness.codebase.modules import Module
from pytest_fitness.errors import NoDataError
from pytest_fitness.judge.samples import mean, percentile
from pytest_fitness.measures.complexity.options import PERCENTILES, ComplexityOptions, unit_of
from pytest_fitness.measures.measured import any_past, is_past, worst
from pytest_fitness.model import Check, Limit, Measurement, Place


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


def measure_complexity(options: ComplexityOptions, check: Check, codebase: Codebase) -> Measurement:
    """The measurement that the options ask for.

    Raises:
        NoDataError: nothing matches, or there is nothing to measure in it.
        MeasureError: a module cannot be analysed.
    """
    modules = codebase.select(options.modules, options.exclude)
    codebase.require_parsed(modules)
    values = _values(options.measure, modules, codebase)
    noun = "functions" if options.measure == "cyclomatic" else "modules"
    subject = f"{len(values):,} {noun} in {len(modules):,} modules"
    if not values:
        raise NoDataError(f"there is nothing to measure: {subject}")
    unit = unit_of(options)
    notes = tuple(f"exclude: {glob} matches no module" for glob in codebase.idle(options.exclude))
    if options.as_ == "worst":
        offending = _offending(options.measure, modules, codebase, check, values)
        return Measurement(
            value=worst(values, check.limit),
            unit=unit,
            places=tuple(sorted(offending, key=_worst_first(check.limit))),
            judged_by_place=True,
            samples=len(values),
            subject=subject,
            notes=notes,
        )
    value = _statistic(options, values)
    return Measurement(value=value, unit=unit, samples=len(values), subject=subject, notes=notes)


def _values(measure: str, modules: Iterable[Module], codebase: Codebase) -> list[float]:
    facts = codebase.facts
    if measure == "cyclomatic":
        return [found[-1] for module in modules for found in facts[module.name].functions]
    of_module = _OF_MODULE[measure]
    values = (of_module(facts[module.name]) for module in modules)
    return [value for value in values if value is not None]


def _offending(
    measure: str,
    modules: Iterable[Module],
    codebase: Codebase,
    check: Check,
    values: Sequence[float],
) -> list[Place]:
    if not any_past(values, check):
        return []
    return [
        place
        for place in _places(measure, modules, codebase)
        if place.value is not None and is_past(place.value, check)
    ]


def all_places(options: ComplexityOptions, codebase: Codebase) -> Iterator[Place]:
    """Each function or module that the options choose, with its value.

    Raises:
        NoDataError: nothing matches.
    """
    return _places(options.measure, codebase.select(options.modules, options.exclude), codebase)


def _places(measure: str, modules: Iterable[Module], codebase: Codebase) -> Iterator[Place]:
    """Each value with the name it belongs to, its file, and its line where it has one."""
    facts = codebase.facts
    for module in modules:
        if measure == "cyclomatic":
            for qualname, _, line, _, complexity in facts[module.name].functions:
                name = f"{module.name}.{qualname}"
                yield Place(name, name, complexity, codebase.relative(module.path), line)
        else:
            value = _OF_MODULE[measure](facts[module.name])
            if value is not None:
                path = codebase.relative(module.path)
                yield Place(module.name, module.name, value, path)


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
    return percentile(values, PERCENTILES[options.as_])
