"""What the history knows of past commits, and what is added to it."""

import json
from collections.abc import Iterable, Mapping
from typing import Final

from pytest_fitness.commands.past.commits import DatedCommit
from pytest_fitness.history.provenance import environment
from pytest_fitness.history.records import Commit, Run, Status
from pytest_fitness.history.store import Store
from pytest_fitness.model import Verdict
from pytest_fitness.session.recorder import result_of, versions

_ALL: Final = 1_000_000_000


def measured_commits(store: Store, names: Iterable[str]) -> Mapping[str, set[str]]:
    """For each series the commits of which it has a result, by a backfill or by a run.

    Runs that were aborted, and those on changed files, do not tell about their commit.
    """
    commit_of = {
        run.id: run.commit.id
        for run in store.runs(_ALL)
        if run.status is Status.COMPLETE and run.commit.id and not run.commit.dirty
    }
    return {
        name: {
            commit_of[point.run_id]
            for point in store.points(name, _ALL)
            if point.run_id in commit_of
        }
        for name in names
    }


class Scribe:
    """Writes the past down, as if runs had taken place at the time of each commit.

    Args:
        store: the history.
        branch: whose past it is.
    """

    def __init__(self, store: Store, branch: str | None) -> None:
        self._store = store
        self._branch = branch
        self._environment = environment()
        self._versions = json.dumps(versions() | {"measured by": "backfill"})

    def remember(self, moment: DatedCommit, verdicts: Iterable[Verdict]) -> None:
        """Remember what was found in a commit, all of it or nothing."""
        run = Run(
            started_ms=moment.started_ms,
            environment=self._environment,
            commit=Commit(moment.commit.id, self._branch, dirty=False),
            versions=self._versions,
        )
        self._store.append(run, map(result_of, verdicts))
