"""Connections of urllib3 that bound an answer as a whole, from its first byte to its last."""

import io
import time
from functools import partial
from http.client import HTTPResponse as WireResponse
from typing import Any, Final

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from pytest_fitness.errors import MeasureError

# Of all that a server sends for one answer, headers and framing too.
_LIMIT: Final = 72 * 1024 * 1024


class _Watched(io.RawIOBase):
    """Reads from a socket until a deadline: the timeout of a socket begins anew at each byte."""

    def __init__(self, sock: Any, raw: io.RawIOBase, deadline: float) -> None:
        super().__init__()
        self._sock = sock
        self._raw = raw
        self._deadline = deadline
        self._room = _LIMIT

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._sock.settimeout(left)
        count: int | None = self._raw.readinto(buffer)
        self._room -= count or 0
        if self._room < 0:
            raise too_much(_LIMIT)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _WatchedResponse(WireResponse):
    def __init__(self, sock: Any, *args: Any, deadline: float, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        raw: Any = self.fp.detach()
        self.fp = io.BufferedReader(_Watched(sock, raw, deadline))


def _watching(connection: HTTPConnection) -> Any:
    """What reads an answer; urllib3 has set the timeout to what is left for that."""
    return partial(_WatchedResponse, deadline=time.monotonic() + (connection.timeout or 0.0))


class Connection(HTTPConnection):
    """Without TLS."""

    response_class: Any = property(_watching)


class SecureConnection(HTTPSConnection):
    """With TLS."""

    response_class: Any = property(_watching)

    def connect(self) -> None:
        """Connect, without the warning of each request that is not verified.

        Whoever writes `verify: false` means it.
        """
        super().connect()
        self.is_verified = True


class Pool(HTTPConnectionPool):
    """Connections to one host, without TLS."""

    ConnectionCls = Connection


class SecurePool(HTTPSConnectionPool):
    """Connections to one host, with TLS."""

    ConnectionCls = SecureConnection


def too_much(limit: int) -> MeasureError:
    """An answer is longer than anybody wants to read."""
    return MeasureError(
        f"the answer has more than {limit / 2**20:,.0f} MiB",
        "Ask for less: fewer series, a shorter time, another url.",
    )
