"""The pieces of the detector, each against the plain calculation that it stands for."""

import math
import random
from itertools import pairwise
from statistics import fmean, median

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pytest_fitness.judge.trend.bending import bend_within, border
from pytest_fitness.judge.trend.exact import exact_steps, steps_without_noise
from pytest_fitness.judge.trend.growing import Cut, best_cut, grow, penalty
from pytest_fitness.judge.trend.pruning import inflation, prune
from pytest_fitness.judge.trend.refining import refine
from pytest_fitness.judge.trend.slopes import slope, theil
from pytest_fitness.judge.trend.spikes import running_median, without_spikes
from pytest_fitness.judge.trend.sums import Part, Sums
from pytest_fitness.judge.trend.tidy import scaled, tidy
from trend_series import correlated, drifting, flat, several, stepped

VALUES = st.lists(st.integers(-100, 100).map(float), min_size=8, max_size=40)


def residuals(values: list[float], *, line: bool) -> list[float]:
    """What a level or a line of least squares leaves of some values."""
    centre, middle = fmean(values), (len(values) - 1) / 2
    width = sum((at - middle) ** 2 for at in range(len(values)))
    product = sum((at - middle) * value for at, value in enumerate(values))
    rise = product / width if line else 0.0
    return [value - centre - rise * (at - middle) for at, value in enumerate(values)]


def squares(values: list[float], *, line: bool = False) -> float:
    return math.fsum(left * left for left in residuals(values, line=line))


@given(VALUES, st.data(), st.booleans())
def test_running_sums_describe_each_part(
    values: list[float], data: st.DataObject, line: bool
) -> None:
    start = data.draw(st.integers(0, len(values) - 3))
    end = data.draw(st.integers(start + 3, len(values)))
    part, sums = Part(start, end, line), Sums(values)
    piece = values[start:end]
    assert sums.residual(part) == pytest.approx(squares(piece, line=line), abs=1e-6)
    left = residuals(piece, line=line)
    assert sums.lagged(part) == pytest.approx(math.fsum(a * b for a, b in pairwise(left)), abs=1e-6)
    assert sums.middle + sums.mean(part) == pytest.approx(fmean(piece), abs=1e-9)
    assert sums.middle + sums.line(start, end).mean == pytest.approx(fmean(piece), abs=1e-9)


@given(VALUES)
def test_the_best_cut_is_the_best_of_all(values: list[float]) -> None:
    assume(len(set(values)) > 1)
    at = best_cut(Sums(values), 0, len(values))
    left = {k: squares(values[:k]) + squares(values[k:]) for k in range(3, len(values) - 2)}
    assert left[at] == pytest.approx(min(left.values()), abs=1e-6)


def test_the_best_cut_of_a_long_part_is_found_all_the_same() -> None:
    for at in (3, 500, 9_000, 19_990):
        values = [random.Random(at).gauss(0, 1) for _ in range(1)] * 20_000
        values = [value + 5 * (place >= at) for place, value in enumerate(values)]
        assert best_cut(Sums(values), 0, len(values)) == at


def test_a_cut_leaves_its_pieces() -> None:
    assert Cut(Part(2, 20), (5, 9)).pieces == [Part(2, 5), Part(5, 9), Part(9, 20)]
    assert Part(2, 20).length == 18


def test_what_a_cut_must_gain_grows_with_the_points() -> None:
    assert penalty(1000) > penalty(100) > penalty(8) == penalty(2)


def test_a_bump_is_cut_at_both_of_its_ends() -> None:
    values = [10.0 * (90 <= at < 100) + (at % 2) for at in range(190)]
    assert any(cut.at == (90, 100) for cut in grow(Sums(values)))


def test_nothing_grows_from_a_constant() -> None:
    assert grow(Sums([3.0] * 50)) == []
    assert grow(Sums([3.0, 4.0, 5.0])) == []


def test_growing_cuts_what_wanders_and_pruning_mends_it() -> None:
    grown = pruned = 0
    for values in several(correlated(100, 0.8), 40):
        sums = Sums(values)
        cuts = grow(sums)
        grown += len(cuts)
        pruned += len(prune(sums, cuts)) - 1
    assert grown >= 40
    assert pruned <= 4


def test_a_row_of_steps_is_pruned_to_a_line() -> None:
    for values in several(drifting(100, 1.0), 20):
        sums = Sums(values)
        cuts = grow(sums)
        assert len(cuts) >= 2
        assert refine(sums, prune(sums, cuts)) == [Part(0, 100, line=True)]


def test_parts_cover_the_series() -> None:
    for values in several(stepped((100, 20), (120, 20), (90, 30)), 20):
        sums = Sums(values)
        parts = refine(sums, prune(sums, grow(sums)))
        assert (parts[0].start, parts[-1].end) == (0, 70)
        assert all(one.end == other.start for one, other in pairwise(parts))


def test_a_cut_that_gains_nothing_is_refined_away() -> None:
    sums = Sums(several(flat(60), 1)[0])
    assert refine(sums, [Part(0, 20), Part(20, 60)]) == [Part(0, 60)]


def test_a_line_and_its_going_on_are_one() -> None:
    sums = Sums(several(drifting(60, 1.0), 1)[0])
    assert refine(sums, [Part(0, 30, True), Part(30, 60, True)]) == [Part(0, 60, True)]


@pytest.mark.parametrize("likeness", [0.0, 0.3, 0.6, 0.8])
def test_likeness_inflates_what_a_mean_varies_by(likeness: float) -> None:
    found = [
        inflation(Sums(values), [Part(0, 400)]) for values in several(correlated(400, likeness), 20)
    ]
    true = (1 + likeness) / (1 - likeness)
    assert true * 0.9 <= median(found) <= true * 1.6


