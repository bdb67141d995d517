"""A limit whose line is drawn from what was measured before."""

from collections.abc import Sequence
from typing import Final

from pytest_fitness.model import Limit
from pytest_fitness.trends import Better, Comparison

FEWEST: Final = 3
"""So many good runs make a level to compare with."""
ROLLING_RUNS: Final = 20
"""The level is that of so many of them."""


def direction(
    limit: Limit | None, given: Better | None = None, comparison: Comparison | None = None
) -> Better | None:
    """Which way a number gets better: as said, else as its lines tell, if they do."""
    if given is not None:
        return given
    if limit is None:
        if comparison is None or (comparison.max_increase is None) == (
            comparison.max_decrease is None
        ):
            return None
        return Better.HIGHER if comparison.max_increase is None else Better.LOWER
    if limit.equals is not None or (limit.low is None) == (limit.high is None):
        return None
    return Better.LOWER if limit.low is None else Better.HIGHER


def rolling_level(values: Sequence[float]) -> float | None:
    """The level of the last good runs, which a few bad ones among them do not move.

    Args:
        values: of runs that kept their limit, oldest first. One that broke it must not become
            what the next is measured by, or each run could be a little worse than the last.
    """
    recent = values[-ROLLING_RUNS:]
    if len(recent) < FEWEST:
        return None
    from statistics import median

    return median(recent)


def limit_from(comparison: Comparison, reference: float, better: Better | None) -> Limit:
    """The lines that a comparison draws around a reference.

    Raises:
        ValueError: none can be drawn: a factor of something that is not above zero.
    """
    low: list[float] = []
    high: list[float] = []
    size = abs(reference)
    if comparison.max_increase is not None:
        high.append(reference + size * comparison.max_increase)
    if comparison.max_decrease is not None:
        low.append(reference - size * comparison.max_decrease)
    if comparison.improve is not None:
        if better is Better.HIGHER:
            low.append(reference + size * comparison.improve)
        else:
            high.append(reference - size * comparison.improve)
    if comparison.factor is not None:
        if reference <= 0:
            raise ValueError(
                f"nothing can be {comparison.factor:g} times better than {reference:g}"
            )
        if better is Better.HIGHER:
            low.append(reference * comparison.factor)
        else:
            high.append(reference / comparison.factor)
    return Limit(max(low, default=None), min(high, default=None))


def both(first: Limit | None, second: Limit) -> Limit:
    """The limit that allows what both of them allow."""
    if first is None:
        return second
    if first.equals is not None:
        return first
    lows = [line for line in (first.low, second.low) if line is not None]
    highs = [line for line in (first.high, second.high) if line is not None]
    return Limit(max(lows, default=None), min(highs, default=None))
