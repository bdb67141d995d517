"""``pytest-fitness baseline set|list|remove``: values that later ones are compared with."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pytest_fitness.commands.output import plural, say_line
from pytest_fitness.commands.reading import locate_config, read_config
from pytest_fitness.config.loader import Config
from pytest_fitness.errors import BaselineError, FitnessError
from pytest_fitness.history.baseline import Baseline, load
from pytest_fitness.history.pins import Pin
from pytest_fitness.history.records import Reference, Run, Trail
from pytest_fitness.history.store import Store, open_existing
from pytest_fitness.session.recorder import DEFAULT, reference_of

_NAME: Final = r"\w[\w.+-]*"


def set_pins(here: Path, config: str | None, name: str) -> int:
    """Pin the newest numbers of the reference, so that `compare: {to: baseline:NAME}` knows them.

    Raises:
        FitnessError: the name is not one, or the history has no number to pin.
    """
    if not re.fullmatch(_NAME, name):
        raise FitnessError(
            f"{name!r} is no name for a baseline",
            "Letters, digits, `.`, `+`, `-` and `_` make one.",
        )
    settings = read_config(locate_config(config, here), here)
    reference = reference_of(settings)
    store = open_existing(settings.history or DEFAULT, base=settings.root)
    if store is None:
        raise _nothing(reference)
    with store:
        trails = _newest(store, settings, reference)
        runs = store.runs_of({run_id for trail in trails.values() for run_id in trail.run_ids})
    before = _present(settings)
    pins = {series: _pin(trail, runs) for series, trail in trails.items()}
    after = before.pin(name, pins)
    after.save()
    _report(name, after.path, trails, runs, anew=name in before.pinned)
    return 0


def list_pins(here: Path, config: str | None) -> int:
    """Print the names, with how many values each stands for, and of which commits."""
    pinned = _present(read_config(locate_config(config, here), here)).pinned
    for name, pins in sorted(pinned.items()):
        commits = sorted({pin.commit[:9] for pin in pins.values() if pin.commit})
        of = f" of {', '.join(commits)}" if commits else ""
        say_line(f"{name}: {plural(len(pins), 'value')}{of}")
    if not pinned:
        say_line("nothing is pinned: `pytest-fitness baseline set NAME` pins the present values")
    return 0


def remove_pins(here: Path, config: str | None, name: str) -> int:
    """Forget what a name stands for.

    Raises:
        BaselineError: nothing is pinned under that name.
    """
    after = _present(read_config(locate_config(config, here), here)).unpin(name)
    after.save()
    say_line(f"{after.path.name} has nothing pinned as {name} any more; commit it")
    return 0


def _present(settings: Config) -> Baseline:
    """What the file says; nothing where there is none yet."""
    assert settings.baseline is not None
    try:
        return load(settings.baseline)
    except BaselineError:
        if settings.baseline.exists():
            raise
        return Baseline(settings.baseline)


def _newest(store: Store, settings: Config, reference: Reference) -> Mapping[str, Trail]:
    """The newest number of each series that belongs to a function there is."""
    functions = {function.id for function in settings.functions}
    names = [name for name in store.series() if name.partition("::")[0] in functions]
    trails = store.trails(names, 1, reference)
    known = {
        name: trail
        for name, trail in trails.items()
        if any(value is not None and abs(value) < float("inf") for value in trail.values)
    }
    if not known:
        raise _nothing(reference)
    return known


def _pin(trail: Trail, runs: Mapping[int, Run]) -> Pin:
    (run_id,), (value,) = trail.run_ids, trail.values
    assert value is not None
    return Pin(value, trail.unit, runs[run_id].commit.id)


def _report(
    name: str, path: Path, trails: Mapping[str, Trail], runs: Mapping[int, Run], *, anew: bool
) -> None:
    counts = Counter(trail.run_ids[0] for trail in trails.values())
    say_line(f"{name} {'now ' if anew else ''}stands for {plural(len(trails), 'value')}:")
    for run_id, count in sorted(counts.items(), reverse=True):
        run = runs[run_id]
        moment = datetime.fromtimestamp(run.started_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
        commit = f", commit {run.commit.id[:9]}" if run.commit.id else ""
        say_line(f"  {count:,} of the run of {moment}{commit}")
    say_line(f"{path.name} has them; commit it")


def _nothing(reference: Reference) -> FitnessError:
    where = f" on {reference.branch}" if reference.branch else ""
    return FitnessError(
        f"there is nothing to pin: the history knows no complete run of a clean work tree{where}",
        "Run `pytest --fitness` there first, with everything committed.",
    )
