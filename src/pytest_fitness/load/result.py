"""What the virtual users of a load saw."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pytest_fitness.judge.histogram import Histogram
from pytest_fitness.judge.latencies import Slice


class Timings(NamedTuple):
    """The requests of one name, or all of them.

    Attributes:
        times: how long each answer took, in seconds, failed ones included.
        failures: how many were refused, timed out, or answered with a status that is a failure.
        slices: the same in equal parts of the stage's time, for statistics.
    """

    times: Histogram
    failures: int
    slices: tuple[Slice, ...] = ()

    @property
    def count(self) -> int:  # type: ignore[override]  # a tuple's own count is of no use here
        """How many requests were made."""
        return self.times.count


class StageResult(NamedTuple):
    """One stage, warm-up left out.

    Attributes:
        users: how many there were.
        seconds: how long it was measured.
        total: all requests.
        by_name: the requests of each name.
        errors: the most frequent failures in words, with how often each happened.
        began: when its measured time began; seconds since the epoch.
        notes: what the reader should know.
        busy: the largest share of a core that a process of the load used; near 1, the load itself
            may be what was slow.
    """

    users: int
    seconds: float
    total: Timings
    by_name: Mapping[str, Timings]
    errors: tuple[tuple[str, int], ...] = ()
    began: float = 0.0
    notes: tuple[str, ...] = ()
    busy: float = 0.0


def stage_to_builtins(stage: StageResult) -> dict[str, Any]:
    """A result as builtins, fit for JSON."""
    names = {name: _timings_to_builtins(found) for name, found in stage.by_name.items()}
    return {**stage._asdict(), "total": _timings_to_builtins(stage.total), "by_name": names}


def stage_from_builtins(data: Mapping[str, Any]) -> StageResult:
    """The result that :func:`stage_to_builtins` took apart."""
    names = {name: _timings_from_builtins(found) for name, found in data["by_name"].items()}
    errors = tuple((text, count) for text, count in data["errors"])
    total = _timings_from_builtins(data["total"])
    notes = tuple(data["notes"])
    return StageResult(
        **{**data, "total": total, "by_name": names, "errors": errors, "notes": notes}
    )


def _timings_to_builtins(timings: Timings) -> list[Any]:
    slices = [list(part) for part in timings.slices]
    return [timings.times.to_builtins(), timings.failures, slices]


def _timings_from_builtins(data: Any) -> Timings:
    times, failures, slices = data
    return Timings(Histogram.from_builtins(times), failures, tuple(Slice(*part) for part in slices))


class Tick(NamedTuple):
    """What can be seen while a load runs, about once a second.

    Attributes:
        stage: the place of the stage in the plan; the time between two stages belongs to the next.
        measured: whether its warm-up is over.
        users: how many there are at this moment.
        rate: requests a second, lately.
        p95: of the answers, lately, in seconds; None where there were none.
        failures: how many requests failed so far.
    """

    moment: float
    stage: int
    measured: bool
    users: int
    rate: float
    p95: float | None
    failures: int
