"""Answering questions from samples in memory."""

from collections.abc import Callable, Iterable

from pytest_fitness.answers import Answer, Points, Series, Window
from pytest_fitness.sources.openmetrics.selector import Selector
from pytest_fitness.sources.openmetrics.store import Held, Store


def answer(
    store: Store, selector: Selector, points: Callable[[Held], Points], notes: Iterable[str] = ()
) -> Answer:
    """The series that a selector selects, with points as a client sees them.

    Where there is nothing, a note says what there is instead.
    """
    found = list(store.find(selector))
    series = tuple(Series(seen, held.labels) for held in found if (seen := points(held)))
    if series:
        return Answer(series, tuple(notes))
    why = "its samples lie outside of the time asked for" if found else store.missing(selector)
    return Answer(notes=(*notes, why))


def within(held: Held, window: Window) -> Points:
    """The samples of a window; the newest one before its end, where it asks for that."""
    end = held.until(window.end)
    start = held.until(window.end - window.seconds) if window.seconds else max(end - 1, 0)
    return held.points(start, end)


def newest(held: Held) -> Points:
    """The newest sample, whenever it was."""
    count = len(held.times)
    return held.points(max(count - 1, 0), count)


def moved(points: Points, present: float, end: float) -> Points:
    """The points, as far before ``end`` as they were before ``present``."""
    return tuple((end - (present - time), value) for time, value in points)
