"""Faults that somebody asked for, so that there is something to be found."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from threading import Lock
from typing import Final

from shop.web.messages import Request, Response
from shop.web.routing import Route, View

HELD_SECONDS: Final = 0.005
"""How long each request holds the lock that all of them share."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What is to be wrong with the shop; nothing, unless it is said.

    Attributes:
        slow_checkout_seconds: how much longer each checkout takes.
        leaked_bytes: what each session leaves behind.
        lock: whether one request at a time is answered.
    """

    slow_checkout_seconds: float = 0.0
    leaked_bytes: int = 0
    lock: bool = False

    def applied(self, routes: Iterable[Route]) -> list[Route]:
        """The routes with these faults."""
        kept, lock = _Kept(self.leaked_bytes), Lock()
        return [replace(route, view=self._faulty(route, kept, lock)) for route in routes]

    def _faulty(self, route: Route, kept: "_Kept", lock: Lock) -> View:
        view = route.view
        if self.slow_checkout_seconds and route.path == "/checkout":
            view = _slow(view, self.slow_checkout_seconds)
        if self.leaked_bytes:
            view = _leaking(view, kept)
        return _locked(view, lock) if self.lock else view


class _Kept:
    """A buffer for each session, of which none is ever let go. Safe to share by threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = Lock()
        self._buffers: dict[str, bytes] = {}

    def add(self, session: str) -> None:
        with self._lock:
            if session not in self._buffers:
                # Not zeros: those would take no memory before they are written to.
                self._buffers[session] = b"x" * self._size


def _slow(view: View, seconds: float) -> View:
    def answer(request: Request) -> Response:
        time.sleep(seconds)
        return view(request)

    return answer


def _leaking(view: View, kept: _Kept) -> View:
    def answer(request: Request) -> Response:
        response = view(request)
        if cookie := response.headers.get("Set-Cookie"):
            kept.add(cookie)
        return response

    return answer


def _locked(view: View, lock: Lock) -> View:
    def answer(request: Request) -> Response:
        with lock:
            time.sleep(HELD_SECONDS)
            return view(request)

    return answer
