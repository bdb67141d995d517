"""What the virtual users of a load saw."""

from collections.abc import Mapping
from typing import NamedTuple

from pytest_fitness.load.histogram import Histogram


class Timings(NamedTuple):
    """The requests of one name, or all of them.

    Attributes:
        times: how long each answer took, in seconds, failed ones included.
        failures: how many were refused, timed out, or answered with a status that is a failure.
    """

    times: Histogram
    failures: int

    @property
    def count(self) -> int:
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
    """

    users: int
    seconds: float
    total: Timings
    by_name: Mapping[str, Timings]
    errors: tuple[tuple[str, int], ...] = ()
    began: float = 0.0


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
