"""What is known of answers: intervals that hold as often as they say."""

import math
import random
from collections.abc import Callable, Sequence
from itertools import accumulate

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pytest_fitness.judge.latencies import (
    Slice,
    batched,
    failure_interval,
    fewest_values,
    mean_interval,
    percentile_ranks,
    rate_interval,
    resemblance,
)
from pytest_fitness.judge.proportions import wilson

SLICES = 20


def slice_of(times: Sequence[float], failures: int = 0) -> Slice:
    return Slice(len(times), math.fsum(times), math.fsum(t * t for t in times), failures)


def covered(count: int, inside: Callable[[random.Random], bool], seed: int = 1) -> float:
    chance = random.Random(seed)
    return sum(inside(chance) for _ in range(count)) / count


def binomial(values: int, share: float) -> list[float]:
    """The probabilities of at most 0, 1, ... of the values being below."""
    each = [math.comb(values, k) * share**k * (1 - share) ** (values - k) for k in range(values)]
    return list(accumulate(each))


@settings(deadline=None)
@given(st.integers(1, 300), st.floats(1, 99), st.sampled_from([0.8, 0.95, 0.99]))
def test_the_ranks_are_those_of_the_binomial_sums(
    count: int, percent: float, confidence: float
) -> None:
    tail = (1 - confidence) / 2
    sums = binomial(count, percent / 100)
    assume(all(abs(each - tail) > 1e-9 and abs(1 - each - tail) > 1e-9 for each in sums))
    lows = [rank for rank in range(1, count + 1) if sums[rank - 1] <= tail]
    highs = [rank for rank in range(1, count + 1) if 1 - sums[rank - 1] <= tail]
    assert percentile_ranks(count, percent, confidence) == (
        max(lows, default=None),
        min(highs, default=None),
    )


@pytest.mark.parametrize(
    ("percent", "confidence", "fewest"),
    [(50, 0.95, 6), (95, 0.95, 72), (99, 0.95, 368), (99, 0.8, 230), (1, 0.95, 368)],
)
def test_how_many_it_takes_is_where_both_ends_begin_to_be_known(
    percent: float, confidence: float, fewest: int
) -> None:
    assert fewest_values(percent, confidence) == fewest
    assert None not in percentile_ranks(fewest, percent, confidence)
    assert None in percentile_ranks(fewest - 1, percent, confidence)


def test_the_ranks_hold_the_true_percentile_as_often_as_they_say() -> None:
    low, high = percentile_ranks(400, 95, 0.9)
    assert low is not None
    assert high is not None

    def holds(chance: random.Random) -> bool:
        values = sorted(chance.random() for _ in range(400))
        return values[low - 1] <= 0.95 <= values[high - 1]

    assert 0.88 <= covered(1500, holds) <= 0.96


def test_no_value_at_all_has_no_ranks() -> None:
    assert percentile_ranks(0, 50, 0.95) == (None, None)


def independent(chance: random.Random, each: int) -> list[Slice]:
    return [slice_of([chance.expovariate(10) for _ in range(each)]) for _ in range(SLICES)]


def dependent(chance: random.Random, each: int) -> list[Slice]:
    """Each slice has a pace of its own."""
    return [
        slice_of([chance.expovariate(10) * pace for _ in range(each)])
        for pace in [chance.uniform(0.5, 1.5) for _ in range(SLICES)]
    ]


def test_independent_answers_count_for_nearly_themselves() -> None:
    chance = random.Random(2)
    found = [resemblance(independent(chance, 50)) for _ in range(200)]
    assert min(found) >= 1
    assert sum(found) / len(found) < 1.3


def test_answers_that_share_a_pace_count_for_less() -> None:
    # Between slices the variance is 1/12 of the mean squared; within, about 1.08 of it: with 200
    # answers a slice, 1 + 199 * 0.077 / 1.08.
    chance = random.Random(3)
    found = [resemblance(dependent(chance, 200)) for _ in range(200)]
    assert 11 < sum(found) / len(found) < 19


