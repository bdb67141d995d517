"""The limit of a check that is drawn from its past, or from what was pinned."""

from typing import NamedTuple

from pytest_fitness.errors import MeasureError
from pytest_fitness.judge.comparing import (
    FEWEST,
    ROLLING_RUNS,
    both,
    direction,
    limit_from,
    rolling_level,
)
from pytest_fitness.model import Check, FitnessFunction, series_of
from pytest_fitness.session.workspace import Workspace
from pytest_fitness.trends import Past
from pytest_fitness.units import format_value


class Anchored(NamedTuple):
    """A check with the lines that its comparison draws.

    Attributes:
        notes: what they were drawn from, or why not.
        undecided: why there is nothing to judge by at all.
    """

    check: Check
    notes: tuple[str, ...] = ()
    undecided: str = ""


class _Reference(NamedTuple):
    value: float | None
    told: str


def anchored(function: FitnessFunction, check: Check, past: Past, workspace: Workspace) -> Anchored:
    """The check as it has to be judged today.

    Raises:
        BaselineError: nothing is pinned under that name.
        MeasureError: it is pinned, and does not fit.
    """
    comparison = function.comparison(check.part)
    if comparison is None:
        return Anchored(check)
    if comparison.is_rolling:
        reference = _rolling(past, check.unit)
    else:
        reference = _pinned(comparison.to, series_of(function.id, check.part), check, workspace)
    if reference.value is None:
        return _without_lines(check, reference.told)
    better = direction(check.limit, function.better, comparison)
    try:
        drawn = limit_from(comparison, reference.value, better)
    except ValueError as error:
        return _without_lines(check, str(error))
    return Anchored(check._replace(limit=both(check.limit, drawn)), (reference.told,))


def _without_lines(check: Check, why: str) -> Anchored:
    return Anchored(check, undecided=why) if check.limit is None else Anchored(check, (why,))


def _rolling(past: Past, unit: str) -> _Reference:
    pairs = zip(past.values, past.kept, strict=True)
    good = [value for value, kept in pairs if kept and value is not None]
    level = rolling_level(good) if past.unit == unit else None
    if level is None:
        return _Reference(
            None,
            f"nothing to compare with yet: {len(good)} of the {FEWEST} good runs are remembered"
            " that make a level",
        )
    count = min(len(good), ROLLING_RUNS)
    return _Reference(
        level, f"compared with {format_value(level, unit)}, the level of the last {count} good runs"
    )


def _pinned(name: str, series: str, check: Check, workspace: Workspace) -> _Reference:
    pins = workspace.baseline.pinned_at(name)
    pin = pins.get(series)
    if pin is None:
        raise MeasureError(
            f"the baseline {name} does not hold {series}",
            f"Pin what is measured now with `pytest-fitness baseline set {name}`.",
        )
    if pin.unit != check.unit:
        raise MeasureError(
            f"the baseline {name} holds {series} in {pin.unit or 'plain numbers'},"
            f" and its limit is in {check.unit or 'plain numbers'}",
            f"Pin what is measured now with `pytest-fitness baseline set {name}`.",
        )
    commit = f" at {pin.commit[:10]}" if pin.commit else ""
    value = format_value(pin.value, check.unit)
    return _Reference(pin.value, f"compared with {value}, pinned as {name}{commit}")
