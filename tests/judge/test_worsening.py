"""What the history of a check says: what got worse, and nothing else."""

import math
import random
from collections.abc import Callable, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fitness.judge.worsening import FRESH, Series, worsening
from pytest_fitness.model import Limit
from pytest_fitness.trends import Better, Finding, Moment, Past, TrendRule, Worsening

START = 1_780_000_000.0
HOUR, DAY = 3600.0, 86400.0
SEEDS = range(20)
AS_EVER = TrendRule()
Values = Sequence[float | None]


def moments(count: int, apart: float = DAY) -> tuple[Moment, ...]:
    return tuple(Moment(START + apart * each, f"c{each}") for each in range(count))


def series(
    values: Values,
    *,
    better: Better = Better.LOWER,
    limit: Limit | None = None,
    exact: bool = False,
    rule: TrendRule = AS_EVER,
    repeats: tuple[float, ...] = (),
    users: tuple[tuple[float, float], ...] = (),
    apart: float = DAY,
) -> Series:
    """A series whose newest value is that of this run."""
    *before, newest = values
    assert newest is not None
    when = moments(len(values), apart)
    past = Past(tuple(before), when[:-1], (True,) * len(before))
    return Series(past, newest, when[-1], better, limit, exact, rule, repeats, users)


def found(values: Values, **known: object) -> Worsening | None:
    return worsening(series(values, **known))  # type: ignore[arg-type]


def noisy(count: int, level: float = 100.0, noise: float = 2.0, seed: int = 1) -> list[float]:
    generator = random.Random(seed)
    return [level + generator.gauss(0, noise) for _ in range(count)]


def mirrored(values: Values) -> list[float | None]:
    """The same story, told of a number that gets better as it rises."""
    return [None if value is None else 1000 - value for value in values]


class TestANumberThatNeverMoved:
    @pytest.mark.parametrize(("odd", "more"), [(1, 2), (2, 1)])
    def test_what_varies_by_itself_is_only_suspected_at_first(self, odd: int, more: int) -> None:
        worse = found([5.0] * 20 + [7.0] * odd)
        assert worse is not None
        assert worse.finding is Finding.SUSPECTED
        assert (worse.before, worse.after, worse.more) == (5.0, 7.0, more)

    def test_after_three_of_them_it_is_sure(self) -> None:
        worse = found([5.0] * 20 + [7.0] * 3)
        assert worse is not None
        assert worse.finding is Finding.STEP

    def test_what_does_not_vary_is_sure_at_once(self) -> None:
        worse = found([5.0] * 20 + [7.0], exact=True)
        assert worse is not None
        assert worse.finding is Finding.STEP


class TestAStep:
    def test_it_is_told_with_both_levels_and_both_runs(self) -> None:
        worse = found([*noisy(30), *noisy(4, 150.0)])
        assert worse is not None
        assert worse.finding is Finding.STEP
        assert worse.before == pytest.approx(100, abs=2)
        assert worse.after == pytest.approx(150, abs=3)
        assert worse.change == pytest.approx(0.5, abs=0.05)
        assert worse.interval is not None
        assert worse.interval[0] < 0.5 < worse.interval[1]
        assert worse.last_good == moments(30)[-1]
        assert worse.first_bad == moments(31)[-1]

    def test_of_a_number_that_should_be_high_it_is_a_fall(self) -> None:
        worse = found(mirrored([*noisy(30), *noisy(4, 150.0)]), better=Better.HIGHER)
        assert worse is not None
        assert worse.finding is Finding.STEP
        assert worse.after < worse.before

    def test_for_the_better_it_is_no_worsening(self) -> None:
        values = [*noisy(30), *noisy(4, 150.0)]
        assert found(values, better=Better.HIGHER) is None
        assert found(mirrored(values), better=Better.LOWER) is None

    @pytest.mark.parametrize(
        ("runs", "told"), [(FRESH - 1, True), (FRESH, True), (FRESH + 1, False)]
    )
    def test_after_a_while_the_new_level_is_the_level(self, runs: int, told: bool) -> None:
        values = [100.0, 101.0, 99.0] * 10 + ([150.0, 151.0, 149.0] * 10)[:runs]
        worse = found(values)
        assert (worse is not None and worse.finding is Finding.STEP) is told

    def test_in_what_a_source_remembers_it_is_told_all_of_the_time(self) -> None:
        values = [*noisy(130), *noisy(70, 150.0)]
        assert found(values) is None
        worse = found(values, rule=TrendRule(over=30 * DAY))
        assert worse is not None
        assert worse.first_bad == moments(131)[-1]

    def test_what_was_mended_since_is_over(self) -> None:
        values = [*noisy(60), *noisy(20, 150.0, seed=2), *noisy(20, seed=3)]
        assert found(values, rule=TrendRule(over=30 * DAY)) is None

    def test_a_little_better_is_not_mended(self) -> None:
        values = [*noisy(60), *noisy(4, 150.0, seed=2), *noisy(4, 140.0, seed=3)]
        worse = found(values)
        assert worse is not None
        assert worse.first_bad == moments(61)[-1]

    def test_nor_is_what_a_rounding_error_makes_of_it(self) -> None:
        values = [0.9] * 40 + [0.5, 0.5, 0.5, 0.5000000000000001, 0.5000000000000001, 0.5]
        worse = found(values, better=Better.HIGHER)
        assert worse is not None
        assert (worse.before, worse.after) == (0.9, 0.5)

    def test_from_zero_it_has_no_share(self) -> None:
        worse = found([0.0] * 10 + [3.0], exact=True)
        assert worse is not None
        assert (worse.before, worse.after, worse.change, worse.interval) == (0, 3, None, None)


