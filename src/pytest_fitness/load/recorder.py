"""Hears of every request inside a process of Locust, and counts those of the measured time."""

import os
import re
import time
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from pytest_fitness.config.targets import is_loopback
from pytest_fitness.load.recording import SLICES, Lately, Seen

_MOST_HOSTS: Final = 100
_ADDRESS: Final = re.compile(r" at 0x[0-9a-fA-F]+")


class Recorder:
    """Counts requests from when it is opened until it is closed; beside it, all of them.

    A request counts for the time in which it ends. In a steady load as many that began before that
    time are in it as ended after it.

    Args:
        whole_names: whether a name says all; else the method is put before it.
        hosts: what may be asked, beside this machine.
    """

    def __init__(self, *, whole_names: bool, hosts: Iterable[str] = ()) -> None:
        self._hosts = set(hosts)
        self._stranger = ""
        self._whole_names = whole_names
        self._window: _Window | None = None
        self._lately = Lately()
        self._last_answer: float | None = None
        self._unanswered = 0
        self._requests = 0
        self._longest = 0.0
        # Since when which user waits for an answer to which request.
        self.waiting: dict[int, tuple[str, float]] = {}

    def request(
        self,
        request_type: str = "",
        name: str = "",
        response_time: float | None = None,
        exception: BaseException | str | None = None,
        response: Any = None,
        url: str | None = None,
        **_: Any,
    ) -> None:
        """Listens to Locust's event ``request``; times are in milliseconds there."""
        now = time.perf_counter()
        self._requests += 1
        self._hear(response, exception, now)
        if url is not None:
            self._know(url)
        if not isinstance(response_time, int | float):
            if self._window is not None:
                self._window.seen.untimed += 1
            return
        seconds = response_time / 1000
        self._longest = max(self._longest, seconds)
        self._lately.times.add(seconds)
        self._lately.failures += exception is not None
        if self._window is not None:
            shown = str(name) if self._whole_names else f"{request_type} {name}".strip()
            error = None if exception is None else described(response, exception)
            self._window.add(shown, seconds, now, error)

    def open(self, seconds: float) -> None:
        """Begin to count, for so long."""
        self._window = _Window(seconds)

    def close(self) -> Seen:
        """Stop counting: what there was since it was opened."""
        assert self._window is not None, "it is opened first"
        window, self._window = self._window, None
        return window.close(self.waiting.values())

    def lately(self) -> Lately:
        """What happened since this was called last."""
        found, self._lately = self._lately, Lately()
        if self._last_answer is not None:
            found.silence = time.perf_counter() - self._last_answer
        found.unanswered, found.requests = self._unanswered, self._requests
        found.longest, found.stranger = self._longest, self._stranger
        return found

    def _know(self, url: str) -> None:
        """Look where a request went."""
        host = host_of(url)
        if host in self._hosts:
            return
        if is_loopback(host) and len(self._hosts) < _MOST_HOSTS:
            self._hosts.add(host)
        elif not is_loopback(host):
            self._stranger = host

    def _hear(self, response: Any, exception: BaseException | str | None, now: float) -> None:
        if exception is not None and is_unanswered(response, exception):
            self._unanswered += 1
        else:
            self._last_answer, self._unanswered = now, 0


class _Window:
    """A time that is measured."""

    def __init__(self, seconds: float) -> None:
        self.seen = Seen()
        self._width = seconds / SLICES
        self._began = time.perf_counter()
        self._used = _processor_time()

    def add(self, name: str, seconds: float, now: float, error: str | None) -> None:
        """Count a request that ended now."""
        part = min(int((now - self._began) / self._width), SLICES - 1)
        self.seen.add(name, seconds, part, error)

    def close(self, waiting: Iterable[tuple[str, float]]) -> Seen:
        """Stop: who waits for longer than anybody waited for an answer counts, with that time.

        Else a target that stops answering would look fast: the slowest would be missing.
        """
        now = time.perf_counter()
        seen = self.seen
        count, longest = seen.total.times.count, seen.total.times.max
        late = [(name, now - since) for name, since in waiting if now - since > longest]
        seen.unfinished = len(late)
        for name, seconds in late if count else ():
            seen.add(name, seconds, SLICES - 1, None)
        seen.busy = (_processor_time() - self._used) / max(now - self._began, 1e-9)
        return seen


@lru_cache(maxsize=256)
def host_of(url: str) -> str:
    """The host of a url; empty where it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def is_unanswered(response: Any, exception: BaseException | str) -> bool:
    """Whether a failure came without an answer: refused, reset, timed out."""
    status = getattr(response, "status_code", None)
    return status == 0 if isinstance(status, int) else isinstance(exception, OSError)


def described(response: Any, exception: BaseException | str) -> str:
    """A failure in a few words, the same for the same cause."""
    status = getattr(response, "status_code", None)
    judged = type(exception).__name__ == "CatchResponseError"
    if isinstance(status, int) and status >= 400 and not judged:
        return f"status {status}"
    if isinstance(exception, OSError) and exception.strerror:
        return exception.strerror
    text = _ADDRESS.sub("", str(exception)).strip()
    if isinstance(exception, str) or judged:
        return text or "a failure"
    return f"{type(exception).__name__}: {text}" if text else type(exception).__name__


def _processor_time() -> float:
    times = os.times()
    return times.user + times.system
