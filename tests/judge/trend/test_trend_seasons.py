"""What repeats by hour or by weekday is taken out, and what does not repeat is not."""

import math
import random

import pytest

from pytest_fitness.judge.trend import change_points, seasonality, without_season
from trend_series import correlated, several

HOUR, DAY = 3600.0, 86_400.0
MONDAY = 4 * DAY  # 5 January 1970


def hourly(days: int) -> list[float]:
    return [MONDAY + HOUR * at for at in range(24 * days)]


def busy(times: list[float], rise: float = 12.0, seed: int = 1) -> list[float]:
    """Higher from nine to seventeen."""
    generator = random.Random(seed)
    return [100 + rise * (9 <= at // HOUR % 24 < 17) + generator.gauss(0, 3) for at in times]


def test_hours_are_found_and_taken_out() -> None:
    times = hourly(7)
    values = busy(times)
    found = seasonality(times, values)
    assert found is not None
    assert found.period == "hour"
    assert len(found.profile) == 24
    assert found.profile[12] - found.profile[3] == pytest.approx(12, abs=4)
    left = without_season(times, values, found)
    assert seasonality(times, left) is None
    assert change_points(left) == []


def test_weekdays_are_found() -> None:
    generator = random.Random(1)
    times = [MONDAY + DAY * day for day in range(56)]
    values = [100 - 20 * (day % 7 >= 5) + generator.gauss(0, 3) for day in range(56)]
    found = seasonality(times, values)
    assert found is not None
    assert found.period == "weekday"
    assert [value < -10 for value in found.profile] == [False] * 5 + [True] * 2
    assert change_points(without_season(times, values, found)) == []


def test_the_time_zone_turns_the_profile() -> None:
    times = hourly(7)
    values = busy(times)
    here, east = seasonality(times, values), seasonality(times, values, 2 * HOUR)
    assert here is not None
    assert east is not None
    assert east.profile[12] == pytest.approx(here.profile[10], abs=3)
    assert max(without_season(times, values, east, 2 * HOUR)) < 115


def test_a_step_is_left_where_the_season_goes() -> None:
    times = hourly(10)
    values = [value + 10 * (at >= 120) for at, value in enumerate(busy(times))]
    found = seasonality(times, values)
    assert found is not None
    (at,) = change_points(without_season(times, values, found))
    assert abs(at - 120) <= 2


@pytest.mark.parametrize("days", [1, 2, 3])
def test_it_takes_three_whole_periods(days: int) -> None:
    times = hourly(days)
    assert seasonality(times, busy(times)) is None


def test_noise_has_no_season() -> None:
    times = hourly(8)
    independent = sum(seasonality(times, busy(times, 0.0, seed)) is not None for seed in range(60))
    alike = several(correlated(len(times), 0.8), 60)
    assert independent <= 1
    assert sum(seasonality(times, values) is not None for values in alike) <= 1


def test_gaps_are_no_values() -> None:
    times = hourly(8)
    values = [math.nan if at % 5 == 0 else value for at, value in enumerate(busy(times))]
    assert seasonality(times, values) is not None
    assert seasonality(times, [math.nan] * len(times)) is None
    assert seasonality([], []) is None


def test_one_run_a_day_has_no_hours() -> None:
    times = [MONDAY + DAY * day for day in range(30)]
    assert seasonality(times, [float(day % 2) for day in range(30)]) is None


def test_without_noise_what_repeats_is_exact() -> None:
    times = hourly(5)
    values = [float(9 <= at // HOUR % 24 < 17) for at in times]
    found = seasonality(times, values)
    assert found is not None
    assert set(without_season(times, values, found)) == {0.0}
