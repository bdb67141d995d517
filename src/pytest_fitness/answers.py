"""What live systems are asked, and what they answer: numbers with their times."""

from abc import ABC, abstractmethod
from typing import Any, NamedTuple

Points = tuple[tuple[float, float], ...]
"""Pairs of time (seconds since the epoch) and value, oldest first, one for each time."""


class Window(NamedTuple):
    """The time a question is about: the ``seconds`` up to ``end``.

    Attributes:
        end: seconds since the epoch.
        seconds: 0 asks for the newest value only.
        step: how far apart the points should lie, where the source can choose.
    """

    end: float
    seconds: float = 0.0
    step: float = 15.0


class Series(NamedTuple):
    """One time series; ``labels`` are sorted pairs that tell it from the others of its answer."""

    points: Points
    labels: tuple[tuple[str, str], ...] = ()


class Answer(NamedTuple):
    """All series that match a question; ``notes`` are what the source said beside them.

    An answer without series, and a series without points, are answers: that nothing was found is
    for the kind to judge. Values may be NaN or infinite where the source says so. ``unit`` is the
    base unit of the values where the source tells it itself (``512kB`` is 512,000 in ``B``).
    """

    series: tuple[Series, ...] = ()
    notes: tuple[str, ...] = ()
    unit: str = ""


def answer_to_builtins(answer: Answer) -> list[object]:
    """An answer as lists and scalars, fit for another process."""
    series = [[list(map(list, one.points)), list(map(list, one.labels))] for one in answer.series]
    return [series, list(answer.notes), answer.unit]


def answer_from_builtins(data: Any) -> Answer:
    """The answer that :func:`answer_to_builtins` took apart."""
    series, notes, unit = data
    return Answer(
        tuple(
            Series(tuple(map(tuple, points)), tuple(map(tuple, labels)))
            for points, labels in series
        ),
        tuple(notes),
        unit,
    )


class Client(ABC):
    """An opened source, which any number of threads may ask at once."""

    @abstractmethod
    def ask(self, query: Any, window: Window) -> Answer:
        """Answer a question; ``query`` is an object of the source's own query options.

        Raises:
            UnreachableError: the system does not answer at all, to no question.
            MeasureError: this question cannot be answered; says what to do.
        """

    def close(self) -> None:
        """Let go of connections and processes; closing twice is fine."""
        return
