"""``pytest-fitness backfill``: what needs nothing but code, measured on past commits."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from pytest_fitness.commands.output import plural, say_line
from pytest_fitness.commands.past.alone import only_one, stopped_in_order
from pytest_fitness.commands.past.commits import DatedCommit, commits_since
from pytest_fitness.commands.past.progress import Progress
from pytest_fitness.commands.past.remembering import Scribe, measured_commits
from pytest_fitness.commands.past.tally import Tally
from pytest_fitness.commands.reading import locate_config
from pytest_fitness.errors import FitnessError
from pytest_fitness.history.git import Git
from pytest_fitness.history.store import Store, open_store
from pytest_fitness.session.opening import open_workspace
from pytest_fitness.session.past.code import Step, past_code, places_of, steps_of
from pytest_fitness.session.recorder import DEFAULT
from pytest_fitness.session.workspace import Workspace


class Task(NamedTuple):
    """A commit, and what of it is not known yet."""

    moment: DatedCommit
    steps: Sequence[tuple[str, Step]]


def backfill(here: Path, config: str | None, since: str, *, every: int, url: str | None) -> int:
    """Measure past commits, and remember what was found as runs at their time.

    Args:
        here: where the command was started.
        config: the configuration as given.
        since: a revision, which is not measured, or a date.
        every: measure every Nth commit, the newest always.
        url: the history; by default as configured.

    Returns:
        1 where there is not one number after all that was to be measured, else 0.
    """
    workspace = open_workspace(locate_config(config, here), here)
    steps = _steps(workspace)
    repository = Git(workspace.root)
    moments = commits_since(repository, since, every)
    lock = Path(workspace.shared["cache"], "backfill.lock")
    location = url or workspace.config.history or DEFAULT
    with (
        stopped_in_order(),
        only_one(lock),
        open_store(location, base=workspace.root) as store,
    ):
        tasks = _tasks(moments, steps, store)
        _announce(moments, tasks, since)
        if not tasks:
            return 0
        tally = Tally()
        scribe = Scribe(store, repository.branch)
        _measure(workspace, repository, tasks, scribe, tally)
    for line in tally.lines():
        say_line(line)
    return int(tally.numbers == 0)


def _steps(workspace: Workspace) -> Mapping[str, Step]:
    steps = steps_of(workspace)
    if not steps:
        raise FitnessError(
            f"no function of {workspace.config.path.name} can be measured on past commits",
            "Those are the ones that read code alone: contracts, coupling, complexity.",
        )
    if any(function.frozen for _, function, _ in steps.values()):
        _ = workspace.baseline  # one that cannot be read is told now
    return steps


def _tasks(moments: Iterable[DatedCommit], steps: Mapping[str, Step], store: Store) -> list[Task]:
    known = measured_commits(store, steps)
    tasks = [
        Task(moment, [each for each in steps.items() if moment.commit.id not in known[each[0]]])
        for moment in moments
    ]
    return [task for task in tasks if task.steps]


def _announce(moments: Sequence[DatedCommit], tasks: Sequence[Task], since: str) -> None:
    if not moments:
        say_line(f"there is no commit since {since}")
        return
    known = len(moments) - len(tasks)
    if known:
        say_line(f"{plural(known, 'commit')} of {len(moments):,} had been measured before")


def _measure(
    workspace: Workspace,
    repository: Git,
    tasks: Sequence[Task],
    scribe: Scribe,
    tally: Tally,
) -> None:
    """The newest commit first, so that what is there after an interruption has no hole."""
    with past_code(workspace, repository) as past, _progress(len(tasks)) as progress:
        trees = [task.moment.commit.tree for task in tasks]
        steps_through = repository.changes(trees, places_of(workspace, repository.top))
        for task, changes in zip(tasks, steps_through, strict=True):
            past.go_to(changes)
            verdicts = list(past.judge(task.steps))
            scribe.remember(task.moment, verdicts)
            tally.add(task.moment, verdicts)
            progress.tell(tally.commits, task.moment.commit.id)


@contextmanager
def _progress(total: int) -> Iterator[Progress]:
    progress = Progress(total)
    try:
        progress.tell(0, "")
        yield progress
    except KeyboardInterrupt:
        progress.end()
        sys.stderr.write("what was measured is kept; the same command goes on from there\n")
        raise
    finally:
        progress.end()