@pytest.mark.parametrize("made", [independent, dependent], ids=["independent", "dependent"])
def test_the_mean_lies_in_its_interval_as_often_as_it_says(
    made: Callable[[random.Random, int], list[Slice]],
) -> None:
    def holds(chance: random.Random) -> bool:
        interval = mean_interval(made(chance, 60), 1.0, 0.9)
        assert interval is not None
        return interval[0] <= 0.1 <= interval[1]

    assert 0.86 <= covered(600, holds) <= 0.94


def test_the_rate_lies_in_its_interval_as_often_as_it_says() -> None:
    def holds(chance: random.Random) -> bool:
        counts = [sum(chance.random() < 0.5 for _ in range(80)) for _ in range(SLICES)]
        interval = rate_interval([Slice(count) for count in counts], 2.0, 0.9)
        assert interval is not None
        return interval[0] <= 20 <= interval[1]

    assert 0.86 <= covered(600, holds) <= 0.94


def test_failures_that_come_at_once_tell_less_than_the_same_spread_out() -> None:
    spread = [Slice(100, 1.0, 0.1, 5) for _ in range(SLICES)]
    burst = [Slice(100, 1.0, 0.1, 100 if number == 7 else 0) for number in range(SLICES)]
    assert resemblance(spread, of_failures=True) == 1
    assert resemblance(burst, of_failures=True) == pytest.approx(100, rel=0.06)
    assert failure_interval(spread, 0.95) == wilson(100, 2000, 0.95)
    low, high = failure_interval(burst, 0.95)
    assert low < 0.01
    assert high > 0.2


def test_no_failure_at_all_still_has_an_upper_end() -> None:
    low, high = failure_interval([Slice(50, 1.0, 0.1)] * SLICES, 0.95)
    assert low == 0
    assert 0 < high < 0.01


def test_a_share_needs_answers() -> None:
    with pytest.raises(ValueError, match="at least one"):
        failure_interval([Slice()] * SLICES, 0.95)


@given(
    st.lists(
        st.builds(slice_of, st.lists(st.floats(0, 1e4), max_size=30)), min_size=0, max_size=40
    ),
    st.floats(0.01, 100),
)
def test_whatever_is_seen_the_intervals_hold_it(slices: list[Slice], width: float) -> None:
    total = sum(part.answers for part in slices)
    assert 1 <= resemblance(slices) <= max(total, 1)
    kept = batched(slices, width)
    count = sum(part.answers for part in kept)
    mean = mean_interval(slices, width, 0.95)
    if mean is not None:
        seen = sum(part.sum for part in kept) / count
        assert 0 <= mean[0] <= seen * (1 + 1e-9)
        assert mean[1] >= seen * (1 - 1e-9)
    rate = rate_interval(slices, width, 0.95)
    if rate is not None:
        size = len(slices) // len(kept)
        seen = count / (len(kept) * size * width)
        assert 0 <= rate[0] <= seen * (1 + 1e-9)
        assert rate[1] >= seen * (1 - 1e-9)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60), st.floats(0.001, 50))
def test_batches_are_equal_and_enough_where_there_are_enough_slices(
    counts: list[int], each: float
) -> None:
    slices = [slice_of([each] * count) for count in counts]
    batches = batched(slices, 1.0)
    assert len(batches) >= min(5, len(slices))
    size = len(slices) // len(batches)
    assert batches[0].answers == sum(counts[:size])
    if 2 * each <= 1.0:
        assert batches == slices


def test_batches_are_longer_than_what_is_in_them() -> None:
    slices = [slice_of([1.4] * 10)] * 20
    assert len(batched(slices, 1.0)) == 6  # three of one second hold two answers of 1.4 s


@pytest.mark.parametrize("slices", [[], [Slice()] * 20, [slice_of([0.1])] * 4])
def test_too_little_gives_no_interval_of_the_mean(slices: list[Slice]) -> None:
    assert mean_interval(slices, 1.0, 0.95) is None


def test_answers_that_are_all_the_same_are_no_less_for_it() -> None:
    assert resemblance([slice_of([0.1] * 10)] * 20) == 1
    assert resemblance([slice_of([0.1])]) == 1
    assert mean_interval([slice_of([0.1] * 10)] * 20, 1.0, 0.95) == pytest.approx((0.1, 0.1))
