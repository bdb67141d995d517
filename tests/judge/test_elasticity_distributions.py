"""Student's t, as in the published tables."""

import math
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.judge.distributions import (
    incomplete_beta,
    normal_quantile,
    quick_student_cdf,
    student_cdf,
    student_density,
    student_quantile,
    two_sided,
)

FREEDOMS = st.sampled_from([1.0, 2.0, 3.5, 7.0, 30.0, 166.0, 1e4])
VALUES = st.floats(-50, 50)


@pytest.mark.parametrize(
    ("freedom", "at_95", "at_975", "at_995"),
    [
        # Any table of Student's t; here Abramowitz and Stegun, table 26.10.
        (1, 6.314, 12.706, 63.657),
        (2, 2.920, 4.303, 9.925),
        (5, 2.015, 2.571, 4.032),
        (10, 1.812, 2.228, 3.169),
        (30, 1.697, 2.042, 2.750),
        (120, 1.658, 1.980, 2.617),
    ],
)
def test_quantiles_as_published(freedom: int, at_95: float, at_975: float, at_995: float) -> None:
    assert student_quantile(0.95, freedom) == pytest.approx(at_95, abs=5.1e-4)
    assert student_quantile(0.975, freedom) == pytest.approx(at_975, abs=5.1e-4)
    assert student_quantile(0.995, freedom) == pytest.approx(at_995, abs=5.1e-4)


@given(VALUES)
def test_one_degree_of_freedom_is_cauchy(value: float) -> None:
    assert student_cdf(value, 1) == pytest.approx(0.5 + math.atan(value) / math.pi, rel=1e-12)


@given(VALUES)
def test_two_degrees_of_freedom_have_a_formula(value: float) -> None:
    expected = 0.5 * (1 + value / math.sqrt(2 + value * value))
    assert student_cdf(value, 2) == pytest.approx(expected, abs=1e-13)


@given(st.floats(-6, 6))
def test_many_degrees_of_freedom_are_the_normal_distribution(value: float) -> None:
    assert student_cdf(value, 1e7) == pytest.approx(NormalDist().cdf(value), abs=1e-6)
    assert student_density(value, 1e7) == pytest.approx(NormalDist().pdf(value), abs=1e-6)


@given(st.floats(1e-9, 1 - 1e-9), FREEDOMS)
def test_quantiles_invert_the_distribution(share: float, freedom: float) -> None:
    assert student_cdf(student_quantile(share, freedom), freedom) == pytest.approx(share, rel=1e-8)


@given(st.floats(0.001, 0.999), FREEDOMS)
def test_both_sides_are_alike(share: float, freedom: float) -> None:
    quantile = student_quantile(share, freedom)
    assert student_quantile(1 - share, freedom) == pytest.approx(-quantile, rel=1e-9, abs=1e-9)
    assert student_cdf(-quantile, freedom) == pytest.approx(1 - share, rel=1e-9)


@given(VALUES, VALUES, FREEDOMS)
def test_the_distribution_rises(one: float, other: float, freedom: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= student_cdf(low, freedom) <= student_cdf(high, freedom) <= 1


@given(st.floats(-8, 8), FREEDOMS)
def test_the_density_is_its_slope(value: float, freedom: float) -> None:
    step = 1e-4
    rise = student_cdf(value + step, freedom) - student_cdf(value - step, freedom)
    assert rise / (2 * step) == pytest.approx(student_density(value, freedom), abs=1e-7)


@pytest.mark.parametrize("value", [math.inf, -math.inf, 1e200, -1e200])
def test_far_out_there_is_nothing(value: float) -> None:
    assert student_cdf(value, 5) == (value > 0)


@given(st.floats(-40, 40), st.floats(25, 1e6))
def test_the_quick_one_is_nearly_as_good(value: float, freedom: float) -> None:
    assert quick_student_cdf(value, freedom) == pytest.approx(student_cdf(value, freedom), abs=2e-5)


@given(st.integers(1, 30), st.data(), st.floats(0.001, 0.999))
def test_the_incomplete_beta_function_sums_up_the_binomial(
    total: int, data: st.DataObject, share: float
) -> None:
    least = data.draw(st.integers(1, total))
    expected = sum(
        math.comb(total, count) * share**count * (1 - share) ** (total - count)
        for count in range(least, total + 1)
    )
    found = incomplete_beta(least, total - least + 1, share)
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-300)


def test_the_incomplete_beta_function_at_its_ends() -> None:
    assert incomplete_beta(2, 3, 0) == 0
    assert incomplete_beta(2, 3, 1) == 1


def test_normal_quantiles_as_published() -> None:
    assert normal_quantile(0.975) == pytest.approx(1.959964, abs=5e-7)
    assert two_sided(0.95) == pytest.approx(1.959964, abs=5e-7)
    assert two_sided(0.99) == pytest.approx(2.575829, abs=5e-7)
