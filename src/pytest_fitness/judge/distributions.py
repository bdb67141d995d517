"""Student's t and the normal distribution, which the standard library has half of."""

import math
from functools import lru_cache

_TINY = 1e-300
_EXACT = 1e-15
_STEPS = 500


@lru_cache(maxsize=64)
def normal_quantile(share: float) -> float:
    """The value below which a share (0 to 1, exclusive) of the normal distribution lies."""
    from statistics import NormalDist

    return NormalDist().inv_cdf(share)


def two_sided(confidence: float) -> float:
    """How many standard deviations on each side of the mean hold a share of a normal sample.

    Raises:
        ValueError: the share is not between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise ValueError("a confidence lies between 0 and 1")
    return -normal_quantile((1 - confidence) / 2)


def student_cdf(value: float, freedom: float) -> float:
    """The share of Student's t distribution that lies below a value.

    By the incomplete beta function: Abramowitz and Stegun, Handbook of Mathematical Functions,
    1964, 26.7.1.
    """
    square = value * value
    if math.isinf(square):
        return float(value > 0)
    tail = 0.5 * incomplete_beta(freedom / 2, 0.5, freedom / (freedom + square), square)
    return tail if value < 0 else 1 - tail


def quick_student_cdf(value: float, freedom: float) -> float:
    """The same, at a tenth of the cost; off by less than 0.00002 from 25 degrees of freedom on.

    Wallace, Bounds on normal approximations to Student's and the chi-square distributions,
    Annals of Mathematical Statistics 30, 1959.
    """
    scale = (8 * freedom + 1) / (8 * freedom + 3)
    normal = scale * math.sqrt(freedom * math.log1p(value * value / freedom) / 2)
    return 0.5 * math.erfc(math.copysign(normal, -value))


def student_density(value: float, freedom: float) -> float:
    """The density of Student's t distribution."""
    return math.exp(_student_scale(freedom) - (freedom + 1) / 2 * math.log1p(value**2 / freedom))


@lru_cache(maxsize=64)
def student_quantile(share: float, freedom: float) -> float:
    """The value below which a share (0 to 1, exclusive) of Student's t distribution lies."""
    if share == 0.5:
        return 0.0
    if share > 0.5:
        return -student_quantile(1 - share, freedom)
    low, high = -1.0, 0.0
    while student_cdf(low, freedom) > share:
        low, high = low * 2, low
    while high - low > 4e-16 * -low:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if student_cdf(middle, freedom) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def incomplete_beta(a: float, b: float, x: float, odds: float | None = None) -> float:
    """The regularized incomplete beta function, for ``a`` and ``b`` above 0 and ``x`` from 0 to 1.

    The continued fraction of DLMF 8.17.22, evaluated by the method of Lentz (Applied Optics 15,
    1976).

    Args:
        a: the first parameter.
        b: the second parameter.
        x: where.
        odds: ``a * 2 * (1 - x) / x`` where the caller knows it more exactly than ``x`` tells.
    """
    rest = 1 - x if odds is None else odds / (2 * a + odds)
    if x <= 0 or rest <= 0:
        return float(x > 0)
    front = math.exp(_beta_scale(a, b) + a * math.log(x) + b * math.log(rest))
    if x <= (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1 - front * _fraction(b, a, rest) / b


def _fraction(a: float, b: float, x: float) -> float:
    over, under = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    value = under
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            under = 1 / _away_from_zero(1 + term * under)
            over = _away_from_zero(1 + term / over)
            step = over * under
            value *= step
        if abs(step - 1) < _EXACT:
            break
    return value


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


@lru_cache(maxsize=64)
def _beta_scale(a: float, b: float) -> float:
    return math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)


@lru_cache(maxsize=64)
def _student_scale(freedom: float) -> float:
    halves = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)
    return halves - math.log(freedom * math.pi) / 2
