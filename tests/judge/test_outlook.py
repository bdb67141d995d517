"""When a limit will be broken: by the calendar, and by users."""

import random

import pytest

from pytest_fitness.judge.outlook import by_date, by_users, line_ahead
from pytest_fitness.model import Limit
from pytest_fitness.trends import Better

DAY = 86_400.0
GENERATOR = random.Random(5)
NOISE = [GENERATOR.gauss(0, 0.5) for _ in range(60)]
TIMES = [1.78e9 + DAY * day for day in range(60)]
# A hundred users more a day, and a number that grows by one with each hundred of them.
USERS = tuple((time, 1000.0 + 100 * day) for day, time in enumerate(TIMES))
RISING = [(time, 10 + day + NOISE[day]) for day, time in enumerate(TIMES)]
STEADY = [(time, 10 + NOISE[day]) for day, time in enumerate(TIMES)]


@pytest.mark.parametrize(
    ("limit", "better", "line"),
    [
        (Limit(high=5.0), Better.LOWER, 5.0),
        (Limit(low=5.0), Better.HIGHER, 5.0),
        (Limit(1.0, 5.0), Better.LOWER, 5.0),
        (Limit(1.0, 5.0), Better.HIGHER, 1.0),
        (Limit(low=5.0), Better.LOWER, None),
        (Limit(equals=5.0), Better.LOWER, None),
        (None, Better.LOWER, None),
    ],
)
def test_the_line_that_lies_ahead(limit: Limit | None, better: Better, line: float | None) -> None:
    assert line_ahead(limit, better) == line


def test_a_date_with_its_interval() -> None:
    crossing = by_date(RISING, 100.0, Better.LOWER)
    assert crossing is not None
    assert crossing.at == pytest.approx(1.78e9 + 90 * DAY, abs=2 * DAY)
    assert crossing.low is not None
    assert crossing.high is not None
    assert crossing.low < crossing.at < crossing.high


def test_a_number_of_users_and_the_date_they_will_be_there() -> None:
    crossing = by_users(RISING, USERS, 100.0, Better.LOWER)
    assert crossing is not None
    assert crossing.now == 6900.0
    assert crossing.users.at == pytest.approx(10_000, rel=0.03)
    assert crossing.date is not None
    assert crossing.date.at == pytest.approx(1.78e9 + 90 * DAY, abs=3 * DAY)


def test_where_there_are_no_more_users_there_is_no_date() -> None:
    back_and_forth = tuple((time, 5000.0 + 1000 * (day % 7)) for day, time in enumerate(TIMES))
    values = [(time, users / 100 + NOISE[day]) for day, (time, users) in enumerate(back_and_forth)]
    crossing = by_users(values, back_and_forth, 130.0, Better.LOWER)
    assert crossing is not None
    assert crossing.users.at == pytest.approx(13_000, rel=0.03)
    assert crossing.date is None


@pytest.mark.parametrize("points", [STEADY, [], RISING[:3]], ids=["steady", "none", "few"])
def test_not_in_sight(points: list[tuple[float, float]]) -> None:
    assert by_date(points, 100.0, Better.LOWER) is None
    assert by_users(points, USERS, 100.0, Better.LOWER) is None


def test_what_is_broken_already_is_not_ahead() -> None:
    assert by_date(RISING, 30.0, Better.LOWER) is None


def test_only_moments_that_both_have_count() -> None:
    elsewhere = tuple((time + 1, users) for time, users in USERS)
    assert by_users(RISING, elsewhere, 100.0, Better.LOWER) is None
