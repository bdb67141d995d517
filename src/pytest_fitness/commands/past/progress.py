"""How far a backfill has come: a line that changes, or a few lines in a log."""

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TextIO

from pytest_fitness.commands.output import plural

_WIDTH: Final = 24
_CLEAR: Final = "\r\x1b[K"
_REFRESH: Final = 0.1
"""Seconds between two states of the line."""
_PAUSE: Final = 10.0
"""Seconds between two lines of a log, at least."""
_LINES: Final = 10
"""How many lines a log gets, at most."""

_MINUTES_FROM: Final = 100


class Progress:
    """Tells how many of some commits are done, and how long the rest will take.

    Args:
        total: how many there are.
        stream: where it is told; standard error by default.
        clock: tells the time in seconds.
    """

    def __init__(
        self,
        total: int,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._total = total
        self._stream = sys.stderr if stream is None else stream
        self._clock = clock
        self._is_live = is_watched(self._stream)
        self._first = self._shown = clock()
        self._is_drawn = False
        self._tenth = 0

    def tell(self, done: int, commit: str) -> None:
        """So many are done; that was the newest of them."""
        now = self._clock()
        if done == 1:  # it takes longest, as nothing is known of any file yet
            self._first = now
        rate = (done - 1) / (now - self._first) if done > 1 and now > self._first else None
        if self._is_live:
            self._draw(now, done, _pace(rate, self._total - done), commit)
        else:
            self._log(now, done, _pace(rate, self._total - done))

    def end(self) -> None:
        """Take the line away."""
        if self._is_live:
            self._write(_CLEAR)

    def _draw(self, now: float, done: int, pace: str, commit: str) -> None:
        if self._is_drawn and now - self._shown < _REFRESH and done < self._total:
            return
        self._is_drawn, self._shown = True, now
        full = _WIDTH * done // self._total
        bar = "#" * full + "." * (_WIDTH - full)
        self._write(f"{_CLEAR}[{bar}] {done:,}/{self._total:,}  {commit[:9]}{pace}")

    def _log(self, now: float, done: int, pace: str) -> None:
        tenth = _LINES * done // self._total
        if tenth > self._tenth and now - self._shown >= _PAUSE:
            self._tenth, self._shown = tenth, now
            self._write(f"{done:,} of {plural(self._total, 'commit')}{pace}\n")

    def _write(self, text: str) -> None:
        with suppress(OSError):  # whoever watched has gone
            self._stream.write(text)
            self._stream.flush()


def is_watched(stream: TextIO) -> bool:
    """Whether a stream is a terminal, and likely somebody before it."""
    is_log = {"CI", "BUILD_NUMBER"} & os.environ.keys() or os.environ.get("TERM") == "dumb"
    return stream.isatty() and not is_log


def _pace(rate: float | None, left: int) -> str:
    if rate is None or not left:
        return ""
    seconds = max(1, round(left / rate))
    time_left = f"{seconds} s" if seconds < _MINUTES_FROM else f"{round(seconds / 60):,} min"
    return f"  {rate:.1f}/s, about {time_left} left"
