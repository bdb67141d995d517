"""Times in buckets, against the times themselves."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.judge.histogram import Histogram

TIMES = st.floats(1e-6, 1e5)
ANY = st.floats(0, 1e12)
PERCENT = st.floats(0, 100)


def filled(times: list[float]) -> Histogram:
    found = Histogram()
    for time in times:
        found.add(time)
    return found


def exact(times: list[float], percent: float) -> float:
    rank = max(1, math.ceil(percent / 100 * len(times) - 1e-9 * len(times)))
    return sorted(times)[rank - 1]


@given(st.lists(TIMES, min_size=1), PERCENT)
def test_a_percentile_is_right_to_half_a_percent(times: list[float], percent: float) -> None:
    assert filled(times).percentile(percent) == pytest.approx(exact(times, percent), rel=0.005)


@given(st.lists(ANY, min_size=1))
def test_count_sum_least_and_largest_are_exact(times: list[float]) -> None:
    found = filled(times)
    assert (found.count, found.min, found.max) == (len(times), min(times), max(times))
    assert found.sum == sum(times)
    assert found.mean == sum(times) / len(times)
    assert found.percentile(0) == pytest.approx(min(times), rel=0.005, abs=1e-6)
    assert found.percentile(100) == max(times)


@given(st.lists(ANY, min_size=1), st.lists(PERCENT, min_size=2))
def test_percentiles_never_fall(times: list[float], percents: list[float]) -> None:
    found = filled(times)
    values = [found.percentile(percent) for percent in sorted(percents)]
    assert values == sorted(values)
    assert all(found.min <= value <= found.max for value in values)


@given(st.lists(TIMES), st.lists(TIMES), st.lists(TIMES))
def test_merging_is_adding_all_of_them(
    first: list[float], second: list[float], third: list[float]
) -> None:
    together = filled(first)
    together.merge(filled(second))
    together.merge(filled(third))
    once = filled(first + second + third)
    assert together.buckets == once.buckets
    assert (together.count, together.min, together.max) == (once.count, once.min, once.max)
    assert together.sum == pytest.approx(once.sum)


@given(st.lists(ANY))
def test_it_survives_json(times: list[float]) -> None:
    found = filled(times)
    text = json.dumps(found.to_builtins(), allow_nan=False)
    assert Histogram.from_builtins(json.loads(text)) == found


@given(st.lists(ANY, min_size=1), st.data())
def test_a_rank_is_a_place_in_order(times: list[float], data: st.DataObject) -> None:
    rank = data.draw(st.integers(1, len(times)))
    within = min(max(sorted(times)[rank - 1], 1e-6), 1e5)
    assert min(max(filled(times).at_rank(rank), 1e-6), 1e5) == pytest.approx(within, rel=0.005)


@pytest.mark.parametrize("count", [1, 9, 10, 100, 1000, 3000])
def test_a_thousandth_is_not_lost_to_rounding(count: int) -> None:
    times = [float(number) for number in range(1, count + 1)]
    for percent in (10, 50, 90, 99, 99.9):
        wanted = times[max(1, math.ceil(round(percent * count / 100, 6))) - 1]
        assert filled(times).percentile(percent) == pytest.approx(wanted, rel=0.005)


def test_it_stays_small_whatever_comes() -> None:
    found = Histogram()
    for power in range(-300, 300):
        for part in range(1, 200):
            found.add(part * 10.0**power)
    assert len(found.buckets) <= 4864
    assert found.count == 600 * 199


def test_a_time_below_zero_counts_as_zero() -> None:
    found = filled([-0.5, 1.0])
    assert (found.count, found.min, found.sum) == (2, 0.0, 1.0)


@pytest.mark.parametrize("time", [math.nan, math.inf, -math.inf])
def test_what_is_no_time_is_refused_and_leaves_no_trace(time: float) -> None:
    found = filled([1.0])
    with pytest.raises(ValueError, match="finite"):
        found.add(time)
    assert found == filled([1.0])


def test_none_at_all_have_no_percentile_and_no_mean() -> None:
    with pytest.raises(ValueError, match="no times"):
        Histogram().percentile(50)
    with pytest.raises(ValueError, match="no times"):
        _ = Histogram().mean
    assert repr(Histogram()) == "Histogram()"


@pytest.mark.parametrize("percent", [-1, 100.1, math.nan])
def test_what_is_no_percentage_is_refused(percent: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 100"):
        filled([1.0]).percentile(percent)


@pytest.mark.parametrize("rank", [0, 3, -1])
def test_a_rank_beyond_the_ends_is_refused(rank: int) -> None:
    with pytest.raises(ValueError, match="no rank"):
        filled([1.0, 2.0]).at_rank(rank)


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        [1.0, 1.0, 1.0],
        ["a", None, 1.0, []],
        [1.0, 1.0, 1.0, [[5, 0]]],
        [1.0, 1.0, 1.0, [[5, -1]]],
        [1.0, 1.0, 1.0, [[999_999, 1]]],
        [1.0, 1.0, 1.0, [["x", 1]]],
        [1.0, 1.0, 1.0, 7],
    ],
)
def test_what_is_none_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match="no histogram"):
        Histogram.from_builtins(data)


def test_two_are_equal_where_their_times_are() -> None:
    assert filled([1.0, 2.0]) == filled([2.0, 1.0])
    assert filled([1.0]) != filled([2.0])
    assert filled([1.0]) != 1.0
    assert "2: 1 to 2 s" in repr(filled([1.0, 2.0]))
