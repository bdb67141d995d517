"""Watching a process for a while, once for all who ask about the same time."""

import threading
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Final

from pytest_fitness.answers import Points
from pytest_fitness.errors import MeasureError
from pytest_fitness.sources.process.reading import Reading, cores

FINEST_STEP: Final = 0.2


class Observation:
    """Readings over some seconds, beginning with the first who wants them.

    Args:
        read: takes one reading.
        seconds: how long it takes.
        step: how far the readings are apart.
        closed: set when the run is over.
    """

    def __init__(
        self, read: Callable[[], Reading], seconds: float, step: float, closed: threading.Event
    ) -> None:
        self._read = read
        self._seconds = seconds
        self._step = max(FINEST_STEP, min(step, seconds))
        self._closed = closed
        self._lock = threading.Lock()
        self._readings: list[tuple[float, float, Reading]] | None = None
        self._failure: MeasureError | None = None

    def points(self, metric: str) -> Points:
        """The values of one metric; takes as long as the observation, for those who come early.

        Raises:
            MeasureError: it could not be read, or the process ended meanwhile.
        """
        with self._lock:
            if self._readings is None and self._failure is None:
                try:
                    self._readings = self._observe()
                except MeasureError as error:
                    self._failure = error
        if self._failure is not None:
            raise self._failure
        assert self._readings is not None
        return self._points(metric, self._readings)

    def _observe(self) -> list[tuple[float, float, Reading]]:
        """Readings with their times: that of the calendar, and one that never jumps."""
        count = max(1, round(self._seconds / self._step))
        start = time.monotonic()
        readings = [(time.time(), start, self._read())]
        for number in range(1, count + 1):
            due = start + self._seconds * number / count
            if self._closed.wait(max(due - time.monotonic(), 0.0)):
                raise MeasureError("the run ended before the time of watching was over")
            if number < count and time.monotonic() > due + self._step:
                continue  # reading takes longer than the step: leave some out
            moment, clock = time.time(), time.monotonic()
            readings.append((moment, clock, self._read()))
        return readings

    def _points(self, metric: str, readings: list[tuple[float, float, Reading]]) -> Points:
        points: dict[float, float] = {}
        for (_, began, before), (moment, clock, after) in pairwise(readings):
            if metric == "cpu" and "cpu" not in after.values:
                points[moment] = cores(before, after, max(clock - began, 0.001))
                continue
            value = after.values[metric]
            if isinstance(value, MeasureError):
                raise value
            points[moment] = value
        return tuple(sorted(points.items()))
