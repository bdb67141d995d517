"""Trends: whether the level of a series changed, where it goes, and when it gets there.

:func:`change_points` is the detector, :func:`analyse` all that a verdict needs. Everything here is
pure and needs the standard library alone.
"""

from pytest_fitness.judge.trend.analysis import analyse
from pytest_fitness.judge.trend.forecast import Forecast, forecast, when_users
from pytest_fitness.judge.trend.nouns import Better, Drift, Level, Step, Suspicion, Trend, worse
from pytest_fitness.judge.trend.points import change_points
from pytest_fitness.judge.trend.replaying import Power, Replay, replay
from pytest_fitness.judge.trend.seasons import Seasonality, seasonality, without_season
from pytest_fitness.judge.trend.suspecting import suspicion

__all__ = [
    "Better",
    "Drift",
    "Forecast",
    "Level",
    "Power",
    "Replay",
    "Seasonality",
    "Step",
    "Suspicion",
    "Trend",
    "analyse",
    "change_points",
    "forecast",
    "replay",
    "seasonality",
    "suspicion",
    "when_users",
    "without_season",
    "worse",
]
