"""What a verdict says of a trend: from what to what, since when, how surely; what is suspected."""

import math
import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fitness.judge.trend import analyse, change_points, suspicion, worse
from trend_series import correlated, drifting, flat, several, spiky, stepped

ANY = st.one_of(st.none(), st.floats(), st.integers(-1000, 1000))


def test_a_step_is_told_with_its_size_and_place() -> None:
    (values,) = several(stepped((240, 37), (269, 20)), 1)
    trend = analyse(values)
    assert trend.step is not None
    assert (trend.step.at, trend.step.last_good) == (37, 36)
    assert trend.step.before == pytest.approx(240, abs=3)
    assert trend.step.after == pytest.approx(269, abs=3)
    assert trend.step.change == pytest.approx(0.12, abs=0.02)
    assert [level[:2] for level in trend.levels] == [(0, 37), (37, 57)]
    assert trend.level is not None
    assert trend.level.centre == pytest.approx(269, abs=3)
    assert trend.noise == pytest.approx(3, rel=0.6)
    assert trend.suspicion is None


def test_the_interval_of_a_step_holds() -> None:
    held = 0
    for values in several(stepped((100, 40), (120, 30)), 200):
        step = analyse(values).step
        assert step is not None
        assert step.low is not None
        assert step.high is not None
        held += step.low <= 0.2 <= step.high
    assert held >= 186


def test_a_change_from_nothing_has_no_share() -> None:
    step = analyse([0] * 10 + [5] * 10).step
    assert step is not None
    assert (step.before, step.after) == (0, 5)
    assert step.change is step.low is step.high is None


def test_without_noise_a_step_is_told_exactly() -> None:
    step = analyse([4] * 10 + [5]).step
    assert step is not None
    assert (step.at, step.change, step.low, step.high) == (10, 0.25, 0.25, 0.25)


def test_a_fall_of_what_is_below_zero_is_a_negative_change() -> None:
    step = analyse([-4.0] * 10 + [-5.0] * 5).step
    assert step is not None
    assert step.change == -0.25


def test_several_steps_are_told_in_their_order() -> None:
    (values,) = several(stepped((100, 20), (130, 20), (90, 20)), 1)
    trend = analyse(values)
    assert [step.at for step in trend.steps] == [20, 40]
    assert trend.step == trend.steps[-1]
    assert [round(level.centre, -1) for level in trend.levels] == [100, 130, 90]


def test_the_last_good_point_is_not_a_gap() -> None:
    (values,) = several(stepped((100, 20), (130, 20)), 1)
    step = analyse([*values[:20], None, math.nan, *values[20:]]).step
    assert step is not None
    assert (step.last_good, step.at) == (19, 22)


def test_nothing_is_told_of_nothing() -> None:
    for values in ([], [None], [math.nan, None]):
        trend = analyse(values)
        assert trend.points == 0
        assert not trend.levels
        assert not trend.steps
        assert (trend.step, trend.level, trend.drift, trend.suspicion) == (None,) * 4
        assert trend.noise == 0.0


def test_one_value_is_a_level() -> None:
    trend = analyse([None, 7.0])
    assert trend.levels[0][:3] == (0, 2, 7.0)
    assert trend.points == 1


def test_each_value_needs_a_time() -> None:
    with pytest.raises(ValueError, match="each value needs a time"):
        analyse([1.0, 2.0], [0.0])


def test_a_drift_is_told_as_a_slope() -> None:
    histories = several(drifting(80, 0.3), 60)
    drifts = [analyse(values).drift for values in histories]
    told = [drift for drift in drifts if drift is not None]
    assert len(told) >= 57
    assert sum(drift.low <= 0.3 <= drift.high for drift in told) >= 0.9 * len(told)
    assert all(drift.now == pytest.approx(124, abs=4) for drift in told)


def test_a_drift_in_time_is_one_in_runs() -> None:
    (values,) = several(drifting(80, 0.5), 1)
    drift = analyse(values, [1e9 + 3600 * at for at in range(80)]).drift
    assert drift is not None
    assert drift.per_second is not None
    assert drift.per_second * 3600 == pytest.approx(drift.per_run)


