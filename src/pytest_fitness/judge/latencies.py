"""What the answers of a load tell, and how sure one can be of it.

Answers that follow each other resemble each other: all of a second are late when something else
ran in that second. Taken for independent, they would promise more than they know. So the time of a
load is cut into slices, and how much the slices differ tells how much is known.
"""

import math
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from pytest_fitness.judge.distributions import incomplete_beta, student_quantile
from pytest_fitness.judge.proportions import wilson

Interval = tuple[float, float]
# Schmeiser, Batch size effects in the analysis of simulation output, Operations Research 30, 1982:
# more than 30 batches gain nothing, fewer than 10 cost precision.
_FEWEST_BATCHES: Final = 5


class Slice(NamedTuple):
    """The answers of one of several equal parts of a time.

    Attributes:
        answers: how many there were.
        sum: how long they took, together, in seconds.
        squares: the sum of the squares of how long each took.
        failures: how many of them were failures.
    """

    answers: int = 0
    sum: float = 0.0
    squares: float = 0.0
    failures: int = 0

    def plus(self, other: "Slice") -> "Slice":
        """Both together."""
        return Slice(
            self.answers + other.answers,
            self.sum + other.sum,
            self.squares + other.squares,
            self.failures + other.failures,
        )


def percentile_ranks(
    count: float, percent: float, confidence: float
) -> tuple[int | None, int | None]:
    """The ranks between whose values the true percentile lies, of ``count`` independent values.

    How many of them lie below the true percentile is binomial, whatever the distribution of the
    values: David and Nagaraja, Order Statistics, 3rd edition, 2003, section 7.1. None stands for
    an end that so few values do not tell.
    """
    values, share, tail = math.floor(count), percent / 100, (1 - confidence) / 2
    # The largest rank whose value is above the true percentile with a probability of `tail` only.
    low = _least(0, values, lambda below: _binomial(below, values, share) > tail)
    # The least rank whose value is below it with a probability of `tail` only.
    high = _least(0, values, lambda below: 1 - _binomial(below, values, share) <= tail) + 1
    return low or None, high if high <= values else None


def fewest_values(percent: float, confidence: float) -> int:
    """How many independent values it takes until both ends of a percentile's interval are known."""
    share = max(percent / 100, 1 - percent / 100)
    return math.ceil(math.log((1 - confidence) / 2) / math.log(share))


def resemblance(slices: Sequence[Slice], *, of_failures: bool = False) -> float:
    """How many answers tell as much as one independent answer would; 1 and more.

    The variance of the mean (of the share of failures), as the slices show it, to what it would be
    if the answers were independent. Kish, Survey Sampling, 1965, section 5.4: the design effect.
    """
    batches = [_pair(part, of_failures=of_failures) for part in slices]
    total = sum(count for count, _ in batches)
    if total < 2 or len(slices) < 2:
        return 1.0
    mean = math.fsum(value for _, value in batches) / total
    squares = mean * total if of_failures else math.fsum(part.squares for part in slices)
    independent = max(0.0, squares / total - mean * mean) / (total - 1)
    if independent <= mean * mean * 1e-12 / total:
        return 1.0  # they are all the same
    return min(max(1.0, _variance(batches, mean) / independent), float(total))


def mean_interval(slices: Sequence[Slice], width: float, confidence: float) -> Interval | None:
    """Between what the true mean lies, by means of batches; None where they are too few.

    The ratio of two sums that each batch gives, and its variance: Cochran, Sampling Techniques,
    3rd edition, 1977, section 6.3.

    Args:
        slices: equal parts of the time.
        width: how long each is, in seconds.
        confidence: how sure it has to be.
    """
    batches = [_pair(part, of_failures=False) for part in batched(slices, width)]
    total = sum(count for count, _ in batches)
    if sum(count > 0 for count, _ in batches) < _FEWEST_BATCHES:
        return None
    mean = math.fsum(value for _, value in batches) / total
    reach = _reach(len(batches), confidence) * math.sqrt(_variance(batches, mean))
    return max(0.0, mean - reach), mean + reach


def rate_interval(slices: Sequence[Slice], width: float, confidence: float) -> Interval | None:
    """Between what the true number of answers a second lies; None where batches are too few."""
    batches = batched(slices, width)
    if len(batches) < _FEWEST_BATCHES:
        return None
    seconds = width * (len(slices) // len(batches))
    rates = [part.answers / seconds for part in batches]
    mean = math.fsum(rates) / len(rates)
    variance = math.fsum((rate - mean) ** 2 for rate in rates) / (len(rates) - 1)
    reach = _reach(len(rates), confidence) * math.sqrt(variance / len(rates))
    return max(0.0, mean - reach), mean + reach


def failure_interval(slices: Sequence[Slice], confidence: float) -> Interval:
    """Between what the true share of failures lies; failures that come together count for less.

    Raises:
        ValueError: there are no answers.
    """
    total = sum(part.answers for part in slices)
    failures = sum(part.failures for part in slices)
    alike = resemblance(slices, of_failures=True)
    return wilson(failures / alike, total / alike, confidence)


def batched(slices: Sequence[Slice], width: float) -> list[Slice]:
    """Slices put together until each is twice as long as an answer takes; equal in length.

    A batch that is shorter than the answers in it resembles its neighbours.
    """
    count = sum(part.answers for part in slices)
    wanted = 2 * math.fsum(part.sum for part in slices) / count if count else 0.0
    size = min(max(1, math.ceil(wanted / width)), max(1, len(slices) // _FEWEST_BATCHES))
    whole = len(slices) - len(slices) % size
    return [_together(slices[start : start + size]) for start in range(0, whole, size)]


def _together(slices: Sequence[Slice]) -> Slice:
    found = Slice()
    for part in slices:
        found = found.plus(part)
    return found


def _pair(part: Slice, *, of_failures: bool) -> tuple[int, float]:
    return part.answers, float(part.failures) if of_failures else part.sum


def _variance(batches: Sequence[tuple[int, float]], mean: float) -> float:
    """The variance of a ratio of sums over batches."""
    total = sum(count for count, _ in batches)
    off = math.fsum((value - mean * count) ** 2 for count, value in batches)
    return len(batches) / (len(batches) - 1) * off / total**2


def _reach(batches: int, confidence: float) -> float:
    return student_quantile((1 + confidence) / 2, batches - 1)


def _binomial(below: int, values: int, share: float) -> float:
    """The probability that at most ``below`` of the values lie below the percentile.

    By the incomplete beta function: DLMF 8.17.5.
    """
    if below >= values:
        return 1.0
    if share <= 0 or share >= 1:
        return float(share <= 0)
    return incomplete_beta(values - below, below + 1, 1 - share)


def _least(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The least number from ``low`` on for which something holds that holds for ``high``."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low
