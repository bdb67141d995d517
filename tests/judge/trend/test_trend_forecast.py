"""When a limit is crossed: with an interval, or not in sight, and never too far ahead."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.judge.trend import forecast, when_users
from pytest_fitness.judge.trend.forecast import AHEAD
from trend_series import correlated, drifting, flat, several

DAY = 86_400.0


def numbered(values: list[float]) -> list[tuple[float, float]]:
    return [(float(at), value) for at, value in enumerate(values)]


def test_a_crossing_is_told_with_its_interval() -> None:
    held = told = 0
    for values in several(drifting(80, 0.3), 100):
        found = forecast(numbered(values), 136, rising=True)
        if found.at is None:
            continue
        told += 1
        assert found.low is not None
        assert found.low <= found.at <= (found.high or math.inf)
        held += found.low <= 120 <= (found.high or math.inf)
    assert told >= 97
    assert held >= 0.9 * told


def test_a_falling_value_crosses_a_minimum() -> None:
    (values,) = several(drifting(80, -0.3), 1)
    found = forecast(numbered(values), 64, rising=False)
    assert found.at == pytest.approx(120, abs=12)


def test_units_are_those_of_x() -> None:
    (values,) = several(drifting(80, 0.3), 1)
    runs = forecast(numbered(values), 136, rising=True)
    days = forecast([(DAY * at, value) for at, value in numbered(values)], 136, rising=True)
    assert days.at is not None
    assert runs.at is not None
    assert days.at / DAY == pytest.approx(runs.at)


def test_past_the_limit_is_crossed() -> None:
    (values,) = several(drifting(80, 0.3), 1)
    found = forecast(numbered(values), 110, rising=True)
    assert found.crossed
    assert found.at == 79


@pytest.mark.parametrize(
    ("values", "limit", "rising", "why"),
    [
        pytest.param(flat(80), 120, True, "no significant slope", id="flat"),
        pytest.param(correlated(80, 0.9), 160, True, "no significant slope", id="wandering"),
        pytest.param(drifting(80, 0.3), 40, False, "moves away", id="away"),
        pytest.param(drifting(80, 0.3), 200, True, "further ahead", id="far"),
        pytest.param(drifting(5, 0.3), 200, True, "5 values are too few", id="few"),
    ],
)
def test_what_is_not_in_sight_says_why(
    values: object, limit: float, rising: bool, why: str
) -> None:
    (history,) = several(values, 1, seed=3)  # type: ignore[arg-type]
    found = forecast(numbered(history), limit, rising=rising)
    assert (found.at, found.low, found.high, found.crossed) == (None, None, None, False)
    assert why in found.reason


def test_nothing_is_seen_of_nothing() -> None:
    assert forecast([], 1, rising=True).reason == "there are no values"
    assert forecast([(0.0, math.nan)], 1, rising=True).at is None


def test_a_history_is_not_looked_beyond() -> None:
    (values,) = several(drifting(80, 0.3), 1)
    found = forecast(numbered(values), 145, rising=True)
    assert found.horizon == 79 + AHEAD * 79
    assert found.at is not None
    assert found.at <= found.horizon
    assert found.high is None or found.high <= found.horizon


def test_one_spike_at_the_end_crosses_nothing() -> None:
    (values,) = several(flat(40), 1)
    assert not forecast(numbered([*values, 300.0]), 150, rising=True).crossed


def grown(users: int = 80) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Users by the day, and what they cost."""
    generator = random.Random(5)
    by_time = [(DAY * day, 8000 + 25 * day + generator.gauss(0, 60)) for day in range(users)]
    return by_time, [(count, 400 + 0.05 * count + generator.gauss(0, 8)) for _, count in by_time]


def test_a_limit_against_users_is_crossed_when_they_come() -> None:
    users, costs = grown()
    at = forecast(costs, 950, rising=True)
    assert at.at == pytest.approx(11_000, rel=0.05)
    time = when_users(at, users)
    assert time.at is not None
    assert time.at / DAY == pytest.approx(120, rel=0.1)
    assert time.low is not None
    assert time.low <= time.at <= (time.high or math.inf)


def test_users_that_stay_do_not_get_there() -> None:
    _, costs = grown()
    at = forecast(costs, 950, rising=True)
    generator = random.Random(1)
    staying = [(DAY * day, 9800 + generator.gauss(0, 60)) for day in range(80)]
    time = when_users(at, staying)
    assert time.at is None
    assert "no significant slope" in time.reason


def test_what_is_not_in_sight_against_users_never_comes() -> None:
    users, costs = grown()
    time = when_users(forecast(costs, 5000, rising=True), users)
    assert time.at is None
    assert "further ahead" in time.reason


def test_users_all_alike_tell_no_slope() -> None:
    points = [(100.0, 5.0 + at % 3) for at in range(40)]
    assert forecast(points, 50, rising=True).at is None


@given(
    st.lists(st.tuples(st.integers(0, 1000), st.integers(-1000, 1000)), max_size=40),
    st.integers(-2000, 2000),
    st.booleans(),
)
def test_any_points_have_a_forecast(
    points: list[tuple[int, int]], limit: int, rising: bool
) -> None:
    found = forecast([(float(x), float(y)) for x, y in points], limit, rising=rising)
    assert (found.at is None) == bool(found.reason)
    if found.at is not None:
        assert found.low is not None
        assert found.low <= found.at <= found.horizon
