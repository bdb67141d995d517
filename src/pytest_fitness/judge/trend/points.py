"""Where the level of a series changed for good."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from pytest_fitness.judge.trend.bending import Border, bend_within, border, slopes_tell
from pytest_fitness.judge.trend.exact import exact_steps, steps_without_noise
from pytest_fitness.judge.trend.growing import SHORTEST, grow
from pytest_fitness.judge.trend.pruning import prune
from pytest_fitness.judge.trend.refining import refine
from pytest_fitness.judge.trend.spikes import without_spikes
from pytest_fitness.judge.trend.sums import Part, Sums
from pytest_fitness.judge.trend.tidy import scaled, tidy

FEWEST: Final = 2 * SHORTEST
_TINY, _HUGE = 1e-200, 1e200


def change_points(values: Sequence[float | None], *, exact: bool | None = None) -> list[int]:
    """Where the level changed: the index of the first point of each new level.

    Only what is confirmed: it takes three points at least, so that a lone spike never is one; more
    where the change is small beside the noise. A drift is no row of steps, and values that
    resemble the ones before them wander without changing their level. Fewer than six numbers
    tell nothing, unless they are without noise: then each change is one, at once.

    Args:
        values: the series, oldest first. NaN and None are gaps.
        exact: whether the measure is static, so that each change is real. By default it is where
            most values equal the ones before them (:mod:`pytest_fitness.judge.trend.exact`).

    Returns:
        0-based indices into the given series, rising.
    """
    kept, places = tidy(values)
    return [places[border.at] for border in shape(kept, exact).borders if border.step]


class Shape(NamedTuple):
    """What was found in a series without gaps.

    Attributes:
        borders: where levels and drifts begin, but for the first.
        cleaned: the values without lone spikes.
        exact: whether they are without noise, so that nothing is left to confirm.
    """

    borders: list[Border]
    cleaned: list[float]
    exact: bool


def shape(values: list[float], exact: bool | None = None) -> Shape:
    """The shape of a series without gaps; ``exact`` as of :func:`change_points`."""
    steps = exact_steps(values) if exact else None
    if exact is None:
        steps = steps_without_noise(values)
    if steps is not None:
        return Shape([Border(at, step=True) for at in steps], values, exact=True)
    cleaned = without_spikes(values)
    return Shape(_borders(cleaned) if len(values) >= FEWEST else [], cleaned, exact=False)


def _borders(values: list[float]) -> list[Border]:
    sums = Sums(values)
    if not _TINY < sums.square < _HUGE:
        sums = Sums(scaled(values))
    cuts = grow(sums)
    if not cuts:
        return []
    parts = refine(sums, prune(sums, cuts))
    borders = [_border(sums, *pair) for pair in pairwise(parts)]
    return borders or (bend_within(sums, parts[0]) if parts[0].line else [])


def _border(sums: Sums, left: Part, right: Part) -> Border:
    if left.line or right.line or slopes_tell(sums, left, right):
        return border(sums, left, right)
    return Border(right.start, step=True)
