"""The history in one SQLite file: safe under several runs at once, and under any of them dying."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, Self

from pytest_fitness.errors import HistoryError
from pytest_fitness.history.records import (
    RUN_IDS_PER_MILLISECOND,
    Commit,
    Environment,
    Point,
    Result,
    Run,
    Said,
    Status,
    Trail,
)
from pytest_fitness.history.sqlite_file import explained, open_file, transaction

ADD_RUN = (
    "INSERT INTO run VALUES (?, ?, ?, ?, ?,"
    " (SELECT id FROM environment WHERE fingerprint = ? AND details = ?), ?, ?)"
)
NUMBERS = (
    "SELECT run_id, value FROM measurement"
    " WHERE series_id = (SELECT id FROM series WHERE name = ?) ORDER BY run_id DESC LIMIT ?"
)
POINTS = (
    "SELECT run_id, value, unit, outcome, violations, frozen"
    " FROM measurement JOIN verdict ON verdict.id = verdict_id"
    " WHERE series_id = (SELECT id FROM series WHERE name = ?) ORDER BY run_id DESC LIMIT ?"
)
RUNS = (
    "SELECT run.id, commit_id, branch, dirty, gate, fingerprint, details, versions, status"
    " FROM run JOIN environment ON environment.id = environment_id ORDER BY run.id DESC LIMIT ?"
)
VERDICTS = "SELECT unit, outcome, violations, frozen, id FROM verdict"
ADD_VERDICT = "INSERT INTO verdict (unit, outcome, violations, frozen) VALUES (?, ?, ?, ?)"
SERIES = (
    "SELECT name, (SELECT count(*) FROM measurement WHERE series_id = series.id) FROM series"
    " ORDER BY name"
)


class SqliteStore:
    """The store that needs nothing but a path."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database = open_file(path)

    def append(self, run: Run, results: Iterable[Result]) -> int:
        """Remember a run with all its results, or nothing of it; returns the id of the run."""
        results = tuple(results)
        _refuse_twice(results)
        with explained(self.path), transaction(self._database, "IMMEDIATE"):
            run_id = self._add_run(run)
            self._add_measurements(run_id, results)
        return run_id

    def trails(self, series: Sequence[str], count: int) -> dict[str, Trail]:
        """The newest ``count`` numbers of each series, oldest first; none for an unknown one."""
        with explained(self.path), transaction(self._database, "DEFERRED"):
            return {name: self._trail(name, max(count, 0)) for name in series}

    def points(self, series: str, count: int) -> list[Point]:
        """All that is known of the newest ``count`` results of one series, oldest first."""
        with explained(self.path):
            newest = self._database.execute(POINTS, (series, max(count, 0))).fetchall()
        return [_point(*row) for row in reversed(newest)]

    def series(self) -> dict[str, int]:
        """The names of all series, sorted, with the number of their points."""
        with explained(self.path):
            return dict(self._database.execute(SERIES))

    def runs(self, limit: int) -> list[Run]:
        """The newest runs, newest first."""
        with explained(self.path):
            return [_run(*row) for row in self._database.execute(RUNS, (max(limit, 0),))]

    def close(self) -> None:
        """Let go of the file; closing twice is fine."""
        with explained(self.path):
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def _add_run(self, run: Run) -> int:
        run_id = self._free_run_id(run.started_ms)
        environment = (run.environment.fingerprint, run.environment.details)
        self._database.execute(
            "INSERT INTO environment (fingerprint, details) VALUES (?, ?) ON CONFLICT DO NOTHING",
            environment,
        )
        commit = (run.commit.id, run.commit.branch, run.commit.dirty)
        self._database.execute(
            ADD_RUN, (run_id, *commit, run.gate, *environment, run.versions, run.status)
        )
        return run_id

    def _free_run_id(self, started_ms: int) -> int:
        first = started_ms * RUN_IDS_PER_MILLISECOND
        beyond = first + RUN_IDS_PER_MILLISECOND
        (newest,) = self._database.execute(
            "SELECT max(id) FROM run WHERE id >= ? AND id < ?", (first, beyond)
        ).fetchone()
        run_id: int = first if newest is None else newest + 1
        if run_id == beyond:
            raise HistoryError(f"over {RUN_IDS_PER_MILLISECOND} runs started at {started_ms} ms")
        return run_id

    def _add_measurements(self, run_id: int, results: Sequence[Result]) -> None:
        series_ids = self._series_ids({one.series for one in results})
        verdict_ids = self._verdict_ids({_said(one) for one in results})
        rows = (
            (series_ids[one.series], run_id, one.value, verdict_ids[_said(one)]) for one in results
        )
        self._database.executemany("INSERT INTO measurement VALUES (?, ?, ?, ?)", sorted(rows))

    def _series_ids(self, names: AbstractSet[str]) -> dict[str, int]:
        known = dict(self._database.execute("SELECT name, id FROM series"))
        unknown = sorted(names - known.keys())
        if not unknown:
            return known
        self._database.executemany("INSERT INTO series (name) VALUES (?)", zip(unknown))
        return self._series_ids(frozenset())

    def _verdict_ids(self, said: AbstractSet[Said] = frozenset()) -> dict[Said, int]:
        known = {tuple(key): verdict_id for *key, verdict_id in self._database.execute(VERDICTS)}
        unknown = said - known.keys()
        if not unknown:
            return known
        self._database.executemany(ADD_VERDICT, unknown)
        return self._verdict_ids()

    def _trail(self, series: str, count: int) -> Trail:
        # Rows are taken apart as they come: to keep them all would cost a fifth more.
        columns = tuple(zip(*self._database.execute(NUMBERS, (series, count)), strict=True))
        return Trail(*(column[::-1] for column in columns))


def _refuse_twice(results: Sequence[Result]) -> None:
    seen: set[str] = set()
    for result in results:
        if result.series in seen:
            raise HistoryError(f"the series {result.series!r} occurs twice in one run")
        seen.add(result.series)


def _said(result: Result) -> Said:
    return (result.unit, result.outcome, result.violations, result.frozen)


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
