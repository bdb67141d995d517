"""Faults that somebody asked for, so that there is something to be found."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from threading import Lock
from typing import Final

from shop.web.messages import Request, Response
from shop.web.routing import Route, View

LEAKED_BYTES: Final = 1024 * 1024
"""What each session leaves behind."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What is to be wrong with the shop; nothing, unless it is said."""

    slow_checkout_seconds: float = 0.0
    leak: bool = False

    def applied(self, routes: Iterable[Route]) -> list[Route]:
        """The routes with these faults."""
        kept = _Kept()
        return [replace(route, view=self._faulty(route, kept)) for route in routes]

    def _faulty(self, route: Route, kept: "_Kept") -> View:
        view = route.view
        if self.slow_checkout_seconds and route.path == "/checkout":
            view = _slow(view, self.slow_checkout_seconds)
        return _leaking(view, kept) if self.leak else view


class _Kept:
    """A buffer for each session, of which none is ever let go. Safe to share by threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._buffers: dict[str, bytes] = {}

    def add(self, session: str) -> None:
        with self._lock:
            if session not in self._buffers:
                # Not zeros: those would take no memory before they are written to.
                self._buffers[session] = b"x" * LEAKED_BYTES


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
