"""What keeps growing at constant users is a leak; noise, steps and caches that fill up are none."""

import math
import random
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fitness.judge.leaks import Hold, Leak, leak, without_leak

MB = 1e6
BASE = 30 * MB


def holds(
    leaking: Callable[[float], float] = lambda time: 0.0,
    users: Sequence[int] = (5, 10, 20, 40),
    *,
    noise: float = 20_000.0,
    wander: float = 0.0,
    rate: float = 0.0,
    seed: int = 1,
) -> list[Hold]:
    """Holds of eight seconds, three apart, read twice a second: a megabyte a user, and noise."""
    generator = random.Random(seed)
    found, time, strayed = [], 1_000.0, 0.0
    for count in users:
        time += 3.0
        points = []
        for _ in range(16):
            strayed += wander * generator.gauss(0, 1)
            level = BASE + count * MB + leaking(time - 1_000.0) + strayed
            points.append((time, level + noise * generator.gauss(0, 1)))
            time += 0.5
        found.append(Hold(tuple(points), count * rate))
    return found


def steady(speed: float) -> Callable[[float], float]:
    return lambda time: speed * time


class TestALeak:
    @pytest.mark.parametrize("speed", [64_000.0, 320_000.0, 5 * MB])
    def test_is_found_and_its_speed_with_it(self, speed: float) -> None:
        found = leak(holds(steady(speed)))
        assert found.certain
        assert found.low <= speed <= found.high
        assert found.per_second == pytest.approx(speed, rel=0.1)
        assert found.undecided == ""

    def test_is_found_at_users_that_never_change(self) -> None:
        found = leak(holds(steady(320_000.0), users=[20]))
        assert found.certain
        assert found.per_second == pytest.approx(320_000, rel=0.1)

    def test_is_found_while_users_go_up_and_come_down(self) -> None:
        assert leak(holds(steady(320_000.0), users=[5, 20, 40, 20, 5])).certain

    def test_that_grows_with_requests_is_told_for_each(self) -> None:
        leaking = holds(steady(320_000.0), users=[20], rate=0.25)
        assert leak(leaking).per_request == pytest.approx(64_000, rel=0.1)

    @pytest.mark.parametrize("seed", range(5))
    def test_that_grows_with_requests_is_found_however_many_users_make_them(
        self, seed: int
    ) -> None:
        generator, time, leaked, given = random.Random(seed), 1_000.0, 0.0, []
        for users in (5, 40, 20, 10):
            points = []
            for _ in range(16):
                time, leaked = time + 0.5, leaked + 0.5 * users * 64_000
                points.append((time, BASE + users * MB + leaked + generator.gauss(0, 50_000)))
            given.append(Hold(tuple(points), float(users)))
        found = leak(given)
        assert found.certain
        assert found.per_request == pytest.approx(64_000, rel=0.05)
        assert found.low <= 64_000 * (5 + 40 + 20 + 10) / 4 <= found.high
        assert found.high < 1.1 * found.low

    def test_that_grows_with_time_is_not_held_against_requests(self) -> None:
        found = leak(holds(steady(320_000.0), rate=1.0))
        assert found.certain
        assert found.per_request is None

    def test_without_known_requests_is_not(self) -> None:
        assert leak(holds(steady(320_000.0))).per_request is None

    @given(st.floats(1e-3, 1e3), st.floats(-1e6, 1e6))
    def test_is_the_same_in_any_unit_and_at_any_time(self, scale: float, shift: float) -> None:
        plain = holds(steady(320_000.0))
        moved = [
            Hold(tuple((time + shift, value * scale) for time, value in hold.points))
            for hold in plain
        ]
        found, other = leak(plain), leak(moved)
        assert other.certain == found.certain
        assert other.per_second == pytest.approx(found.per_second * scale, rel=1e-3)
        assert other.low == pytest.approx(found.low * scale, rel=1e-2)


class TestNoLeak:
    def test_levels_of_their_own_are_none(self) -> None:
        found = [leak(holds(seed=seed)) for seed in range(40)]
        assert not any(each.certain for each in found)
        assert sum(each.low <= 0 <= each.high for each in found) >= 36

    def test_what_wanders_is_hardly_ever_taken_for_one(self) -> None:
        found = [leak(holds(wander=100_000.0, seed=seed)) for seed in range(40)]
        assert sum(each.certain for each in found) <= 2

    def test_what_fills_up_is_none(self) -> None:
        found = leak(holds(lambda time: 8 * MB * (1 - math.exp(-time / 4)), users=[20]))
        assert found.low > 0
        assert not found.certain

    def test_growth_of_less_than_a_hundredth_is_not_worth_the_word(self) -> None:
        found = leak(holds(steady(4_000.0), noise=100.0))
        assert found.low > 0
        assert not found.certain

    def test_what_shrinks_is_none(self) -> None:
        found = leak(holds(steady(-320_000.0)))
        assert found.high < 0
        assert not found.certain

    def test_memory_that_never_moves_is_none(self) -> None:
        found = leak(holds(noise=0.0))
        assert not found.certain
        assert found.per_second == pytest.approx(0, abs=1)

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ([], "0 values"),
            ([Hold(())], "0 values"),
            ([Hold(((1.0, 5.0),))] * 30, "0 values"),
            ([Hold(tuple((float(t), 5.0) for t in range(12)))], "12 values"),
            ([Hold(tuple((7.0, float(t)) for t in range(30)))], "lie at one moment"),
        ],
    )
    def test_too_little_says_nothing(self, given: list[Hold], said: str) -> None:
        found = leak(given)
        assert said in found.undecided
        assert found == Leak(undecided=found.undecided)
        assert (found.low, found.high) == (-math.inf, math.inf)


class TestTakingItOut:
    def test_leaves_the_levels_of_the_users(self) -> None:
        leaking, clean = holds(steady(320_000.0)), holds()
        found = leak(leaking)
        cleaned = without_leak(leaking, found, 1_000.0)
        for one, other in zip(cleaned, clean, strict=True):
            for (_, value), (_, true) in zip(one.points, other.points, strict=True):
                assert value == pytest.approx(true, abs=0.5 * MB)

    def test_takes_out_more_where_there_were_more_requests(self) -> None:
        given = [
            Hold(((0.0, 100.0), (10.0, 100.0)), rate=1.0),
            Hold(((20.0, 100.0), (30.0, 100.0)), rate=3.0),
        ]
        first, second = without_leak(
            given, Leak(per_second=99.0, per_request=2.0, certain=True), -5.0
        )
        assert first.points == ((0.0, 90.0), (10.0, 70.0))
        assert second.points == ((20.0, 30.0), (30.0, -30.0))

    def test_without_known_requests_takes_out_by_time(self) -> None:
        given = [Hold(((0.0, 100.0), (10.0, 100.0))), Hold(()), Hold(((20.0, 100.0),))]
        cleaned = without_leak(given, Leak(per_second=1.0, certain=True), 0.0)
        assert cleaned == [Hold(((0.0, 100.0), (10.0, 90.0))), Hold(()), Hold(((20.0, 80.0),))]

    @settings(max_examples=30)
    @given(st.floats(50_000, 5 * MB))
    def test_what_is_left_leaks_no_more(self, speed: float) -> None:
        leaking = holds(steady(speed))
        rest = leak(without_leak(leaking, leak(leaking), 1_000.0))
        assert not rest.certain
        assert abs(rest.per_second) < 1_000
