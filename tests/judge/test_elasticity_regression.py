"""Regression with errors that resemble the ones before them."""

import math
import random
from itertools import pairwise

import pytest
from elasticity_samples import correlated
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fitness.judge.autoregression import explained, regress

LINE = [place / 99 for place in range(100)]
WAVE = [math.sin(place / 5) for place in range(100)]
ONES = [1] * 99


def noise(rho: float = 0.0, seed: int = 1, count: int = 100) -> list[float]:
    return correlated(count, rho, random.Random(seed))


def mixed(*terms: tuple[float, list[float]]) -> list[float]:
    return [
        sum(weight * values[place] for weight, values in terms) for place in range(len(terms[0][1]))
    ]


def test_white_noise_has_the_interval_of_the_textbook() -> None:
    from pytest_fitness.judge.distributions import student_quantile

    widths = []
    for seed in range(40):
        response = noise(seed=seed)
        fit = regress([LINE], response, ONES, 0.95)
        assert fit is not None
        x = [value - 0.5 for value in LINE]
        square = sum(value * value for value in x)
        slope = sum(map(lambda a, b: a * b, x, response)) / square
        mean = sum(response) / 100
        left = sum((y - mean - slope * value) ** 2 for y, value in zip(response, x, strict=True))
        half = student_quantile(0.975, 98) * math.sqrt(left / 98 / square)
        widths.append((fit.high - fit.low) / 2 / half)
        assert abs(fit.value - slope) < half / 3
    assert sum(widths) / len(widths) == pytest.approx(1.07, abs=0.06)


@pytest.mark.parametrize(
    ("rho", "least", "most"), [(0.0, -0.2, 0.2), (0.6, 0.4, 0.75), (0.9, 0.75, 0.97)]
)
def test_the_correlation_is_found(rho: float, least: float, most: float) -> None:
    found = []
    for seed in range(20):
        fit = regress([WAVE], noise(rho, seed), ONES, 0.95)
        assert fit is not None
        found.append(fit.correlation)
    assert least < sum(found) / len(found) < most


def test_correlated_errors_widen_the_interval_of_a_trend() -> None:
    widths = []
    for rho in (0.0, 0.5, 0.9):
        fits = [regress([LINE], noise(rho, seed), ONES, 0.95) for seed in range(30)]
        widths.append(sum(fit.high - fit.low for fit in fits if fit))
    assert widths[1] > 1.5 * widths[0]
    assert widths[2] > 1.5 * widths[1]


@settings(deadline=None, max_examples=10)
@given(st.floats(-10, 10), st.floats(-10, 10), st.floats(-100, 100))
def test_without_noise_it_is_exact(slope: float, other: float, constant: float) -> None:
    response = mixed((slope, LINE), (other, WAVE), (constant, [1.0] * 100))
    fit = regress([WAVE, LINE], response, ONES, 0.95)
    assert fit is not None
    assert fit.value == pytest.approx(slope, abs=1e-6)
    assert fit.low <= fit.value <= fit.high
    assert fit.high - fit.low < 1e-5


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 1000), st.sampled_from([0.0, 0.8]), st.floats(-5, 5), st.floats(0.01, 100))
def test_adding_to_the_response_moves_the_answer_and_scaling_scales_it(
    seed: int, rho: float, slope: float, scale: float
) -> None:
    errors = noise(rho, seed)
    plain = regress([LINE], errors, ONES, 0.95)
    moved = regress([LINE], mixed((scale, errors), (slope, LINE), (7, [1.0] * 100)), ONES, 0.95)
    assert plain is not None
    assert moved is not None
    for before, after in zip(plain[:3], moved[:3], strict=True):
        assert after == pytest.approx(scale * before + slope, rel=1e-4, abs=1e-4 * scale)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 1000), st.sampled_from([0.0, 0.8]))
def test_time_may_run_backwards(seed: int, rho: float) -> None:
    errors = noise(rho, seed)
    one = regress([WAVE], errors, ONES, 0.95)
    other = regress([WAVE[::-1]], errors[::-1], ONES, 0.95)
    assert one is not None
    assert other is not None
    assert other == pytest.approx(one, rel=1e-6, abs=1e-6)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 1000), st.sampled_from([0.0, 0.5, 0.9]))
def test_more_confidence_makes_it_wider(seed: int, rho: float) -> None:
    fits = [regress([LINE], noise(rho, seed), ONES, confidence) for confidence in (0.5, 0.9, 0.99)]
    for narrow, wide in pairwise(fits):
        assert narrow is not None
        assert wide is not None
        assert wide.low < narrow.low <= narrow.value <= narrow.high < wide.high
        assert wide.value == narrow.value


def test_missing_points_change_little() -> None:
    errors = noise(0.8, 3, 400)
    wave = [math.sin(place / 20) for place in range(400)]
    whole = regress([wave], errors, [1] * 399, 0.95)
    generator = random.Random(5)
    kept = sorted(generator.sample(range(400), 340))
    gaps = [after - before for before, after in pairwise(kept)]
    part = regress([[wave[at] for at in kept]], [errors[at] for at in kept], gaps, 0.95)
    assert whole is not None
    assert part is not None
    assert part.correlation == pytest.approx(whole.correlation, abs=0.1)
    assert part.high - part.low == pytest.approx(whole.high - whole.low, rel=0.2)


def test_far_away_points_are_independent() -> None:
    errors = noise(0.0, 3)
    near = regress([WAVE], errors, ONES, 0.95)
    far = regress([WAVE], errors, [2**20] * 99, 0.95)
    assert near is not None
    assert far is not None
    assert far.value == pytest.approx(near.value, abs=near.high - near.value)


@pytest.mark.parametrize(
    "columns",
    [
        [[5.0] * 100],
        [LINE, LINE],
        [LINE, [2 * value + 3 for value in LINE]],
        [WAVE, LINE, [a + b for a, b in zip(LINE, WAVE, strict=True)]],
    ],
)
def test_what_cannot_be_told_apart_is_not_told(columns: list[list[float]]) -> None:
    assert regress(columns, noise(), ONES, 0.95) is None


def test_too_few_points_say_nothing() -> None:
    assert regress([[1.0, 2.0]], [1.0, 5.0], [1], 0.95) is None


def test_a_response_that_never_changes_has_no_slope() -> None:
    fit = regress([LINE], [3.0] * 100, ONES, 0.95)
    assert fit is not None
    assert fit[:3] == (0, 0, 0)


def test_few_points_use_the_exact_distribution() -> None:
    line = [float(place) for place in range(8)]
    fit = regress([line], [0.1, 1.2, 1.8, 3.1, 4.3, 4.8, 6.1, 7.0], [1] * 7, 0.95)
    assert fit is not None
    assert fit.low < 1 < fit.high
    assert fit.high - fit.low < 0.5


def test_how_much_is_explained() -> None:
    assert explained([LINE], LINE) == pytest.approx(1)
    assert explained([LINE], [math.exp(value) for value in LINE]) > 0.95
    assert explained([LINE], noise(seed=2)) < 0.1
    assert explained([LINE, [value**2 for value in LINE]], WAVE) < 0.2
    assert explained([LINE], [4.0] * 100) == 1
