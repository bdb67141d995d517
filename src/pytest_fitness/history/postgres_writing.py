"""Adding runs to a history in PostgreSQL."""

from collections.abc import Iterable
from typing import Any

from pytest_fitness.errors import HistoryError
from pytest_fitness.history import postgres_statements as sql
from pytest_fitness.history.postgres_server import Server
from pytest_fitness.history.records import (
    RUN_IDS_PER_MILLISECOND,
    Recorded,
    Run,
    Said,
    refuse_twice,
    said,
    storable,
)


class Writer:
    """Adds runs within one transaction, and knows what is there already."""

    def __init__(self, server: Server) -> None:
        self._ask = server.ask
        self._series: dict[str, int] = {}
        self._verdicts: dict[Said, int] = {}

    def add(self, recorded: Recorded) -> int:
        """Add a run, and return its id.

        Raises:
            HistoryError: a series occurs twice, or a millisecond has too many runs.
        """
        run, results = recorded[0], tuple(map(storable, recorded.results))
        refuse_twice(results)
        run_id = self._add_run(run)
        self._know_series({one.series for one in results})
        self._know_verdicts({said(one) for one in results})
        columns = (
            [self._series[one.series] for one in results],
            [run_id] * len(results),
            [one.value for one in results],
            [self._verdicts[said(one)] for one in results],
        )
        self._ask(sql.ADD_MEASUREMENTS, columns)
        return run_id

    def _add_run(self, run: Run) -> int:
        environment = (run.environment.fingerprint, run.environment.details)
        self._ask(sql.ADD_ENVIRONMENT, environment)
        commit = (run.commit.id, run.commit.branch, run.commit.dirty)
        first = run.started_ms * RUN_IDS_PER_MILLISECOND
        last = first + RUN_IDS_PER_MILLISECOND - 1
        ((newest,),) = self._ask(sql.NEWEST_WITHIN, (first, last))
        for run_id in range(first if newest is None else newest + 1, last + 1):
            values = (run_id, *commit, run.gate, *environment, run.versions, str(run.status))
            # Without a row, another run that began in this millisecond was quicker.
            if self._ask(sql.ADD_RUN, values):
                return run_id
        raise HistoryError(f"over {RUN_IDS_PER_MILLISECOND} runs started at {run.started_ms} ms")

    def _know_series(self, names: Iterable[str]) -> None:
        unknown = set(names) - self._series.keys()
        if unknown:
            self._series = dict(self._ask(sql.SERIES_IDS))
            unknown -= self._series.keys()
        if unknown:
            self._ask(sql.ADD_SERIES, (sorted(unknown),))
            self._series = dict(self._ask(sql.SERIES_IDS))

    def _know_verdicts(self, wanted: Iterable[Said]) -> None:
        unknown = set(wanted) - self._verdicts.keys()
        if unknown:
            self._verdicts = self._read_verdicts()
            unknown -= self._verdicts.keys()
        if unknown:
            columns: Any = [list(map(_text, column)) for column in zip(*unknown, strict=True)]
            self._ask(sql.ADD_VERDICTS, columns)
            self._verdicts = self._read_verdicts()

    def _read_verdicts(self) -> dict[Said, int]:
        return {tuple(words): number for *words, number in self._ask(sql.VERDICT_IDS)}


def _text(part: str | int) -> str | int:
    """An outcome of the model is an enumeration, which psycopg would send as its name."""
    return str(part) if isinstance(part, str) else part
