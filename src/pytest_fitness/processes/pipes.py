"""What a process writes, read to its end: its writer never waits, and only so much is kept."""

import threading
from collections.abc import Callable
from typing import IO, Final

_CHUNK: Final = 65_536
_KEPT: Final = 65_536
# A process that left its group may hold the pipe for ever; what it would say is not waited for.
LAST_WORDS: Final = 1.0


class _Reader(threading.Thread):
    """Reads a pipe until nobody can write any more."""

    def __init__(self, pipe: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self.data = bytearray()
        self._pipe = pipe
        self.start()

    def run(self) -> None:
        """Read to the end."""
        with self._pipe:
            while chunk := self._pipe.read1(_CHUNK):  # type: ignore[attr-defined]
                self.take(chunk)

    def take(self, chunk: bytes) -> None:
        """Keep what is wanted of it."""


class Head(_Reader):
    """Keeps the beginning, and says so when there is more."""

    def __init__(self, pipe: IO[bytes], limit: int, when_full: Callable[[], None]) -> None:
        self._limit = limit
        self._when_full = when_full
        self.is_full = False
        super().__init__(pipe)

    def take(self, chunk: bytes) -> None:
        """Keep it, if there is room."""
        if len(self.data) + len(chunk) <= self._limit and not self.is_full:
            self.data += chunk
        elif not self.is_full:
            self.is_full = True
            self._when_full()


class Tail(_Reader):
    """Keeps the end."""

    def take(self, chunk: bytes) -> None:
        """Keep it, and let go of what came long before."""
        self.data += chunk
        if len(self.data) > 2 * _KEPT:
            del self.data[:-_KEPT]

    def text(self) -> str:
        """What was written last; where the writer is gone, all of it is waited for, a moment."""
        self.join(LAST_WORDS)
        return bytes(self.data).decode("utf-8", "replace")
