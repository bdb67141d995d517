"""Running a command to its end: bounded in time and output, and nothing of it stays behind."""

import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Literal, NamedTuple

from pytest_fitness.errors import MeasureError
from pytest_fitness.processes.groups import Group, ending, last_lines
from pytest_fitness.processes.pipes import LAST_WORDS, Head, Tail
from pytest_fitness.units import SECONDS, format_value


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
            output = Head(group.process.stdout, self.limit, group.kill)
            errors = Tail(group.process.stderr)
            try:
                group.process.wait(timeout)
                is_late = False
            except subprocess.TimeoutExpired:
                is_late = True
        output.join(LAST_WORDS)
        said = errors.text()
        status = group.process.returncode
        finished = Finished(
            group.name,
            -9 if status is None else status,
            bytes(output.data),
            said,
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
