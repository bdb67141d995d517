"""The nouns: fitness functions, limits, measurements, violations and verdicts.

Everything here is frozen and made of builtins, so that it crosses process boundaries and comes out
the same in every report. Nothing here measures, reads or prints. Named tuples rather than
dataclasses: a run that has nothing new to measure is mostly imports, and they are made four times
faster.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from pytest_fitness import units
from pytest_fitness.answers import Points
from pytest_fitness.errors import Location
from pytest_fitness.trends import Better, Comparison, TrendRule, Worsening


class Outcome(StrEnum):
    """How a verdict ends."""

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"
    NO_DATA = "no data"
    ERROR = "error"
    DORMANT = "dormant"


class Effect(StrEnum):
    """What an outcome that is neither good nor bad does to the run."""

    FAIL = "fail"
    WARN = "warn"
    SKIP = "skip"


class Gate(StrEnum):
    """The moments at which functions run."""

    CI = "ci"
    PRE_DEPLOY = "pre-deploy"
    SCHEDULED = "scheduled"


class Limit(NamedTuple):
    """What is allowed, in the base unit; ``equals`` stands alone, ``low`` and ``high`` may meet."""

    low: float | None = None
    high: float | None = None
    equals: float | None = None

    def allows(self, value: float) -> bool:
        """Whether the value is within the limit; a value on the line is."""
        if self.equals is not None:
            return value == self.equals
        above = self.low is None or value >= self.low
        return above and (self.high is None or value <= self.high)

    def excess(self, value: float) -> float:
        """How far a value lies past the nearest line; negative while it is within."""
        if self.equals is not None:
            return abs(value - self.equals)
        above = value - self.high if self.high is not None else float("-inf")
        below = self.low - value if self.low is not None else float("-inf")
        return max(above, below)

    def excludes(self, interval: tuple[float, float]) -> bool:
        """Whether nothing between the two values is within the limit."""
        low, high = interval
        if self.equals is not None:
            return not low <= self.equals <= high
        reaches = self.low is None or high >= self.low
        return not (reaches and (self.high is None or low <= self.high))

    def headroom(self, value: float) -> float | None:
        """The share of the way to the nearest line that is left; negative past it.

        None where there is no way to speak of (``equals``, or a line at zero).
        """
        shares = []
        if self.high:
            shares.append((self.high - value) / abs(self.high))
        if self.low:
            shares.append((value - self.low) / abs(self.low))
        return min(shares) if shares and self.equals is None else None

    def describe(self, unit: str) -> str:
        """The limit in symbols: ``≤ 10``, ``≥ 80%``, ``1 … 5``, ``= 0``."""
        if self.equals is not None:
            return f"= {units.format_value(self.equals, unit)}"
        if self.low is not None and self.high is not None:
            low, high = (units.format_value(line, unit) for line in (self.low, self.high))
            return f"{low} … {high}"
        if self.high is not None:
            return f"≤ {units.format_value(self.high, unit)}"
        return f"≥ {units.format_value(self.low, unit)}"


INDIRECT = " -> ... -> "
"""Between the ends of a chain of imports, in the key of its place; a direct one has `` -> ``."""


class Link(NamedTuple):
    """One import of a chain; ``path`` and ``line`` say where it stands, where that is known."""

    importer: str
    imported: str
    path: str | None = None
    line: int | None = None


class Place(NamedTuple):
    """One place that a measure found, which is a violation where the limit does not allow it.

    ``key`` says what it is, never on which line it stands, and is unique within its measurement.
    ``value`` is judged against the limit; None means that the place is wrong as such.
    """

    key: str
    message: str
    value: float | None = None
    path: str | None = None
    line: int | None = None
    chain: tuple[Link, ...] = ()


class Measurement(NamedTuple):
    """A number and what stands behind it.

    Attributes:
        value: the number in its base unit.
        unit: one of the constants of :mod:`pytest_fitness.units`.
        places: what the number is made of where it counts, worst first.
        judged_by_place: each place has its own value, and the limit holds for each of them.
        samples: how many things were looked at; zero of them is never a pass.
        subject: what was looked at, in words ("4,120 functions in 312 modules").
        notes: what the reader should know (what was left out, what was ignored).
        interval: what the true value lies between, at the confidence of the function.
        settles: what it would take to tell, where the interval does not ("120 more events").
        undecided: why nothing can be told from the number; empty where it can.
        held: the values before this one, for a limit that has to be broken for a time.
    """

    value: float | None
    unit: str = units.COUNT
    places: tuple[Place, ...] = ()
    judged_by_place: bool = False
    samples: int = 1
    subject: str = ""
    notes: tuple[str, ...] = ()
    interval: tuple[float, float] | None = None
    settles: str = ""
    undecided: str = ""
    held: "Held | None" = None


class Held(NamedTuple):
    """The values of a time; gaps longer than ``gap`` seconds leave it unknown."""

    points: Points
    now: float
    gap: float


class Check(NamedTuple):
    """One limit of a function: a test item, a series in the history, a line in every report.

    Attributes:
        part: the name of the limit or contract where a function has several of them.
        unit: the unit that the limit is expressed in.
    """

    part: str | None = None
    limit: Limit | None = None
    warn: Limit | None = None
    unit: str = units.COUNT
    detail: Any = None


class FitnessFunction(NamedTuple):
    """One named rule of ``fitness.yaml``; ``options`` is the kind's own options object.

    Attributes:
        hold: seconds for which the limit has to be broken (``for``).
        every: seconds after which it is due again.
        from_users: the users below which it is dormant.
        compare: what its limit is drawn from, beside ``limit``; ``compares``, of several limits.
        better: which way its number gets better, where the limit does not tell.
    """

    id: str
    kind: str
    options: Any
    location: Location
    about: str = ""
    owner: str = ""
    link: str = ""
    tags: tuple[str, ...] = ()
    gates: tuple[str, ...] = ()
    frozen: bool = False
    on_no_data: Effect = Effect.FAIL
    on_inconclusive: Effect = Effect.WARN
    limit: Limit | None = None
    warn: Limit | None = None
    limits: Mapping[str, tuple[Limit | None, Limit | None]] = MappingProxyType({})
    unit: str = units.COUNT
    hold: float | None = None
    confidence: float = 0.95
    every: float | None = None
    from_users: float | None = None
    freezable: bool = True
    compare: Comparison | None = None
    compares: Mapping[str, Comparison] = MappingProxyType({})
    better: Better | None = None
    trend: TrendRule = TrendRule()

    def comparison(self, part: str | None) -> Comparison | None:
        """What a check is compared with, by the name of its limit."""
        return self.compare if part is None else self.compares.get(part)


class Violation(NamedTuple):
    """One offending place; ``accepted`` is the value at which the baseline knows it."""

    key: str
    message: str
    value: float | None = None
    path: str | None = None
    line: int | None = None
    chain: tuple[Link, ...] = ()
    accepted: float | None = None


def series_of(function: str, part: str | None) -> str:
    """The name of a check: in the history, in the baseline, in every report."""
    return function if part is None else f"{function}::{part}"


class Verdict(NamedTuple):
    """The outcome of one check, with its reason and evidence.

    ``function`` and ``part`` name the check. ``reason`` is one sentence; ``hint`` says what to do.
    ``violations`` are new or worse than accepted, ``known`` ones are frozen in the baseline, and
    ``fixed`` are the keys that the baseline still lists without need.
    """

    function: str
    outcome: Outcome
    reason: str
    part: str | None = None
    kind: str = ""
    value: float | None = None
    unit: str = units.COUNT
    limit: Limit | None = None
    warn: Limit | None = None
    violations: tuple[Violation, ...] = ()
    known: tuple[Violation, ...] = ()
    fixed: tuple[str, ...] = ()
    subject: str = ""
    notes: tuple[str, ...] = ()
    hint: str = ""
    effect: Effect | None = None
    about: str = ""
    owner: str = ""
    link: str = ""
    tags: tuple[str, ...] = ()
    location: Location | None = None
    frozen: bool = False
    seconds: float = 0.0
    samples: int = 1
    interval: tuple[float, float] | None = None
    freezable: bool = True
    trend: Worsening | None = None

    @property
    def series(self) -> str:
        """The name under which the value is remembered."""
        return series_of(self.function, self.part)
