"""The nouns of change over time: what a function is compared with, and what was found."""

from enum import StrEnum
from typing import NamedTuple


class Better(StrEnum):
    """Which way a number gets better."""

    LOWER = "lower"
    HIGHER = "higher"


ROLLING = "rolling"
"""The anchor that moves along: the level of the last good runs."""


class Comparison(NamedTuple):
    """A limit whose line is drawn from what was measured before.

    Attributes:
        to: ``rolling``, or the name of a pinned baseline.
        max_increase: by which share of the reference it may lie above it.
        max_decrease: by which share of the reference it may lie below it.
        improve: by which share of the reference it has to be better.
        factor: how many times better it has to be.
    """

    to: str
    max_increase: float | None = None
    max_decrease: float | None = None
    improve: float | None = None
    factor: float | None = None

    @property
    def is_rolling(self) -> bool:
        """Whether the reference moves along."""
        return self.to == ROLLING


class TrendRule(NamedTuple):
    """What is done about a trend.

    Attributes:
        effect: ``off``, ``warn`` or ``fail``; None leaves it to the gate.
        over: how many seconds of its past a live source is asked for.
        least: smaller steps are not worth a word; a share of the level before. None is 1 % of
            what varies by itself, and any step of what does not.
    """

    effect: str | None = None
    over: float | None = None
    least: float | None = None


class Moment(NamedTuple):
    """A point of the history: when it was measured, and of what.

    Attributes:
        seconds: since the epoch.
        commit: None where that is not known.
    """

    seconds: float
    commit: str | None = None


class Past(NamedTuple):
    """What is known of a series before this run, oldest first.

    Attributes:
        values: the number of each run; None where it has none.
        moments: when each was measured.
        kept: whether each run kept its limit.
        unit: what the values are in.
        notes: what the reader should know of where the past begins.
    """

    values: tuple[float | None, ...] = ()
    moments: tuple[Moment, ...] = ()
    kept: tuple[bool, ...] = ()
    unit: str = ""
    notes: tuple[str, ...] = ()


class Finding(StrEnum):
    """What kind of worsening was found."""

    SUSPECTED = "suspected"
    STEP = "step"
    DRIFT = "drift"


class Crossing(NamedTuple):
    """Where a limit will be broken if it goes on like this.

    Attributes:
        at: seconds since the epoch, or a number of users.
        low: the earliest.
        high: the latest; None where that is not in sight.
    """

    at: float
    low: float | None = None
    high: float | None = None


class UsersCrossing(NamedTuple):
    """At how many users a limit will be broken.

    Attributes:
        users: how many it takes.
        now: how many there are.
        date: when there will be so many, in seconds since the epoch; None where that is not in
            sight.
    """

    users: Crossing
    now: float
    date: Crossing | None = None


class Worsening(NamedTuple):
    """What got worse in the history of a check.

    Attributes:
        before: the level it came from.
        after: the level it is at.
        change: the share of ``before`` by which it changed; None where that was zero.
        interval: what the change lies between.
        last_good: the newest run before the change.
        first_bad: the oldest run after it.
        more: how many further runs decide, where it is only suspected.
        by_date: when the limit will be broken.
        by_users: at how many users the limit will be broken.
        culprits: what moved the number, one thing a line.
    """

    finding: Finding
    before: float
    after: float
    change: float | None = None
    interval: tuple[float, float] | None = None
    last_good: Moment | None = None
    first_bad: Moment | None = None
    more: int = 0
    by_date: Crossing | None = None
    by_users: UsersCrossing | None = None
    culprits: tuple[str, ...] = ()
