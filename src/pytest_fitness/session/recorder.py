"""What a run takes from the history, and what it leaves there."""

import json
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from pytest_fitness.config.loader import Config
from pytest_fitness.errors import HistoryError
from pytest_fitness.history.provenance import Provenance, environment
from pytest_fitness.history.records import (
    USERS,
    Commit,
    Point,
    Reference,
    Result,
    Run,
    Status,
    Trail,
)
from pytest_fitness.history.repository import default_branch
from pytest_fitness.history.sparkline import sparkline
from pytest_fitness.history.store import Store, open_store
from pytest_fitness.model import FitnessFunction, Outcome, Verdict
from pytest_fitness.reports.terminal import Past
from pytest_fitness.units import format_value
from pytest_fitness.version import __version__

DEFAULT: Final = ".fitness/history.db"
SHOWN: Final = 12
_LOOK_BACK: Final = 100
_GOOD: Final = frozenset({Outcome.PASSED, Outcome.WARNED})


class Recorder:
    """The history of one run; without a store it knows nothing and records nothing."""

    def __init__(
        self, store: Store | None, provenance: Provenance | None, gate: str | None
    ) -> None:
        self._store = store
        self._provenance = provenance
        self._gate = gate
        self._started_ms = time.time_ns() // 1_000_000
        self.reference = Reference()

    @classmethod
    def open(
        cls, config: Config, *, url: str | None, enabled: bool, gate: str | None
    ) -> "Recorder":
        """Open the history, and begin to ask git what is checked out.

        Raises:
            HistoryError: the history cannot be used.
        """
        if not enabled:
            return cls(None, None, gate)
        try:
            store = open_store(url or config.history or DEFAULT, base=config.root)
        except HistoryError as error:
            instead = "run with --fitness-history=PATH or with --fitness-no-history"
            raise HistoryError(
                error.message, f"{error.hint or 'name another one'}; or {instead}"
            ) from error
        recorder = cls(store, Provenance.start(config.root), gate)
        recorder.reference = reference_of(config)
        return recorder

    def past(self, verdicts: Sequence[Verdict], *, unicode: bool) -> dict[str, Past]:
        """The newest values of each series, without this run."""
        if self._store is None:
            return {}
        trails = self._store.trails([verdict.series for verdict in verdicts], SHOWN - 1)
        past = {}
        for verdict in verdicts:
            values = trails[verdict.series].values
            if values:
                spark = sparkline([*values, verdict.value], SHOWN, ascii_only=not unicode)
                past[verdict.series] = Past(values, spark)
        return past

    def trails(self, series: Sequence[str], count: int) -> Mapping[str, Trail]:
        """What series are judged against: their newest numbers of the reference, oldest first."""
        if self._store is None:
            return {}
        return self._store.trails(series, count, self.reference)

    def runs_of(self, ids: Iterable[int]) -> Mapping[int, Run]:
        """Where and when the numbers of trails were measured, by the ids of their runs."""
        return {} if self._store is None else self._store.runs_of(ids)

    @property
    def problems(self) -> Sequence[str]:
        """What is damaged in the history and was left out."""
        return () if self._store is None else self._store.problems

    def since(self, verdict: Verdict) -> str:
        """Since when a failing series fails, in words; empty where nothing is known."""
        if self._store is None:
            return ""
        first_bad: Point | None = None
        for point in reversed(self._store.points(verdict.series, _LOOK_BACK)):
            if point.outcome in _GOOD:
                value = format_value(point.value, verdict.unit)
                if first_bad is None:
                    return f"this run; on {_day(point)} it {point.outcome} with {value}"
                return f"{_day(first_bad)}; on {_day(point)} it {point.outcome} with {value}"
            first_bad = point
        return f"{_day(first_bad)} or longer" if first_bad is not None else ""

    def last_judged(self, functions: Iterable[FitnessFunction]) -> dict[str, float]:
        """When each of some functions was judged last, in seconds since the epoch."""
        wanted = {function.id for function in functions}
        if self._store is None or not wanted:
            return {}
        last: dict[str, float] = {}
        for series in self._store.series():
            name = series.partition("::")[0]
            if name in wanted:
                (point,) = self._store.points(series, 1)
                last[name] = max(point.started_ms / 1000, last.get(name, 0.0))
        return last

    def record(
        self, verdicts: Sequence[Verdict], *, complete: bool, users: float | None = None
    ) -> None:
        """Remember this run, all of it or nothing.

        Args:
            verdicts: what was judged.
            complete: whether the run came to its end.
            users: how many users there were, where that is known.

        Raises:
            HistoryError: it cannot be written.
        """
        if self._store is None:
            return
        run = Run(
            started_ms=self._started_ms,
            environment=environment(),
            commit=self._collect(),
            gate=self._gate,
            versions=json.dumps(versions()),
            status=Status.COMPLETE if complete else Status.ABORTED,
        )
        judged = (verdict for verdict in verdicts if verdict.outcome is not Outcome.DORMANT)
        results = list(map(result_of, judged))
        if users is not None:
            results.append(Result(USERS, users, "", str(Outcome.PASSED)))
        self._store.append(run, results)

    def describe(self) -> dict[str, Any]:
        """This run, as reports show it."""
        commit = self._collect()
        return {
            "started": datetime.fromtimestamp(self._started_ms / 1000, UTC).isoformat(),
            "gate": self._gate,
            "commit": commit.id,
            "branch": commit.branch,
            "dirty": commit.dirty,
            "versions": versions(),
        }

    def close(self) -> None:
        """Let go of the history and of git."""
        if self._store is not None:
            self._store.close()
        if self._provenance is not None:
            self._provenance.close()

    def _collect(self) -> Commit:
        return self._provenance.collect() if self._provenance is not None else Commit()


def reference_of(config: Config) -> Reference:
    """The runs that others of a project are judged against: those on its default branch."""
    return Reference(config.default_branch or default_branch(config.root))


def result_of(verdict: Verdict) -> Result:
    """What the history remembers of a verdict."""
    return Result(
        verdict.series,
        verdict.value,
        verdict.unit,
        str(verdict.outcome),
        len(verdict.violations),
        len(verdict.known),
    )


def versions() -> dict[str, str]:
    """The versions that matter to the numbers of a run."""
    python = ".".join(map(str, sys.version_info[:3]))
    return {"pytest-fitness": __version__, "python": python}


def _day(point: Point) -> str:
    return datetime.fromtimestamp(point.started_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
