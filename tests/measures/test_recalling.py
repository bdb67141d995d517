"""The past of a number, thinned to what a trend needs."""

import math
import statistics
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.answers import Answer, Points, Series
from pytest_fitness.config.kinds import Asked
from pytest_fitness.config.questions import Question
from pytest_fitness.errors import NoDataError
from pytest_fitness.measures.recalling import (
    POINTS,
    past_problems,
    past_question,
    past_values,
    thinned,
)

NOW, DAY, HOUR = 1_780_000_000.0, 86_400.0, 3600.0
MONTH = 30 * DAY


def question(**known: Any) -> Question:
    usual: dict[str, Any] = {
        "source": "app",
        "query": "queue",
        "unit": "",
        "scale": 1.0,
        "over": None,
        "reduce": None,
        "combine": None,
        "stale_after": 300.0,
        "keeps_time": True,
        "shown": "queue",
    }
    return Question(**{**usual, **known})


class Asking:
    """A context with one answer, which keeps what it was asked."""

    root = Path()
    codebase: Any = None
    now = NOW

    def __init__(self, points: Points) -> None:
        self.points = points
        self.asked: list[Asked] = []

    def ask(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        return Answer((Series(self.points),) if self.points else ())

    def source(self, name: str) -> Any:
        raise AssertionError

    def once(self, key: str, compute: Any) -> Any:
        raise AssertionError

    def progress(self, text: str) -> None:
        raise AssertionError


def every(seconds: float, value: Any, back: float = MONTH) -> Points:
    """A point each so many seconds, its value by the days before now."""
    count = int(back / seconds)
    return tuple(
        (NOW - seconds * each, float(value(seconds * each / DAY))) for each in range(count, -1, -1)
    )


class TestThinning:
    def test_five_thousand_points_become_at_most_two_hundred(self) -> None:
        points = every(MONTH / 5_000, lambda days: days)
        found = thinned(points, NOW - MONTH, NOW)
        assert len(found) == POINTS - 1
        assert found[0][1] == pytest.approx(30, abs=0.2)

    def test_each_is_the_middle_of_its_time(self) -> None:
        points = ((0.0, 5.0), (0.3, 1.0), (0.9, 900.0), (1.5, 7.0))
        assert thinned(points, 0.0, float(POINTS)) == ((1.0, 5.0), (2.0, 7.0))

    def test_gaps_stay_gaps(self) -> None:
        points = tuple(point for point in every(HOUR, lambda days: 1) if not 5 < _days(point) < 10)
        found = thinned(points, NOW - MONTH, NOW)
        apart = [after - before for (before, _), (after, _) in pairwise(found)]
        assert max(apart) == pytest.approx(5 * DAY, abs=0.3 * DAY)

    def test_few_points_stay_as_they_are(self) -> None:
        found = thinned(every(DAY, lambda days: days), NOW - MONTH, NOW)
        assert [round(value) for _, value in found] == list(range(30, 0, -1))

    def test_what_is_no_number_is_no_point(self) -> None:
        points = ((0.1, math.nan), (0.2, 3.0), (1.5, math.nan))
        assert thinned(points, 0.0, float(POINTS)) == ((1.0, 3.0),)

    def test_series_of_different_moments_meet(self) -> None:
        early, late = ((0.2, 1.0), (1.2, 2.0)), ((0.7, 1.0), (1.7, 2.0))
        assert thinned(early, 0.0, float(POINTS)) == thinned(late, 0.0, float(POINTS))

    @given(
        st.dictionaries(st.floats(-10, 310), st.floats(-1e6, 1e6), max_size=400),
        st.floats(1, 300),
    )
    def test_whatever_comes_in_few_come_out_in_order(
        self, points: dict[float, float], end: float
    ) -> None:
        found = thinned(tuple(sorted(points.items())), 0.0, end)
        times = [moment for moment, _ in found]
        assert len(found) < POINTS
        assert times == sorted(set(times))
        inside = [value for moment, value in points.items() if 0 <= moment <= end]
        for moment, value in found:
            assert 0 < moment <= end
            assert min(inside) <= value <= max(inside)


def _days(point: tuple[float, float]) -> float:
    return (NOW - point[0]) / DAY


class TestAsking:
    @pytest.mark.parametrize(
        ("known", "seconds"),
        [
            ({}, MONTH),
            ({"over": 300.0, "reduce": "rate"}, MONTH + 7.2 * HOUR),
            ({"over": DAY, "reduce": "rate"}, MONTH + DAY),
        ],
        ids=["newest", "widened", "wide enough"],
    )
    def test_what_is_asked_ahead_is_what_is_asked(
        self, known: dict[str, Any], seconds: float
    ) -> None:
        context = Asking(every(HOUR, lambda days: 1))
        past_values(question(**known), context, MONTH)
        assert context.asked == [past_question(question(**known), MONTH, NOW)]
        window = context.asked[0].window
        assert window == pytest.approx((NOW, seconds, seconds / 1_000))

    def test_nothing_known_is_no_data(self) -> None:
        with pytest.raises(NoDataError, match="app has nothing for queue"):
            past_values(question(), Asking(()), MONTH)

    @pytest.mark.parametrize(
        ("reduce", "value"), [("rate", 0.1), ("increase", 30.0), ("last", None), ("mean", None)]
    )
    def test_numbers_of_a_short_time_are_told_of_that_time(
        self, reduce: str, value: float | None
    ) -> None:
        """A counter that rises by 0.1 a second, asked for what it does in five minutes."""
        points = every(MONTH / 1_000, lambda days: 1e6 - 0.1 * days * DAY)
        found = past_values(question(over=300.0, reduce=reduce), Asking(points), MONTH)
        assert len(found) > POINTS / 2
        if value is not None:
            typical = statistics.median(each for _, each in found)
            assert typical == pytest.approx(value, rel=0.15)

    def test_the_unit_of_the_question_is_kept(self) -> None:
        context = Asking(every(HOUR, lambda days: 250))
        found = past_values(question(unit="s", scale=0.001), context, MONTH)
        assert {value for _, value in found} == {0.25}


class TestProblems:
    def test_the_present_alone_is_no_past(self) -> None:
        (problem,) = past_problems(question(keeps_time=False), MONTH)
        assert problem == "`over` needs a source that keeps time; app knows only the present"

    def test_some_sources_know_a_part_of_it(self) -> None:
        (problem,) = past_problems(question(longest=DAY), MONTH)
        assert "`over`" in problem
        assert "1d" in problem

    def test_all_else_is_fine(self) -> None:
        assert list(past_problems(question(), MONTH)) == []
