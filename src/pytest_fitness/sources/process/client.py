"""Asking a process for its numbers."""

import threading
import time
from pathlib import Path
from typing import Final

import psutil

from pytest_fitness.answers import Answer, Client, Series, Window
from pytest_fitness.config.command_line import argv_of
from pytest_fitness.config.kinds import LONGEST_WATCH
from pytest_fitness.errors import MeasureError, UnreachableError
from pytest_fitness.sources.process import finding
from pytest_fitness.sources.process.observing import Observation
from pytest_fitness.sources.process.options import ProcessOptions, ProcessQuery
from pytest_fitness.sources.process.reading import TOGETHER, EndedError, Reading, read
from pytest_fitness.sources.process.ready import Ready
from pytest_fitness.sources.process.started import StartedProcess

# CPU time is spent over a time, also where the value of now is wanted.
_MOMENT: Final = 0.5


class ProcessClient(Client):
    """One process; started when first asked, where it is the run that starts it."""

    def __init__(self, options: ProcessOptions, root: Path) -> None:
        self._options = options
        self._root = root
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._observations: dict[object, Observation] = {}
        self._started: StartedProcess | None = None
        self._found: psutil.Process | None = None
        self._failure: UnreachableError | None = None

    def ask(self, query: ProcessQuery, window: Window) -> Answer:
        """Watch the process, or take a share in a watch that is under way or over."""
        if window.seconds > LONGEST_WATCH:
            raise MeasureError(
                f"a process is watched while the run waits: {LONGEST_WATCH:g} s at most, "
                f"not {window.seconds:g} s",
                f"Ask over {LONGEST_WATCH:g}s or less, or a source that keeps time.",
            )
        process = self._process()
        if window.seconds > 0 or query.metric == "cpu":
            return _answer(self._observation(process, query.metric, window).points(query.metric))
        value = self._read(process, (query.metric,)).values[query.metric]
        if isinstance(value, MeasureError):
            raise value
        return _answer(((time.time(), value),))

    def up(self) -> int:
        """The number of the process, started and waited for if need be.

        Raises:
            MeasureError: there is none, it does not come up, or it has ended.
        """
        process = self._process()
        ended = self._started.why_ended() if self._started is not None else None
        if ended is not None:
            raise ended
        return process.pid

    def close(self) -> None:
        """Stop watching, and what was started."""
        self._closed.set()
        started = self._started
        if started is not None:
            started.stop()

    def _observation(self, process: psutil.Process, metric: str, window: Window) -> Observation:
        """The one observation for all questions about a time, of all that is read together."""
        metrics = TOGETHER if metric in TOGETHER else (metric,)
        key = (process, metrics, window)
        with self._lock:
            if key not in self._observations:
                self._observations[key] = Observation(
                    lambda: self._read(process, metrics),
                    window.seconds or _MOMENT,
                    window.step if window.seconds else _MOMENT,
                    self._closed,
                )
            return self._observations[key]

    def _read(self, process: psutil.Process, metrics: tuple[str, ...]) -> Reading:
        try:
            return read(process, metrics, children=self._options.children)
        except EndedError:
            ended = self._started.why_ended() if self._started is not None else None
            raise ended or MeasureError(
                f"the process {process.pid} ended while it was measured", "Look at why."
            ) from None

    def _process(self) -> psutil.Process:
        options = self._options
        if options.pidfile is not None:
            return finding.by_file(self._root / options.pidfile)
        if options.port is not None:
            return finding.by_port(options.port)
        with self._lock:
            if self._failure is not None:
                raise self._failure
            if self._found is None:
                try:
                    self._found = self._first()
                except UnreachableError as error:
                    self._failure = error
                    raise
            return self._found

    def _first(self) -> psutil.Process:
        """The process of a number, or one that is started now."""
        options = self._options
        if options.pid is not None:
            return finding.by_pid(options.pid)
        if self._closed.is_set():
            raise UnreachableError("the run is over: nothing is started any more")
        assert options.start is not None
        ready = options.ready
        self._started = StartedProcess(
            argv_of(options.start),
            self._root / options.cwd,
            options.env,
            Ready(ready.url, ready.port, ready.pattern, ready.within) if ready else None,
            self._root / options.log if options.log else None,
            options.stop_within,
        )
        self._started.start()
        return psutil.Process(self._started.pid)


def _answer(points: tuple[tuple[float, float], ...]) -> Answer:
    return Answer((Series(points),) if points else ())
