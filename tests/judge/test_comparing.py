"""Lines that are drawn from what was measured before."""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.judge.comparing import (
    FEWEST,
    ROLLING_RUNS,
    both,
    direction,
    limit_from,
    rolling_level,
)
from pytest_fitness.model import Limit
from pytest_fitness.trends import Better, Comparison

SHARES = st.floats(0, 10)
NUMBERS = st.floats(-1e9, 1e9)


@pytest.mark.parametrize(
    ("comparison", "better", "limit"),
    [
        (Comparison("v1", max_increase=0.1), None, Limit(high=220.0)),
        (Comparison("v1", max_decrease=0.1), None, Limit(low=180.0)),
        (Comparison("v1", max_increase=0.1, max_decrease=0.2), None, Limit(160.0, 220.0)),
        (Comparison("v1", improve=0.5), Better.LOWER, Limit(high=100.0)),
        (Comparison("v1", improve=0.5), Better.HIGHER, Limit(low=300.0)),
        (Comparison("v1", factor=5), Better.LOWER, Limit(high=40.0)),
        (Comparison("v1", factor=5), Better.HIGHER, Limit(low=1000.0)),
        (Comparison("v1", max_increase=0.0), None, Limit(high=200.0)),
        (Comparison("v1", max_increase=0.1, improve=0.5), Better.LOWER, Limit(high=100.0)),
    ],
)
def test_lines_around_200(comparison: Comparison, better: Better | None, limit: Limit) -> None:
    drawn = limit_from(comparison, 200.0, better)
    assert drawn.low == pytest.approx(limit.low)
    assert drawn.high == pytest.approx(limit.high)


def test_shares_of_a_negative_number_are_shares_of_its_size() -> None:
    assert limit_from(Comparison("v1", max_increase=0.1), -200.0, None) == Limit(high=-180.0)


def test_an_increase_from_nothing_is_none_at_all() -> None:
    assert limit_from(Comparison("v1", max_increase=0.1), 0.0, None) == Limit(high=0.0)


@pytest.mark.parametrize("reference", [0.0, -3.0])
def test_nothing_is_times_better_than_nothing(reference: float) -> None:
    with pytest.raises(ValueError, match=r"nothing can be 5 times better than -?[03]"):
        limit_from(Comparison("v1", factor=5), reference, Better.LOWER)


@given(NUMBERS, SHARES, SHARES)
def test_the_reference_itself_is_within_what_may_change(
    reference: float, up: float, down: float
) -> None:
    comparison = Comparison("v1", max_increase=up, max_decrease=down)
    assert limit_from(comparison, reference, None).allows(reference)


@given(st.floats(1e-6, 1e9), st.floats(1e-3, 0.9))
def test_the_reference_itself_is_no_improvement(reference: float, share: float) -> None:
    for better in Better:
        drawn = limit_from(Comparison("v1", improve=share), reference, better)
        assert not drawn.allows(reference)


LIMITS = st.one_of(
    NUMBERS.map(lambda line: Limit(low=line)),
    NUMBERS.map(lambda line: Limit(high=line)),
    st.tuples(NUMBERS, NUMBERS).map(lambda pair: Limit(min(pair), max(pair))),
)


@given(LIMITS, LIMITS, NUMBERS)
def test_both_limits_allow_what_each_of_them_does(
    first: Limit, second: Limit, value: float
) -> None:
    assert both(first, second).allows(value) == (first.allows(value) and second.allows(value))


def test_of_a_limit_and_none_the_limit_is_left() -> None:
    assert both(None, Limit(high=3.0)) == Limit(high=3.0)


def test_what_has_to_be_equal_stays_so() -> None:
    assert both(Limit(equals=2.0), Limit(high=1.0)) == Limit(equals=2.0)


class TestTheRollingLevel:
    @pytest.mark.parametrize("count", range(FEWEST))
    def test_a_few_runs_are_no_level(self, count: int) -> None:
        assert rolling_level([1.0] * count) is None

    def test_what_lies_further_back_does_not_count(self) -> None:
        assert rolling_level([900.0] * 50 + [100.0] * ROLLING_RUNS) == 100.0

    @given(
        st.lists(st.floats(90, 110), min_size=12, max_size=20),
        st.lists(st.floats(0, 1e6), max_size=5),
    )
    def test_a_few_bad_runs_do_not_move_it_out_of_the_good_ones(
        self, good: list[float], bad: list[float]
    ) -> None:
        level = rolling_level([*good, *bad])
        assert level is not None
        assert min(good) <= level <= max(good)

    def test_it_is_the_middle(self) -> None:
        values = [float(value) for value in (5, 1, 4, 2, 3)]
        assert rolling_level(values) == statistics.median(values)


UP = Comparison("rolling", max_increase=0.1)
DOWN = Comparison("rolling", max_decrease=0.1)
AROUND = Comparison("rolling", max_increase=0.1, max_decrease=0.1)


@pytest.mark.parametrize(
    ("limit", "given", "comparison", "better"),
    [
        (Limit(high=1.0), None, None, Better.LOWER),
        (Limit(low=1.0), None, None, Better.HIGHER),
        (Limit(1.0, 2.0), None, None, None),
        (Limit(equals=1.0), None, None, None),
        (None, None, None, None),
        (Limit(1.0, 2.0), Better.LOWER, None, Better.LOWER),
        (Limit(high=1.0), Better.HIGHER, None, Better.HIGHER),
        (None, None, UP, Better.LOWER),
        (None, None, DOWN, Better.HIGHER),
        (None, None, AROUND, None),
        (Limit(low=1.0), None, UP, Better.HIGHER),
    ],
)
def test_the_lines_tell_what_is_better_unless_it_is_said(
    limit: Limit | None, given: Better | None, comparison: Comparison | None, better: Better | None
) -> None:
    assert direction(limit, given, comparison) is better
