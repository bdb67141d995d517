"""What the requests of some time come to: small, mergeable, fit for another process.

This runs inside Locust and imports nothing of it.
"""

import math
from collections import Counter
from typing import Any, Final, Self

from pytest_fitness.judge.histogram import Histogram
from pytest_fitness.judge.latencies import Slice
from pytest_fitness.load.result import Timings
from pytest_fitness.units import shorten

SLICES: Final = 20
"""How many equal parts the time of a stage is cut into."""
OTHERS: Final = "(others)"
MOST_NAMES: Final = 200
_MOST_ERRORS: Final = 50
_LONGEST: Final = 200


class Tally:
    """The requests of one name, or all of them."""

    def __init__(self) -> None:
        self.times = Histogram()
        self.failures = 0
        self.slices = [Slice()] * SLICES

    def add(self, seconds: float, part: int, *, failed: bool) -> None:
        """Count one request that ended in a slice."""
        self.times.add(seconds)
        self.failures += failed
        before = self.slices[part]
        self.slices[part] = Slice(
            before.answers + 1,
            before.sum + seconds,
            before.squares + seconds * seconds,
            before.failures + failed,
        )

    def merge(self, other: "Tally") -> None:
        """Add all of another one, slice by slice."""
        self.times.merge(other.times)
        self.failures += other.failures
        self.slices = [a.plus(b) for a, b in zip(self.slices, other.slices, strict=True)]

    def timings(self) -> Timings:
        """The same, frozen."""
        return Timings(self.times, self.failures, tuple(self.slices))

    def to_builtins(self) -> list[Any]:
        """Lists and numbers."""
        return [self.times.to_builtins(), self.failures, [list(part) for part in self.slices]]

    @classmethod
    def from_builtins(cls, data: Any) -> Self:
        """The tally that :meth:`to_builtins` took apart."""
        found = cls()
        times, found.failures, slices = data
        found.times = Histogram.from_builtins(times)
        found.slices = [Slice(*part) for part in slices]
        return found


class Seen:
    """All requests of some time, by name; their number of names and of errors is bounded.

    Attributes:
        busy: the largest share of a core that a process of the load used.
        unfinished: how many were still waiting at the end, longer than any answer took.
        untimed: how many were told of without a time, and so are not in the figures.
    """

    def __init__(self) -> None:
        self.total = Tally()
        self.by_name: dict[str, Tally] = {}
        self.errors: Counter[str] = Counter()
        self.busy = 0.0
        self.unfinished = 0
        self.untimed = 0

    def add(self, name: str, seconds: float, part: int, error: str | None) -> None:
        """Count one request."""
        failed = error is not None
        self.total.add(seconds, part, failed=failed)
        self._tally(name).add(seconds, part, failed=failed)
        if error is not None:
            self._count_error(shorten(f"{name}: {error}", _LONGEST), 1)

    def merge(self, other: "Seen") -> None:
        """Add all of another one, of the same time."""
        self.total.merge(other.total)
        for name, tally in other.by_name.items():
            self._tally(name).merge(tally)
        for text, count in other.errors.items():
            self._count_error(text, count)
        self.busy = max(self.busy, other.busy)
        self.unfinished += other.unfinished
        self.untimed += other.untimed

    def to_builtins(self) -> list[Any]:
        """Lists, texts and numbers."""
        names = [[name, tally.to_builtins()] for name, tally in self.by_name.items()]
        errors = [list(pair) for pair in self.errors.items()]
        return [self.total.to_builtins(), names, errors, self.busy, self.unfinished, self.untimed]

    @classmethod
    def from_builtins(cls, data: Any) -> Self:
        """What :meth:`to_builtins` took apart."""
        found = cls()
        total, names, errors, found.busy, found.unfinished, found.untimed = data
        found.total = Tally.from_builtins(total)
        found.by_name = {name: Tally.from_builtins(tally) for name, tally in names}
        found.errors = Counter({text: count for text, count in errors})  # noqa: C416 (a Counter)
        return found

    def _tally(self, name: str) -> Tally:
        name = shorten(name, _LONGEST)
        if name not in self.by_name:
            if len(self.by_name) >= MOST_NAMES:
                name = OTHERS
            self.by_name.setdefault(name, Tally())
        return self.by_name[name]

    def _count_error(self, text: str, count: int) -> None:
        known = text in self.errors or len(self.errors) < _MOST_ERRORS
        self.errors[text if known else OTHERS] += count


class Lately:
    """What happened since it was asked for last, for people who watch.

    Attributes:
        failures: how many requests failed.
        silence: seconds since anything was answered; infinite where nothing ever was.
        unanswered: how many requests since then got no answer at all.
        requests: how many there were from the beginning.
        users: how many users there are.
        longest: how long the slowest answer of all took, in seconds.
        stranger: a host that was asked and may not be; empty where there was none.
    """

    def __init__(self) -> None:
        self.times = Histogram()
        self.failures = 0
        self.silence = math.inf
        self.unanswered = 0
        self.requests = 0
        self.users = 0
        self.longest = 0.0
        self.stranger = ""

    def to_builtins(self) -> list[Any]:
        """Lists and numbers."""
        silence = self.silence if math.isfinite(self.silence) else None
        counts = [self.failures, silence, self.unanswered, self.requests, self.users]
        return [self.times.to_builtins(), *counts, self.longest, self.stranger]

    @classmethod
    def from_builtins(cls, data: Any) -> Self:
        """What :meth:`to_builtins` took apart."""
        found = cls()
        times, found.failures, silence, found.unanswered, found.requests, *rest = data
        found.users, found.longest, found.stranger = rest
        found.times = Histogram.from_builtins(times)
        found.silence = math.inf if silence is None else silence
        return found

    def merge(self, other: "Lately") -> None:
        """Add what another process saw in the same time."""
        self.times.merge(other.times)
        self.failures += other.failures
        self.silence = min(self.silence, other.silence)
        self.unanswered += other.unanswered
        self.requests += other.requests
        self.users += other.users
        self.longest = max(self.longest, other.longest)
        self.stranger = self.stranger or other.stranger
