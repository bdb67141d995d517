"""Ends a request whose server neither answers nor hangs up."""

import threading
from collections.abc import Callable
from typing import Any, Self


class Watchdog:
    """While its ``with`` block lasts: aborts the connections it watches once the time is over.

    Args:
        seconds: how long the block may last.
        abort: called with each connection, from another thread.
    """

    def __init__(self, seconds: float, abort: Callable[[Any], None]) -> None:
        self.fired = False
        self._abort = abort
        self._watched: list[Any] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._fire)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._timer.cancel()
        with self._lock:  # from here on the connections may be another request's
            self._watched.clear()

    def watch(self, connection: Any) -> None:
        """Watch a connection too; at once, where the time is over already."""
        with self._lock:
            self._watched.append(connection)
            if self.fired:
                self._abort(connection)

    def _fire(self) -> None:
        with self._lock:
            self.fired = True
            for connection in self._watched:
                self._abort(connection)
