"""What the history remembers: runs, their results, and the points of a series."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import overload


class Status(StrEnum):
    """Whether a run came to its end."""

    COMPLETE = "complete"
    ABORTED = "aborted"


@dataclass(frozen=True, slots=True)
class Commit:
    """The state of the code; each part is None where it is not known."""

    id: str | None = None
    branch: str | None = None
    dirty: bool | None = None


@dataclass(frozen=True, slots=True)
class Environment:
    """Where a run took place: a short stable key, and as JSON what the key stands for."""

    fingerprint: str
    details: str = "{}"


@dataclass(frozen=True, slots=True)
class Run:
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


@dataclass(frozen=True, slots=True)
class Result:
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

    def __post_init__(self) -> None:
        if self.value is not None and math.isnan(self.value):
            object.__setattr__(self, "value", None)


@dataclass(frozen=True, slots=True)
class Point:
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

Row = tuple[int, float | None, int]
Said = tuple[str, str, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Trail(Sequence[Point]):
    """The points of one series, oldest first.

    Points are made when they are looked at: a trend asks for the values of many thousands of
    points, and for little else.

    Attributes:
        rows: run id, value and verdict id of each point.
        verdicts: unit, outcome, violations and frozen of each verdict id.
    """

    rows: Sequence[Row] = ()
    verdicts: Mapping[int, Said] = field(default_factory=dict, repr=False)

    @property
    def values(self) -> list[float | None]:
        """The bare numbers."""
        return [value for _, value, _ in self.rows]

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> Point: ...
    @overload
    def __getitem__(self, index: slice) -> "Trail": ...
    def __getitem__(self, index: int | slice) -> "Point | Trail":
        if isinstance(index, slice):
            return Trail(self.rows[index], self.verdicts)
        run_id, value, verdict = self.rows[index]
        return Point(run_id, run_id // RUN_IDS_PER_MILLISECOND, value, *self.verdicts[verdict])
