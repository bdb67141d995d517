"""Whether the history of a check says that it got worse."""

import math
from typing import Final, NamedTuple

from pytest_fitness.judge.outlook import by_date, by_users, line_ahead
from pytest_fitness.judge.trend import (
    Step,
    Suspicion,
    Trend,
    analyse,
    seasonality,
    without_season,
)
from pytest_fitness.model import Limit
from pytest_fitness.trends import (
    Better,
    Finding,
    Moment,
    Past,
    TrendRule,
    UsersCrossing,
    Worsening,
)

Values = tuple[float | None, ...]
FRESH: Final = 10
"""A step is told in so many runs; after them the new level is the level.

What a source remembers of itself has no runs: there it is told as long as it was asked for.
"""

_LEAST: Final = 0.01
_SURE: Final = 3


class Series(NamedTuple):
    """A series with its newest value, and how to read it.

    Attributes:
        past: what was before; the newest value is not among it.
        exact: a number that does not vary by itself: every change of it is real.
        repeats: the numbers of measuring again at once, after the newest.
        users: how many users there were at some moments, this one among them.
    """

    past: Past
    value: float
    moment: Moment
    better: Better
    limit: Limit | None = None
    exact: bool = False
    rule: TrendRule = TrendRule()
    repeats: tuple[float, ...] = ()
    users: tuple[tuple[float, float], ...] = ()

    @property
    def least(self) -> float:
        """The smallest change that is worth a word, as a share."""
        if self.rule.least is not None:
            return self.rule.least
        return 0.0 if self.exact else _LEAST

    @property
    def values(self) -> Values:
        """All of them, oldest first."""
        return (*self.past.values, self.value, *self.repeats)

    @property
    def moments(self) -> tuple[Moment, ...]:
        """When each of the values was measured."""
        return (*self.past.moments, self.moment, *(self.moment for _ in self.repeats))


def worsening(series: Series) -> Worsening | None:
    """What got worse of late; None where nothing did, or it is not worth a word."""
    values = series.values
    known = [value for value in values if value is not None]
    if len(known) < 2 or min(known) == max(known):
        return None  # most series; the rest takes a hundred times longer
    moments = series.moments
    times = [moment.seconds for moment in moments]
    if not series.exact:
        values = _without_season(times, values)
    trend = analyse(values, times, exact=series.exact or None)
    step = _newest_worth(trend, len(values), series)
    if step is not None:
        return _of_step(step, series)
    found = trend.suspicion
    if found is not None and _is_worth(found.before, found.after, series):
        return _of_suspicion(found, moments)
    return _of_drift(trend, series, times)


def _without_season(times: list[float], values: Values) -> Values:
    """The values without what repeats by the hour or by the weekday."""
    numbers = [math.nan if value is None else value for value in values]
    found = seasonality(times, numbers)
    if found is not None:  # a drift goes on within each day as well, and is no rhythm
        found = seasonality(times, _without_drift(numbers))
    return values if found is None else tuple(without_season(times, numbers, found))


def _without_drift(numbers: list[float]) -> list[float]:
    drift = analyse(numbers).drift
    if drift is None:
        return numbers
    return [value - drift.per_run * max(0, at - drift.start) for at, value in enumerate(numbers)]


def _newest_worth(trend: Trend, count: int, series: Series) -> Step | None:
    """The newest step that is worth a word, and was not made good since."""
    for step in reversed(trend.steps):
        is_fresh = series.rule.over is not None or count - step.at <= FRESH
        lasts = _is_worth(step.before, trend.steps[-1].after, series)
        if is_fresh and lasts and _is_worth(step.before, step.after, series):
            return step
    return None


def _is_worth(before: float, after: float, series: Series) -> bool:
    if not _is_worse(after - before, series.better):
        return False
    return abs(after - before) >= series.least * abs(before)


def _is_worse(rise: float, better: Better) -> bool:
    return rise > 0 if better is Better.LOWER else rise < 0


def _of_step(step: Step, series: Series) -> Worsening:
    moments = series.moments
    told = Worsening(
        Finding.STEP,
        step.before,
        step.after,
        step.change,
        None if step.low is None or step.high is None else (step.low, step.high),
        last_good=moments[step.last_good],
        first_bad=moments[step.at],
    )
    points = len(moments) - step.at
    if series.exact or points >= _SURE:
        return told
    # A number that never moved and now does: what varies by itself may do that once.
    return told._replace(finding=Finding.SUSPECTED, interval=None, more=_SURE - points)


def _of_suspicion(found: Suspicion, moments: tuple[Moment, ...]) -> Worsening:
    return Worsening(
        Finding.SUSPECTED,
        found.before,
        found.after,
        found.change,
        last_good=moments[found.at - 1],
        first_bad=moments[found.at],
        more=found.more,
    )


def _of_drift(trend: Trend, series: Series, times: list[float]) -> Worsening | None:
    drift = trend.drift
    values = series.values
    if drift is None or not _is_worse(drift.per_run, series.better):
        return None
    pairs = [
        (time, value)
        for time, value in zip(times[drift.start :], values[drift.start :], strict=True)
        if value is not None
    ]
    line = line_ahead(series.limit, series.better)
    begun = drift.now - drift.per_run * (len(values) - 1 - drift.start)
    found = Worsening(
        Finding.DRIFT,
        begun,
        drift.now,
        (drift.now - begun) / abs(begun) if begun else None,
        first_bad=series.moments[drift.start],
        by_date=None if line is None else by_date(pairs, line, series.better),
        by_users=_by_users(pairs, line, series),
    )
    is_small = found.change is not None and abs(found.change) < series.least
    # However little it moves, where its limit is in sight that is worth a word.
    return None if is_small and not (found.by_date or found.by_users) else found


def _by_users(
    pairs: list[tuple[float, float]], line: float | None, series: Series
) -> UsersCrossing | None:
    if line is None or not series.users:
        return None
    return by_users(pairs, series.users, line, series.better)