class TestWithoutNoise:
    """Static numbers: each change of them is real, and told at once."""

    @given(
        st.integers(1, 1000), st.integers(1, 5), st.integers(1, 50), st.sampled_from(list(Better))
    )
    def test_one_more_is_a_step_of_one(
        self, level: int, rise: int, before: int, better: Better
    ) -> None:
        sign = 1 if better is Better.LOWER else -1
        worse = found(
            [float(level)] * before + [float(level + sign * rise)], better=better, exact=True
        )
        assert worse is not None
        assert worse.finding is Finding.STEP
        assert (worse.before, worse.after) == (level, level + sign * rise)
        assert worse.last_good == moments(before)[-1]

    def test_however_small_it_is(self) -> None:
        worse = found([10_000.0] * 5 + [10_001.0], exact=True)
        assert worse is not None
        assert worse.change == pytest.approx(1e-4)

    @pytest.mark.parametrize(("least", "told"), [(None, True), (0.01, True), (0.05, False)])
    def test_unless_it_was_said_what_is_worth_a_word(self, least: float | None, told: bool) -> None:
        rule = TrendRule(least=least)
        assert (found([289.0] * 5 + [295.0], exact=True, rule=rule) is not None) is told

    @given(st.lists(st.integers(0, 50), min_size=1, max_size=30), st.integers(0, 50))
    def test_a_last_value_that_is_better_than_ever_tells_nothing(
        self, before: list[int], less: int
    ) -> None:
        values = [float(each) for each in [*before, min(before) - less - 1]]
        assert found(values, exact=True) is None
        assert found([-each for each in values], better=Better.HIGHER, exact=True) is None


class TestASuspicion:
    def test_one_bad_run_is_suspected_and_says_how_many_decide(self) -> None:
        worse = found([*noisy(30), 150.0])
        assert worse is not None
        assert worse.finding is Finding.SUSPECTED
        assert 1 <= worse.more <= 4
        assert worse.last_good == moments(30)[-1]
        assert worse.first_bad == moments(31)[-1]
        assert worse.interval is None

    def test_so_many_more_confirm_it(self) -> None:
        values = [*noisy(30), 150.0]
        suspected = found(values)
        assert suspected is not None
        confirmed = found([*values, *[suspected.after] * suspected.more])
        assert confirmed is not None
        assert confirmed.finding is Finding.STEP

    def test_measured_again_at_once_it_is_confirmed_as_well(self) -> None:
        worse = found([*noisy(30), 150.0], repeats=(151.0, 149.0, 150.0))
        assert worse is not None
        assert worse.finding is Finding.STEP
        assert worse.first_bad == moments(31)[-1]

    def test_or_forgotten(self) -> None:
        assert found([*noisy(30), 150.0], repeats=(100.0, 101.0, 99.0)) is None

    def test_a_spike_that_is_over_is_forgotten(self) -> None:
        assert found([*noisy(30), 150.0, *noisy(5, seed=2)]) is None

    @pytest.mark.parametrize("seed", SEEDS)
    def test_a_lone_spike_is_never_sure(self, seed: int) -> None:
        worse = found([*noisy(100, seed=seed), 140.0])
        assert worse is not None
        assert worse.finding is Finding.SUSPECTED


