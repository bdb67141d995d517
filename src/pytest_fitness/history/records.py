"""What the history remembers: runs, their results, and the points of a series."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, overload


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
    """One result of a series, seen from the series; a tuple, as there are many of them."""

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


class Trail(Sequence[Point]):
    """The points of one series, oldest first.

    Points are made when they are looked at: a trend asks for the values of many thousands of
    points, and for little else.

    Attributes:
        rows: run id, value and verdict id of each point.
        verdicts: unit, outcome, violations and frozen of each verdict id.
    """

    __slots__ = ("rows", "verdicts")

    def __init__(
        self, rows: Sequence[Row] = (), verdicts: Mapping[int, Said] = MappingProxyType({})
    ) -> None:
        self.rows = rows
        self.verdicts = verdicts

    @property
    def values(self) -> list[float | None]:
        """The bare numbers."""
        return [value for _, value, _ in self.rows]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Point]:
        return map(self._point, self.rows)

    @overload
    def __getitem__(self, index: int) -> Point: ...
    @overload
    def __getitem__(self, index: slice) -> "Trail": ...
    def __getitem__(self, index: int | slice) -> "Point | Trail":
        if isinstance(index, slice):
            return Trail(self.rows[index], self.verdicts)
        return self._point(self.rows[index])

    def _point(self, row: Row) -> Point:
        run_id, value, verdict = row
        return Point(run_id, run_id // RUN_IDS_PER_MILLISECOND, value, *self.verdicts[verdict])
