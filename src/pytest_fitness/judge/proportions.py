"""Shares of events, and how sure one can be of them after so many."""

import math
from collections.abc import Callable

from pytest_fitness.judge.distributions import incomplete_beta, two_sided
from pytest_fitness.model import Limit

_ENDLESS = 1e12
# With more events of either kind, the exact interval differs no more.
_FEW = 30
_HALVINGS = 60


def share_interval(good: float, total: float, confidence: float = 0.95) -> tuple[float, float]:
    """The interval in which the true share lies, given that ``good`` of ``total`` events were good.

    Wilson's; where there are few events of either kind, it is widened to what is exact, so that
    chance breaks a rule no more often than the confidence says.

    Raises:
        ValueError: there are no events, or more good ones than events.
    """
    low, high = wilson(good, total, confidence)
    if min(good, total - good) >= _FEW or total > _ENDLESS:
        return low, high
    least, most = exact(good, total, confidence)
    return min(low, least), max(high, most)


def exact(good: float, total: float, confidence: float = 0.95) -> tuple[float, float]:
    """The interval outside of which the binomial test rejects every share.

    Clopper and Pearson, The use of confidence or fiducial limits, Biometrika 26, 1934.
    """
    tail = (1 - confidence) / 2
    bad = total - good
    low = 0.0 if good == 0 else _where(lambda share: incomplete_beta(good, bad + 1, share) >= tail)
    high = (
        1.0 if bad == 0 else _where(lambda share: incomplete_beta(bad, good + 1, 1 - share) < tail)
    )
    return low, high


def _where(holds: Callable[[float], bool]) -> float:
    """The share from which on something holds, between 0 and 1."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def wilson(good: float, total: float, confidence: float = 0.95) -> tuple[float, float]:
    """The interval in which the true share lies, given that ``good`` of ``total`` events were good.

    Wilson's interval with continuity correction: it holds for shares near 0 and 1, where the
    textbook interval fails. Without the correction a rule of 99% would be broken by 2 bad events
    of 51, of which there are that many in one time of eleven though all is well. Newcombe,
    Two-sided confidence intervals for the single proportion, Statistics in Medicine 17, 1998,
    method 4.

    Raises:
        ValueError: there are no events, or more good ones than events.
    """
    if not (0 <= good <= total and 0 < total < math.inf):
        raise ValueError("good events are some of the events, of which there is at least one")
    share, deviations = good / total, two_sided(confidence)
    square, bad = deviations * deviations, total - good
    centre, width = 2 * good + square, 2 * (total + square)
    below = max(0.0, square - 2 - 1 / total + 4 * share * (bad + 1))
    above = max(0.0, square + 2 - 1 / total + 4 * share * (bad - 1))
    low = 0.0 if good == 0 else max(0.0, (centre - 1 - deviations * math.sqrt(below)) / width)
    high = 1.0 if bad == 0 else min(1.0, (centre + 1 + deviations * math.sqrt(above)) / width)
    return min(low, share), max(high, share)


def events_until_clear(
    share: float, limit: Limit, total: float, confidence: float = 0.95
) -> int | None:
    """How many more events, in the same ratio, it takes until the interval excludes the limit.

    None where a billion do not: the share is on the line, or within the limit.
    """

    def is_clear(events: float) -> bool:
        return limit.excludes(share_interval(share * events, events, confidence))

    few = many = max(total, 1.0)
    while not is_clear(many):
        few, many = many, many * 2
        if many > _ENDLESS:
            return None
    while many - few > max(1.0, many / 1000):
        middle = (few + many) / 2
        few, many = (few, middle) if is_clear(middle) else (middle, many)
    return max(0, math.ceil(many - total))
