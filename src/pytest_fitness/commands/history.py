"""``pytest-fitness history``: what was measured, run by run."""

import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pytest_fitness.commands.output import plural, say, say_line
from pytest_fitness.commands.reading import locate_config, read_config
from pytest_fitness.config.loader import Config
from pytest_fitness.config.reader import suggest
from pytest_fitness.errors import FitnessError
from pytest_fitness.history.records import Point, Run
from pytest_fitness.history.sparkline import can_show_blocks, sparkline
from pytest_fitness.history.store import Store, open_existing
from pytest_fitness.reports.safe import one_line
from pytest_fitness.session.recorder import DEFAULT
from pytest_fitness.units import format_value

_SPARK: Final = 30
_LONGEST_NAME: Final = 60


def history(
    here: Path, config: str | None, name: str | None, *, limit: int, url: str | None
) -> int:
    """Print the newest values of every series, or of one run by run."""
    settings = read_config(locate_config(config, here), here)
    store = open_existing(url or settings.history or DEFAULT, base=settings.root)
    if store is None:
        return _nothing()
    with store:
        for problem in store.problems:
            say_line(problem)
        known = store.series()
        if not known:
            return _nothing()
        names = list(known) if name is None else _named(name, known, settings)
        if names == [name]:
            _show(store, names[0], limit)
        else:
            _list(store, names, limit)
    return 0


def _nothing() -> int:
    say("nothing is remembered yet: run `pytest --fitness`")
    return 0


def _named(name: str, known: Iterable[str], settings: Config) -> list[str]:
    """The series of that name, or those of all parts of the function of that name."""
    names = [series for series in known if series == name or series.startswith(f"{name}::")]
    if not names:
        if name in {function.id for function in settings.functions}:
            raise FitnessError(
                f"nothing is remembered of {name} yet", "Run it with `pytest --fitness`."
            )
        raise FitnessError(f"there is no series {name!r}", suggest(name, known))
    return names


def _list(store: Store, names: list[str], limit: int) -> None:
    shown = {name: one_line(name, _LONGEST_NAME) for name in names}
    width = max(map(len, shown.values()))
    for name, trail in store.trails(names, min(limit, _SPARK)).items():
        newest = store.points(name, 1)
        value = format_value(newest[0].value, newest[0].unit) if newest else ""
        say_line(f"{shown[name]:<{width}}  {value:>10}  {_spark(trail.values)}")


def _show(store: Store, name: str, limit: int) -> None:
    points = store.points(name, limit)
    runs = {run.id: run for run in store.runs(10 * limit)}
    values = [point.value for point in points]
    say_line(f"{name}  {plural(len(points), 'run')}  {_spark(values)}")
    for point in points:
        say_line(f"  {_line(point, runs.get(point.run_id))}")


def _line(point: Point, run: Run | None) -> str:
    commit = one_line((run.commit.id or "")[:9]) if run else ""
    branch = one_line(run.commit.branch or "", 16) if run else ""
    dirty = "+" if run and run.commit.dirty else " "
    frozen = f" ({point.frozen:,} frozen)" if point.frozen else ""
    value = format_value(point.value, point.unit)
    return f"{_moment(point)}  {commit:<9}{dirty} {branch:<16} {value:>10}  {point.outcome}{frozen}"


def _moment(point: Point) -> str:
    # A damaged history may hold any number.
    with suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(point.started_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M")
    return f"{point.started_ms} ms"


def _spark(values: Sequence[float | None]) -> str:
    return sparkline(values, _SPARK, ascii_only=not can_show_blocks(sys.stdout.encoding))
