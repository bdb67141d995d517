"""Windows of points reduced to numbers."""

import math
import statistics
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.answers import Points
from pytest_fitness.judge.reduce import COUNTERS, WAYS, Reduced, reduce, rolling

VALUES = st.floats(-1e9, 1e9)
GAUGES = tuple(way for way in WAYS if way not in COUNTERS)
COUNTS = st.lists(st.integers(0, 10**9).map(float), min_size=2, max_size=40)
ANY = st.one_of(st.floats(-1e12, 1e12), st.sampled_from([math.nan, math.inf, -math.inf]))


def at_seconds(values: list[float]) -> Points:
    return tuple((float(second), value) for second, value in enumerate(values))


@st.composite
def series(draw: st.DrawFn, values: st.SearchStrategy[float] = VALUES, least: int = 0) -> Points:
    times = sorted(draw(st.sets(st.integers(0, 200), min_size=least, max_size=40)))
    return tuple((float(time), draw(values)) for time in times)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("last", 4.0),
        ("mean", 3.0),
        ("min", 1.0),
        ("max", 5.0),
        ("p50", 3.0),
        ("p95", 4.8),
        ("p99", 4.96),
    ],
)
def test_a_gauge(how: str, expected: float) -> None:
    found = reduce(at_seconds([5.0, 2.0, 1.0, 3.0, 4.0]), how)
    assert found.value == pytest.approx(expected)
    assert found == Reduced(found.value, 0, 5, 0)


@pytest.mark.parametrize(
    ("values", "increase", "resets"),
    [
        ([10, 13, 13, 20], 10, 0),
        ([10, 15, 3, 4], 5 + 3 + 1, 1),
        ([10, 0, 0, 5], 5, 1),
        ([100, 90, 80], 90 + 80, 2),
        ([7, 7], 0, 0),
    ],
)
def test_a_counter_rises_and_a_decrease_is_a_reset(
    values: list[float], increase: float, resets: int
) -> None:
    assert reduce(at_seconds(values), "increase") == Reduced(increase, resets, len(values))


def test_nothing_is_extrapolated_to_the_ends_of_the_window() -> None:
    points = ((10.0, 0.0), (20.0, 1.0), (50.0, 3.0))
    assert reduce(points, "increase", 60).value == 3.0
    assert reduce(points, "rate", 60).value == 0.05


def test_a_rate_without_a_window_is_over_the_time_of_the_points() -> None:
    assert reduce(((10.0, 0.0), (30.0, 10.0)), "rate").value == 0.5
    assert reduce(((10.0, 0.0), (10.0, 10.0)), "rate").value is None


@pytest.mark.parametrize("how", WAYS)
def test_nothing_comes_to_nothing(how: str) -> None:
    assert reduce((), how, 60) == Reduced(None)
    assert reduce(at_seconds([math.nan] * 3), how, 60) == Reduced(None, 0, 0, 3)
    assert rolling((), how, 60, [1.0, 2.0]) == ()


@pytest.mark.parametrize("how", COUNTERS)
def test_one_point_of_a_counter_says_nothing(how: str) -> None:
    assert reduce(((5.0, 100.0),), how, 60) == Reduced(None, 0, 1, 0)
    assert reduce(((5.0, 100.0), (6.0, math.nan)), how, 60) == Reduced(None, 0, 1, 1)


@pytest.mark.parametrize("how", WAYS)
def test_nan_is_dropped_and_counted(how: str) -> None:
    clean = reduce(((0.0, 1.0), (2.0, 5.0), (4.0, 7.0)), how, 10)
    holes = ((0.0, 1.0), (1.0, math.nan), (2.0, 5.0), (4.0, 7.0), (5.0, math.nan))
    assert reduce(holes, how, 10) == clean._replace(dropped=2)


def test_an_infinite_latency_is_a_value_and_an_infinite_count_is_none() -> None:
    points = at_seconds([0.2, math.inf, 0.3, math.inf])
    assert reduce(points, "max").value == math.inf
    assert reduce(points, "p99").value == math.inf
    assert reduce(points, "p50").value == math.inf
    assert reduce(points, "min").value == 0.2
    assert reduce(points, "mean").value == math.inf
    increase = reduce(points, "increase")
    assert increase.value == pytest.approx(0.1)
    assert increase == Reduced(increase.value, 0, 2, 2)


def test_infinities_of_both_signs_have_no_mean() -> None:
    points = at_seconds([math.inf, -math.inf, 1.0])
    assert reduce(points, "mean").value is None
    assert reduce(points, "p50").value == 1.0
    assert reduce(at_seconds([-math.inf, 2.0]), "mean").value == -math.inf


@pytest.mark.parametrize("how", ["average", "p90", "", "Increase"])
def test_an_unknown_way_is_named(how: str) -> None:
    with pytest.raises(ValueError, match="none of last, mean, min"):
        reduce(((0.0, 1.0),), how)
    with pytest.raises(ValueError, match="none of last, mean, min"):
        rolling(((0.0, 1.0),), how, 60, [1.0])


@pytest.mark.parametrize("seconds", [0.0, -1.0, math.nan])
def test_a_rolling_window_has_a_length(seconds: float) -> None:
    with pytest.raises(ValueError, match="longer than 0"):
        rolling(((0.0, 1.0),), "mean", seconds, [1.0])


