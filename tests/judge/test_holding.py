"""Limits that are broken only when the value was past them for the whole of a time."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.answers import Points
from pytest_fitness.judge.holding import Holding, State, hold
from pytest_fitness.model import Limit

TOP = Limit(high=10)
NOW = 1000.0
SEVERITY = [State.WITHIN, State.PENDING, State.BROKEN]
GOOD, BAD = 5.0, 20.0


def every(step: float, *values: float, end: float = NOW) -> Points:
    """Values a step apart, of which the last is at the end."""
    first = end - step * (len(values) - 1)
    return tuple((first + step * place, value) for place, value in enumerate(values))


def held(points: Points, *, seconds: float = 300, gap: float = 90, limit: Limit = TOP) -> Holding:
    return hold(points, limit, now=NOW, hold=seconds, gap=gap)


@st.composite
def series(draw: st.DrawFn) -> Points:
    times = sorted(draw(st.sets(st.integers(0, 1020).map(float), max_size=30)))
    values = st.one_of(st.sampled_from([GOOD, BAD, 30.0, math.nan, math.inf]))
    return tuple((time, draw(values)) for time in times)


SECONDS = st.integers(0, 600).map(float)


def test_past_the_limit_for_the_whole_time_is_broken() -> None:
    found = held(every(60, GOOD, *[BAD] * 6))
    assert found == Holding(State.BROKEN, 700.0, 60.0, NOW, BAD, BAD)


def test_past_it_for_less_is_pending_since_then() -> None:
    found = held(every(60, GOOD, GOOD, BAD, BAD, 40.0, BAD))
    assert found == Holding(State.PENDING, 820.0, 60.0, NOW, BAD, 40.0)


def test_one_value_within_it_starts_anew() -> None:
    assert held(every(60, *[BAD] * 8)).state is State.BROKEN
    found = held(every(60, *[BAD] * 5, GOOD, BAD, BAD))
    assert (found.state, found.since) == (State.PENDING, 940.0)


def test_the_newest_value_within_it_is_all_that_is_asked() -> None:
    found = held(every(60, *[BAD] * 20, GOOD))
    assert (found.state, found.since, found.worst) == (State.WITHIN, None, None)
    assert held(every(60, 10.0)).state is State.WITHIN


def test_a_short_gap_does_not_reset_it() -> None:
    points = every(30, *[BAD] * 12)
    for missing in range(1, 11):
        holes = points[:missing] + points[missing + 1 :]
        found = held(holes)
        assert (found.state, found.longest_gap) == (State.BROKEN, 60.0)


def test_a_long_gap_is_no_data() -> None:
    points = every(30, *[BAD] * 12)
    found = held(points[:4] + points[8:])
    assert (found.state, found.longest_gap, found.since) == (State.GAP, 150.0, 910.0)


def test_a_long_gap_before_the_time_does_not_matter() -> None:
    points = (*every(30, *[BAD] * 5, end=400), *every(30, *[BAD] * 12))
    found = held(points)
    assert (found.state, found.since) == (State.BROKEN, 670.0)


def test_a_value_holds_until_the_next_one() -> None:
    # The time begins at 700: what was measured at 680 is what is known of it.
    bad = ((680.0, BAD), (740.0, BAD), *every(60, *[BAD] * 5))
    assert held(bad).state is State.BROKEN
    good = ((680.0, GOOD), *bad[1:])
    assert (held(good).state, held(good).since) == (State.PENDING, 740.0)


def test_data_that_begin_within_the_time_do_not_cover_it() -> None:
    found = held(every(60, *[BAD] * 4))
    assert (found.state, found.since) == (State.PENDING, 820.0)


def test_stale_values_are_no_data() -> None:
    for value in (GOOD, BAD):
        found = held(every(60, *[value] * 10, end=NOW - 91))
        assert (found.state, found.time, found.value) == (State.STALE, NOW - 91, value)
        assert found.longest_gap == 91
        fresh = held(every(60, *[value] * 10, end=NOW - 90))
        assert fresh.state is (State.WITHIN if value == GOOD else State.BROKEN)


@pytest.mark.parametrize("points", [(), ((990.0, math.nan),), ((1001.0, BAD),)])
def test_nothing_is_stale(points: Points) -> None:
    assert held(points) == Holding(State.STALE)


def test_nan_is_the_absence_of_a_value() -> None:
    points = every(30, *[BAD] * 12)
    one = tuple(
        (time, math.nan if place == 6 else value) for place, (time, value) in enumerate(points)
    )
    assert held(one) == held(points[:6] + points[7:])
    many = tuple(
        (time, math.nan if 3 < place < 9 else value) for place, (time, value) in enumerate(points)
    )
    assert held(many).state is State.GAP
    assert held((*points[:-4], *((time, math.nan) for time, _ in points[-4:]))).state is State.STALE


def test_values_from_the_future_are_not_looked_at() -> None:
    points = every(60, *[BAD] * 7)
    assert held((*points, (NOW + 1, GOOD))) == held(points)


def test_infinity_is_past_a_limit_like_any_value() -> None:
    found = held(every(60, *[math.inf] * 7))
    assert (found.state, found.value, found.worst) == (State.BROKEN, math.inf, math.inf)


def test_no_time_asks_the_newest_value_alone() -> None:
    assert held(every(60, GOOD, BAD), seconds=0).state is State.BROKEN
    assert held(((NOW - 50, BAD),), seconds=0).state is State.BROKEN


@pytest.mark.parametrize(
    ("limit", "values", "worst"),
    [
        (Limit(high=10), (11, 50, 12), 50),
        (Limit(low=10), (9, 1, 8), 1),
        (Limit(low=10, high=20), (9, 25, 8), 25),
        (Limit(equals=0), (1, -3, 2), -3),
    ],
)
def test_the_worst_value_is_the_one_furthest_past_the_limit(
    limit: Limit, values: tuple[float, ...], worst: float
) -> None:
    assert held(every(60, *values), limit=limit, seconds=100).worst == worst
    assert held(every(60, *values), limit=limit, seconds=100).state is State.BROKEN


def brute_force(points: Points, limit: Limit, hold: float, gap: float) -> State:
    """The definition, read aloud: each claim of it looks at all points."""
    values = {time: value for time, value in points if time <= NOW and not math.isnan(value)}
    newest = max(values, default=-math.inf)
    if NOW - newest > gap:
        return State.STALE
    if limit.allows(values[newest]):
        return State.WITHIN
    before = [time for time in values if time <= NOW - hold]
    inside = [time for time in values if time > NOW - hold]
    governing = max(before, default=None)
    all_past = not any(limit.allows(values[time]) for time in inside)
    if not all_past or governing is None or limit.allows(values[governing]):
        return State.PENDING
    covered = all(after - before <= gap for before, after in pairwise(sorted([governing, *inside])))
    return State.BROKEN if covered else State.GAP


@given(series(), SECONDS, SECONDS)
def test_it_is_what_its_definition_says(points: Points, seconds: float, gap: float) -> None:
    assert held(points, seconds=seconds, gap=gap).state is brute_force(points, TOP, seconds, gap)


@given(series(), SECONDS, SECONDS)
def test_what_it_says_beside_the_state_agrees_with_it(
    points: Points, seconds: float, gap: float
) -> None:
    found = held(points, seconds=seconds, gap=gap)
    known = {time: value for time, value in points if time <= NOW and not math.isnan(value)}
    assert (found.time, found.value) == (max(known.items()) if known else (None, None))
    assert (
        (found.since is not None)
        == (found.state in (State.PENDING, State.BROKEN, State.GAP))
        == (found.worst is not None)
    )
    if found.since is not None:
        streak = [time for time in known if time >= found.since]
        assert found.since in known
        assert not any(TOP.allows(known[time]) for time in streak)
        assert all(after - before <= gap for before, after in pairwise(sorted(streak)))
        assert found.worst == max(known[time] for time in streak)
        assert (found.since <= NOW - seconds) == (found.state is State.BROKEN)
    if known:
        assert found.longest_gap is not None
        assert found.longest_gap >= NOW - max(known)


@given(series(), SECONDS, SECONDS, SECONDS)
def test_a_longer_time_never_breaks_a_limit(
    points: Points, seconds: float, more: float, gap: float
) -> None:
    short = held(points, seconds=seconds, gap=gap)
    long = held(points, seconds=seconds + more, gap=gap)
    assert long.state is not State.BROKEN or short.state is State.BROKEN
    assert (short.since, short.value, short.worst) == (long.since, long.value, long.worst)


@given(series(), SECONDS, SECONDS, SECONDS)
def test_tolerating_longer_gaps_makes_no_data_of_nothing(
    points: Points, seconds: float, gap: float, more: float
) -> None:
    strict = held(points, seconds=seconds, gap=gap)
    lenient = held(points, seconds=seconds, gap=gap + more)
    if strict.state in SEVERITY:
        assert lenient.state is strict.state
    if strict.since is not None:
        assert lenient.since is not None
        assert lenient.since <= strict.since


@given(series(), SECONDS, SECONDS, st.floats(10, 25))
def test_a_looser_limit_never_makes_it_worse(
    points: Points, seconds: float, gap: float, line: float
) -> None:
    strict = held(points, seconds=seconds, gap=gap)
    loose = held(points, seconds=seconds, gap=gap, limit=Limit(high=line))
    assert (strict.state is State.STALE) == (loose.state is State.STALE)
    assert loose.state is not State.BROKEN or strict.state is State.BROKEN
    assert strict.state is not State.WITHIN or loose.state is State.WITHIN


@given(series(), SECONDS, SECONDS, st.integers(-10000, 10000))
def test_it_matters_not_when_it_is(points: Points, seconds: float, gap: float, shift: int) -> None:
    moved = tuple((time + shift, value) for time, value in points)
    found = hold(moved, TOP, now=NOW + shift, hold=seconds, gap=gap)
    expected = held(points, seconds=seconds, gap=gap)
    assert (found.state, found.longest_gap, found.worst) == (
        expected.state,
        expected.longest_gap,
        expected.worst,
    )
    assert found.since == (None if expected.since is None else expected.since + shift)


@given(series(), SECONDS, SECONDS)
def test_a_low_limit_is_a_high_one_upside_down(points: Points, seconds: float, gap: float) -> None:
    turned = tuple((time, -value) for time, value in points)
    one = held(points, seconds=seconds, gap=gap)
    other = held(turned, seconds=seconds, gap=gap, limit=Limit(low=-10))
    assert (one.state, one.since, one.longest_gap) == (other.state, other.since, other.longest_gap)
