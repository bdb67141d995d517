"""Many values in bounded memory: exact while they are few, near enough when they are many."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.judge.samples import mean, percentile
from pytest_fitness.results import spread
from pytest_fitness.results.spread import Spread

PERCENTS = (0, 1, 50, 90, 95, 99, 99.9, 100)


def filled(values: list[float]) -> Spread:
    found = Spread()
    for value in values:
        found.add(value)
    return found


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200))
def test_few_values_are_exact(values: list[float]) -> None:
    found = filled(values)
    assert found.count == len(values)
    assert (found.min, found.max) == (min(values), max(values))
    assert found.mean == pytest.approx(mean(values), abs=1e-6)
    for percent in PERCENTS:
        assert found.percentile(percent) == percentile(values, percent)


@given(st.lists(st.floats(0.001, 10_000), min_size=60, max_size=300))
def test_many_values_are_right_to_half_a_percent(values: list[float]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spread, "MOST_KEPT", 50)
        found = filled(values)
    assert found.count == len(values)
    assert (found.min, found.max) == (min(values), max(values))
    ordered = sorted(values)
    for percent in PERCENTS:
        rank = max(1, math.ceil(round(percent / 100 * len(values), 9)))
        assert found.percentile(percent) == pytest.approx(ordered[rank - 1], rel=0.005)


def test_memory_does_not_grow_with_the_number_of_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "MOST_KEPT", 1_000)
    found = filled([float(number % 5_000) for number in range(50_000)])
    assert found.count == 50_000
    assert len(found._kept) == 0
    assert found._rest is not None
    assert len(found._rest.buckets) < 5_000


def test_many_values_below_zero_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "MOST_KEPT", 3)
    with pytest.raises(ValueError, match="-1 is below zero, and there are more than 3 values"):
        filled([1.0, 2.0, -1.0, 3.0])
    found = filled([1.0, 2.0, 0.0, 3.0])
    with pytest.raises(ValueError, match="-2 is below zero"):
        found.add(-2.0)
