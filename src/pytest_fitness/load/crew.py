"""Who carries a load: this process of Locust alone, or workers that it tells what to do.

This runs inside Locust; ``runner`` is what Locust calls so.
"""

from typing import Any, Final, Protocol

import gevent

from pytest_fitness.judge.histogram import Histogram
from pytest_fitness.load.recorder import Recorder
from pytest_fitness.load.recording import Lately, Seen

OPEN: Final = "fitness_open"
CLOSE: Final = "fitness_close"
SEEN: Final = "fitness_seen"
LATELY: Final = "fitness_lately"
_EVERY: Final = 1.0
_LONGEST_CLOSING: Final = 20.0


class LoadFailedError(Exception):
    """The load cannot go on; a message, and what to do."""


class Crew(Protocol):
    """Who carries the load."""

    def open(self, seconds: float) -> None:
        """Begin to count, for so long."""

    def close(self) -> Seen:
        """Stop counting: what all of them saw."""

    def lately(self) -> Lately:
        """What happened since this was called last."""


class Alone:
    """This process makes the requests."""

    def __init__(self, runner: Any, recorder: Recorder) -> None:
        self._runner = runner
        self._recorder = recorder
        self.open = recorder.open
        self.close = recorder.close

    def lately(self) -> Lately:
        """What happened since this was called last."""
        found = self._recorder.lately()
        found.users = self._runner.user_count
        return found


class Workers:
    """Other processes make them; each hands over what it saw once a stage, and is waited for."""

    def __init__(self, runner: Any) -> None:
        self._runner = runner
        self._number = 0
        self._seen: dict[str, Any] = {}
        self._members: frozenset[str] = frozenset()
        self._latest: dict[str, Lately] = {}
        runner.register_message(SEEN, self._hear_seen)
        runner.register_message(LATELY, self._hear_lately)

    def open(self, seconds: float) -> None:
        """Begin to count, for so long."""
        self._number += 1
        self._seen = {}
        self._members = frozenset(self._runner.clients)
        self._runner.send_message(OPEN, {"seconds": seconds})

    def close(self) -> Seen:
        """Stop counting: what all of them saw.

        Raises:
            LoadFailedError: one of them is gone, and with it what it saw.
        """
        self._runner.send_message(CLOSE, {"number": self._number})
        with gevent.Timeout(_LONGEST_CLOSING, False):
            while self._members - self._seen.keys():
                gevent.sleep(0.02)
        missing = len(self._members - self._seen.keys())
        if missing:
            raise LoadFailedError(
                f"{missing} of {len(self._members)} workers did not say what they measured"
            )
        found = Seen()
        for data in self._seen.values():
            found.merge(Seen.from_builtins(data))
        return found

    def lately(self) -> Lately:
        """What happened since this was called last."""
        found = Lately()
        for name, latest in self._latest.items():
            if name in self._runner.clients:
                found.merge(latest)
            latest.times = Histogram()
            latest.failures = 0
        return found

    def _hear_seen(self, environment: Any, msg: Any) -> None:  # noqa: ARG002
        if msg.data["number"] == self._number:
            self._seen[msg.node_id] = msg.data["seen"]

    def _hear_lately(self, environment: Any, msg: Any) -> None:  # noqa: ARG002
        news = Lately.from_builtins(msg.data)
        before = self._latest.get(msg.node_id)
        if before is not None:
            news.times.merge(before.times)
            news.failures += before.failures
        self._latest[msg.node_id] = news


def serve(runner: Any, recorder: Recorder) -> None:
    """What a worker does: count when it is told to, and hand over what it counted."""

    def begin(environment: Any, msg: Any) -> None:  # noqa: ARG001
        recorder.open(msg.data["seconds"])

    def end(environment: Any, msg: Any) -> None:  # noqa: ARG001
        seen = recorder.close().to_builtins()
        runner.send_message(SEEN, {"number": msg.data["number"], "seen": seen})

    def tell() -> None:
        while True:
            gevent.sleep(_EVERY)
            news = recorder.lately()
            news.users = runner.user_count
            runner.send_message(LATELY, news.to_builtins())

    runner.register_message(OPEN, begin)
    runner.register_message(CLOSE, end)
    runner.greenlet.spawn(tell)