def test_times_that_do_not_rise_tell_no_speed() -> None:
    (values,) = several(drifting(80, 0.5), 1)
    drift = analyse(values, [0.0] * 80).drift
    assert drift is not None
    assert drift.per_second is None


@pytest.mark.parametrize(
    ("make", "most"),
    [(flat(80), 4), (spiky(80), 4), (correlated(80), 6), (correlated(80, 0.9), 12)],
    ids=["independent", "spiky", "correlated", "wandering"],
)
def test_noise_is_no_drift(make: object, most: int) -> None:
    histories = several(make, 100)  # type: ignore[arg-type]
    assert sum(analyse(values).drift is not None for values in histories) <= most


def test_a_drift_is_that_of_the_newest_level() -> None:
    def make(generator: random.Random) -> list[float]:
        return [100 + 30 * (at >= 40) + generator.gauss(0, 2) for at in range(80)]

    for values in several(make, 20):
        drift = analyse(values).drift
        assert drift is None or drift.start >= 38


def test_a_step_is_suspected_before_it_is_confirmed() -> None:
    (values,) = several(flat(37), 1)
    first = suspicion([*values, 115.0])
    assert first is not None
    assert (first.at, first.points, first.more) == (37, 1, 2)
    assert first.change == pytest.approx(0.15, abs=0.02)
    second = suspicion([*values, 115.0, 116.0])
    assert second is not None
    assert (second.at, second.points, second.more) == (37, 2, 1)
    confirmed = [*values, 115.0, 116.0, 114.0]
    assert suspicion(confirmed) is None
    assert change_points(confirmed) == [37]


def test_what_is_needed_is_what_it_takes() -> None:
    for values in several(stepped((100, 30), (112, 1)), 40):
        suspected = suspicion(values)
        if suspected is not None and suspected.more < 8:
            continued = values + [suspected.after] * suspected.more
            assert any(abs(at - suspected.at) <= 1 for at in change_points(continued))
            assert suspected.at not in change_points(continued[:-1])


def test_a_step_of_a_tenth_is_suspected_at_once() -> None:
    histories = several(stepped((100, 30), (110, 2)), 100)
    assert sum(suspicion(values) is not None for values in histories) >= 75


def test_noise_is_seldom_suspected() -> None:
    assert sum(suspicion(values) is not None for values in several(flat(60), 300)) <= 12


def test_a_spike_that_is_over_is_not_suspected() -> None:
    (values,) = several(flat(30), 1)
    assert suspicion([*values, 140.0, *values[:3]]) is None


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0, 9.0], [1.0, 2.0, 1.5, 2.5, 90.0]])
def test_too_little_is_known_to_suspect(values: list[float]) -> None:
    assert suspicion(values) is None


def test_of_what_is_without_noise_nothing_is_suspected() -> None:
    assert suspicion([5] * 20 + [6]) is None
    assert suspicion([5, 7, 5, 9, 5, 4, 6], exact=True) is None


def test_only_the_newest_level_is_compared() -> None:
    (values,) = several(stepped((200, 30), (100, 30)), 1)
    suspected = suspicion([*values, 120.0])
    assert suspected is not None
    assert suspected.before == pytest.approx(100, abs=3)


def test_what_is_worse_follows_from_what_is_better() -> None:
    assert worse(0.1, "lower")
    assert not worse(0.1, "higher")
    assert worse(-0.1, "higher")
    assert not worse(0.0, "lower")
    assert not worse(0.0, "higher")


@given(st.lists(ANY, max_size=40), st.sampled_from([None, True, False]))
def test_any_list_can_be_analysed(values: list[float | None], exact: bool | None) -> None:
    trend = analyse(values, exact=exact)
    assert [step.at for step in trend.steps] == change_points(values, exact=exact)
    assert trend.suspicion == suspicion(values, exact=exact)
    assert bool(trend.levels) == bool(trend.points)
    if trend.levels:
        assert trend.levels[0].start == 0
        assert trend.levels[-1].end == len(values)
        assert all(one.end == other.start for one, other in pairwise(trend.levels))


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_what_is_confirmed_is_not_suspected(seed: int) -> None:
    (values,) = several(stepped((100, 25), (130, 4)), 1, seed)
    assert bool(change_points(values)) != bool(suspicion(values))
