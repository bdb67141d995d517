"""What a trend is told with."""

from typing import Literal, NamedTuple

Better = Literal["lower", "higher"]


class Level(NamedTuple):
    """A time without steps.

    Attributes:
        start: the index of its first point.
        end: the index after its last.
        centre: the median.
        spread: the standard deviation of one value, from the median distance to the centre.
    """

    start: int
    end: int
    centre: float
    spread: float


class Step(NamedTuple):
    """A confirmed change of the level.

    Attributes:
        at: the index of the first point of the new level.
        last_good: the index of the last number before it.
        before: the centre of what is nearest before it.
        after: the centre of what is nearest after it.
        change: by what share of ``before`` it rose; None where that was 0.
        low: the lower end of the interval of ``change``.
        high: the upper end.
    """

    at: int
    last_good: int
    before: float
    after: float
    change: float | None
    low: float | None
    high: float | None


class Suspicion(NamedTuple):
    """The newest points may be a new level.

    Attributes:
        at: the index of the first of them.
        points: how many there are.
        more: how many further points like them would confirm it.
        before: the centre of the level before.
        after: the centre of the points.
        change: by what share of ``before`` they lie above it; None where that is 0.
    """

    at: int
    points: int
    more: int
    before: float
    after: float
    change: float | None


class Drift(NamedTuple):
    """A significant straight line through the newest points.

    Attributes:
        start: the index of its first point.
        points: how many numbers it is based on.
        per_run: its rise from point to point.
        low: the lower end of the interval of ``per_run``.
        high: the upper end.
        per_second: its rise in a second, where times are known.
        now: its value at the newest point.
    """

    start: int
    points: int
    per_run: float
    low: float
    high: float
    per_second: float | None
    now: float


class Trend(NamedTuple):
    """What became of one series.

    Attributes:
        levels: all of them, oldest first; empty where there are no numbers.
        steps: the changes between them.
        suspicion: what the newest points may turn out to be.
        drift: where the newest of it goes.
        points: how many numbers there are.
    """

    levels: tuple[Level, ...]
    steps: tuple[Step, ...]
    suspicion: Suspicion | None
    drift: Drift | None
    points: int

    @property
    def level(self) -> Level | None:
        """The newest level."""
        return self.levels[-1] if self.levels else None

    @property
    def step(self) -> Step | None:
        """The newest step."""
        return self.steps[-1] if self.steps else None

    @property
    def noise(self) -> float:
        """The spread of the newest level; 0 where there is none."""
        return self.levels[-1].spread if self.levels else 0.0


def relative(before: float, after: float) -> float | None:
    """By what share of its size the first rose to the second; None where it is 0."""
    return (after - before) / abs(before) if before else None


def worse(rise: float, better: Better) -> bool:
    """Whether a rise (or, below 0, a fall) is for the worse."""
    return rise > 0 if better == "lower" else rise < 0
