"""How one series grows with another, and how that is said."""

import math
import random
import time

import pytest
from elasticity_samples import HOUR, WEEK, daily, flat, history, hourly, steady
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fitness.answers import Points
from pytest_fitness.judge.elasticity import FEWEST, Drift, Elasticity, elasticity, sentence
from pytest_fitness.model import Limit

SEEDS = st.integers(0, 10**6)
RHOS = st.sampled_from([0.0, 0.5, 0.9])


def interval(found: Elasticity) -> tuple[float, float, float]:
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    return found.low, found.value, found.high


def scaled(points: Points, factor: float) -> Points:
    return tuple((at, value * factor) for at, value in points)


@pytest.mark.parametrize("true", [-1.0, 0.0, 0.5, 1.0, 1.7, 3.0])
@pytest.mark.parametrize("users", [steady(1.2), steady(10), daily(1.5), steady(0.3)])
def test_without_noise_it_is_exact(true: float, users: list[float]) -> None:
    found = elasticity(*history(users, true))
    assert interval(found) == pytest.approx((true, true, true), abs=1e-8)
    assert (found.undecided, found.outliers, found.leak) == ("", 0, False)


def test_proportional_growth_without_noise_is_not_past_a_limit_of_one() -> None:
    for growth in (1.2, 1.7, 3.3, 10):
        low, _, high = interval(elasticity(*history(steady(growth), 1.0)))
        assert Limit(high=1.0).allows(low)
        assert Limit(high=1.0).allows(high)


def test_growth_faster_than_users_is_past_it() -> None:
    low, value, high = interval(elasticity(*history(steady(2), 1.3, noise=0.03, rho=0.5)))
    assert 1.0 < low < 1.3 < high < 1.5
    assert value == pytest.approx(1.3, abs=0.1)
    assert Limit(high=1.0).excludes((low, high))


def test_what_it_says_beside_the_elasticity() -> None:
    found = elasticity(*history(steady(3), noise=0.05, rho=0.8))
    assert found.samples == WEEK
    assert 5 < found.effective_samples < 60
    assert 0.6 < found.correlation < 0.95
    assert found.grew_per == pytest.approx(3, rel=0.05)
    assert found.grew_of == pytest.approx(3, rel=0.3)
    assert found.varied == pytest.approx(3**0.9, rel=0.01)
    assert (found.unmatched, found.dropped, found.confidence) == (0, 0, 0.95)


@settings(deadline=None, max_examples=25)
@given(SEEDS, RHOS, st.floats(1e-6, 1e6), st.floats(1e-6, 1e6))
def test_units_do_not_matter(seed: int, rho: float, ours: float, theirs: float) -> None:
    of, per = history(daily(2), noise=0.05, rho=rho, seed=seed)
    before, after = elasticity(of, per), elasticity(scaled(of, ours), scaled(per, theirs))
    assert interval(after) == pytest.approx(interval(before), rel=1e-4, abs=1e-4)
    assert after.leak == before.leak
    assert after.grew_of == pytest.approx(before.grew_of)


@settings(deadline=None, max_examples=25)
@given(SEEDS, RHOS, st.floats(-2, 2))
def test_a_power_of_the_series_adds_to_the_elasticity(seed: int, rho: float, more: float) -> None:
    of, per = history(steady(3), noise=0.05, rho=rho, seed=seed)
    times_users = tuple(
        (at, value * users**more) for (at, value), (_, users) in zip(of, per, strict=True)
    )
    before, after = interval(elasticity(of, per)), interval(elasticity(times_users, per))
    assert after == pytest.approx([each + more for each in before], abs=1e-3)


@settings(deadline=None, max_examples=25)
@given(SEEDS, st.randoms(use_true_random=False))
def test_the_order_of_points_does_not_matter(seed: int, shuffler: random.Random) -> None:
    of, per = history(daily(2), noise=0.05, rho=0.5, seed=seed)
    mixed = tuple(shuffler.sample(of, len(of))), tuple(shuffler.sample(per, len(per)))
    assert elasticity(*mixed) == elasticity(of, per)


