"""The Universal Scalability Law: what becomes of the throughput as users are added.

``X(N) = r N / (1 + s (N - 1) + k N (N - 1))``: r is the throughput of one user, s the share of the
work that has to wait for its turn (contention), and k what it costs to keep each in step with each
other (coherency). Gunther, Guerrilla Capacity Planning, Springer 2007, chapters 4 to 6. Throughput
is greatest at ``sqrt((1 - s) / k)`` users.
"""

import math
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from pytest_fitness.judge.distributions import student_quantile
from pytest_fitness.judge.fitting import Point, best

FEWEST: Final = 4
# Rates are not measured better than this, and no law holds better.
_FINEST: Final = 0.002
_MISFIT: Final = 0.1
_FURTHEST: Final = 1e7
# A ceiling further above what was measured is not seen.
_NEAR: Final = 1.5
_STRIDE: Final = 1.3
_HALVINGS: Final = 40

Load = tuple[float, float]
"""So many users, and the throughput they had."""

# In the space of 1/r, s/r and k/r the law is linear. Where bounds hold: s = 0, s = 1, k = 0.
_FACES: Final[tuple[tuple[Point, ...], ...]] = (
    ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    ((1, 0, 0), (0, 1, 0)),
    ((1, 0, 0), (0, 0, 1)),
    ((1, 1, 0), (0, 0, 1)),
    ((1, 0, 0),),
    ((1, 1, 0),),
)


class Curve(NamedTuple):
    """A fitted law.

    Attributes:
        rate: the throughput of one user (r), a second.
        contention: the share that has to wait for its turn (s), from 0 to 1.
        coherency: the cost of keeping each in step with each other (k), 0 or more.
        error: how far off it is: the root mean square of the relative errors.
    """

    rate: float
    contention: float
    coherency: float
    error: float = 0.0

    def throughput(self, users: float) -> float:
        """What so many users get, a second."""
        waiting = self.contention * (users - 1) + self.coherency * users * (users - 1)
        return self.rate * users / (1 + waiting)

    @property
    def peak(self) -> float:
        """The users at which throughput is greatest, 1 at least; infinite where it never falls."""
        if self.coherency <= 0:
            return math.inf
        return max(1.0, math.sqrt((1 - self.contention) / self.coherency))

    @property
    def ceiling(self) -> float:
        """The throughput that is never passed; infinite where there is none."""
        if self.coherency > 0:
            return self.throughput(self.peak)
        return self.rate / self.contention if self.contention > 0 else math.inf


class Scalability(NamedTuple):
    """What throughput at several numbers of users tells of a system.

    Attributes:
        curve: the law that fits best; None where there are too few steps.
        low: the peak lies at no fewer users.
        high: nor at more; infinite where throughput may never fall.
        undecided: why the peak cannot be told; empty where it can.
    """

    curve: Curve | None = None
    low: float = 1.0
    high: float = math.inf
    undecided: str = ""

    @property
    def fits(self) -> bool:
        """Whether throughput follows the law at all."""
        return self.curve is not None and self.curve.error <= _MISFIT


def scalability(loads: Sequence[Load], confidence: float = 0.95) -> Scalability:
    """Fit the law to throughputs, and say between what numbers of users its peak lies.

    Least squares of relative errors, in the form ``N / X = (1 + s (N - 1) + k N (N - 1)) / r``,
    under ``0 <= s <= 1`` and ``k >= 0``. The interval holds each peak whose own best fit is worse
    than the best of all by no more than chance explains (profile likelihood: Bates and Watts,
    Nonlinear Regression Analysis and Its Applications, Wiley 1988, chapter 6).

    Args:
        loads: users with their throughput; where there was none, it is left out.
        confidence: how often the interval shall hold.
    """
    usable = [(users, rate) for users, rate in loads if users >= 1 and rate > 0]
    steps = len({users for users, _ in usable})
    if steps < FEWEST:
        count = f"{steps} step{'' if steps == 1 else 's'}"
        return Scalability(undecided=f"{count} with throughput, where {FEWEST} are needed")
    rows = [_row(users, rate) for users, rate in usable]
    (one, queue, pairs), least = best(rows, _FACES)
    curve = Curve(1 / one, queue / one, pairs / one, math.sqrt(least / len(rows)))
    freedom = max(1, len(rows) - 3)
    spread = max(least / freedom, _FINEST**2)
    most = least + spread * student_quantile((1 + confidence) / 2, freedom) ** 2
    low, high = _interval(curve.peak, lambda peak: best(rows, _faces_of(peak))[1] <= most)
    return Scalability(curve, low, high, _untold(curve, high, usable))


def sentence(found: Scalability) -> str:
    """What was found, in words."""
    curve = found.curve
    if curve is None:
        return f"how it scales cannot be told: {found.undecided}"
    said = (
        f"scalability law: {_figure(curve.rate)}/s for one user, contention"
        f" {curve.contention:.2%}, coherency {curve.coherency:.2g}"
    )
    if found.undecided:
        return f"{said}; {found.undecided}"
    return (
        f"{said}; throughput is greatest at about {curve.peak:,.0f} users"
        f" ({found.low:,.0f} to {found.high:,.0f}), with {_figure(curve.ceiling)}/s"
    )


def _untold(curve: Curve, high: float, loads: Sequence[Load]) -> str:
    if curve.error > _MISFIT:
        return f"throughput does not follow it ({curve.error:.0%} off)"
    if math.isfinite(high):
        return ""
    users, rate = (max(values) for values in zip(*loads, strict=True))
    near = curve.ceiling < _NEAR * rate
    level = f"it levels off at {_figure(curve.ceiling)}/s, and " if near else ""
    return f"no peak can be told: {level}nothing shows that it falls beyond {users:,.0f} users"


def _row(users: float, rate: float) -> Point:
    """What 1/r, s/r and k/r are multiplied with, for their sum to be 1."""
    share = rate / users
    return share, share * (users - 1), share * users * (users - 1)


def _faces_of(peak: float) -> tuple[tuple[Point, ...], ...]:
    """The laws with this peak: k is (1 - s) / peak²."""
    bend = 1 / peak**2
    return ((1, 0, bend), (0, 1, -bend)), ((1, 0, bend),), ((1, 1, 0),)


def _interval(peak: float, may_be: Callable[[float], bool]) -> tuple[float, float]:
    """Between what the peak lies."""
    start = min(peak, _FURTHEST)
    low = _edge(start, 1 / _STRIDE, may_be)
    high = math.inf if peak >= _FURTHEST else _edge(start, _STRIDE, may_be)
    return max(1.0, low), math.inf if high >= _FURTHEST else high


def _edge(start: float, stride: float, may_be: Callable[[float], bool]) -> float:
    inside = outside = start
    while 1 <= outside <= _FURTHEST:
        outside = inside * stride
        if not may_be(outside):
            break
        inside = outside
    else:
        return outside
    for _ in range(_HALVINGS):
        middle = math.sqrt(inside * outside)
        inside, outside = (middle, outside) if may_be(middle) else (inside, middle)
    return inside


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
