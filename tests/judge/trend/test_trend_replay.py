"""One's own history with steps, drift, gaps and spikes put into it, and what is told of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fitness.judge.trend import replay
from pytest_fitness.judge.trend.replaying import CHANGES
from trend_series import correlated, drifting, flat, several, spiky, stepped


def test_a_quiet_history_is_one_in_which_steps_are_found() -> None:
    (values,) = several(flat(100, noise=1.0), 1)
    told = replay(values, 1)
    assert told is not None
    assert told.false_alarms == told.spikes == told.drift_as_steps == 0
    assert told.drift_told == told.gaps == 1
    assert [power.change for power in told.steps] == list(CHANGES)
    assert all(power.found == 1 for power in told.steps)
    assert all(power.delay is not None and power.delay <= 5 for power in told.steps)


def test_in_much_noise_small_steps_are_not_found() -> None:
    (values,) = several(flat(100, noise=10.0), 1)
    told = replay(values, 1)
    assert told is not None
    assert told.false_alarms <= 0.1
    smallest, *_, largest = told.steps
    assert smallest.found < 0.5 < largest.found
    assert smallest.delay is None
    assert largest.delay is not None


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(spiky(), id="spiky"),
        pytest.param(correlated(), id="correlated"),
        pytest.param(drifting(pace=0.4), id="drifting"),
        pytest.param(stepped((100, 50), (150, 50)), id="stepped"),
    ],
)
def test_what_a_history_holds_already_raises_no_alarms(make: object) -> None:
    (values,) = several(make, 1)  # type: ignore[arg-type]
    told = replay(values, 1)
    assert told is not None
    assert told.false_alarms <= 0.15
    assert told.steps[-1].found >= 0.5


def test_of_a_static_measure_each_change_is_told_at_once() -> None:
    told = replay([5] * 30, 1)
    assert told is not None
    assert told.false_alarms == 0
    assert told.spikes == 1
    assert [(power.found, power.delay) for power in told.steps] == [(1, 1)] * 3


def test_a_level_of_nothing_has_a_size_too() -> None:
    told = replay([0.0] * 20, 1)
    assert told is not None
    assert told.steps[0].found == 1


def test_too_short_a_history_cannot_be_replayed() -> None:
    assert replay([1.0, 2.0] * 5, 1) is None
    assert replay([None] * 30, 1) is None
    assert replay([1.0, 2.0] * 6, 1) is not None


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_equal_seeds_give_equal_figures(seed: int) -> None:
    (values,) = several(flat(30), 1, seed)
    assert replay(values, seed, series=3) == replay(values, seed, series=3)
