"""Adding runs to an SQLite history, and telling apart what belongs to the reference."""

import json
import sqlite3
from collections.abc import Set as AbstractSet

from pytest_fitness.errors import HistoryError
from pytest_fitness.history import sqlite_statements as sql
from pytest_fitness.history.records import (
    RUN_IDS_PER_MILLISECOND,
    TRUSTED,
    Commit,
    Environment,
    Recorded,
    Reference,
    Run,
    Said,
    Status,
    refuse_twice,
    said,
)


class Writer:
    """Adds runs within one transaction, and knows what is there already."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._reference = parted_for(database)
        self._series: dict[str, int] = {}
        self._verdicts: dict[Said, int] = {}

    def add(self, recorded: Recorded) -> int:
        """Add a run, and return its id.

        Raises:
            HistoryError: a series occurs twice, or a millisecond has too many runs.
        """
        run, results = recorded
        refuse_twice(results)
        run_id = self._add_run(run)
        self._know_series({one.series for one in results})
        self._know_verdicts({said(one) for one in results})
        in_reference = self._reference.holds(run)
        rows = (
            (
                self._series[one.series],
                not (in_reference and one.outcome in TRUSTED),
                run_id,
                one.value,
                self._verdicts[said(one)],
            )
            for one in results
        )
        self._database.executemany(sql.ADD_MEASUREMENT, sorted(rows))
        return run_id

    def _add_run(self, run: Run) -> int:
        run_id = self._free_run_id(run.started_ms)
        environment = (run.environment.fingerprint, run.environment.details)
        self._database.execute(sql.ADD_ENVIRONMENT, environment)
        commit = (run.commit.id, run.commit.branch, run.commit.dirty)
        self._database.execute(
            sql.ADD_RUN, (run_id, *commit, run.gate, *environment, run.versions, run.status)
        )
        return run_id

    def _free_run_id(self, started_ms: int) -> int:
        first = started_ms * RUN_IDS_PER_MILLISECOND
        last = first + RUN_IDS_PER_MILLISECOND - 1
        (newest,) = self._database.execute(sql.NEWEST_WITHIN, (first, last)).fetchone()
        run_id: int = first if newest is None else newest + 1
        if run_id > last:
            raise HistoryError(f"over {RUN_IDS_PER_MILLISECOND} runs started at {started_ms} ms")
        return run_id

    def _know_series(self, names: AbstractSet[str]) -> None:
        if names <= self._series.keys():
            return
        ask = self._database.execute
        self._series = dict(ask(sql.SERIES_IDS))
        unknown = sorted(names - self._series.keys())
        self._database.executemany(sql.ADD_SERIES, zip(unknown))
        if unknown:
            self._series = dict(ask(sql.SERIES_IDS))

    def _know_verdicts(self, wanted: AbstractSet[Said]) -> None:
        if wanted <= self._verdicts.keys():
            return
        self._verdicts = self._read_verdicts()
        unknown = wanted - self._verdicts.keys()
        self._database.executemany(sql.ADD_VERDICT, unknown)
        if unknown:
            self._verdicts = self._read_verdicts()

    def _read_verdicts(self) -> dict[Said, int]:
        rows = self._database.execute(sql.VERDICTS)
        return {tuple(words): number for *words, number in rows}


def parted_for(database: sqlite3.Connection) -> Reference:
    """The reference whose measurements lie apart from all others."""
    return Reference(*database.execute(sql.PARTED_FOR).fetchone())


def part_anew(database: sqlite3.Connection, reference: Reference) -> None:
    """Let the measurements of another reference lie apart; rare, as default branches are.

    Within a transaction. Takes a while where a large part of a large history changes its place.
    """
    before = parted_for(database)
    runs = _runs(database)
    leaving = [run.id for run in runs if before.holds(run) and not reference.holds(run)]
    entering = [run.id for run in runs if reference.holds(run) and not before.holds(run)]
    for statement, ids in ((sql.LEAVE, leaving), (sql.ENTER, entering)):
        if ids:
            database.execute(statement, (json.dumps(ids),))
    database.execute(sql.PARTING, (reference.branch,))


def _runs(database: sqlite3.Connection) -> list[Run]:
    """What tells of each run whether it belongs to a reference."""
    rows = database.execute(sql.WHAT_PARTS)
    return [
        Run(0, Environment(""), Commit(None, branch, dirty), status=Status(status), id=run_id)
        for run_id, branch, dirty, status in rows
    ]
