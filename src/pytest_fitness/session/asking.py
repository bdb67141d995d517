"""Asking live sources: each question once, several at a time, and a dead source never twice."""

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final

from pytest_fitness.answers import Answer, Client, Series, Window
from pytest_fitness.config.kinds import LONGEST_WATCH, Asked
from pytest_fitness.errors import FitnessError, MeasureError, UnreachableError

# Questions that are at one source at the same time.
LANES: Final = 4


class Asker:
    """The opened sources of a run, and what they answered.

    Args:
        open_named: opens a source by its name.
    """

    def __init__(self, open_named: Callable[[str], Any]) -> None:
        self._open_named = open_named
        self._clients: dict[str, Any] = {}
        self._answers: dict[tuple[str, str, Window], Future[Answer]] = {}
        self._dead: dict[str, UnreachableError] = {}
        self._lock = threading.RLock()
        self._closed = threading.Event()
        self._lanes: list[threading.Thread] = []

    def client(self, name: str) -> Any:
        """What a source opened to; it is opened once.

        Raises:
            MeasureError: it cannot be opened.
        """
        with self._lock:
            if self._closed.is_set():
                raise MeasureError(f"the run ended before {name!r} was asked")
            if name not in self._clients:
                self._clients[name] = self._open_named(name)
            return self._clients[name]

    def ask(self, asked: Asked) -> Answer:
        """The answer to a question; who asks it again gets the same.

        Raises:
            MeasureError: it cannot be answered.
        """
        key = (asked.source, repr(asked.query), asked.window)
        with self._lock:
            answer = self._answers.get(key)
            mine = answer is None
            if answer is None:
                answer = self._answers[key] = Future()
        if mine:
            try:
                answer.set_result(self._watch(asked) if asked.watched else self._ask(asked))
            except BaseException as error:
                answer.set_exception(error)
        return answer.result()

    def ask_ahead(self, questions: Iterable[Asked]) -> None:
        """Begin to ask all of them in the background, some at a time for each source."""
        by_source: dict[str, list[Asked]] = {}
        for asked in questions:
            by_source.setdefault(asked.source, []).append(asked)
        for name, asks in by_source.items():
            lane = threading.Thread(target=self._run_lane, args=(asks,), name=f"ask {name}")
            lane.daemon = True  # a source that hangs does not keep the run from ending
            self._lanes.append(lane)
            lane.start()

    def close(self) -> None:
        """Let go of every source, whatever is still being asked."""
        self._closed.set()
        for lane in self._lanes:
            lane.join(timeout=1.0)
        with self._lock:
            clients, self._clients = list(self._clients.values()), {}
        for client in clients:
            close = getattr(client, "close", None)
            if close is not None:
                # By now everything is judged and told; the others have to be closed too.
                with suppress(Exception):
                    close()

    def _run_lane(self, asks: list[Asked]) -> None:
        # The first one finds out whether the source is there at all.
        first = asks[0]
        if first.watched:
            first = first._replace(window=Window(first.window.end), watched=False)
        self._quietly(first)
        # Those that watch wait most of the time, and all for the same time.
        watching = sum(asked.watched for asked in asks)
        with ThreadPoolExecutor(LANES + watching) as pool:
            list(pool.map(self._quietly, asks))

    def _quietly(self, asked: Asked) -> None:
        if not self._closed.is_set():
            # Whoever needs the answer is told what went wrong.
            with suppress(BaseException):
                self.ask(asked)

    def _ask(self, asked: Asked) -> Answer:
        dead = self._dead.get(asked.source)
        if dead is not None:
            raise dead
        try:
            client = self.client(asked.source)
            if not isinstance(client, Client):
                raise MeasureError(
                    f"the source {asked.source!r} answers no questions",
                    "It belongs to a kind of its own.",
                )
            return client.ask(asked.query, asked.window)
        except UnreachableError as error:
            told = UnreachableError(f"{asked.source}: {error.message}", error.hint)
            self._dead.setdefault(asked.source, told)
            raise told from error
        except FitnessError:
            raise
        except Exception as error:
            raise MeasureError(
                f"the source {asked.source!r} failed: {type(error).__name__}: {error}"
            ) from error

    def _watch(self, asked: Asked) -> Answer:
        seconds = asked.window.seconds
        if seconds > LONGEST_WATCH:
            raise MeasureError(
                f"{asked.source} knows only the present: {seconds:g} s are too long to wait for",
                f"Ask over {LONGEST_WATCH:g}s or less, or a source that keeps time (Prometheus).",
            )
        first = self._ask(asked._replace(window=Window(asked.window.end)))
        if self._closed.wait(seconds):
            raise MeasureError("the run ended before the time was over")
        last = self._ask(asked._replace(window=Window(time.time())))
        return _joined(first, last)


def _joined(first: Answer, last: Answer) -> Answer:
    """The values at both ends of a time, as series of two points."""
    before = {series.labels: series.points for series in first.series}
    return Answer(
        tuple(
            Series((*before.get(series.labels, ()), *series.points), series.labels)
            for series in last.series
        ),
        tuple(dict.fromkeys(first.notes + last.notes)),
        last.unit,
    )