def test_without_noise_nothing_is_inflated() -> None:
    sums = Sums([1.0] * 10)
    assert inflation(sums, [Part(0, 10)]) == pytest.approx(1.0) or sums.square == 0


def test_two_lines_that_meet_are_a_bend_and_those_that_do_not_a_step() -> None:
    generator = random.Random(1)
    noise = [generator.gauss(0, 0.5) for _ in range(80)]
    bent = [max(0, at - 40) + each for at, each in enumerate(noise)]
    broken = [value + 10 * (at >= 40) for at, value in enumerate(bent)]
    left, right = Part(0, 40, line=True), Part(40, 80, line=True)
    bend = border(Sums(bent), left, right)
    assert not bend.step
    assert abs(bend.at - 40) <= 3
    assert border(Sums(broken), left, right) == (40, True)


def test_a_line_may_hide_a_bend() -> None:
    values = [max(0, at - 60) + 0.1 * (at % 3) for at in range(80)]
    (bend,) = bend_within(Sums(values), Part(0, 80, line=True))
    assert abs(bend.at - 60) <= 2
    assert bend_within(Sums([0.1 * (at % 3) + at for at in range(80)]), Part(0, 80, True)) == []
    assert bend_within(Sums([1.0, 2.0, 3.0]), Part(0, 3, True)) == []


def test_a_running_median_has_shorter_windows_at_the_ends() -> None:
    values = [float(each) for each in (9, 1, 2, 3, 4, 5, 6, 7, 8, 0)]
    assert running_median(values, 0) == median(values[:5])
    assert running_median(values, 9) == median(values[-5:])
    assert running_median(values, 4) == median(values[:9])
    assert running_median(values, 3) == median(values[:7])


def test_a_spike_takes_the_median_and_a_step_stays() -> None:
    (values,) = several(flat(40), 1)
    spiked = [*values[:20], 200.0, *values[21:]]
    assert without_spikes(spiked)[20] == running_median(spiked, 20)
    step = [value + 50 * (at >= 20) for at, value in enumerate(values)]
    assert without_spikes(step) == step
    assert without_spikes([1.0, 100.0, 1.0]) == [1.0, 100.0, 1.0]


def test_where_too_many_would_be_spikes_there_are_two_modes() -> None:
    generator = random.Random(1)
    values = [generator.gauss(0, 1) + 50 * (generator.random() < 0.25) for _ in range(100)]
    assert without_spikes(values) == values


@given(st.lists(st.floats(-1e6, 1e6), max_size=60))
def test_cleaning_keeps_the_range(values: list[float]) -> None:
    cleaned = without_spikes(values)
    assert len(cleaned) == len(values)
    assert all(min(values) <= value <= max(values) for value in cleaned)


@given(st.lists(st.integers(0, 3).map(float), max_size=60))
def test_steps_without_noise_are_changes(values: list[float]) -> None:
    changes = exact_steps(values)
    assert changes == [at for at in range(1, len(values)) if values[at] != values[at - 1]]
    assert set(steps_without_noise(values) or []) <= set(changes)


def test_coins_are_noise_and_stairs_are_not() -> None:
    generator = random.Random(1)
    assert steps_without_noise([float(generator.random() < 0.5) for _ in range(100)]) is None
    assert steps_without_noise([float(at // 5) for at in range(50)]) == list(range(5, 50, 5))


def test_a_series_is_tidied() -> None:
    assert tidy([1.0, 2.0]) == ([1.0, 2.0], range(2))
    assert tidy([1, None, 2, math.nan, 3]) == ([1.0, 2.0, 3.0], [0, 2, 4])
    assert tidy([]) == ([], [])
    low, first, second, high = tidy([-math.inf, 1.0, 2.0, math.inf]).values
    assert low < -5 < first < second < 5 < high


def test_numbers_that_no_float_holds_are_infinite() -> None:
    assert tidy([10**400, 1.0]).values[0] > 1
    assert tidy([-(10**400), 1.0]).values[0] < 1


def test_scaled_values_keep_their_proportions() -> None:
    assert scaled([1e300, -5e299, 0.0]) == [1.0, -0.5, 0.0]
    assert scaled([0.0, 0.0]) == [0.0, 0.0]


@given(st.lists(st.integers(-50, 50), min_size=8, max_size=40, unique=True), st.integers(-9, 9))
def test_the_slope_of_a_line_is_exact(xs: list[int], rise: int) -> None:
    values = [3.0 + rise * x for x in xs]
    assert theil([float(x) for x in xs], values) == pytest.approx(rise)


def test_a_slope_survives_a_third_of_strays() -> None:
    values = [500.0 if at % 5 == 0 else 2.0 * at for at in range(60)]
    assert theil(range(60), values) == pytest.approx(2.0, abs=0.3)


def test_many_points_have_the_slope_of_their_groups() -> None:
    (values,) = several(drifting(5_000, 0.01), 1)
    assert theil(range(5_000), values) == pytest.approx(0.01, rel=0.02)


def test_the_interval_of_a_slope_holds_where_errors_are_alike() -> None:
    held = told = 0
    for errors in several(correlated(80, 0.6), 100):
        found = slope(range(80), [0.5 * at + each for at, each in enumerate(errors)], 0.95)
        told += found is not None
        held += found is not None and found.low <= 0.5 <= found.high
    assert told >= 95
    assert held >= 0.88 * told


def test_a_line_tells_its_value_at_any_point() -> None:
    found = slope(range(20), [5.0 + 2 * at + 0.1 * (at % 2) for at in range(20)], 0.95)
    assert found is not None
    assert found.at(30) == pytest.approx(65, abs=0.5)
