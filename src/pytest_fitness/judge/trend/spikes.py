"""Lone spikes, told from levels by how long they last.

A running median keeps each step and drops each excursion that is shorter than half its window
(Tukey, Exploratory Data Analysis, 1977); only what lies far from it is replaced by it (Hampel's
filter; Pearson, Outliers in process modeling and identification, IEEE Transactions on Control
Systems Technology 10, 2002). What "far" means follows from the differences of neighbours, which
neither steps nor drifts inflate.
"""

import math
from collections.abc import Sequence
from itertools import compress, count, repeat
from operator import gt, sub

HALF_WINDOW = 4
_LEAST_HALF = 2
_FAR = 4.5
_NORMAL = 1.4826 / math.sqrt(2)
_SAMPLE = 2048
_MANY = 12


def without_spikes(values: list[float]) -> list[float]:
    """The same values, where spikes take the running median's.

    The first and last points have shorter windows: there it takes three of a kind to be a level.
    Where far too many values would be spikes they are none, but noise of two kinds: all stay.
    """
    if len(values) <= 2 * _LEAST_HALF:
        return values
    apart = list(map(abs, map(sub, values[1:], values)))
    far = _FAR * _NORMAL * _typical(apart)
    jumps = list(compress(count(), map(gt, apart, repeat(far)))) if far else []
    if not jumps:
        return values
    cleaned, spikes = list(values), 0
    for place in _near(jumps, len(values)):
        middle = running_median(values, place)
        if abs(values[place] - middle) > far:
            cleaned[place] = middle
            spikes += 1
    return values if spikes > 3 + len(values) // _MANY else cleaned


def running_median(values: Sequence[float], place: int) -> float:
    """The median around a point, of as many as are there on both sides."""
    last = len(values) - 1
    half = max(_LEAST_HALF, min(HALF_WINDOW, place, last - place))
    start = max(0, min(place - half, last - 2 * half))
    window = sorted(values[start : start + 2 * half + 1])
    return window[len(window) // 2]


def _near(jumps: list[int], length: int) -> list[int]:
    """The places beside jumps; a jump is named by the point before it."""
    near = {place for jump in jumps for place in range(jump - 1, jump + 3)}
    return sorted(place for place in near if 0 <= place < length)


def _typical(apart: list[float]) -> float:
    """The median, or a higher quantile where half of the values equal their neighbours."""
    ordered = sorted(apart[:: max(1, len(apart) // _SAMPLE)])
    last = len(ordered) - 1
    return ordered[last // 2] or ordered[last * 3 // 4] or ordered[last * 9 // 10]
