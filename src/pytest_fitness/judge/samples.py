"""Statistics of samples."""

import math
from collections.abc import Sequence


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean of at least one value."""
    return math.fsum(values) / len(values)


def percentile(values: Sequence[float], percent: float) -> float:
    """The percentile of at least one value, by linear interpolation between order statistics.

    Hyndman and Fan, Sample Quantiles in Statistical Packages, 1996, definition 7.
    """
    ordered = sorted(values)
    position = (len(ordered) - 1) * percent / 100
    low = math.floor(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (position - low)
