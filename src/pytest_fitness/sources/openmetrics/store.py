"""Samples in memory: by name and labels, in two arrays of numbers a series."""

import math
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import pairwise
from typing import Final

from pytest_fitness.answers import Points
from pytest_fitness.errors import MeasureError
from pytest_fitness.sources.openmetrics.selector import Selector

MOST_SAMPLES: Final = 5_000_000
# A series costs some thousand bytes, a sample sixteen.
MOST_SERIES: Final = 500_000

Labels = tuple[tuple[str, str], ...]


class Held:
    """One series.

    Attributes:
        is_timed: whether any sample came with its own time.
    """

    __slots__ = ("_is_ordered", "is_timed", "labels", "times", "values")

    def __init__(self, labels: Labels) -> None:
        self.labels = labels
        self.is_timed = False
        self.times = array("d")
        self.values = array("d")
        self._is_ordered = 0

    def until(self, end: float) -> int:
        """How many samples are not after a time."""
        self._order()
        return bisect_right(self.times, end)

    def points(self, start: int, end: int) -> Points:
        """The samples from one place up to another, exclusive."""
        self._order()
        return tuple(zip(self.times[start:end], self.values[start:end], strict=True))

    def _order(self) -> None:
        """Oldest first; of several samples of one time the last one given stays."""
        if self._is_ordered == len(self.times):
            return
        if not all(before < after for before, after in pairwise(self.times)):
            newest = sorted(dict(zip(self.times, self.values, strict=True)).items())
            self.times = array("d", (time for time, _ in newest))
            self.values = array("d", (value for _, value in newest))
        self._is_ordered = len(self.times)


class Store:
    """All series of some expositions.

    Attributes:
        heads: series by how their name and labels were written, for those who fill it.
        newest: the latest of the times that came with samples; -inf without any.
    """

    def __init__(self) -> None:
        self.heads: dict[bytes, Held] = {}
        self.newest = -math.inf
        self._names: dict[str, dict[Labels, Held]] = {}
        self._series = 0

    def held(self, name: str, labels: Labels) -> Held:
        """The series of a name and its labels, which are sorted; a new one the first time.

        Raises:
            MeasureError: there are too many.
        """
        named = self._names.setdefault(name, {})
        if labels not in named:
            self._series += 1
            if self._series > MOST_SERIES:
                raise MeasureError(
                    f"there are more than {MOST_SERIES:,} series", "Expose or keep fewer of them."
                )
            named[labels] = Held(labels)
        return named[labels]

    def find(self, selector: Selector) -> Iterator[Held]:
        """The series that a selector selects."""
        for labels, held in self._names.get(selector.name, {}).items():
            if selector.matches(dict(labels)):
                yield held

    def missing(self, selector: Selector) -> str:
        """What there is instead of what a selector selects."""
        series = len(self._names.get(selector.name, ()))
        if series:
            return f"no labels match, of {series:,} series of {selector.name}"
        close = get_close_matches(selector.name, list(self._names)[:10_000], n=3)
        said = f"; near are {', '.join(close)}" if close else ""
        return f"no metric is called {selector.name}{said}"
