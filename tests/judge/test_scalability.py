"""The Universal Scalability Law: fitted to what it made, and silent about what nobody can tell."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.judge.scalability import Curve, Scalability, scalability, sentence

STEPS = (1, 5, 10, 20, 40, 80, 100)


def measured(
    curve: Curve, steps: tuple[int, ...] = STEPS, noise: float = 0.0, seed: int = 1
) -> list[tuple[float, float]]:
    generator = random.Random(seed)
    return [
        (users, curve.throughput(users) * (1 + noise * generator.gauss(0, 1))) for users in steps
    ]


rates = st.floats(0.01, 1e5)
shares = st.floats(0, 0.9)
costs = st.floats(1e-5, 0.01)


@given(rates, shares, costs)
def test_it_finds_the_law_that_made_the_numbers(rate: float, share: float, cost: float) -> None:
    true = Curve(rate, share, cost)
    found = scalability(measured(true))
    assert found.curve is not None
    assert found.curve.rate == pytest.approx(rate, rel=1e-5)
    assert found.curve.contention == pytest.approx(share, abs=1e-5)
    assert found.curve.coherency == pytest.approx(cost, abs=1e-7, rel=1e-3)
    assert found.low <= true.peak * 1.001
    assert found.high >= true.peak * 0.999


@given(
    st.lists(
        st.tuples(st.integers(1, 10_000), st.floats(1e-3, 1e6)), min_size=4, max_size=12,
        unique_by=lambda load: load[0],
    ),
)  # fmt: skip
def test_whatever_was_measured_the_law_keeps_its_bounds(loads: list[tuple[float, float]]) -> None:
    found = scalability(loads)
    curve = found.curve
    assert curve is not None
    assert curve.rate > 0
    assert 0 <= curve.contention <= 1
    assert curve.coherency >= 0
    assert 1 <= found.low <= found.high
    assert found.low <= curve.peak * 1.001
    assert curve.peak <= found.high * 1.001
    assert "\n" not in sentence(found)


@given(rates, shares, costs, st.floats(1e-3, 1e3))
def test_the_unit_of_throughput_changes_nothing_but_the_rate(
    rate: float, share: float, cost: float, scale: float
) -> None:
    loads = measured(Curve(rate, share, cost), noise=0.02)
    found = scalability(loads)
    scaled = scalability([(users, value * scale) for users, value in loads])
    assert found.curve is not None
    assert scaled.curve is not None
    assert scaled.curve.rate == pytest.approx(found.curve.rate * scale, rel=1e-5)
    assert scaled.curve.contention == pytest.approx(found.curve.contention, abs=1e-6)
    assert scaled.curve.coherency == pytest.approx(found.curve.coherency, rel=1e-4, abs=1e-9)


@given(rates, shares, costs)
def test_at_its_peak_throughput_is_greatest(rate: float, share: float, cost: float) -> None:
    curve = Curve(rate, share, cost)
    best = curve.throughput(curve.peak)
    assert best == pytest.approx(curve.ceiling)
    around = [curve.peak * factor for factor in (0.5, 0.9, 1.1, 2) if curve.peak * factor >= 1]
    assert all(curve.throughput(users) <= best * (1 + 1e-9) for users in around)


def test_one_user_gets_the_rate_of_one() -> None:
    assert Curve(42.0, 0.3, 0.01).throughput(1) == 42.0


def test_without_costs_there_is_neither_peak_nor_ceiling() -> None:
    linear = Curve(10.0, 0.0, 0.0)
    assert (linear.peak, linear.ceiling) == (math.inf, math.inf)
    assert linear.throughput(1000) == 10_000
    assert Curve(10.0, 0.2, 0.0).ceiling == 50.0


def test_costs_beyond_all_bounds_put_the_peak_at_one_user() -> None:
    assert Curve(10.0, 0.9, 5.0).peak == 1.0


class TestIntervals:
    def test_they_hold_the_true_peak_as_often_as_they_promise(self) -> None:
        true = Curve(100.0, 0.02, 0.0005)
        held = 0
        for seed in range(100):
            found = scalability(measured(true, noise=0.02, seed=seed))
            held += found.low <= true.peak <= found.high
        assert 88 <= held <= 100

    def test_more_confidence_makes_them_wider(self) -> None:
        loads = measured(Curve(100.0, 0.02, 0.0005), noise=0.02)
        sure, surer = scalability(loads, 0.8), scalability(loads, 0.99)
        assert surer.low < sure.low < sure.high < surer.high

    def test_numbers_without_noise_leave_a_narrow_one(self) -> None:
        found = scalability(measured(Curve(100.0, 0.02, 0.0005)))
        assert 42 < found.low < 44.3 < found.high < 47


class TestWhatCannotBeTold:
    @pytest.mark.parametrize(
        ("loads", "said"),
        [
            ([], "0 steps"),
            ([(10, 5.0)], "1 step with"),
            ([(10, 5.0), (20, 9.0), (40, 15.0)], "3 steps"),
            ([(10, 5.0)] * 9, "1 step with"),
            ([(10, 5.0), (20, 9.0), (40, 15.0), (80, 0.0)], "3 steps"),
            ([(10, 5.0), (20, 9.0), (40, 15.0), (0, 7.0)], "3 steps"),
        ],
    )
    def test_too_few_steps(self, loads: list[tuple[float, float]], said: str) -> None:
        found = scalability(loads)
        assert found.curve is None
        assert said in found.undecided
        assert "4 are needed" in found.undecided
        assert sentence(found) == f"how it scales cannot be told: {found.undecided}"

    def test_throughput_that_only_rises_has_no_peak_but_a_bound(self) -> None:
        found = scalability(measured(Curve(100.0, 0.0, 0.0), noise=0.01))
        assert found.high == math.inf
        assert found.low > 100
        assert "no peak can be told: nothing shows that it falls beyond 100" in found.undecided

    def test_throughput_that_levels_off_says_where(self) -> None:
        found = scalability(measured(Curve(100.0, 0.1, 0.0), noise=0.002))
        assert found.curve is not None
        assert found.curve.ceiling == pytest.approx(1000, rel=0.03)
        assert "levels off at" in sentence(found)
        assert "no peak can be told" in sentence(found)

    def test_a_constant_throughput_has_no_peak(self) -> None:
        found = scalability([(users, 200.0) for users in (10, 20, 40, 80)])
        assert found.high == math.inf
        assert "levels off at 200/s" in found.undecided

    def test_numbers_that_follow_no_such_law(self) -> None:
        found = scalability([(1, 100.0), (2, 900.0), (4, 50.0), (8, 700.0), (16, 20.0)])
        assert "does not follow it" in found.undecided

    def test_a_sentence_names_the_peak_where_it_can_be_told(self) -> None:
        said = sentence(scalability(measured(Curve(100.0, 0.02, 0.0005))))
        assert "100/s for one user" in said
        assert "contention 2.00%" in said
        assert "greatest at about 44 users (44 to 45), with 1,568/s" in said

    def test_nothing_known_is_nothing_claimed(self) -> None:
        assert Scalability() == (None, 1.0, math.inf, "")
