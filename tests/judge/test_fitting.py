"""Least squares within bounds: nothing within them is better."""

import math
import random
from contextlib import suppress

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pytest_fitness.judge.fitting import Point, best

WHOLE = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
FACES = (
    WHOLE,
    (WHOLE[0], WHOLE[1]),
    (WHOLE[0], WHOLE[2]),
    ((1.0, 1.0, 0.0), WHOLE[2]),
    (WHOLE[0],),
    ((1.0, 1.0, 0.0),),
)
numbers = st.floats(0.01, 100)
rows = st.lists(st.tuples(numbers, numbers, numbers), min_size=4, max_size=10)


def squares(points: list[Point], at: Point) -> float:
    return math.fsum((1 - sum(a * b for a, b in zip(row, at, strict=True))) ** 2 for row in points)


@given(rows, st.integers(0, 1000))
def test_no_point_within_the_bounds_comes_nearer(points: list[Point], seed: int) -> None:
    found, left = best(points, FACES)
    x, y, z = found
    assert x > 0
    assert 0 <= y <= x
    assert z >= 0
    assert left == pytest.approx(squares(points, found), rel=1e-6, abs=1e-12)
    # At x = 0, which is no bound that may hold, there may be a better one.
    edge = math.fsum(row[2] for row in points) / math.fsum(row[2] ** 2 for row in points)
    assume(squares(points, (0.0, 0.0, edge)) >= left)
    generator = random.Random(seed)
    for _ in range(50):
        scale = 10 ** generator.uniform(-3, 1)
        other = (
            abs(x + scale * generator.gauss(0, 1)) + 1e-12,
            abs(y + scale * generator.gauss(0, 1)),
            abs(z + scale * generator.gauss(0, 1)),
        )
        if other[1] <= other[0]:
            assert squares(points, other) >= left * (1 - 1e-6) - 1e-9


@given(st.floats(0.1, 10), st.floats(0, 1), st.floats(0, 10), st.integers(0, 1000))
def test_a_point_that_fits_exactly_is_found(x: float, share: float, z: float, seed: int) -> None:
    generator = random.Random(seed)
    true = (x, share * x, z)
    points = []
    for _ in range(8):
        row = [generator.uniform(0.1, 10) for _ in range(3)]
        total = sum(a * b for a, b in zip(row, true, strict=True))
        points.append((row[0] / total, row[1] / total, row[2] / total))
    found, left = best(points, FACES)
    assert left == pytest.approx(0, abs=1e-9)
    assert found == pytest.approx(true, rel=1e-3, abs=1e-3)


@given(rows, st.permutations(range(4)))
def test_the_order_of_rows_does_not_matter(points: list[Point], order: list[int]) -> None:
    mixed = [points[place] for place in order] + points[4:]
    assert best(mixed, FACES)[1] == pytest.approx(best(points, FACES)[1], rel=1e-6, abs=1e-12)


@given(rows)
def test_more_room_is_never_worse(points: list[Point]) -> None:
    least = best(points, FACES)[1]
    for face in FACES:
        with suppress(ValueError):  # no point of this face is within the bounds
            assert best(points, [face])[1] >= least - 1e-12


def test_rows_that_say_the_same_leave_the_smaller_faces() -> None:
    found, left = best([(2.0, 2.0, 2.0)] * 5, FACES)
    assert left == pytest.approx(0, abs=1e-12)
    assert sum(found) == pytest.approx(0.5)


def test_where_no_point_is_within_the_bounds_there_is_none() -> None:
    with pytest.raises(ValueError, match=r"empty|iterable"):
        best([(1.0, 1.0, 1.0)] * 5, [((-1.0, 0.0, 0.0), (0.0, 0.0, 1.0))])
