"""``pytest-fitness trend``: where the numbers go, and how well that would be noticed."""

import math
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from pytest_fitness.commands.outlook import outlook
from pytest_fitness.commands.output import WIDTH, plural, say, say_folded, say_line
from pytest_fitness.commands.reading import locate_config
from pytest_fitness.config.kinds import Kind
from pytest_fitness.config.reader import suggest
from pytest_fitness.errors import FitnessError, MeasureError
from pytest_fitness.history.sparkline import can_show_blocks, sparkline
from pytest_fitness.history.store import open_existing
from pytest_fitness.judge.comparing import direction
from pytest_fitness.judge.trend import Replay, Trend, analyse, replay
from pytest_fitness.judge.worsened import day, describe
from pytest_fitness.judge.worsening import Series, worsening
from pytest_fitness.model import Check, FitnessFunction, Limit, series_of
from pytest_fitness.reports.chart import Canvas, Plot, draw
from pytest_fitness.reports.safe import one_line
from pytest_fitness.session.memory import Memory, look_back
from pytest_fitness.session.opening import open_workspace
from pytest_fitness.session.recorder import DEFAULT, reference_of
from pytest_fitness.session.workspace import Workspace
from pytest_fitness.trends import Better, Past, Worsening
from pytest_fitness.units import format_value

_Step = tuple[Kind, FitnessFunction, Check]
_SPARK: Final = 30
_SEED: Final = 1
_LONGEST_NAME: Final = 40
_DRAWN_AGAIN: Final = (
    "Each history was drawn again many times, with steps, drift, gaps and spikes put into it."
)
_COLUMNS: Final = (
    "false: told though nothing changed. spikes: a lone bad run taken for a step. +5%, +10%, +20%:"
    " steps of that size found within ten runs. runs: until a step of 10% is sure. drift: told"
    " where the value rises by a fifth. gaps: steps of 10% found with every tenth value missing."
)


class _Tracked(NamedTuple):
    """A check with its past."""

    kind: Kind
    function: FitnessFunction
    check: Check
    past: Past
    users: tuple[tuple[float, float], ...] = ()

    @property
    def name(self) -> str:
        """The name of its series."""
        return series_of(self.function.id, self.check.part)

    @property
    def unit(self) -> str:
        """What its values are in."""
        return self.past.unit or self.check.unit


def trend(here: Path, config: str | None, name: str | None, *, url: str | None) -> int:
    """Print where every function goes, or draw one of them."""
    with_past = list(_tracked(here, config, name, url))
    if not with_past:
        say("nothing is remembered yet: run `pytest --fitness`, or `pytest-fitness backfill`")
    elif name is not None and len(with_past) == 1:
        _draw(with_past[0])
    else:
        for each in with_past:
            _list(each)
    return 0


def self_test(here: Path, config: str | None, name: str | None, *, url: str | None) -> int:
    """Print how well steps in each function's own history would be noticed."""
    rows = [(each, replay(each.past.values, _SEED)) for each in _tracked(here, config, name, url)]
    if not rows:
        say("nothing is remembered yet: run `pytest --fitness`, or `pytest-fitness backfill`")
        return 0
    say_folded(_DRAWN_AGAIN, "")
    say()
    say(_row("", ("false", "spikes", "+5%", "+10%", "+20%", "runs", "drift", "gaps")))
    for each, found in rows:
        say(_row(each.name, _figures(found) if found is not None else ("too few values",)))
    say()
    say_folded(_COLUMNS, "")
    return 0


def _tracked(
    here: Path, config: str | None, name: str | None, url: str | None
) -> Iterator[_Tracked]:
    """The checks that have a past.

    Raises:
        FitnessError: there is no function of that name.
    """
    workspace = open_workspace(locate_config(config, here), here)
    place = url or workspace.config.history or DEFAULT
    workspace.memory = Memory(
        lambda: open_existing(place, base=workspace.root), lambda: reference_of(workspace.config)
    )
    try:
        for kind, function, check in _chosen(workspace, name):
            try:
                past = look_back(kind, function, check, workspace)
            except MeasureError as error:  # of one source: the others are told
                past = Past(notes=(error.message,))
            if past.notes or any(value is not None for value in past.values):
                yield _Tracked(kind, function, check, past, workspace.users_before())
    finally:
        workspace.close()


def _chosen(workspace: Workspace, name: str | None) -> list[_Step]:
    steps = list(_steps(workspace))
    wanted = [step for step in steps if name is None or _is_named(step, name)]
    if name is not None and not wanted:
        known = [series_of(function.id, check.part) for _, function, check in steps]
        raise FitnessError(f"there is no function {name!r}", suggest(name, known))
    return wanted


