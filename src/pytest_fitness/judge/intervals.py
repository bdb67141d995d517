"""Where an interval lies: wholly past a limit, wholly within it, or across a line."""

from enum import StrEnum

from pytest_fitness.model import Limit


class Standing(StrEnum):
    """How an interval stands to a limit."""

    PAST = "past"
    WITHIN = "within"
    OPEN = "open"


def stand(low: float, high: float, limit: Limit) -> Standing:
    """How the interval from ``low`` to ``high``, both included, stands to a limit.

    It is past the limit where no value of it is allowed, and within it where all are.
    """
    if limit.equals is not None:
        if low == high == limit.equals:
            return Standing.WITHIN
        return Standing.OPEN if low <= limit.equals <= high else Standing.PAST
    if limit.allows(low) and limit.allows(high):
        return Standing.WITHIN
    above = limit.high is not None and low > limit.high
    below = limit.low is not None and high < limit.low
    return Standing.PAST if above or below else Standing.OPEN
