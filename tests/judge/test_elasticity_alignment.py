"""Two series on common times, without spikes, in equal steps."""

import math
import random

import pytest
from elasticity_samples import correlated, hourly
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.answers import Points
from pytest_fitness.judge.alignment import Pairs, in_steps, match, median_slope, spikes


def every(step: float, count: int, start: float = 0.0, value: float = 1.0) -> Points:
    return tuple((start + step * place, value + place) for place in range(count))


@st.composite
def series(draw: st.DrawFn) -> Points:
    times = sorted(draw(st.sets(st.integers(0, 300), max_size=40)))
    values = st.one_of(st.floats(0.1, 1e6), st.sampled_from([0.0, -1.0, math.nan, math.inf]))
    return tuple((float(time), draw(values)) for time in times)


def pairs_of(times: list[float], of: list[float], per: list[float] | None = None) -> Pairs:
    return Pairs(times, of, per or [0.0] * len(times))


def test_points_of_the_same_times_are_paired() -> None:
    found = match(((0, 1.0), (15, 2.0)), ((0, 3.0), (15, 4.0)))
    assert found.pairs == Pairs([0, 15], [0, math.log(2)], [math.log(3), math.log(4)])
    assert (found.unmatched, found.dropped) == (0, 0)


def test_times_may_differ_by_less_than_half_a_step() -> None:
    found = match(every(60, 10), every(60, 10, start=29))
    assert (len(found.pairs.times), found.unmatched) == (10, 0)
    found = match(every(60, 10), every(60, 10, start=30))
    assert found.unmatched == len(every(60, 10)) - len(found.pairs.times) == 10


def test_the_sparser_series_leads_whichever_it_is() -> None:
    fine, coarse = every(15, 41), every(60, 11)
    one, other = match(fine, coarse), match(coarse, fine)
    assert one.pairs.times == other.pairs.times == [time for time, _ in coarse]
    assert (one.pairs.of, one.pairs.per) == (other.pairs.per, other.pairs.of)


def test_the_nearest_point_is_taken() -> None:
    coarse = ((100.0, 1.0), (200.0, 1.0))
    fine = ((80.0, 2.0), (97.0, 3.0), (104.0, 4.0), (160.0, 5.0), (240.0, 6.0))
    assert match(fine, coarse).pairs.of == [math.log(3), math.log(5)]


def test_points_without_a_partner_are_counted() -> None:
    found = match(every(60, 20), every(60, 10))
    assert (len(found.pairs.times), found.unmatched) == (10, 10)
    assert match(every(60, 5), ()).unmatched == 5
    assert match((), ()).unmatched == 0


@pytest.mark.parametrize("value", [0.0, -5.0, math.nan, math.inf, -math.inf])
def test_what_has_no_logarithm_is_dropped_and_counted(value: float) -> None:
    found = match(((0, 1.0), (15, value), (30, 2.0)), ((0, 1.0), (15, 1.0), (30, 1.0)))
    assert (found.pairs.times, found.dropped) == ([0, 30], 1)


@given(series(), series())
def test_the_two_series_are_treated_alike(of: Points, per: Points) -> None:
    one, other = match(of, per), match(per, of)
    assert one.dropped == other.dropped
    if len(one.pairs.times) == len(of) == len(per):
        assert (one.pairs.of, one.pairs.per) == (other.pairs.per, other.pairs.of)


@given(series(), series(), st.randoms())
def test_the_order_of_points_does_not_matter(
    of: Points, per: Points, shuffler: random.Random
) -> None:
    mixed = shuffler.sample(of, len(of)), shuffler.sample(per, len(per))
    assert match(tuple(mixed[0]), tuple(mixed[1])) == match(of, per)


@given(series(), series())
def test_pairs_are_of_points_that_are_there(of: Points, per: Points) -> None:
    found = match(of, per)
    times, ours, theirs = found.pairs
    assert times == sorted(set(times))
    assert len(times) == len(ours) == len(theirs)
    assert set(ours) <= {math.log(value) for _, value in of if 0 < value < math.inf}
    assert set(theirs) <= {math.log(value) for _, value in per if 0 < value < math.inf}


@pytest.mark.parametrize("place", [0, 1, 5, 40, 98, 99])
@pytest.mark.parametrize("height", [1.0, -1.0, 1e6])
def test_a_spike_is_found_wherever_it_is(place: int, height: float) -> None:
    values = [0.05 * value for value in correlated(100, 0.8, random.Random(4))]
    values[place] += height
    assert spikes(values) == {place}


@pytest.mark.parametrize("rho", [0.0, 0.9])
def test_noise_has_no_spikes(rho: float) -> None:
    generator = random.Random(6)
    found = [len(spikes(correlated(200, rho, generator))) for _ in range(200)]
    assert sum(found) <= 10  # of 40,000


def test_what_stays_is_no_spike() -> None:
    values = [0.05 * value for value in correlated(100, 0.5, random.Random(4))]
    assert spikes([value + 5 * (place >= 60) for place, value in enumerate(values)]) == set()
    assert spikes([value + 5 * (40 <= place < 46) for place, value in enumerate(values)]) == set()


def test_a_spike_among_equal_values() -> None:
    assert spikes([0.0] * 50) == set()
    assert spikes([]) == set()
    values = [0.0] * 50
    values[20] = values[40] = 3.0
    assert spikes(values) == {20, 40}


def test_rounding_is_no_spike() -> None:
    assert spikes([1e-15 * (place % 7) for place in range(50)]) == set()
    assert spikes([0.0] * 49 + [1e-12]) == set()


@given(st.floats(-5, 5), st.randoms(use_true_random=False))
def test_a_median_slope_withstands_a_fifth_of_wild_points(
    true: float, generator: random.Random
) -> None:
    per = [place / 50 for place in range(100)]
    of = [true * value for value in per]
    for place in generator.sample(range(100), 20):
        of[place] += generator.choice([-50, 50])
    found = median_slope(Pairs([], of, per))
    assert found == pytest.approx(true, abs=1e-9)


def test_without_variation_there_is_no_slope() -> None:
    assert median_slope(Pairs([], [1.0, 2.0, 3.0], [5.0, 5.0, 5.0])) == 0


def test_gaps_are_counted_in_steps() -> None:
    times = [0.0, 15, 30, 61, 75, 150, 165, 15 * 111, 15 * 112]
    pairs, gaps = in_steps(pairs_of(times, [0.0] * 9))
    assert pairs.times == times
    assert gaps == [1, 1, 2, 1, 5, 1, 128, 1]


def test_many_points_are_averaged() -> None:
    times = [15.0 * place for place in range(3000)]
    pairs, gaps = in_steps(pairs_of(times, [float(place) for place in range(3000)]))
    assert len(pairs.times) == len(gaps) + 1 == 89
    assert set(gaps) == {1}
    assert pairs.of[0] == sum(range(34)) / 34
    assert pairs.times[1] - pairs.times[0] == 15 * 34


def test_averages_keep_gaps() -> None:
    times = [15.0 * place for place in range(3000) if not 1000 <= place < 1250]
    _, gaps = in_steps(pairs_of(times, [0.0] * len(times)))
    assert sorted(set(gaps)) == [1, 7]


@given(st.integers(2, 900))
def test_averaging_keeps_the_mean_of_a_line(count: int) -> None:
    points = hourly([0.0] * count)
    times = [time for time, _ in points]
    pairs, _ = in_steps(pairs_of(times, times, times))
    assert pairs.of == pytest.approx(pairs.times)
    assert len(pairs.times) <= 500
    assert times[0] <= pairs.times[0] < pairs.times[-1] <= times[-1]
