"""The history in one SQLite file: safe under several runs at once, and under any of them dying."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Self

from pytest_fitness.collector import collector_paused
from pytest_fitness.history import sqlite_statements as sql
from pytest_fitness.history.records import (
    RUN_IDS_PER_MILLISECOND,
    Commit,
    Environment,
    Point,
    Recorded,
    Reference,
    Result,
    Run,
    Status,
    Trail,
)
from pytest_fitness.history.sqlite_file import explained, open_file, transaction
from pytest_fitness.history.sqlite_writing import Writer, part_anew, parted_for
from pytest_fitness.history.trails import Words, reference_trail, trail


class SqliteStore:
    """The store that needs nothing but a path."""

    problems: Sequence[str] = ()

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database = open_file(path)

    def append(self, run: Run, results: Iterable[Result]) -> int:
        """Remember a run with all its results, or nothing of it; returns the id of the run."""
        recorded = Recorded(run, tuple(results))
        with explained(self.path), transaction(self._database, "IMMEDIATE"):
            return Writer(self._database).add(recorded)

    def extend(self, recorded: Iterable[Recorded]) -> int:
        """Remember those runs that are not known yet, or none; returns how many they were."""
        with explained(self.path), transaction(self._database, "IMMEDIATE"):
            writer = Writer(self._database)
            added = 0
            for each in recorded:
                if not any(map(each.same, self._started_at(each.run.started_ms))):
                    writer.add(each)
                    added += 1
        return added

    def trails(
        self, series: Sequence[str], count: int, reference: Reference | None = None
    ) -> dict[str, Trail]:
        """The newest ``count`` numbers of each series, oldest first; none for an unknown one.

        Args:
            series: their names.
            count: how many numbers at most.
            reference: only its runs, and what was measured without doubt; by default all runs.
        """
        count = max(count, 0)
        with explained(self.path), collector_paused():
            if reference is not None:
                return self._reference_trails(series, count, reference)
            with transaction(self._database, "DEFERRED"):
                return {name: trail(self._ask(sql.NUMBERS, name, count)) for name in series}

    def points(self, series: str, count: int) -> list[Point]:
        """All that is known of the newest ``count`` results of one series, oldest first."""
        with explained(self.path):
            newest = self._ask(sql.POINTS, series, max(count, 0)).fetchall()
        return [_point(*row) for row in reversed(newest)]

    def series(self) -> dict[str, int]:
        """The names of all series, sorted, with the number of their points."""
        with explained(self.path):
            return dict(self._database.execute(sql.SERIES))

    def runs(self, limit: int) -> list[Run]:
        """The newest runs, newest first."""
        with explained(self.path):
            return [_run(*row) for row in self._database.execute(sql.RUNS, (max(limit, 0),))]

    def runs_of(self, ids: Iterable[int]) -> dict[int, Run]:
        """Those of some runs that are known, by their ids."""
        with explained(self.path):
            rows = self._database.execute(sql.RUNS_OF, (json.dumps(list(ids)),))
            return {row[0]: _run(*row) for row in rows}

    def recorded(self) -> Iterator[Recorded]:
        """Every run with its results, oldest first, as they were at one moment."""
        with explained(self.path):
            # What SQLite must sort is on disk; the runs are few.
            rows = groupby(self._database.execute(sql.EVERY_RESULT), itemgetter(0))
            run_id, found = next(rows, (None, iter(())))
            for run in self._database.execute(sql.EVERY_RUN).fetchall():
                results: tuple[Result, ...] = ()
                if run[0] == run_id:
                    results = tuple(Result(*row[1:]) for row in found)
                    run_id, found = next(rows, (None, iter(())))
                yield Recorded(_run(*run), results)

    def close(self) -> None:
        """Let go of the file; closing twice is fine."""
        with explained(self.path):
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def _ask(self, statement: str, name: str, count: int) -> sqlite3.Cursor:
        return self._database.execute(statement, {"name": name, "count": count})

    def _reference_trails(
        self, series: Sequence[str], count: int, reference: Reference
    ) -> dict[str, Trail]:
        if parted_for(self._database) != reference:
            with transaction(self._database, "IMMEDIATE"):
                part_anew(self._database, reference)
        with transaction(self._database, "DEFERRED"):
            words = {number: Words(*rest) for number, *rest in self._database.execute(sql.WORDS)}
            return {
                name: reference_trail(self._ask(sql.REFERENCE, name, count), words)
                for name in series
            }

    def _started_at(self, started_ms: int) -> Iterator[Recorded]:
        """The runs of one millisecond."""
        first = started_ms * RUN_IDS_PER_MILLISECOND
        within = (first, first + RUN_IDS_PER_MILLISECOND - 1)
        runs = self._database.execute(sql.RUNS_WITHIN, within).fetchall()
        if not runs:
            return
        rows = self._database.execute(sql.RESULTS_WITHIN, within).fetchall()
        for run in runs:
            results = tuple(Result(*row[1:]) for row in rows if row[0] == run[0])
            yield Recorded(_run(*run), results)


def _point(run_id: int, *rest: Any) -> Point:
    return Point(run_id, run_id // RUN_IDS_PER_MILLISECOND, *rest)


def _run(
    run_id: int,
    commit_id: str | None,
    branch: str | None,
    dirty: int | None,
    gate: str | None,
    *rest: str,
) -> Run:
    fingerprint, details, versions, status = rest
    return Run(
        started_ms=run_id // RUN_IDS_PER_MILLISECOND,
        environment=Environment(fingerprint, details),
        commit=Commit(commit_id, branch, None if dirty is None else bool(dirty)),
        gate=gate,
        versions=versions,
        status=Status(status),
        id=run_id,
    )
