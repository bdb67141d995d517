"""What the history remembers: runs, their results, and the points of a series."""

from enum import StrEnum
from typing import NamedTuple


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


RUN_IDS_PER_MILLISECOND = 1000
"""A run's id is its start time and a number within the millisecond: sorted, and never the same."""

Said = tuple[str, str, int, int]


class Trail(NamedTuple):
    """The numbers of one series, oldest first.

    Two columns rather than points: a trend asks for many thousands of numbers and little else.
    """

    run_ids: tuple[int, ...] = ()
    values: tuple[float | None, ...] = ()
