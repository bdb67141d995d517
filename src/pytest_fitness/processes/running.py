"""Running a command to its end: bounded in time and output, and nothing of it stays behind."""

import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Final, Literal, NamedTuple

from pytest_fitness.errors import MeasureError
from pytest_fitness.processes.groups import Group, ending, last_lines
from pytest_fitness.units import SECONDS, format_value

_CHUNK: Final = 65_536
_TAIL: Final = 65_536
# A process that left its group may hold the pipe for ever; what it would say is not waited for.
_LAST_WORDS: Final = 1.0


class Finished(NamedTuple):
    """A command that was run.

    Attributes:
        name: what it is called in messages.
        status: its exit status; negative for a signal.
        output: what it wrote to its standard output.
        errors: the last of what it wrote to its standard error.
        how: whether it ended by itself; if not, what it was ended for.
    """

    name: str
    status: int
    output: bytes
    errors: str
    how: Literal["itself", "time", "output", "close"] = "itself"


class Runner:
    """Runs commands, any number at a time, until it is closed.

    Args:
        limit: how many bytes of output are taken; more of it ends the command.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._running: set[Group] = set()
        self._lock = threading.Lock()
        self._closed = False

    def run(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        timeout: float,
        stdin: int | IO[bytes] = subprocess.DEVNULL,
    ) -> Finished:
        """Run one command; see :class:`~pytest_fitness.processes.groups.Group`.

        Raises:
            MeasureError: it cannot be started, or the runner is closed.
        """
        with self._lock:
            if self._closed:
                raise MeasureError("the run is over: nothing is started any more")
            group = Group(
                argv,
                cwd=cwd,
                env=env,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            self._running.add(group)
        try:
            return self._finish(group, timeout)
        finally:
            group.end()
            self._running.discard(group)

    def close(self) -> None:
        """End what runs; nothing can be run any more."""
        with self._lock:
            self._closed = True
            running = list(self._running)
        for group in running:
            group.end()

    def _finish(self, group: Group, timeout: float) -> Finished:
        assert group.process.stdout is not None
        assert group.process.stderr is not None
        with group:
            output = _Head(group.process.stdout, self.limit, group.kill)
            errors = _Tail(group.process.stderr)
            try:
                group.process.wait(timeout)
                is_late = False
            except subprocess.TimeoutExpired:
                is_late = True
        for reader in (output, errors):
            reader.join(_LAST_WORDS)
        status = group.process.returncode
        finished = Finished(
            group.name,
            -9 if status is None else status,
            bytes(output.data),
            bytes(errors.data).decode("utf-8", "replace"),
        )
        if self._closed:
            return finished._replace(how="close")
        if output.is_full:
            return finished._replace(how="output")
        return finished._replace(how="time") if is_late else finished


def failure(finished: Finished, timeout: float, limit: int) -> MeasureError | None:
    """What is wrong with how a command ended; None where it ended well."""
    name, said = finished.name, last_lines(finished.errors)
    if finished.how == "close":
        return MeasureError(f"{name} was ended, as the run is over")
    if finished.how == "output":
        return MeasureError(
            f"{name} was ended: it printed more than {limit:,} bytes",
            "Let it print the number only.",
        )
    if finished.how == "time":
        within = format_value(timeout, SECONDS)
        advice = "Raise the `timeout` of the source, if it needs longer."
        said = f"Its errors ended with: {said}. " if said else ""
        return MeasureError(f"{name} did not end within {within}, and was ended", said + advice)
    if finished.status:
        told = f": {said}" if said else ", and no word of why"
        advice = "It was killed from outside, or ran out of memory." if finished.status < 0 else ""
        return MeasureError(f"{name} {ending(finished.status)}{told}", advice or None)
    return None


class _Reader(threading.Thread):
    """Reads a pipe to its end, so that its writer never waits."""

    def __init__(self, pipe: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self.data = bytearray()
        self._pipe = pipe
        self.start()

    def run(self) -> None:
        """Read until nobody can write any more."""
        with self._pipe:
            while chunk := self._pipe.read1(_CHUNK):  # type: ignore[attr-defined]
                self.take(chunk)

    def take(self, chunk: bytes) -> None:
        """Keep what is wanted of it."""


class _Head(_Reader):
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


class _Tail(_Reader):
    """Keeps the end."""

    def take(self, chunk: bytes) -> None:
        """Keep it, and let go of what came long before."""
        self.data += chunk
        if len(self.data) > 2 * _TAIL:
            del self.data[:-_TAIL]
