"""The kind ``capacity``: how many users a system has room for, within a budget."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from pytest_fitness import units
from pytest_fitness.config.kinds import Asked, Context, Kind
from pytest_fitness.config.reader import suggest
from pytest_fitness.hookspecs import hookimpl
from pytest_fitness.measures.capacity.options import Search, SearchValue, search_problems
from pytest_fitness.measures.loading import loaded_once
from pytest_fitness.model import Check, FitnessFunction, Gate, Limit, Measurement

if TYPE_CHECKING:
    from pytest_fitness.measures.capacity.result import Climb

_UNITS: Final = {
    "users": units.COUNT,
    "headroom": units.FACTOR,
    "recovery": units.SECONDS,
    "peak": units.COUNT,
}
# What each load takes to begin and to end.
_AROUND: Final = 3.0
# How many more steps it takes, about, to find where the budget breaks.
_NARROWING: Final = 4


class CapacityKind(Kind):
    """Users are added in steps until the budget breaks; then it is narrowed down where."""

    name = "capacity"
    about = "how many users there is room for: load in steps, until a budget breaks"
    options = SearchValue()
    gates = (Gate.PRE_DEPLOY,)
    of_machine = True
    takes_several = True
    takes_baseline = False
    alone = True

    def unit(self, options: Search, part: str | None) -> str:  # noqa: ARG002
        """Users, times the users of now, or seconds."""
        if part is not None and part not in _UNITS:
            raise ValueError(f"capacity has no {part!r}. {suggest(part, _UNITS)}")
        return _UNITS[part or "users"]

    def lone_unit(self, options: Search, written: str) -> str:
        """A limit without a name says by its unit what it means: 500, 10x or 5s."""
        return written if written in _UNITS.values() else self.unit(options, None)

    def problems(self, function: FitnessFunction) -> Iterator[str]:
        """A search that cannot be made, and limits that no search could tell."""
        search: Search = function.options
        yield from search_problems(search.options)
        for part, limit in _limits(function).items():
            if part == "recovery" and limit.high is None:
                yield f"`{_key(function, part, 'min')}`: `recovery` takes `max`"
            if part != "recovery" and limit.low is None:
                yield f"`{_key(function, part, 'max')}`: `{part}` takes `min`: more room is better"
        if "recovery" in _limits(function) and not search.options.recovery:
            yield "`recovery: 0s` leaves out what the limit `recovery` is about"
        if "headroom" in _limits(function) and not search.has_axis:
            place = _key(function, "headroom", "min")
            wanted = "`users: {source: …, metric: …}` at the top of the file"
            yield f"`{place}`: headroom needs {wanted}"

    def questions(self, function: FitnessFunction, now: float) -> Iterator[Asked]:
        """How many users there are now, for headroom."""
        from pytest_fitness.measures.live import asked

        axis = function.options.axis
        if axis is not None and "headroom" in _limits(function):
            yield asked(axis, now, axis.over or 0.0)

    def needs(self, function: FitnessFunction) -> Iterator[str]:
        """What is started before the load."""
        target = function.options.options.target
        if target is not None:
            yield target

    def duration(self, function: FitnessFunction) -> float:
        """All steps and the narrowing, as if the last step were the one that breaks."""
        options = function.options.options
        steps = len(options.steps) + _NARROWING
        spawning = max(options.steps) / options.spawn_rate
        one = options.warm_up + options.hold + spawning + _AROUND
        recovery = _watched(function)
        return float(steps * one + (one + recovery if recovery else 0.0))

    def measure(self, function: FitnessFunction, check: Check, context: Context) -> Measurement:
        """Search once for all limits of a function, and tell of each what was found."""
        from pytest_fitness.measures.capacity import finding
        from pytest_fitness.measures.live import number

        search: Search = function.options
        part = _part(check.part, check.unit)
        # What cannot be known is told before anything is loaded.
        users = 0.0
        if part == "headroom" and search.axis is not None:
            users = number(search.axis, context).value
        climb = _climb(function, context)
        budget = search.options.budget
        if part == "headroom":
            found = finding.of_headroom(climb, budget, users)
        elif part == "recovery":
            found = finding.of_recovery(climb, budget)
        elif part == "peak":
            found = finding.of_peak(climb, function.confidence)
        else:
            found = finding.of_users(climb, budget)
        found = finding.noted(found, check.limit)
        rest = finding.notes(climb, budget, function.confidence, part)
        return found._replace(notes=(*found.notes, *rest))


def _climb(function: FitnessFunction, context: Context) -> "Climb":
    from pytest_fitness.measures.capacity.result import climb_from_builtins

    options = function.options.options

    def run() -> list[Any]:
        from pytest_fitness.measures.capacity.running import Searching

        searching = Searching(options, function.confidence, function.id, context)
        return searching.run(_watched(function)).to_builtins()

    found = loaded_once(f"capacity {function.id}", options.target, context, run)
    return climb_from_builtins(found)


def _part(part: str | None, unit: str) -> str:
    """Which number a limit is about."""
    return part or next(name for name, each in _UNITS.items() if each == unit)


def _limits(function: FitnessFunction) -> dict[str, Limit]:
    if function.limit is not None:
        return {_part(None, function.unit): function.limit}
    return {part: limit for part, (limit, _) in function.limits.items() if limit is not None}


def _key(function: FitnessFunction, part: str, alone: str) -> str:
    """Where a limit stands; ``alone`` is the key of one beside the kind."""
    return f"limits.{part}" if function.limits else alone


def _watched(function: FitnessFunction) -> float:
    """For how long the recovery is watched: no shorter than what its limit allows."""
    limit = _limits(function).get("recovery")
    allowed = limit.high if limit is not None and limit.high is not None else 0.0
    watched: float = function.options.options.recovery
    return math.ceil(max(watched, allowed)) if watched else 0.0


@hookimpl
def fitness_kinds() -> list[Kind]:
    """The kind of this module."""
    return [CapacityKind()]
