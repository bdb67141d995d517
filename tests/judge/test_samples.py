"""Statistics equal to the standard library's where it has them."""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.judge.samples import mean, percentile

SAMPLES = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=50)


@given(SAMPLES)
def test_the_mean_lies_within_the_sample(values: list[float]) -> None:
    assert min(values) - 1e-6 <= mean(values) <= max(values) + 1e-6


@given(SAMPLES, st.integers(1, 99))
def test_a_percentile_is_the_inclusive_quantile(values: list[float], percent: int) -> None:
    expected = statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
    assert percentile(values, percent) == pytest.approx(expected, rel=1e-9, abs=1e-6)


def test_a_single_value_is_every_percentile() -> None:
    assert [percentile([3.0], percent) for percent in (0, 50, 100)] == [3, 3, 3]