RISE = [100.0 + day + 0.5 * math.sin(7 * day) for day in range(60)]


class TestADrift:
    def test_it_is_told_with_the_day_on_which_the_limit_breaks(self) -> None:
        worse = found(RISE, limit=Limit(high=190.0))
        assert worse is not None
        assert worse.finding is Finding.DRIFT
        assert worse.before == pytest.approx(100, abs=2)
        assert worse.after == pytest.approx(159, abs=2)
        assert worse.by_date is not None
        assert worse.by_date.at == pytest.approx(START + 90 * DAY, abs=3 * DAY)
        assert worse.by_date.low is not None
        assert worse.by_date.high is not None
        assert worse.by_date.low <= worse.by_date.at <= worse.by_date.high

    def test_of_a_number_that_should_be_high_it_falls(self) -> None:
        worse = found(mirrored(RISE), better=Better.HIGHER, limit=Limit(low=810.0))
        assert worse is not None
        assert worse.by_date is not None
        assert worse.by_date.at == pytest.approx(START + 90 * DAY, abs=3 * DAY)

    @pytest.mark.parametrize(
        "limit",
        [None, Limit(high=10_000.0), Limit(high=120.0), Limit(low=0.0)],
        ids=["none", "too far", "broken already", "on the other side"],
    )
    def test_it_has_no_day_where_none_is_in_sight(self, limit: Limit | None) -> None:
        worse = found(RISE, limit=limit)
        assert worse is not None
        assert worse.finding is Finding.DRIFT
        assert worse.by_date is None

    def test_for_the_better_it_is_none(self) -> None:
        assert found(RISE, better=Better.HIGHER, limit=Limit(low=0.0)) is None

    def test_with_users_it_is_told_at_how_many(self) -> None:
        users = tuple((START + day * DAY, 1000.0 + 10 * day) for day in range(60))
        worse = found(RISE, limit=Limit(high=190.0), users=users)
        assert worse is not None
        assert worse.by_users is not None
        assert worse.by_users.users.at == pytest.approx(1900, abs=40)
        assert worse.by_users.now == 1590
        assert worse.by_users.date is not None
        assert worse.by_users.date.at == pytest.approx(START + 90 * DAY, abs=5 * DAY)


SMALL = [*noisy(50, noise=0.01), *noisy(5, 102.0, noise=0.01, seed=2)]


class TestWhatIsWorthAWord:
    @pytest.mark.parametrize(("least", "told"), [(0.0, True), (0.01, True), (0.05, False)])
    def test_a_step_of_two_per_cent(self, least: float, told: bool) -> None:
        assert (found(SMALL, rule=TrendRule(least=least)) is not None) is told

    def test_a_suspicion_too(self) -> None:
        values = SMALL[:51]
        assert found(values) is not None
        assert found(values, rule=TrendRule(least=0.05)) is None

    def test_a_drift_too_unless_its_limit_is_in_sight(self) -> None:
        values = [100.0 + 0.01 * run + 0.001 * math.sin(7 * run) for run in range(60)]
        assert found(values) is None
        assert found(values, rule=TrendRule(least=0.001)) is not None
        worse = found(values, limit=Limit(high=101.0))
        assert worse is not None
        assert worse.by_date is not None


class TestARhythm:
    """Ten days of hourly runs; at noon there is twice as much to do as at night."""

    @staticmethod
    def hourly(hours: int, seed: int = 1) -> list[float]:
        generator = random.Random(seed)
        return [
            100 - 40 * math.cos(2 * math.pi * hour / 24) + generator.gauss(0, 2)
            for hour in range(hours)
        ]

    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize("hour", [0, 6, 9, 12, 18])
    def test_it_is_no_step(self, hour: int, seed: int) -> None:
        worse = found(self.hourly(240 + hour, seed), apart=HOUR)
        assert worse is None or worse.finding is not Finding.STEP

    @pytest.mark.parametrize("seed", SEEDS)
    def test_a_drift_within_each_day_is_none(self, seed: int) -> None:
        values = [100 + hour / 24 + noise for hour, noise in enumerate(noisy(240, 0.0, 0.2, seed))]
        worse = found(values, apart=HOUR)
        assert worse is not None
        assert worse.finding is Finding.DRIFT

    def test_a_step_on_top_of_it_is_found(self) -> None:
        values = self.hourly(245)
        values[-5:] = [value + 30 for value in values[-5:]]
        worse = found(values, apart=HOUR)
        assert worse is not None
        assert worse.finding is Finding.STEP
        assert worse.first_bad == moments(241, HOUR)[-1]