@given(st.lists(VALUES, min_size=2, max_size=40))
def test_gauges_equal_the_statistics_of_the_standard_library(values: list[float]) -> None:
    points = at_seconds(values)
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    scale = max(map(abs, values))
    for how, expected in (
        ("mean", statistics.fmean(values)),
        ("min", min(values)),
        ("max", max(values)),
        ("last", values[-1]),
        ("p50", cuts[49]),
        ("p95", cuts[94]),
        ("p99", cuts[98]),
    ):
        assert reduce(points, how).value == pytest.approx(expected, rel=1e-9, abs=1e-12 * scale)


@given(COUNTS)
def test_an_increase_is_what_a_counter_that_never_resets_would_show(values: list[float]) -> None:
    total, before = 0.0, values[0]
    steady = [total]
    for value in values[1:]:
        total += value - before if value >= before else value
        before = value
        steady.append(total)
    found, expected = reduce(at_seconds(values), "increase"), reduce(at_seconds(steady), "increase")
    assert found.value == expected.value == steady[-1]
    assert expected.resets == 0
    assert found.resets == sum(after < before for before, after in zip(values, values[1:]))  # noqa: B905, RUF007


@given(COUNTS, st.integers(0, 10**6))
def test_without_resets_it_matters_not_where_a_counter_started(
    values: list[float], start: int
) -> None:
    rising = sorted(values)
    moved = [value + start for value in rising]
    increase = reduce(at_seconds(rising), "increase").value
    assert reduce(at_seconds(moved), "increase").value == increase == rising[-1] - rising[0]


@given(COUNTS, st.data())
def test_increases_of_parts_that_share_a_point_add_up(
    values: list[float], data: st.DataObject
) -> None:
    points = at_seconds(values)
    cut = data.draw(st.integers(0, len(points) - 1))
    parts = [reduce(points[: cut + 1], "increase"), reduce(points[cut:], "increase")]
    whole = reduce(points, "increase")
    assert sum(part.value or 0 for part in parts) == pytest.approx(whole.value)
    assert sum(part.resets for part in parts) == whole.resets


@given(COUNTS)
def test_points_missing_between_never_add_to_an_increase(values: list[float]) -> None:
    rising = at_seconds(sorted(values))
    fewer = (rising[0], rising[-1])
    assert reduce(fewer, "increase").value == reduce(rising, "increase").value


@given(st.lists(VALUES, min_size=1, max_size=30), VALUES)
def test_adding_a_higher_value_lowers_no_gauge(values: list[float], more: float) -> None:
    higher = max(values) + abs(more)
    slack = 1e-9 * max(1.0, *map(abs, [*values, higher]))
    for how in GAUGES:
        before = reduce(at_seconds(values), how).value
        after = reduce(at_seconds([*values, higher]), how).value
        assert before is not None
        assert after is not None
        assert after >= before - slack or how == "min"
    assert reduce(at_seconds([*values, higher]), "min").value == min(values)


@given(series(ANY), st.sampled_from(WAYS), st.floats(0.5, 100), st.lists(st.integers(-5, 210)))
def test_rolling_is_reducing_at_each_of_the_times(
    points: Points, how: str, seconds: float, at: list[int]
) -> None:
    found = dict(rolling(points, how, seconds, map(float, at)))
    scale = max((abs(value) for _, value in points if math.isfinite(value)), default=0.0)
    for time in at:
        window = tuple(point for point in points if time - seconds <= point[0] <= time)
        expected = reduce(window, how, seconds).value
        if expected is None:
            assert time not in found
        else:
            assert found[time] == pytest.approx(expected, rel=1e-9, abs=1e-12 * scale)


@given(series(least=1), st.sampled_from(WAYS), st.lists(st.integers(0, 200), unique=True))
def test_rolling_answers_in_the_order_of_time(points: Points, how: str, at: list[int]) -> None:
    found = rolling(points, how, 30, map(float, at))
    assert found == rolling(points, how, 30, map(float, reversed(at)))
    times = [time for time, _ in found]
    assert times == sorted(set(times))
    assert set(times) <= set(at)


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=30), st.floats(1e12, 1e16))
def test_a_huge_value_leaves_nothing_behind_once_it_is_out_of_the_window(
    values: list[float], huge: float
) -> None:
    points = at_seconds([huge, *values])
    ((_, found),) = rolling(points, "mean", len(values) - 1 or 0.5, [float(len(values))])
    exact = sum(map(Fraction, values)) / len(values)
    assert found == pytest.approx(float(exact), rel=1e-9, abs=1e-15)


def test_a_window_includes_both_of_its_ends() -> None:
    points = ((0.0, 10.0), (60.0, 16.0), (120.0, 40.0))
    assert rolling(points, "increase", 60, [60.0, 90.0, 120.0]) == ((60.0, 6.0), (120.0, 24.0))
    assert rolling(points, "mean", 60, [60.0]) == ((60.0, 13.0),)


def test_a_hundred_thousand_points_take_no_time() -> None:
    points = tuple((float(second), float(second * 7919 % 1009)) for second in range(100_000))
    at = [float(second) for second in range(0, 100_000, 10)]
    for how in WAYS:
        assert len(rolling(points, how, 3600, at)) >= len(at) - 1
