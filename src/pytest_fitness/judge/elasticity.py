"""How one series grows with another: by how many per cent for each per cent."""

import math
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from pytest_fitness.answers import Points
from pytest_fitness.judge.alignment import Matched, Pairs, in_steps, match, median_slope, spikes
from pytest_fitness.judge.autoregression import Fit, explained, regress
from pytest_fitness.judge.samples import percentile

FEWEST = 30
_DAY = 86400.0
_VARIED = math.log(1.02)
_PRECISE = 0.5
_NOTABLE = math.log(1.01)
_STEADY = 0.9
_ABSURD = 100
_DECIMALS = 9
_LARGEST = 700.0


class Drift(NamedTuple):
    """Growth at a constant number of users, as a share per day, with its interval."""

    per_day: float
    low: float
    high: float


class Elasticity(NamedTuple):
    """How ``of`` grows with ``per``.

    Attributes:
        value: the per cent that ``of`` grows by for each per cent of ``per``: 1 is proportional, 0
            is not at all. None where it cannot be estimated.
        low: the lower end of its interval.
        high: the upper end.
        confidence: how often such an interval holds the true value.
        grew_of: the factor by which ``of`` grew from the start of the time to its end.
        grew_per: the factor by which ``per`` did.
        varied: the factor from the low values of ``per`` (5th percentile) to the high ones (95th).
        drift: how ``of`` grew while ``per`` did not; None where ``per`` moved too steadily with
            time to tell these apart.
        leak: whether it certainly grew at a constant ``per``, and notably.
        samples: how many pairs of points were used.
        effective_samples: of how many independent ones they are worth.
        correlation: of an error with the one a step before.
        outliers: pairs that were left out as spikes.
        unmatched: points to which the other series has none.
        dropped: points whose value has no logarithm.
        undecided: why the elasticity cannot be told; empty where it can.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    confidence: float = 0.95
    grew_of: float | None = None
    grew_per: float | None = None
    varied: float | None = None
    drift: Drift | None = None
    leak: bool = False
    samples: int = 0
    effective_samples: float = 0.0
    correlation: float = 0.0
    outliers: int = 0
    unmatched: int = 0
    dropped: int = 0
    undecided: str = ""


def elasticity(of: Points, per: Points, confidence: float = 0.95) -> Elasticity:
    """How ``of`` grows with ``per``, by regression of logarithms on their common times.

    Spikes are left out, around the line that a median of slopes draws. The interval allows for
    errors that resemble the ones before them (:mod:`pytest_fitness.judge.autoregression`).

    Beside it stands the trend in time at constant ``per``. It can be told from growth only where
    ``per`` went up and down: where a parabola in time explains nine tenths of its variance, there
    is none. Where such a trend is certain, it is part of the regression that gives the elasticity.
    """
    matched = match(of, per)
    blank = Elasticity(
        confidence=confidence,
        samples=len(matched.pairs.times),
        unmatched=matched.unmatched,
        dropped=matched.dropped,
    )
    if blank.samples < FEWEST:
        return blank._replace(undecided=_too_few(matched))
    varied = _range(matched.pairs.per)
    slope = median_slope(matched.pairs) if varied >= _VARIED else 0.0
    wild = spikes(_residuals(matched.pairs, slope))
    pairs = matched.pairs.pick([each for each in range(blank.samples) if each not in wild])
    result = blank._replace(
        samples=len(pairs.times),
        outliers=len(wild),
        grew_of=_growth(pairs.of),
        grew_per=_growth(pairs.per),
        varied=math.exp(min(varied, 700.0)),
    )
    return _estimate(result, pairs, slope, varied)


def sentence(of_name: str, per_name: str, result: Elasticity) -> str:
    """What was found, in words.

    ``memory grew 34 % while users grew 12 % (elasticity 2.6, 95 % 2.1 to 3.0)``.
    """
    if result.grew_of is None or result.grew_per is None or result.varied is None:
        return f"cannot tell how {of_name} grows with {per_name}: {result.undecided}"
    moved = f"{per_name} {_grew(result.grew_per)}"
    if abs(math.log(result.grew_per)) < math.log(result.varied) / 2 and result.varied >= 1.1:
        moved = f"{per_name} rose and fell by a factor of {_figure(result.varied)}"
    said = f"{of_name} {_grew(result.grew_of)} while {moved}"
    if result.value is not None and result.low is not None and result.high is not None:
        low, value, high = _alike(result.low, result.value, result.high)
        said += f" (elasticity {value}, {_percent(result.confidence)} {low} to {high})"
    if result.leak and result.drift is not None:
        per_day, low, high = map(_percent, result.drift)
        said += f"; at constant {per_name} it grew {per_day} a day"
        said += f" ({_percent(result.confidence)} {low} to {high}): a suspected leak"
    return f"{said}; cannot tell more: {result.undecided}" if result.undecided else said


def _estimate(result: Elasticity, pairs: Pairs, slope: float, varied: float) -> Elasticity:
    grid, gaps = in_steps(pairs)
    days = [(time - grid.times[0]) / _DAY for time in grid.times]
    residuals = _residuals(grid, slope)
    trend = _trend(grid, days, residuals, gaps, result.confidence, varied)
    explainable = 2 * varied if varied < _VARIED else 0.0
    leak = trend is not None and trend.low * days[-1] > _NOTABLE + explainable
    fit = None
    if varied >= _VARIED:
        beside = [days] if leak else []
        fit = regress([*beside, grid.per], residuals, gaps, result.confidence)
    correlation = (fit or trend or Fit(0, 0, 0)).correlation
    result = result._replace(
        drift=trend and Drift(*map(_to_share, trend[:3])),
        leak=leak,
        correlation=correlation,
        effective_samples=max(1.0, len(days) * (1 - correlation) / (1 + correlation)),
    )
    if fit is None:
        return result._replace(undecided=_too_little(varied))
    value, low, high = (round(slope + each, _DECIMALS) for each in fit[:3])
    result = result._replace(value=value, low=low, high=high)
    half = (fit.high - fit.low) / 2
    return result._replace(undecided=_too_vague(varied, half)) if half > _PRECISE else result


def _trend(
    grid: Pairs,
    days: list[float],
    residuals: list[float],
    gaps: list[int],
    confidence: float,
    varied: float,
) -> Fit | None:
    """The slope in time, a day, at constant ``per``; whatever curve the dependence on it may be."""
    if varied < _VARIED:
        return regress([days], residuals, gaps, confidence)
    if explained([days, [day * day for day in days]], grid.per) > _STEADY:
        return None
    centre = sum(grid.per) / len(grid.per)
    curve = [(value - centre) ** 2 for value in grid.per]
    return regress([grid.per, curve, days], residuals, gaps, confidence)


def _residuals(pairs: Pairs, slope: float) -> list[float]:
    return [of - slope * per for of, per in zip(pairs.of, pairs.per, strict=True)]


def _range(values: Sequence[float]) -> float:
    return percentile(values, 95) - percentile(values, 5)


def _growth(values: Sequence[float]) -> float:
    """The factor from the start to the end, each the median of a few values."""
    few = max(3, len(values) // 40)
    return math.exp(max(-700.0, min(median(values[-few:]) - median(values[:few]), 700.0)))


def _to_share(logarithm: float) -> float:
    return math.expm1(min(logarithm, _LARGEST))


def _too_few(matched: Matched) -> str:
    count = len(matched.pairs.times)
    points = f"{count} common point{'' if count == 1 else 's'}"
    apart = f" ({matched.unmatched} had no partner)" if matched.unmatched else ""
    return f"{points}{apart} where {FEWEST} are needed: take a longer time, or a shorter step"


def _too_little(varied: float) -> str:
    return f"a variation of {_percent(math.expm1(min(varied, 700.0)))} is too little"


def _too_vague(varied: float, half: float) -> str:
    reason = f"{_too_little(varied)} for so much noise"
    needed = varied * half / _PRECISE
    if needed > math.log(_ABSURD):
        return reason
    return f"{reason}, one of {_percent(math.expm1(min(needed, 700.0)))} would do"


def _grew(factor: float) -> str:
    if factor >= 3:
        return f"grew to {_figure(factor)} times as much"
    if abs(factor - 1) < 0.0005:
        return "stayed the same"
    if factor > 1:
        return f"grew {_percent(factor - 1)}"
    return f"shrank {_percent(1 - factor)}"


def _percent(share: float) -> str:
    percent = share * 100
    return f"{percent:,.0f} %" if abs(percent) >= 10 else f"{percent:.2g} %"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.1f}"


def _alike(*values: float) -> list[str]:
    """The values with as many decimals as it takes to tell them apart, one at least."""
    for decimals in range(1, 4):
        shown = [f"{value:.{decimals}f}" for value in values]
        if len(set(shown)) == len(shown):
            break
    return shown