class TestGaps:
    GAPS = (None, math.nan)

    @pytest.mark.parametrize(("gap", "every"), list(product(GAPS, (2, 3, 7))))
    def test_missing_numbers_hide_no_step(self, gap: float | None, every: int) -> None:
        values: list[float | None] = [*noisy(40), *noisy(6, 150.0)]
        values[1:40:every] = [gap] * len(values[1:40:every])
        worse = found(values)
        assert worse is not None
        assert worse.finding is Finding.STEP
        assert worse.first_bad == moments(41)[-1]

    @pytest.mark.parametrize("odd", [math.inf, -math.inf, 1e308, -1e308])
    def test_a_number_beyond_all_others_is_but_a_spike(self, odd: float) -> None:
        assert found([*noisy(20), odd, *noisy(20, seed=2)]) is None

    @pytest.mark.parametrize("gap", GAPS)
    def test_a_past_of_nothing_but_gaps_tells_nothing(self, gap: float | None) -> None:
        assert found([gap] * 30 + [1.0]) is None

    @pytest.mark.parametrize("count", range(1, 5))
    def test_a_short_past_of_numbers_that_vary_tells_nothing(self, count: int) -> None:
        assert found([*noisy(count), 150.0]) is None


class TestLaws:
    @given(
        st.floats(-1e9, 1e9),
        st.integers(1, 60),
        st.sampled_from(list(Better)),
        st.booleans(),
    )
    def test_what_never_changes_never_gets_worse(
        self, value: float, count: int, better: Better, exact: bool
    ) -> None:
        assert found([value] * count, better=better, exact=exact) is None

    @settings(max_examples=200, deadline=None)
    @given(
        st.lists(st.floats(50, 150), min_size=1, max_size=60),
        st.sampled_from(list(Better)),
        st.booleans(),
    )
    def test_a_newest_value_better_than_all_others_is_no_suspicion_and_no_new_step(
        self, before: list[float], better: Better, exact: bool
    ) -> None:
        newest = min(before) - 1 if better is Better.LOWER else max(before) + 1
        worse = found([*before, newest], better=better, exact=exact)
        assert worse is None or (
            worse.finding is not Finding.SUSPECTED
            and worse.first_bad != moments(len(before) + 1)[-1]
        )

    @settings(max_examples=200, deadline=None)
    @given(
        st.lists(st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True)), max_size=40),
        st.floats(allow_nan=False, allow_infinity=False),
        st.sampled_from(list(Better)),
        st.booleans(),
        st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=3),
    )
    def test_whatever_is_told_is_for_the_worse(
        self,
        before: list[float | None],
        newest: float,
        better: Better,
        exact: bool,
        repeats: list[float],
    ) -> None:
        worse = found([*before, newest], better=better, exact=exact, repeats=tuple(repeats))
        if worse is not None:
            assert (worse.after > worse.before) is (better is Better.LOWER)
            assert worse.first_bad is not None

    @settings(max_examples=100, deadline=None)
    @given(st.lists(st.integers(0, 200), min_size=2, max_size=60), st.booleans())
    def test_low_and_high_are_mirror_images(self, values: list[int], exact: bool) -> None:
        told = _finding(found(values, better=Better.LOWER, exact=exact))
        assert told == _finding(
            found([-value for value in values], better=Better.HIGHER, exact=exact)
        )

    @pytest.mark.parametrize(
        "shape",
        [
            lambda seed: noisy(100, seed=seed),
            lambda seed: [
                value * (1.4 if random.Random(seed * 1000 + run).random() < 0.03 else 1)
                for run, value in enumerate(noisy(100, seed=seed))
            ],
        ],
        ids=["noise", "spikes"],
    )
    def test_a_steady_series_is_left_alone(self, shape: Callable[[int], list[float]]) -> None:
        told = [_finding(found(shape(seed))) for seed in SEEDS]
        assert told.count(Finding.STEP) == 0
        assert told.count(Finding.DRIFT) <= 1


def _finding(worse: Worsening | None) -> Finding | None:
    return worse and worse.finding
