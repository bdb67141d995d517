"""Where a function goes: when its limit will be broken, or why that is not in sight."""

from collections.abc import Iterator

from pytest_fitness.judge.outlook import Timed, by_users, line_ahead
from pytest_fitness.judge.trend import Trend, forecast
from pytest_fitness.judge.worsened import about, at_users
from pytest_fitness.model import Limit
from pytest_fitness.trends import Better, Crossing, Past


def outlook(
    past: Past, found: Trend, limit: Limit | None, better: Better | None, users: Timed
) -> Iterator[str]:
    """When the limit will be broken, by the calendar and by users.

    Args:
        past: the numbers.
        found: what became of them: only the newest level tells where it goes.
        limit: what may be broken.
        better: which way the numbers get better.
        users: how many users there were at the same moments.
    """
    line = None if better is None else line_ahead(limit, better)
    if line is None or better is None or found.level is None:
        return
    start = found.level.start
    points = [
        (moment.seconds, value)
        for moment, value in zip(past.moments[start:], past.values[start:], strict=True)
        if value is not None
    ]
    ahead = forecast(points, line, rising=better is Better.LOWER)
    if ahead.crossed:
        yield "the limit is broken"
    elif ahead.at is None:
        yield f"the limit is not in sight: {ahead.reason}"
    else:
        yield f"the limit breaks {about(Crossing(ahead.at, ahead.low, ahead.high))}"
    crossing = by_users(points, users, line, better) if users else None
    if crossing is not None:
        yield f"the limit breaks {at_users(crossing)}"