@settings(deadline=None, max_examples=25)
@given(SEEDS, st.floats(1e6, 2e9))
def test_it_matters_not_when_it_was(seed: int, start: float) -> None:
    of, per = history(steady(2), noise=0.05, seed=seed)
    ours, theirs = (
        tuple((at + round(start), value) for at, value in points) for points in (of, per)
    )
    assert interval(elasticity(ours, theirs)) == pytest.approx(
        interval(elasticity(of, per)), abs=1e-6
    )


@settings(deadline=None, max_examples=25)
@given(SEEDS, RHOS)
def test_more_confidence_makes_the_interval_wider(seed: int, rho: float) -> None:
    points = history(steady(2), noise=0.05, rho=rho, seed=seed)
    low, value, high = interval(elasticity(*points, 0.9))
    wider_low, same, wider_high = interval(elasticity(*points, 0.99))
    assert wider_low < low < value < high < wider_high
    assert same == value


@settings(deadline=None, max_examples=25)
@given(SEEDS, st.integers(1, 12), st.sampled_from([1e-3, 0.1, 10, 1e3]), st.booleans())
def test_spikes_are_resisted(seed: int, count: int, factor: float, of_users: bool) -> None:
    generator = random.Random(seed)
    clean = history(steady(2), 1.0, noise=0.03, rho=0.5, seed=seed)
    places = set(generator.sample(range(WEEK), count))
    series = list(clean[of_users])
    for place in places:
        series[place] = (series[place][0], series[place][1] * factor)
    dirty = (clean[0], tuple(series)) if of_users else (tuple(series), clean[1])
    low, value, high = interval(elasticity(*clean))
    found = elasticity(*dirty)
    width = high - low
    assert interval(found) == pytest.approx((low, value, high), abs=width)
    assert found.outliers >= count * 0.7


def test_a_level_that_stays_is_not_thrown_away_as_a_spike() -> None:
    users = [0.0] * 140 + [math.log(2)] * 28
    found = elasticity(*history(users, 2.0, noise=0.02))
    assert found.outliers == 0
    assert interval(found)[1] == pytest.approx(2.0, abs=0.05)


def test_missing_points_are_no_trouble() -> None:
    of, per = history(steady(3), 1.2, noise=0.03, rho=0.7)
    generator = random.Random(2)
    ours = tuple(point for point in of if generator.random() > 0.2)
    theirs = tuple(point for point in per if not 50 * HOUR < point[0] < 70 * HOUR)
    found = elasticity(ours, theirs)
    low, _, high = interval(found)
    assert low < 1.2 < high
    assert found.samples < 130
    assert found.unmatched > 10


def test_series_of_different_steps() -> None:
    fine = tuple((15.0 * place, 1e6 * math.exp(place / 4000)) for place in range(4000))
    coarse = tuple((60.0 * place + 3, 1e3 * math.exp(place / 1000)) for place in range(1000))
    found = elasticity(fine, coarse)
    assert interval(found) == pytest.approx((1, 1, 1), abs=1e-3)
    assert found.samples == 1000


def test_values_without_a_logarithm_are_counted() -> None:
    of, per = history(steady(2), noise=0.02)
    holes = tuple((at, 0.0 if place % 20 == 0 else value) for place, (at, value) in enumerate(of))
    found = elasticity(holes, per)
    assert (found.dropped, found.samples) == (9, WEEK - 9)


@pytest.mark.parametrize("count", [0, 1, FEWEST - 1])
def test_too_few_points_decide_nothing(count: int) -> None:
    found = elasticity(hourly(steady(5, 100)[:count]), hourly(steady(5, 100)[:count]))
    assert (found.value, found.low, found.drift, found.samples) == (None, None, None, count)
    assert found.undecided.startswith(f"{count} common point")
    assert f"{FEWEST} are needed" in found.undecided


