"""Sockets that bound an answer as a whole: a socket's own timeout begins anew at each byte."""

import threading
import time
from typing import Any, Final

from pytest_fitness.errors import MeasureError

LIMIT: Final = 64 * 1024 * 1024


class Budget(threading.local):
    """What the request of the current thread may still take; each thread has its own.

    Args:
        seconds: for one request, from :meth:`begin` on.
        limit: the bytes that may be received meanwhile.
    """

    def __init__(self, seconds: float, limit: int = LIMIT) -> None:
        self._seconds = seconds
        self._limit = limit
        self.begin()

    def begin(self) -> None:
        """A request begins now."""
        self._deadline = time.monotonic() + self._seconds
        self._room = self._limit

    def seconds_left(self) -> float:
        """Always more than 0, which would mean not to wait at all.

        Raises:
            TimeoutError: nothing is left.
        """
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        return left

    def spend(self, size: int) -> None:
        """Take note of bytes that came.

        Raises:
            MeasureError: there were too many.
        """
        self._room -= size
        if self._room < 0:
            raise MeasureError(
                f"the answer has more than {self._limit / 2**20:,.0f} MiB",
                "Look at whether the source is what its options say.",
            )


class BoundedSocket:
    """A socket within the budget of its thread; whatever is not declared here is the socket's."""

    def __init__(self, sock: Any, budget: Budget) -> None:
        self._sock = sock
        self._budget = budget
        self._timeout: float | None = sock.gettimeout()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def settimeout(self, seconds: float | None) -> None:
        """A timeout of one call, which the budget may shorten."""
        self._timeout = seconds

    def connect(self, address: Any) -> None:
        """As a socket does."""
        self._hurry()
        self._sock.connect(address)

    def sendall(self, data: bytes) -> None:
        """As a socket does."""
        self._hurry()
        self._sock.sendall(data)

    def recv(self, size: int, *flags: int) -> bytes:
        """As a socket does."""
        self._hurry()
        data: bytes = self._sock.recv(size, *flags)
        self._budget.spend(len(data))
        return data

    def recv_into(self, buffer: Any, *size_and_flags: int) -> int:
        """As a socket does."""
        self._hurry()
        count: int = self._sock.recv_into(buffer, *size_and_flags)
        self._budget.spend(count)
        return count

    def _hurry(self) -> None:
        left = self._budget.seconds_left()
        self._sock.settimeout(left if self._timeout is None else min(left, self._timeout))
