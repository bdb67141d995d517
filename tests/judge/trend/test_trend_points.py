"""Levels that change are told; noise of every kind, drifts and lone spikes are not."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fitness.judge.trend import change_points
from pytest_fitness.judge.trend.points import shape
from trend_series import (
    Make,
    correlated,
    drifting,
    flat,
    seasonal,
    several,
    spiky,
    stepped,
)

ANY = st.one_of(st.none(), st.floats(), st.integers(-(10**400), 10**400))


def share_of_alarms(make: Make, count: int = 120) -> float:
    return sum(bool(change_points(values)) for values in several(make, count)) / count


def share_found(make: Make, *steps: int, within: int = 5, count: int = 60) -> float:
    """How many of the steps are found, over all histories."""
    found = 0
    for values in several(make, count):
        points = change_points(values)
        found += sum(any(abs(point - step) <= within for point in points) for step in steps)
    return found / count / len(steps)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(flat(), id="independent"),
        pytest.param(flat(30), id="short"),
        pytest.param(flat(600), id="long"),
        pytest.param(spiky(), id="spiky"),
        pytest.param(correlated(), id="correlated"),
        pytest.param(correlated(200, 0.9), id="wandering"),
        pytest.param(drifting(), id="drifting"),
        pytest.param(drifting(pace=2.0), id="drifting fast"),
        pytest.param(drifting(pace=-0.5), id="falling"),
        pytest.param(seasonal(), id="seasonal"),
    ],
)
def test_what_is_no_step_is_told_as_none(make: Make) -> None:
    assert share_of_alarms(make) <= 0.03


@pytest.mark.parametrize(
    "noise",
    [
        pytest.param(lambda generator: generator.expovariate(1), id="exponential"),
        pytest.param(lambda generator: math.exp(generator.gauss(0, 0.5)), id="log-normal"),
        pytest.param(lambda generator: round(generator.gauss(0, 0.5)), id="rounded"),
        pytest.param(lambda generator: float(generator.random() < 0.1), id="rare ones"),
        pytest.param(lambda generator: float(generator.random() < 0.4), id="coins"),
        pytest.param(lambda generator: 20.0 * (generator.random() < 0.5), id="two modes"),
    ],
)
def test_noise_of_other_shapes_is_no_step(noise: object) -> None:
    def make(generator: random.Random) -> list[float]:
        return [noise(generator) for _ in range(100)]  # type: ignore[operator]

    assert share_of_alarms(make) <= 0.04


def test_a_small_step_is_found_where_it_is() -> None:
    assert share_found(stepped((100, 66), (105, 34)), 66) >= 0.93


def test_a_step_down_is_found_as_one_up() -> None:
    assert share_found(stepped((100, 66), (90, 34)), 66, within=2) >= 0.95


def test_several_steps_are_all_found() -> None:
    make = stepped((100, 30), (110, 30), (95, 30), (120, 30))
    assert share_found(make, 30, 60, 90, within=3) >= 0.95
    assert all(len(change_points(values)) == 3 for values in several(make, 20))


def test_a_bump_amid_a_long_history_is_found() -> None:
    assert share_found(stepped((100, 90), (115, 20), (100, 90)), 90, 110, within=3) >= 0.95


def test_a_staircase_is_no_drift() -> None:
    assert share_found(stepped((100, 33), (115, 33), (130, 34)), 33, 66, within=3) >= 0.95


def test_a_step_is_found_amid_spikes() -> None:
    def make(generator: random.Random) -> list[float]:
        after = [15.0 * (at >= 50) for at in range(80)]
        return [a + b for a, b in zip(spiky(80)(generator), after, strict=True)]

    assert share_found(make, 50, within=2) >= 0.95


def test_a_step_is_found_amid_a_drift() -> None:
    def make(generator: random.Random) -> list[float]:
        after = [15.0 * (at >= 60) for at in range(100)]
        return [a + b for a, b in zip(drifting()(generator), after, strict=True)]

    assert share_found(make, 60, within=3) >= 0.9


def test_a_large_step_in_noise_that_wanders_is_found() -> None:
    def make(generator: random.Random) -> list[float]:
        after = [25.0 * (at >= 60) for at in range(100)]
        return [a + b for a, b in zip(correlated()(generator), after, strict=True)]

    assert share_found(make, 60, within=3) >= 0.95


def test_three_points_confirm_a_clear_step() -> None:
    histories = several(stepped((100, 30), (110, 3)), 60)
    assert sum(30 in change_points(values) for values in histories) >= 30


@pytest.mark.parametrize("newest", [[140.0], [60.0], [140.0, 140.0]])
def test_a_spike_or_two_at_the_end_are_not_confirmed(newest: list[float]) -> None:
    for values in several(flat(30), 50):
        assert change_points(values + newest) == change_points(values)


def test_the_first_value_may_be_a_spike() -> None:
    for values in several(flat(30), 50):
        assert change_points([140.0, *values]) == []


@pytest.mark.parametrize(
    ("values", "steps"),
    [
        ([5, 5, 5, 5, 6], [4]),
        ([5, 5, 5, 6], [3]),
        ([7] * 40 + [8], [40]),
        ([7] * 40 + [8] * 2, [40]),
        ([100.0] * 66 + [101.0] * 34, [66]),
        ([3] * 10 + [4] * 10 + [5] * 10 + [2] * 10, [10, 20, 30]),
        ([1, 1, 1, 2, 3, 3, 3], [3, 4]),
        ([0.1] * 5 + [0.1 + 1e-12] * 5, [5]),
        ([1e308] * 5 + [-1e308] * 5, [5]),
        ([5e-324] * 5 + [0.0] * 5, [5]),
    ],
)
def test_without_noise_each_change_is_one(values: list[float], steps: list[int]) -> None:
    assert change_points(values) == steps


@given(
    st.lists(st.tuples(st.integers(-50, 50), st.integers(3, 30)), min_size=1, max_size=6),
)
def test_levels_without_noise_are_told_exactly(levels: list[tuple[int, int]]) -> None:
    values = [level for level, points in levels for _ in range(points)]
    changes = [at for at in range(1, len(values)) if values[at] != values[at - 1]]
    if len(levels) <= 3:
        assert change_points(values) == changes
    assert change_points(values, exact=True) == changes


@pytest.mark.parametrize(
    "values", [[], [1.0], [1.0, 2.0], [1, 1, 9], [3.0, 1.0, 2.0], [1.0, 9.0, 1.0, 9.0, 5.0]]
)
def test_too_short_a_history_tells_nothing(values: list[float]) -> None:
    assert change_points(values) == []


def test_of_a_static_measure_two_values_are_enough() -> None:
    assert change_points([5, 6], exact=True) == [1]
    assert change_points([5, math.nan, 5, 6, None], exact=True) == [3]


def test_that_a_measure_is_not_static_can_be_said() -> None:
    assert change_points([5.0] * 30 + [6.0], exact=False) == []
    assert change_points([5.0] * 30 + [6.0] * 5, exact=False) == [30]


def test_an_excursion_without_noise_is_no_level() -> None:
    assert change_points([5] * 10 + [9] + [5] * 10) == []
    assert change_points([5] * 10 + [9, 9] + [5] * 10) == []
    assert change_points([5] * 10 + [9, 9, 9] + [5] * 10) == [10, 13]


def test_who_has_made_an_excursion_is_believed_later() -> None:
    history = [5] * 10 + [9] + [5] * 10
    assert change_points([*history, 7]) == []
    assert change_points([*history, 7, 7]) == [21]


def test_gaps_count_as_places_and_not_as_values() -> None:
    values: list[float | None] = list(several(stepped((100, 30), (120, 30)), 1)[0])
    with_gaps = [*values[:10], None, math.nan, *values[10:]]
    assert change_points(values) == [30]
    assert change_points(with_gaps) == [32]


def test_infinity_is_a_level_where_it_lasts() -> None:
    values = several(flat(30), 1)[0]
    assert change_points([*values, math.inf]) == []
    assert change_points([*values, *[math.inf] * 4]) == [30]
    assert change_points([*values, *[-math.inf] * 4]) == [30]
    assert change_points([math.inf] * 10) == []


def test_rounding_errors_are_no_noise() -> None:
    values = [0.1 + 0.2 if at % 3 else 0.3 for at in range(60)]
    assert change_points([*values, *(value + 1 for value in values)]) == [60]
    assert change_points(values) == []


def test_a_straight_line_without_noise_is_no_step() -> None:
    assert change_points([0.5 * at for at in range(100)]) == []
    assert change_points([1e9 - at for at in range(10)]) == []


def test_where_a_drift_begins_is_a_bend() -> None:
    def make(generator: random.Random) -> list[float]:
        return [100 + max(0, at - 50) + generator.gauss(0, 1) for at in range(100)]

    histories = several(make, 30)
    borders = [shape(values, None).borders for values in histories]
    assert sum(any(border.step for border in found) for found in borders) <= 3
    assert sum(any(abs(border.at - 50) <= 6 for border in found) for found in borders) >= 25


def test_noise_that_grows_is_no_level() -> None:
    def make(generator: random.Random) -> list[float]:
        return [100 + generator.gauss(0, 1 + 4 * (at >= 50)) for at in range(100)]

    assert share_of_alarms(make) <= 0.15


def test_a_very_long_history_is_searched_to_its_end() -> None:
    generator = random.Random(1)
    values = [100 + generator.gauss(0, 3) + 10 * (at >= 29_990) for at in range(30_000)]
    assert change_points(values) == [29_990]
    middle = [100 + generator.gauss(0, 3) + 10 * (at >= 12_345) for at in range(30_000)]
    assert [abs(at - 12_345) <= 3 for at in change_points(middle)] == [True]


@given(st.lists(ANY, max_size=40), st.sampled_from([None, True, False]))
def test_any_list_has_an_answer(values: list[float | None], exact: bool | None) -> None:
    found = change_points(values, exact=exact)
    assert found == sorted(set(found))
    assert all(0 < at < len(values) for at in found)


@settings(max_examples=50)
@given(
    st.integers(0, 10_000),
    st.sampled_from([0.125, 1.0, 64.0, -1.0, -8.0]),
    st.sampled_from([0.0, 1024.0, -4096.0]),
)
def test_units_change_nothing(seed: int, scale: float, zero: float) -> None:
    values = several(stepped((128, 20), (144, 15), noise=3.0), 1, seed)[0]
    rounded = [round(value * 64) / 64 for value in values]
    moved = [scale * value + zero for value in rounded]
    assert change_points(moved) == change_points(rounded)


def test_the_order_of_time_may_be_turned() -> None:
    histories = several(stepped((100, 30), (130, 20)), 100)
    assert sum(change_points(values) == [30] for values in histories) >= 98
    assert sum(change_points(values[::-1]) == [20] for values in histories) >= 98