def test_points_that_never_meet_say_so() -> None:
    found = elasticity(hourly(steady(2)), hourly(steady(2), start=1e9))
    assert found.undecided.startswith("0 common points (168 had no partner)")
    assert sentence("memory", "users", found).startswith("cannot tell how memory grows with users")


def test_just_enough_points() -> None:
    found = elasticity(*history(steady(5, FEWEST), noise=0.02))
    assert found.value is not None
    assert found.samples == FEWEST


@pytest.mark.parametrize("growth", [1.0, 1.005, 1.019])
def test_users_that_hardly_moved_decide_nothing(growth: float) -> None:
    found = elasticity(*history(steady(growth), noise=0.03))
    assert (found.value, found.low, found.high) == (None, None, None)
    assert found.varied == pytest.approx(growth**0.9, abs=1e-3)
    assert "is too little" in found.undecided


def test_much_noise_needs_much_variation_and_says_how_much() -> None:
    found = elasticity(*history(steady(1.1), noise=0.1, rho=0.9))
    low, _, high = interval(found)
    assert high - low > 1
    assert found.undecided.startswith("a variation of 9 % is too little for so much noise, one of ")
    clear = elasticity(*history(steady(8), noise=0.1, rho=0.9))
    assert clear.undecided == ""


def test_hopeless_noise_names_no_variation_that_would_do() -> None:
    found = elasticity(*history(steady(1.03), noise=0.5, rho=0.9))
    assert found.undecided.endswith("too little for so much noise")


def test_growth_at_constant_users_is_a_leak() -> None:
    found = elasticity(*history(flat(), noise=0.03, rho=0.6, leak=0.03))
    assert found.leak
    assert found.drift is not None
    assert found.drift.low < math.expm1(0.03) < found.drift.high
    assert found.drift.per_day == pytest.approx(0.03, abs=0.01)
    assert found.value is None


def test_a_leak_beside_growth_does_not_bend_the_elasticity() -> None:
    found = elasticity(*history(daily(1.3), 1.0, noise=0.02, rho=0.5, leak=0.04))
    low, _, high = interval(found)
    assert found.leak
    assert low < 1.0 < high
    assert found.drift is not None
    assert found.drift.per_day == pytest.approx(0.04, abs=0.01)


def test_shrinking_at_constant_users_is_no_leak() -> None:
    found = elasticity(*history(flat(), noise=0.03, rho=0.6, leak=-0.03))
    assert not found.leak
    assert found.drift is not None
    assert found.drift.high < 0


def test_a_leak_too_small_to_matter_is_not_named() -> None:
    found = elasticity(*history(flat(), leak=0.001))
    assert found.drift is not None
    assert found.drift.low > 0
    assert not found.leak


@pytest.mark.parametrize("growth", [1.1, 1.5, 3, 10])
def test_steady_growth_of_users_is_never_taken_for_a_leak(growth: float) -> None:
    shares = [place / (WEEK - 1) for place in range(WEEK)]
    linear = [math.log1p((growth - 1) * share) for share in shares]
    for users in (steady(growth), linear):
        for true in (1.0, 1.5, 3.0):
            found = elasticity(*history(users, true, noise=0.02, rho=0.5))
            assert (found.leak, found.drift) == (False, None)


def test_the_little_that_flat_users_grew_is_no_leak() -> None:
    found = elasticity(*history(steady(1.015), 1.5))
    assert found.drift is not None
    assert not found.leak


def test_a_bent_relation_to_users_is_no_leak() -> None:
    users = daily(1.8)
    found = elasticity(
        *history(users, noise=0.01, rho=0.5, curve=lambda user: math.log(3 + math.exp(user)))
    )
    assert found.drift is not None
    assert not found.leak