def _steps(workspace: Workspace) -> Iterator[_Step]:
    for kind, function, checks in workspace.plan:
        for check in checks:
            yield kind, function, check
    for test in workspace.config.tests:
        for check in test.kind.checks(test.function, workspace):
            yield test.kind, test.function, check


def _is_named(step: _Step, name: str) -> bool:
    _, function, check = step
    return name in (function.id, series_of(function.id, check.part))


def _list(tracked: _Tracked) -> None:
    values = tracked.past.values or (None,)
    spark = sparkline(values, _SPARK, ascii_only=not can_show_blocks(sys.stdout.encoding))
    newest = format_value(values[-1], tracked.unit)
    shown = one_line(tracked.name, _LONGEST_NAME)
    say_line(f"{shown:<{_LONGEST_NAME}}  {newest:>8}  {spark}".rstrip())
    for told in (*_told(tracked), *tracked.past.notes):
        say_folded(told, "    ")


def _draw(tracked: _Tracked) -> None:
    past = tracked.past
    times = [moment.seconds for moment in past.moments]
    found = analyse(past.values, times, exact=tracked.kind.static or None)
    shown = can_show_blocks(sys.stdout.encoding)
    width = min(shutil.get_terminal_size((WIDTH, 24)).columns, 2 * WIDTH)
    plot = Plot(
        past.values, tracked.unit, _lines(tracked.check.limit), [step.at for step in found.steps]
    )
    count = sum(value is not None for value in past.values)
    say_line(f"{tracked.name}: {plural(count, 'value')}{_span(past)}")
    for line in draw(plot, Canvas(width, unicode=shown)):
        say(line)
    better = _better(tracked)
    worse = _worse(tracked)
    is_told = worse is not None and (worse.by_date or worse.by_users)
    ahead = outlook(past, found, None if is_told else tracked.check.limit, better, tracked.users)
    for told in (*_changes(found, tracked), *_told(tracked), *ahead, *past.notes):
        say_folded(told, "  ")


def _span(past: Past) -> str:
    if not past.moments:
        return ""
    return f", {day(past.moments[0].seconds)} to {day(past.moments[-1].seconds)}"


def _lines(limit: Limit | None) -> list[float]:
    if limit is None:
        return []
    lines = (limit.low, limit.high, limit.equals)
    return [line for line in lines if line is not None and math.isfinite(line)]


def _changes(found: Trend, tracked: _Tracked) -> Iterator[str]:
    worse = _worse(tracked)
    for step in found.steps:
        moment = tracked.past.moments[step.at]
        if worse is not None and moment == worse.first_bad:
            continue  # told below, with more of it
        commit = f" ({moment.commit[:10]})" if moment.commit else ""
        before, after = (format_value(each, tracked.unit) for each in (step.before, step.after))
        yield f"{day(moment.seconds)}{commit}: {before} to {after}"


def _told(tracked: _Tracked) -> Iterator[str]:
    worse = _worse(tracked)
    if worse is not None:
        yield describe(worse, tracked.unit)


def _worse(tracked: _Tracked) -> Worsening | None:
    """What got worse of late."""
    past, check = tracked.past, tracked.check
    better = _better(tracked)
    value = past.values[-1] if past.values else None
    if better is None or value is None:
        return None
    before = past._replace(values=past.values[:-1], moments=past.moments[:-1])
    series = Series(
        before,
        value,
        past.moments[-1],
        better,
        check.limit,
        tracked.kind.static,
        tracked.function.trend,
    )
    return worsening(series)


def _better(tracked: _Tracked) -> Better | None:
    function, check = tracked.function, tracked.check
    return direction(check.limit, function.better, function.comparison(check.part))


def _figures(found: Replay) -> tuple[str, ...]:
    delay = found.steps[1].delay
    return (
        f"{found.false_alarms:.0%}",
        f"{found.spikes:.0%}",
        *(f"{power.found:.0%}" for power in found.steps),
        "-" if delay is None else f"{delay:g}",
        f"{found.drift_told:.0%}",
        f"{found.gaps:.0%}",
    )


def _row(name: str, figures: tuple[str, ...]) -> str:
    cells = "".join(f"{figure:>7}" for figure in figures)
    return f"{one_line(name, _LONGEST_NAME - 16):<{_LONGEST_NAME - 16}}{cells}"
