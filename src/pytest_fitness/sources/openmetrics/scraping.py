"""Answering from a URL, which knows only the present."""

import threading
import time
from concurrent.futures import Future
from pathlib import Path
from typing import Final, NamedTuple

from pytest_fitness import units
from pytest_fitness.answers import Answer, Client, Points, Window
from pytest_fitness.errors import FitnessError, MeasureError
from pytest_fitness.sources.openmetrics import answering
from pytest_fitness.sources.openmetrics.options import OpenMetricsOptions, OpenMetricsQuery
from pytest_fitness.sources.openmetrics.reading import Exposition, ends_as_openmetrics
from pytest_fitness.sources.openmetrics.selector import parse_selector
from pytest_fitness.sources.openmetrics.store import Held, Store
from pytest_fitness.sources.support.http import Http, Reply, shown_url

ACCEPT: Final = (
    "application/openmetrics-text;version=1.0.0;q=0.9,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)
# A time is watched by so many scrapes after the first, or as many as are asked for, up to a bound;
# and at least so many seconds lie between.
_SCRAPES: Final = 4
_MOST_SCRAPES: Final = 60
_SHORTEST: Final = 1.0
_TYPES: Final = ("", "text/plain", "application/octet-stream", "binary/octet-stream")


class _Observed(NamedTuple):
    """What a number of scrapes found.

    Attributes:
        end: for which end of a window it was begun.
        last: when the last scrape was begun.
    """

    end: float
    store: Store
    last: float = 0.0
    notes: tuple[str, ...] = ()
    error: FitnessError | None = None


class ScrapingClient(Client):
    """One URL.

    A question about now is answered from one scrape, which all questions with the same end of
    their windows share. A question about some time is answered by watching the URL for so long,
    beginning now; all questions about so much time share what was seen. Its last scrape counts as
    the end of the window, so that the answer lies where it was asked for.
    """

    def __init__(self, options: OpenMetricsOptions, root: Path) -> None:
        self._http = Http(options, root)
        self._shown = shown_url(options.url)
        self._longest_wait = options.longest_wait
        self._lock = threading.Lock()
        # One for each length of time; asked anew only when it is over.
        self._observed: dict[float, Future[_Observed]] = {}
        self._closed = threading.Event()

    def ask(self, query: OpenMetricsQuery, window: Window) -> Answer:
        """The samples of now, or of as much time from now on as the window has."""
        selector = parse_selector(query.metric)
        if window.seconds > self._longest_wait:
            longest, wanted = (
                units.format_value(seconds, units.SECONDS)
                for seconds in (self._longest_wait, window.seconds)
            )
            raise MeasureError(
                f"{self._shown} knows only the present: it would have to be watched for {wanted}, "
                f"and `longest_wait` is {longest}",
                "Ask a Prometheus that scrapes it, or a file; or about less time.",
            )
        observed = self._observe(window)
        if observed.error is not None:
            raise observed.error

        def points(held: Held) -> Points:
            if not window.seconds:
                return answering.newest(held)
            if held.is_timed:
                seen = answering.within(held, window._replace(end=observed.last))
            else:
                seen = held.points(0, held.until(observed.last))
            # The first scrape opens the window, however late the last one was.
            return tuple(
                (max(time, window.end - window.seconds), value)
                for time, value in answering.moved(seen, observed.last, window.end)
            )

        # Finding puts samples in order.
        with self._lock:
            return answering.answer(observed.store, selector, points, observed.notes)

    def close(self) -> None:
        """Watch no more, and close the connections."""
        self._closed.set()
        self._http.close()

    def _observe(self, window: Window) -> _Observed:
        with self._lock:
            known = self._observed.get(window.seconds)
            if known is not None and (not known.done() or _covers(known.result(), window)):
                future, mine = known, False
            else:
                future, mine = Future(), True
                self._observed[window.seconds] = future
        if mine:
            try:
                future.set_result(self._watch(window))
            except BaseException as error:
                with self._lock:
                    del self._observed[window.seconds]
                future.set_exception(error)
        return future.result()

    def _watch(self, window: Window) -> _Observed:
        try:
            return self._watched(window)
        except FitnessError as error:
            return _Observed(window.end, Store(), error=error)

    def _watched(self, window: Window) -> _Observed:
        store = Store()
        exposition = Exposition(store)
        failures: list[FitnessError] = []
        count = _scrapes(window)
        apart = window.seconds / max(count, 1)
        began_at, began = time.time(), time.monotonic()
        for number in range(count + 1):
            late = time.monotonic() - began - apart * number
            if 0 < number < count and late > apart:
                continue  # it is time for the next one already
            if self._closed.wait(max(-late, 0.0)):
                raise MeasureError("the source was closed while it was watched")
            last = began_at + time.monotonic() - began
            try:
                reply = self._http.get(accept=ACCEPT)
            except FitnessError as error:
                if number in (0, count):
                    raise
                failures.append(error)
                continue
            taken = last if window.seconds else time.time()
            is_openmetrics = self._is_openmetrics(reply)
            exposition.read(reply.body, self._shown, taken, openmetrics=is_openmetrics)
        notes: tuple[str, ...] = ()
        if failures:
            notes = (f"{len(failures)} of {count + 1} scrapes failed: {failures[-1].message}",)
        return _Observed(window.end, store, last, notes)

    def _is_openmetrics(self, reply: Reply) -> bool:
        kind, _, parameters = reply.content_type.lower().partition(";")
        kind = kind.strip()
        if kind == "application/openmetrics-text":
            return True
        if kind not in _TYPES:
            raise MeasureError(
                f"{self._shown} answered with {kind!r}, not with metrics",
                "Look at the url of the source: it often ends with /metrics.",
            )
        return "version=0.0.4" not in parameters.replace(" ", "") and ends_as_openmetrics(
            reply.body
        )


def _covers(observed: _Observed, window: Window) -> bool:
    """Whether it answers a question about another end, too."""
    if observed.end == window.end:
        return True
    return (
        window.seconds > 0
        and observed.error is None
        and observed.last > (window.end - window.seconds)
    )


def _scrapes(window: Window) -> int:
    """How many scrapes come after the first."""
    if not window.seconds:
        return 0
    asked_for = min(_MOST_SCRAPES, int(window.seconds / max(window.step, _SHORTEST)))
    return max(1, asked_for, min(_SCRAPES, int(window.seconds / _SHORTEST)))
