"""When a limit will be broken: by the calendar, and by the number of users."""

from collections.abc import Mapping, Sequence

from pytest_fitness.judge.trend import Forecast, forecast, when_users
from pytest_fitness.model import Limit
from pytest_fitness.trends import Better, Crossing, UsersCrossing

Timed = Sequence[tuple[float, float]]
"""Pairs of seconds since the epoch and value, oldest first."""


def line_ahead(limit: Limit | None, better: Better) -> float | None:
    """The line that a number would cross while it gets worse; None where there is none."""
    if limit is None:
        return None
    return limit.high if better is Better.LOWER else limit.low


def by_date(points: Timed, line: float, better: Better) -> Crossing | None:
    """When the line will be crossed; None where that is not in sight, or has happened already."""
    return _ahead(forecast(points, line, rising=better is Better.LOWER))


def by_users(points: Timed, users: Timed, line: float, better: Better) -> UsersCrossing | None:
    """At how many users the line will be crossed, and when there will be so many.

    Args:
        points: the values.
        users: how many users there were; the values of the same moments belong together.
        line: what will be crossed.
        better: which way the values get better.
    """
    at: Mapping[float, float] = dict(users)
    pairs = [(at[moment], value) for moment, value in points if moment in at]
    against_users = forecast(sorted(pairs), line, rising=better is Better.LOWER)
    crossing = _ahead(against_users)
    if crossing is None:
        return None
    return UsersCrossing(crossing, users[-1][1], _ahead(when_users(against_users, users)))


def _ahead(found: Forecast) -> Crossing | None:
    if found.at is None or found.crossed:
        return None
    return Crossing(found.at, found.low, found.high)
