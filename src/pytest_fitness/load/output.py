"""The last of what a process writes."""

import threading
from typing import IO, Final

_CHUNK: Final = 65_536
_KEPT: Final = 65_536
_LAST_WORDS: Final = 1.0


class Tail(threading.Thread):
    """Reads a pipe to its end, so that its writer never waits, and keeps the end of it."""

    def __init__(self, pipe: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self._pipe = pipe
        self._data = bytearray()
        self.start()

    def run(self) -> None:
        """Read until nobody can write any more."""
        with self._pipe:
            while chunk := self._pipe.read1(_CHUNK):  # type: ignore[attr-defined]
                self._data += chunk
                if len(self._data) > 2 * _KEPT:
                    del self._data[:-_KEPT]

    def text(self) -> str:
        """What was written last; where the writer is gone, all of it is waited for, a moment."""
        self.join(_LAST_WORDS)
        return bytes(self._data).decode("utf-8", "replace")
