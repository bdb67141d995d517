"""Reading a live number again and again while something else goes on."""

import threading
import time
from typing import Final, Self

from pytest_fitness.answers import Answer, Client, Points, Window
from pytest_fitness.config.kinds import Asked, Context
from pytest_fitness.config.questions import Question
from pytest_fitness.errors import FitnessError, MeasureError, NoDataError
from pytest_fitness.measures.live import COMBINE, chosen, scale

_LAST_WORDS: Final = 10.0
# Half a day of them.
_MOST: Final = 100_000


def read_now(question: Question, context: Context) -> float:
    """The number of this moment.

    Raises:
        NoDataError: there is none.
        MeasureError: it cannot be had.
    """
    return _number(context.ask(Asked(question.source, question.query, _moment())), question)


class Readings:
    """Reads a number in a thread of its own, from entering this context to leaving it.

    Args:
        question: what is read; it has been answered before.
        context: where its source is opened.
        step: how far apart the readings are, in seconds.
    """

    def __init__(self, question: Question, context: Context, step: float) -> None:
        self._question = question
        # Not through the context: workers that share answers keep each in a file.
        self._client: Client = context.source(question.source)
        self._step = step
        self._over = threading.Event()
        self._found: list[tuple[float, float]] = []
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, name=f"read {question.source}")
        self._thread.daemon = True  # a source that hangs does not keep the run from ending

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(_LAST_WORDS)

    def points(self) -> Points:
        """What was read so far.

        Raises:
            NoDataError: once there was nothing to read.
            MeasureError: it could not be read.
        """
        if isinstance(self._failure, MeasureError):
            said = f"{self._question.source}: {self._failure.message}"
            raise MeasureError(said, self._failure.hint) from self._failure
        if isinstance(self._failure, FitnessError):
            raise self._failure
        if self._failure is not None:
            name = type(self._failure).__name__
            raise MeasureError(
                f"the source {self._question.source!r} failed: {name}: {self._failure}"
            ) from self._failure
        return tuple(self._found)

    def _run(self) -> None:
        due = time.monotonic()
        try:
            while not self._over.wait(max(0.0, due - time.monotonic())):
                began = time.time()
                answer = self._client.ask(self._question.query, _moment())
                value = _number(answer, self._question)
                self._found.append(((began + time.time()) / 2, value))
                if len(self._found) >= _MOST:
                    raise MeasureError("the experiment takes too long to remember")
                due = max(due + self._step, time.monotonic())
        except Exception as error:  # told to whoever wants the points
            self._failure = error


def _moment() -> Window:
    return Window(time.time())


def _number(answer: Answer, question: Question) -> float:
    values = [series.points[-1][1] for series in chosen(answer, question)]
    value = COMBINE[question.combine or "sum"](values) * scale(answer, question)
    if value != value:  # noqa: PLR0124 - NaN alone is not itself
        raise NoDataError(f"{question.source}: {question.shown} is NaN")
    return value