def test_the_sentence_of_a_failure() -> None:
    found = Elasticity(2.6, 2.1, 3.0, grew_of=1.34, grew_per=1.12, varied=1.12)
    assert sentence("memory", "users", found) == (
        "memory grew 34 % while users grew 12 % (elasticity 2.6, 95 % 2.1 to 3.0)"
    )


@pytest.mark.parametrize(
    ("of", "per", "varied", "expected"),
    [
        (1.0, 1.0, 1.0, "memory stayed the same while users stayed the same"),
        (0.95, 1.5, 1.5, "memory shrank 5 % while users grew 50 %"),
        (8.0, 12.4, 12.0, "memory grew to 8.0 times as much while users grew to 12 times as much"),
        (1.02, 1.01, 3.2, "memory grew 2 % while users rose and fell by a factor of 3.2"),
        (1.02, 1.01, 1.05, "memory grew 2 % while users grew 1 %"),
        (1.0234, 1.12, 1.12, "memory grew 2.3 % while users grew 12 %"),
    ],
)
def test_the_sentence_of_growth(of: float, per: float, varied: float, expected: str) -> None:
    found = Elasticity(1.0, 0.5, 1.5, grew_of=of, grew_per=per, varied=varied)
    said = sentence("memory", "users", found)
    assert said == f"{expected} (elasticity 1.0, 95 % 0.5 to 1.5)"


def test_the_sentence_of_a_narrow_interval_tells_its_ends_apart() -> None:
    found = Elasticity(1.0, 0.985, 1.02, 0.99, grew_of=2, grew_per=2, varied=2)
    assert sentence("memory", "users", found).endswith("(elasticity 1.00, 99 % 0.98 to 1.02)")
    exact = found._replace(low=1.0, high=1.0)
    assert sentence("memory", "users", exact).endswith("(elasticity 1.000, 99 % 1.000 to 1.000)")


def test_the_sentence_of_a_leak() -> None:
    found = Elasticity(
        grew_of=1.22,
        grew_per=1.0,
        varied=1.0,
        drift=Drift(0.031, 0.027, 0.036),
        leak=True,
        undecided="a variation of 0 % is too little",
    )
    assert sentence("memory", "users", found) == (
        "memory grew 22 % while users stayed the same; at constant users it grew 3.1 % a day"
        " (95 % 2.7 % to 3.6 %): a suspected leak;"
        " cannot tell more: a variation of 0 % is too little"
    )


def test_ten_thousand_points_take_less_than_a_fifth_of_a_second() -> None:
    points = history(daily(2, 10_000), noise=0.05, rho=0.9)
    best = math.inf
    for _ in range(5):
        started = time.process_time()
        elasticity(*points)
        best = min(best, time.process_time() - started)
    assert best < 0.2


@pytest.mark.parametrize("value", [1e-300, 1e300])
def test_extreme_values_are_values(value: float) -> None:
    of, per = history(steady(2), noise=0.02)
    assert interval(elasticity(scaled(of, value / 1e9), per))[1] == pytest.approx(1, abs=0.1)


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=30, max_size=60),
    st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=30, max_size=60),
)
def test_nothing_makes_it_raise(ours: list[float], theirs: list[float]) -> None:
    of = tuple((float(at), value) for at, value in enumerate(ours))
    per = tuple((float(at), value) for at, value in enumerate(theirs))
    found = elasticity(of, per)
    assert sentence("memory", "users", found)
    if found.value is not None:
        low, value, high = interval(found)
        assert low <= value <= high


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.integers(1, 5), min_size=30, max_size=80),
    st.lists(st.integers(1, 5), min_size=30, max_size=80),
)
def test_small_whole_numbers_are_no_trouble(ours: list[int], theirs: list[int]) -> None:
    of = tuple((float(at), float(value)) for at, value in enumerate(ours))
    per = tuple((float(at), float(value)) for at, value in enumerate(theirs))
    found = elasticity(of, per)
    assert sentence("memory", "users", found)
    assert found.samples + found.outliers <= min(len(ours), len(theirs))
