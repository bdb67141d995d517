"""Finding how many users there is room for: the search, and what it may claim."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.judge.capacity import (
    Capacity,
    Standing,
    Tried,
    capacity,
    next_users,
    recovered_after,
)

W, U, P = Standing.WITHIN, Standing.UNCLEAR, Standing.PAST
ladders = st.lists(st.integers(1, 5000), min_size=1, max_size=12, unique=True).map(sorted)


def searched(steps: list[int], room: int, blur: int = 0) -> list[Tried]:
    """All tries in a system with room for so many; just above it nothing is certain."""
    tried: list[Tried] = []
    while (users := next_users(steps, tried)) is not None:
        assert users not in [one.users for one in tried]
        standing = W if users <= room else U if users <= room + blur else P
        tried.append(Tried(users, standing))
        assert len(tried) < 60
    return tried


@given(ladders, st.integers(0, 6000))
def test_it_is_found_within_the_precision(steps: list[int], room: int) -> None:
    tried = searched(steps, room)
    found = capacity(tried)
    assert found.users <= room
    if room >= steps[-1]:
        assert found == Capacity(steps[-1], math.inf)
    else:
        assert found.users <= room <= found.most
        assert found.most + 1 - found.users <= max(1, 0.05 * (found.most + 1))


@given(ladders, st.integers(0, 6000), st.integers(0, 500))
def test_what_is_unclear_widens_what_is_claimed(steps: list[int], room: int, blur: int) -> None:
    found = capacity(searched(steps, room, blur))
    assert found.users <= room
    assert found.most >= min(room, steps[-1])


@given(ladders, st.integers(0, 6000))
def test_no_step_is_tried_beyond_the_first_that_broke(steps: list[int], room: int) -> None:
    tried = [one.users for one in searched(steps, room)]
    first = next((users for users in steps if users > room), math.inf)
    assert max(tried) <= first
    climbed = [users for users in steps if users <= first]
    assert tried[: len(climbed)] == climbed


@given(
    st.lists(st.tuples(st.integers(1, 100), st.sampled_from(Standing)), unique_by=lambda t: t[0])
)
def test_whatever_was_seen_nothing_is_claimed_beyond_it(seen: list[tuple[int, Standing]]) -> None:
    tried = [Tried(*each) for each in seen]
    found = capacity(tried)
    assert found.users <= found.most or found.most == 0
    assert found.users in {0, *(one.users for one in tried if one.standing is W)}
    following = next_users([10, 50], tried)
    assert following is None or following not in {one.users for one in tried}


def test_the_steps_are_climbed_in_order() -> None:
    assert next_users([10, 20, 50], []) == 10
    assert next_users([10, 20, 50], [Tried(10, W)]) == 20
    assert next_users([10, 20, 50], [Tried(10, W), Tried(20, U)]) == 50


def test_what_was_unclear_is_passed_by_what_holds_above_it() -> None:
    tried = [Tried(10, W), Tried(20, U), Tried(50, W), Tried(100, P)]
    assert next_users([10, 20, 50, 100], tried) == 75
    assert capacity(tried) == Capacity(50, 99)


def test_where_nothing_broke_for_certain_what_is_unclear_is_still_looked_at() -> None:
    assert next_users([10, 20], [Tried(10, W), Tried(20, U)]) == 15
    assert capacity([Tried(10, W), Tried(20, U)]) == Capacity(10, math.inf)


def test_where_the_first_step_breaks_less_is_tried_down_to_one() -> None:
    assert [one.users for one in searched([8, 16], 0)] == [8, 4, 2, 1]
    assert capacity(searched([8, 16], 0)) == Capacity(0, 0)


def test_a_coarser_precision_takes_fewer_tries() -> None:
    tried = [Tried(100, W), Tried(200, P)]
    assert next_users([100, 200], tried) == 150
    assert next_users([100, 200], tried, precision=0.5) is None


@pytest.mark.parametrize(
    ("within", "lasting", "after"),
    [
        ([], 3, None),
        ([True] * 3, 3, 0),
        ([False, True, True, True], 3, 1),
        ([True, False, True, True, True], 3, 2),
        ([False] * 9, 3, None),
        ([False, True, True], 3, None),
        ([False, False, True], 1, 2),
    ],
)
def test_recovery_is_when_it_holds_and_goes_on_to(
    within: list[bool], lasting: int, after: int | None
) -> None:
    assert recovered_after(within, lasting) == after


@given(st.lists(st.booleans(), max_size=30), st.integers(1, 5))
def test_before_recovery_it_never_held_for_long(within: list[bool], lasting: int) -> None:
    after = recovered_after(within, lasting)
    reach = len(within) if after is None else after + lasting - 1
    runs = [within[start : start + lasting] for start in range(reach - lasting + 1)]
    assert not any(len(run) == lasting and all(run) for run in runs[:after])
    if after is not None:
        assert all(within[after : after + lasting])
