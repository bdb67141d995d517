"""Least squares within bounds."""

import math
from collections.abc import Iterator, Sequence
from operator import mul
from typing import Final

_COLLINEAR: Final = 1e-10

Point = tuple[float, float, float]


def best(rows: Sequence[Point], faces: Sequence[Sequence[Point]]) -> tuple[Point, float]:
    """The point at which the products with all rows come nearest to 1, and the squares left there.

    Bounds are ``x > 0``, ``0 <= y <= x`` and ``z >= 0``. The sum of squares is convex: the best
    point within them is the best one of some face, unless x would have to be 0.

    Args:
        rows: what the point is multiplied with.
        faces: where to look: what each of them is spanned by.

    Raises:
        ValueError: there is no such point.
    """
    fits = (fit for face in faces for fit in _fits(rows, face))
    return min(fits, key=lambda fit: fit[1])


def _fits(rows: Sequence[Point], face: Sequence[Point]) -> Iterator[tuple[Point, float]]:
    columns = [[math.fsum(map(mul, row, way)) for row in rows] for way in face]
    solution = _least_squares(columns)
    if solution is None:
        return
    one, queue, pairs = (
        math.fsum(share * way[place] for share, way in zip(solution, face, strict=True))
        for place in range(3)
    )
    if one > 0 and 0 <= queue <= one and pairs >= 0:
        errors = [1 - math.fsum(map(mul, row, (one, queue, pairs))) for row in rows]
        yield (one, queue, pairs), math.fsum(map(mul, errors, errors))


def _least_squares(columns: Sequence[Sequence[float]]) -> list[float] | None:
    """How much of each column comes nearest to 1 everywhere; None where they are not independent.

    By modified Gram-Schmidt orthogonalization (Björck, BIT 7, 1967).
    """
    ordered: list[list[float]] = []
    root: list[list[float]] = []
    rest = [1.0] * len(columns[0])
    shares = []
    for column in columns:
        whole = math.hypot(*column)
        left, parts = list(column), []
        for done in ordered:
            parts.append(math.fsum(map(mul, left, done)))
            left = [value - parts[-1] * unit for value, unit in zip(left, done, strict=True)]
        size = math.hypot(*left)
        if size <= _COLLINEAR * whole:
            return None
        ordered.append([value / size for value in left])
        root.append([*parts, size])
        shares.append(math.fsum(map(mul, rest, ordered[-1])))
        rest = [value - shares[-1] * unit for value, unit in zip(rest, ordered[-1], strict=True)]
    for place in reversed(range(len(shares))):
        shares[place] /= root[place][place]
        for before in range(place):
            shares[before] -= root[place][before] * shares[place]
    return shares
