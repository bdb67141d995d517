"""Regression where each error resembles the one before it, as in all that is measured over time.

The model is ``y = X b + u`` where ``u`` is a stationary AR(1) process: the correlation of two
errors is ``rho ** k`` when they are k steps apart. Points may be missing. What is not known about
``rho`` widens the interval: coefficients are averaged over all of its values, each weighted by how
well it explains the data (the marginal likelihood, with Jeffreys' prior for the scale and a flat
one for the coefficients; Zellner and Tiao, Bayesian analysis of the regression model with
autocorrelated errors, JASA 59, 1964) under the reference prior ``1 / sqrt(1 - rho²)`` (Berger and
Yang, Noninformative priors and Bayesian testing for the AR(1) model, Econometric Theory 10, 1994).
Estimating one ``rho`` and trusting it (Cochrane and Orcutt, Prais and Winsten) gives intervals that
are far too narrow where there are few points and ``rho`` is high; ``benchmarks/elasticity.py``
shows how often these here hold.
"""

import math
from collections.abc import Sequence
from itertools import accumulate
from operator import itemgetter, mul
from typing import NamedTuple

from pytest_fitness.judge.distributions import (
    quick_student_cdf,
    student_cdf,
    student_density,
    student_quantile,
)

_LOWEST, _HIGHEST = math.atanh(-0.9), math.atanh(0.998)
_STEPS = 20
_NEGLIGIBLE = 1e-5
_COLLINEAR = 1e-9
_EXACT = 1e-13
_MANY = 25
_ITERATIONS = 100
_MARGIN = 1.07
"""By how much intervals are widened, so that errors that are not quite AR(1) leave them true."""

Lower = list[float]
"""A symmetric matrix: the rows of its lower triangle, one after another."""


class Fit(NamedTuple):
    """One coefficient.

    Attributes:
        value: the best estimate.
        low: the lower end of its interval.
        high: the upper end.
        correlation: of an error with the one a step before.
    """

    value: float
    low: float
    high: float
    correlation: float = 0.0


class _Candidate(NamedTuple):
    """What follows if the correlation is this one."""

    angle: float  # its inverse hyperbolic tangent
    weight: float
    value: float
    error: float


class _Products(NamedTuple):
    """The sums of products of all columns, for neighbours that are ``gap`` steps apart."""

    gap: int
    pairs: int
    later: Lower
    crossed: Lower
    earlier: Lower


def regress(
    columns: Sequence[Sequence[float]],
    response: Sequence[float],
    gaps: Sequence[int],
    confidence: float,
) -> Fit | None:
    """The coefficient of the last column, beside a constant and the other columns.

    Args:
        columns: what explains the response.
        response: what is explained.
        gaps: how many steps each point but the first lies after the one before it.
        confidence: how often the interval shall hold.

    Returns:
        None where the columns leave it undetermined.
    """
    freedom = len(response) - len(columns) - 1
    scaled = [_standardize(column) for column in (*columns, response)]
    if freedom < 1 or any(scale == 0 for _, scale in scaled[:-1]):
        return None
    unit = scaled[-1][1] / scaled[-2][1]
    rows = [[1.0] * len(response), *(values for values, _ in scaled)]
    first, products = _products(rows, gaps)
    if _root(_weighed(first, products, 0.0), len(rows)) is None:
        return None
    if scaled[-1][1] < _EXACT:
        return Fit(0.0, 0.0, 0.0)
    candidates = _candidates(first, products, len(rows), freedom)
    value = math.fsum(each.weight * each.value for each in candidates)
    tail = (1 - confidence) / 2
    low = value + _MARGIN * min(0.0, _quantile(candidates, tail, freedom) - value)
    high = value + _MARGIN * max(0.0, _quantile(candidates, 1 - tail, freedom) - value)
    correlation = math.fsum(each.weight * math.tanh(each.angle) for each in candidates)
    return Fit(value * unit, low * unit, high * unit, correlation)


def explained(columns: Sequence[Sequence[float]], response: Sequence[float]) -> float:
    """The share of the response's variance that a constant and the columns explain (R²)."""
    rows = [_standardize(values)[0] for values in (*columns, response)]
    matrix = [math.fsum(map(mul, a, b)) for i, a in enumerate(rows) for b in rows[: i + 1]]
    root = _root(matrix, len(rows))
    return 1.0 if root is None or not matrix[-1] else 1 - root[-1] ** 2 / matrix[-1]


def _standardize(values: Sequence[float]) -> tuple[list[float], float]:
    """The values around 0 with a mean square of 1, and by what they were divided."""
    mean = math.fsum(values) / len(values)
    centred = [value - mean for value in values]
    scale = math.sqrt(math.fsum(map(mul, centred, centred)) / len(values))
    return ([value / scale for value in centred] if scale else centred), scale


def _products(
    rows: Sequence[Sequence[float]], gaps: Sequence[int]
) -> tuple[Lower, list[_Products]]:
    first = [a[0] * b[0] for i, a in enumerate(rows) for b in rows[: i + 1]]
    return first, [_products_of(rows, gaps, gap) for gap in sorted(set(gaps))]


