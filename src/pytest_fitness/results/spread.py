"""Many values as they come: their percentiles, in bounded memory."""

from array import array
from typing import Final

from pytest_fitness.judge.histogram import Histogram
from pytest_fitness.judge.samples import percentile

# Up to so many values are kept as they are; more are counted in buckets.
MOST_KEPT: Final = 500_000


class Spread:
    """The values of one name; count, sum, least and largest are exact.

    Percentiles are exact up to ``MOST_KEPT`` values, and right to within half a percent beyond.
    """

    def __init__(self) -> None:
        self._kept = array("d")
        self._rest: Histogram | None = None
        self.sum = 0.0
        self.min = float("inf")
        self.max = float("-inf")

    @property
    def count(self) -> int:
        """How many values there were."""
        return len(self._kept) if self._rest is None else self._rest.count

    @property
    def mean(self) -> float:
        """The arithmetic mean of at least one value."""
        return self.sum / self.count

    def add(self, value: float) -> None:
        """Add a finite value.

        Raises:
            ValueError: it is below zero, or one was, and there are too many to keep them all.
        """
        self.sum += value
        self.min = min(self.min, value)
        self.max = max(self.max, value)
        if self._rest is not None:
            self._count(value)
            return
        self._kept.append(value)
        if len(self._kept) > MOST_KEPT:
            kept, self._kept, self._rest = self._kept, array("d"), Histogram()
            for each in kept:
                self._count(each)

    def percentile(self, percent: float) -> float:
        """A percentile (0 to 100) of at least one value."""
        if self._rest is None:
            return percentile(self._kept, percent)
        return self._rest.percentile(percent)

    def _count(self, value: float) -> None:
        assert self._rest is not None
        if value < 0:
            raise ValueError(
                f"{value:g} is below zero, and there are more than {MOST_KEPT:,} values"
            )
        self._rest.add(value)
