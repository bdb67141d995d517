"""When a limit will be crossed, if things go on as they do.

A forecast goes no further ahead than the history reaches back: twice the span of the points is the
end of what it tells. Further away, a small error of the slope is as large as all that was seen.
"""

import math
from collections.abc import Sequence
from statistics import median
from typing import Final, NamedTuple

from pytest_fitness.judge.trend.slopes import FEWEST, Slope, slope
from pytest_fitness.judge.trend.spikes import without_spikes

AHEAD: Final = 1.0
"""How far ahead a forecast goes, in spans of the history that it is based on."""
_NEWEST = 3


class Forecast(NamedTuple):
    """Where a line crosses a limit.

    Attributes:
        at: the x of the crossing; None where it is not in sight.
        low: the earliest x of its interval.
        high: the latest; None where that lies beyond the horizon.
        crossed: whether the newest values are past the limit already.
        reason: why it is not in sight; empty where it is.
        horizon: the furthest x that the history supports.
    """

    at: float | None
    low: float | None
    high: float | None
    crossed: bool
    reason: str
    horizon: float


def forecast(
    points: Sequence[tuple[float, float]],
    limit: float,
    *,
    rising: bool,
    confidence: float = 0.95,
) -> Forecast:
    """When the drift of some points crosses a limit.

    Args:
        points: pairs of x and value in the order of their measurement, from the newest level or
            drift alone. x is what the answer shall be in: seconds, runs, or users.
        limit: the value that shall not be crossed.
        rising: whether the limit is a maximum, so that a rise crosses it.
        confidence: how often the interval shall hold.
    """
    finite = [point for point in points if all(map(math.isfinite, point))]
    if not finite:
        return _unseen("there are no values", math.nan)
    xs = [x for x, _ in finite]
    values = without_spikes([value for _, value in finite])
    now, sign = max(xs), 1 if rising else -1
    horizon = now + AHEAD * (now - min(xs))
    if sign * (median(values[-_NEWEST:]) - limit) > 0:
        return Forecast(now, now, now, crossed=True, reason="", horizon=horizon)
    line = slope(xs, values, confidence)
    if line is None:
        return _unseen(_why_no_slope(len(finite)), horizon)
    if sign * line.value <= 0:
        return _unseen("it moves away from the limit", horizon)
    return _ahead(line, limit, now, horizon)


def _ahead(line: Slope, limit: float, now: float, horizon: float) -> Forecast:
    """Where a line that goes towards a limit gets there; its slowest may go elsewhere."""
    rise = limit - line.y
    slopes = [each if each * line.value > 0 else 0.0 for each in line[:3]]
    at, *others = (_crossing(rise, each, line.x, now) for each in slopes)
    if at > horizon:
        return _unseen("it lies further ahead than the history reaches back", horizon)
    low, high = min(at, *others), max(at, *others)
    within = high if high <= horizon else None
    return Forecast(at, low, within, crossed=False, reason="", horizon=horizon)


def when_users(
    crossing: Forecast, users: Sequence[tuple[float, float]], confidence: float = 0.95
) -> Forecast:
    """When the number of users gets to where another forecast, against users, sees a crossing.

    Args:
        crossing: a forecast whose x is the number of users.
        users: pairs of time and users, in the order of time.
        confidence: how often the interval shall hold.
    """
    if crossing.at is None or crossing.low is None:
        return crossing._replace(horizon=math.nan)
    middle, early = (
        forecast(users, number, rising=True, confidence=confidence)
        for number in (crossing.at, crossing.low)
    )
    late = None
    if crossing.high is not None:
        late = forecast(users, crossing.high, rising=True, confidence=confidence).high
    if middle.at is None:
        return middle
    return middle._replace(low=early.low, high=late)


def _unseen(reason: str, horizon: float) -> Forecast:
    return Forecast(None, None, None, crossed=False, reason=reason, horizon=horizon)


def _why_no_slope(points: int) -> str:
    if points < FEWEST:
        return f"{points} values are too few: it takes {FEWEST}"
    return "there is no significant slope"


def _crossing(rise: float, slope: float, since: float, now: float) -> float:
    """Where a line that still had to rise by so much gets there; infinite where it is level.

    It is no earlier than now, since the newest values have not crossed.
    """
    return max(now, since + rise / slope) if slope else math.inf