def _products_of(rows: Sequence[Sequence[float]], gaps: Sequence[int], gap: int) -> _Products:
    places = [place for place, each in enumerate(gaps) if each == gap]
    pick = itemgetter(*places) if len(places) > 1 else lambda row, at=places[0]: (row[at],)
    earlier = [pick(row) for row in rows]
    later = [pick(row[1:]) for row in rows]
    pairs = [(i, j) for i in range(len(rows)) for j in range(i + 1)]
    crossed = [
        sum(map(mul, later[i], earlier[j])) + sum(map(mul, later[j], earlier[i])) for i, j in pairs
    ]
    return _Products(
        gap,
        len(places),
        [sum(map(mul, later[i], later[j])) for i, j in pairs],
        crossed,
        [sum(map(mul, earlier[i], earlier[j])) for i, j in pairs],
    )


def _weighed(first: Lower, products: list[_Products], correlation: float) -> Lower:
    """The products of all columns, weighed by the inverse of the errors' correlations."""
    total = first
    for gap, _, later, crossed, earlier in products:
        near = correlation**gap
        square = near * near
        scale = 1 / (1 - square)
        total = [
            sum_ + (a - near * b + square * c) * scale
            for sum_, a, b, c in zip(total, later, crossed, earlier, strict=True)
        ]
    return total


def _root(matrix: Lower, size: int) -> Lower | None:
    """The Cholesky factor; None where a column but the last depends on those before it."""
    root: Lower = []
    starts = [row * (row + 1) // 2 for row in range(size)]
    for row, start in enumerate(starts):
        for column, other in enumerate(starts[: row + 1]):
            left = matrix[start + column]
            for k in range(column):
                left -= root[start + k] * root[other + k]
            if column < row:
                root.append(left / root[other + column])
                continue
            if left <= _COLLINEAR * matrix[start + row] and row < size - 1:
                return None
            root.append(math.sqrt(max(left, _EXACT**2 * matrix[start + row])))
    return root


def _candidates(
    first: Lower, products: list[_Products], size: int, freedom: int
) -> list[_Candidate]:
    """The correlations that are worth considering, with weights that sum to one."""
    step = (_HIGHEST - _LOWEST) / _STEPS
    angles = [_LOWEST + step * each for each in range(_STEPS + 1)]
    coarse = _weights(
        [_candidate(first, products, size, freedom, angle) for angle in angles], _NEGLIGIBLE / 100
    )
    low = max(_LOWEST, coarse[0].angle - step)
    high = min(_HIGHEST, coarse[-1].angle + step)
    finer = (high - low) / _STEPS
    angles = [low + finer * each for each in range(_STEPS + 1)]
    return _weights(
        [_candidate(first, products, size, freedom, angle) for angle in angles], _NEGLIGIBLE
    )


def _candidate(
    first: Lower, products: list[_Products], size: int, freedom: int, angle: float
) -> _Candidate | None:
    correlation = math.tanh(angle)
    root = _root(_weighed(first, products, correlation), size)
    if root is None:
        return None
    *_, target, residual = accumulate(range(2, size + 1), initial=0)
    pivots = [root[place] for place in accumulate(range(2, size), initial=0)]
    spread = sum(count * math.log(1 - correlation ** (2 * gap)) for gap, count, *_ in products)
    weight = (
        math.log(1 - correlation * correlation) / 2  # the prior, over angles
        - spread / 2
        - sum(map(math.log, pivots))
        - freedom * math.log(root[residual])
    )
    value = root[residual - 1] / root[target]
    return _Candidate(angle, weight, value, root[residual] / root[target] / math.sqrt(freedom))


def _weights(candidates: Sequence[_Candidate | None], negligible: float) -> list[_Candidate]:
    known = [each for each in candidates if each is not None]
    best = max(each.weight for each in known)
    known = [each._replace(weight=math.exp(max(each.weight - best, -700))) for each in known]
    known = [each for each in known if each.weight >= negligible]
    total = math.fsum(each.weight for each in known)
    return [each._replace(weight=each.weight / total) for each in known]


def _quantile(candidates: list[_Candidate], share: float, freedom: int) -> float:
    """The value below which a share of the mixture of Student's t distributions lies.

    By Newton's method between bounds that the narrowest and widest of them give.
    """
    deviations = student_quantile(share, freedom)
    ends = [each.value + deviations * each.error for each in candidates]
    low, high = min(ends), max(ends)
    value = math.fsum(map(mul, ends, (each.weight for each in candidates)))
    tolerance = 1e-4 * min(each.error for each in candidates)
    cdf = quick_student_cdf if freedom >= _MANY else student_cdf
    for _ in range(_ITERATIONS):
        if high - low <= tolerance:
            break
        below = density = 0.0
        for _, weight, centre, error in candidates:
            distance = (value - centre) / error
            below += weight * cdf(distance, freedom)
            density += weight * student_density(distance, freedom) / error
        low, high = (value, high) if below < share else (low, value)
        before, value = value, value + (share - below) / density
        if abs(value - before) < tolerance:
            break
        if not low < value < high:
            value = (low + high) / 2
    return value
