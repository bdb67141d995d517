"""What the history remembers: runs, their results, and the points of a series."""

import math
from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple

from pytest_fitness.errors import HistoryError


class Status(StrEnum):
    """Whether a run came to its end."""

    COMPLETE = "complete"
    ABORTED = "aborted"


class Commit(NamedTuple):
    """The state of the code; each part is None where it is not known."""

    id: str | None = None
    branch: str | None = None
    dirty: bool | None = None


class Environment(NamedTuple):
    """Where a run took place: a short stable key, and as JSON what the key stands for."""

    fingerprint: str
    details: str = "{}"


class Run(NamedTuple):
    """One ``pytest --fitness``.

    Attributes:
        started_ms: when it began, in milliseconds since the epoch (UTC).
        versions: the versions that matter to its numbers, as JSON.
        id: given by the store; ids grow with the time of the start.
    """

    started_ms: int
    environment: Environment
    commit: Commit = Commit()
    gate: str | None = None
    versions: str = "{}"
    status: Status = Status.COMPLETE
    id: int | None = None


class Reference(NamedTuple):
    """The runs that others are judged against: complete, of a clean work tree, on one branch.

    Where something is not known of a run, as without git, the run counts.

    Attributes:
        branch: None for any branch.
    """

    branch: str | None = None

    def holds(self, run: Run) -> bool:
        """Whether a run is one of them."""
        is_there = self.branch is None or run.commit.branch in (None, self.branch)
        return is_there and run.status is Status.COMPLETE and not run.commit.dirty


TRUSTED: Final = frozenset({"passed", "warned", "failed"})
"""The outcomes whose number was measured without doubt."""


class Result(NamedTuple):
    """What a run found for one series; ``violations`` are the new ones, ``frozen`` the accepted.

    A value that is not a number is remembered as None, as nothing can be compared with it; what
    it meant is in the outcome. Infinities are kept.
    """

    series: str
    value: float | None
    unit: str
    outcome: str
    violations: int = 0
    frozen: int = 0


class Point(NamedTuple):
    """One result of a series, seen from the series."""

    run_id: int
    started_ms: int
    value: float | None
    unit: str
    outcome: str
    violations: int
    frozen: int


USERS: Final = ":users"
"""The series of how many users there were; no function can have this name."""
RUN_IDS_PER_MILLISECOND = 1000
"""A run's id is its start time and a number within the millisecond: sorted, and never the same."""

Said = tuple[str, str, int, int]


class Trail(NamedTuple):
    """The numbers of one series, oldest first.

    Columns rather than points: a trend asks for many thousands of numbers and little else.

    Attributes:
        failed: those runs that broke the limit; told only of a reference.
        unit: what all values are in; told only of a reference.
    """

    run_ids: tuple[int, ...] = ()
    values: tuple[float | None, ...] = ()
    failed: frozenset[int] = frozenset()
    unit: str = ""


class Recorded(NamedTuple):
    """A run with all its results."""

    run: Run
    results: tuple[Result, ...]

    def same(self, other: "Recorded") -> bool:
        """Whether both are the same run, whatever ids two stores gave to it."""
        return self.run._replace(id=None) == other.run._replace(id=None) and sorted(
            map(storable, self.results)
        ) == sorted(map(storable, other.results))


def storable(result: Result) -> Result:
    """A result as every store keeps it: its value is a float, or None where it is no number."""
    value = math.nan if result.value is None else float(result.value)
    return result._replace(value=None if math.isnan(value) else value)


def refuse_twice(results: Iterable[Result]) -> None:
    """Raises ``HistoryError`` where a series has two results in one run."""
    seen: set[str] = set()
    for result in results:
        if result.series in seen:
            raise HistoryError(f"the series {result.series!r} occurs twice in one run")
        seen.add(result.series)


def said(result: Result) -> Said:
    """What a result says beside its number; few combinations ever occur."""
    return (result.unit, result.outcome, result.violations, result.frozen)
