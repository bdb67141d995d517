"""The values of a history as the detector wants them: all of them finite."""

import math
from collections.abc import Sequence
from typing import NamedTuple

_BEYOND = 10.0


class Tidy(NamedTuple):
    """What can be judged of a series.

    Attributes:
        values: the numbers, without gaps.
        places: where each stood in the given series.
    """

    values: list[float]
    places: Sequence[int]


def tidy(values: Sequence[float | None]) -> Tidy:
    """The numbers of a series, without NaN and None.

    Infinity is a number beyond all others: a lone one is a spike, and many are a level.
    """
    if _all_finite(values):
        return Tidy(list(values), range(len(values)))  # type: ignore[arg-type]
    told = [(at, _number(value)) for at, value in enumerate(values) if value is not None]
    kept = [(at, value) for at, value in told if not math.isnan(value)]
    return Tidy(_bounded([value for _, value in kept]), [at for at, _ in kept])


def scaled(values: list[float]) -> list[float]:
    """The values in proportion, so that none is too large or too small to be squared and summed."""
    largest = max(map(abs, values)) or 1.0
    return [value / largest for value in values]


def _all_finite(values: Sequence[float | None]) -> bool:
    """Told from the sum, which one that is not finite spoils."""
    try:
        total: object = sum(values)  # type: ignore[arg-type]
    except (TypeError, OverflowError):
        return False
    return isinstance(total, float) and math.isfinite(total)


def _number(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _bounded(values: list[float]) -> list[float]:
    """The values, with infinite ones well beyond the rest."""
    finite = [value for value in values if math.isfinite(value)]
    if len(finite) == len(values):
        return values
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    reach = min(max(_BEYOND * (high - low), abs(low), abs(high), 1.0), 1e300)
    return [min(max(value, low - reach), high + reach) for value in values]
