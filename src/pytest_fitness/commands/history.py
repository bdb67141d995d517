"""``pytest-fitness history``: what was measured, run by run."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from pytest_fitness.commands.output import say, say_line
from pytest_fitness.config.reader import suggest
from pytest_fitness.errors import FitnessError
from pytest_fitness.history.records import Point, Run
from pytest_fitness.history.sparkline import can_show_blocks, sparkline
from pytest_fitness.history.store import Store, open_store
from pytest_fitness.reports.safe import one_line
from pytest_fitness.session.opening import find_config, open_workspace
from pytest_fitness.session.recorder import DEFAULT
from pytest_fitness.units import format_value

_WIDTH = 30


def history(
    here: Path, config: str | None, name: str | None, *, limit: int, url: str | None
) -> int:
    """Print the newest values of every series, or of one run by run."""
    workspace = open_workspace(find_config(config, here), here)
    location = url or workspace.config.history or DEFAULT
    with open_store(location, base=workspace.root) as store:
        known = store.series()
        if not known:
            say("nothing is remembered yet: run `pytest --fitness`")
            return 0
        if name is None:
            _list(store, list(known), limit)
            return 0
        if name not in known:
            raise FitnessError(f"there is no series {name!r}", suggest(name, known))
        _show(store, name, limit)
    return 0


def _list(store: Store, names: list[str], limit: int) -> None:
    width = max(map(len, names))
    for name, trail in store.last(names, max(limit, _WIDTH)).items():
        newest = trail[-1]
        value = format_value(newest.value, newest.unit)
        say_line(f"{name:<{width}}  {value:>10}  {_spark(trail.values)}")


def _show(store: Store, name: str, limit: int) -> None:
    trail = store.last([name], limit)[name]
    runs = {run.id: run for run in store.runs(10 * limit)}
    say_line(f"{name}  {_spark(trail.values)}")
    for point in trail:
        say_line(f"  {_line(point, runs.get(point.run_id))}")


def _line(point: Point, run: Run | None) -> str:
    moment = datetime.fromtimestamp(point.started_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M")
    commit = (run.commit.id or "")[:9] if run else ""
    branch = one_line(run.commit.branch or "", 20) if run else ""
    dirty = "+" if run and run.commit.dirty else " "
    frozen = f"  ({point.frozen} frozen)" if point.frozen else ""
    value = format_value(point.value, point.unit)
    return f"{moment}  {commit:<9}{dirty} {branch:<20}  {value:>10}  {point.outcome}{frozen}"


def _spark(values: list[float | None]) -> str:
    return sparkline(values, _WIDTH, ascii_only=not can_show_blocks(sys.stdout.encoding))
