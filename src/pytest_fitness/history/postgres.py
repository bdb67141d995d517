"""The history in PostgreSQL, or TimescaleDB: shared by many runners that write at once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Self

from pytest_fitness.collector import collector_paused
from pytest_fitness.history import postgres_statements as sql
from pytest_fitness.history.postgres_schema import LOCK
from pytest_fitness.history.postgres_server import Server, same_driver
from pytest_fitness.history.postgres_writing import Writer
from pytest_fitness.history.records import (
    RUN_IDS_PER_MILLISECOND,
    TRUSTED,
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
from pytest_fitness.history.trails import Words, reference_trail, trail

_RUNS_AT_ONCE: Final = 50
_FEW: Final = 20


class PostgresStore:
    """The store for a team, by its URL."""

    problems: Sequence[str] = ()

    def __init__(self, server: Server) -> None:
        self._server = server

    @classmethod
    def open(cls, url: str) -> Self:
        """Open a history, and begin one where there is none."""
        server = Server(same_driver(url))
        try:
            server.bring_up_to_date()
        except BaseException:
            server.close()
            raise
        return cls(server)

    @classmethod
    def open_existing(cls, url: str) -> Self | None:
        """Open a history to look at it; None where there is none, and none is begun."""
        server = Server(same_driver(url))
        try:
            if server.is_begun():
                server.bring_up_to_date()
                return cls(server)
        except BaseException:
            server.close()
            raise
        server.close()
        return None

    def append(self, run: Run, results: Iterable[Result]) -> int:
        """Remember a run with all its results, or nothing of it; returns the id of the run."""
        recorded = Recorded(run, tuple(results))
        with self._server.transaction():
            self._server.ask("SELECT pg_advisory_xact_lock_shared(%s)", (LOCK,))
            return Writer(self._server).add(recorded)

    def extend(self, recorded: Iterable[Recorded]) -> int:
        """Remember those runs that are not known yet, or none; returns how many they were."""
        added = 0
        with self._server.transaction():
            self._server.ask("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
            writer = Writer(self._server)
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
        found = dict.fromkeys(series, Trail())
        with collector_paused():
            if reference is None:
                return found | self._all_trails(series, count)
            with self._server.transaction("REPEATABLE READ"):
                return found | self._reference_trails(series, count, reference)

    def points(self, series: str, count: int) -> list[Point]:
        """All that is known of the newest ``count`` results of one series, oldest first."""
        newest = self._server.ask(sql.POINTS, (series, max(count, 0)))
        return [
            Point(row[0], row[0] // RUN_IDS_PER_MILLISECOND, *row[1:]) for row in reversed(newest)
        ]

    def series(self) -> dict[str, int]:
        """The names of all series, sorted, with the number of their points."""
        return dict(self._server.ask(sql.SERIES))

    def runs(self, limit: int) -> list[Run]:
        """The newest runs, newest first."""
        return [_run(*row) for row in self._server.ask(sql.RUNS, (max(limit, 0),))]

    def runs_of(self, ids: Iterable[int]) -> dict[int, Run]:
        """Those of some runs that are known, by their ids."""
        return {row[0]: _run(*row) for row in self._server.ask(sql.RUNS_OF, (list(ids),))}

    def recorded(self) -> Iterator[Recorded]:
        """Every run with its results, oldest first, as they were at one moment."""
        with self._server.transaction("REPEATABLE READ"):
            ids = self._ids(sql.RUN_IDS)
            for start in range(0, len(ids), _RUNS_AT_ONCE):
                yield from self._recorded_of(ids[start : start + _RUNS_AT_ONCE])

    def close(self) -> None:
        """Hang up; closing twice is fine."""
        self._server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def _all_trails(self, series: Sequence[str], count: int) -> dict[str, Trail]:
        asked = {"series": list(series), "count": count}
        rows = self._server.ask(sql.NUMBERS, asked, binary=True)
        return {name: trail(zip(ids, values, strict=True)) for name, ids, values, _ in rows}

    def _reference_trails(
        self, series: Sequence[str], count: int, reference: Reference
    ) -> dict[str, Trail]:
        verdicts = self._server.ask(sql.WORDS)
        words = {number: Words(unit, outcome == "failed") for number, unit, outcome in verdicts}
        asked = {
            "series": list(series),
            "count": count,
            "branch": reference.branch,
            "trusted": [number for number, _, outcome in verdicts if outcome in TRUSTED],
        }
        found: dict[str, Trail] = {}
        if len(series) > _FEW:
            newest = self._ids(sql.REFERENCE, asked | {"newest": count + 1})
            found = self._of_runs(sql.OF_RUNS, newest[:count], asked, words)
            if len(newest) <= count:
                return found
        # In a run that reached only some functions the others have no number: look further back.
        short = [name for name in series if len(found.get(name, Trail()).values) < count]
        if short:
            every = self._ids(sql.REFERENCE, asked | {"newest": None})
            found |= self._of_runs(sql.AMONG_RUNS, every, asked | {"series": short}, words)
        return found

    def _of_runs(
        self,
        statement: str,
        runs: list[int],
        asked: Mapping[str, Any],
        words: Mapping[int, Words],
    ) -> dict[str, Trail]:
        rows = self._server.ask(statement, {**asked, "runs": runs}, binary=True)
        return {name: reference_trail(zip(*columns, strict=True), words) for name, *columns in rows}

    def _ids(self, statement: str, values: Any = None) -> list[int]:
        return [run_id for (run_id,) in self._server.ask(statement, values)]

    def _started_at(self, started_ms: int) -> Iterator[Recorded]:
        """The runs of one millisecond."""
        first = started_ms * RUN_IDS_PER_MILLISECOND
        within = (first, first + RUN_IDS_PER_MILLISECOND - 1)
        ids = self._ids(sql.RUN_IDS_WITHIN, within)
        return self._recorded_of(ids) if ids else iter(())

    def _recorded_of(self, ids: list[int]) -> Iterator[Recorded]:
        results = defaultdict(list)
        for run_id, *rest in self._server.ask(sql.RESULTS_OF, (ids,)):
            results[run_id].append(Result(*rest))
        for row in self._server.ask(sql.RUNS_OF, (ids,)):
            yield Recorded(_run(*row), tuple(results[row[0]]))


def _run(
    run_id: int,
    commit_id: str | None,
    branch: str | None,
    dirty: bool | None,
    gate: str | None,
    *rest: str,
) -> Run:
    fingerprint, details, versions, status = rest
    return Run(
        started_ms=run_id // RUN_IDS_PER_MILLISECOND,
        environment=Environment(fingerprint, details),
        commit=Commit(commit_id, branch, dirty),
        gate=gate,
        versions=versions,
        status=Status(status),
        id=run_id,
    )
