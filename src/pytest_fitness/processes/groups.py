"""A process and all that it starts in turn, ended together.

On POSIX it is a session of its own, signalled as a group; Ctrl-C at the terminal does not reach
it, the run ends it. What has left the group by then is found among its descendants, where psutil is
installed. Windows has no such groups: there the descendants are all there is.
"""

import atexit
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Self

from pytest_fitness.errors import MeasureError
from pytest_fitness.processes.kin import any_lives, descendants, group_lives
from pytest_fitness.processes.orphans import GUARD, signal_group
from pytest_fitness.units import CUT, shorten

if TYPE_CHECKING:
    import psutil

_KILL: Final = signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL
_living: set["Group"] = set()
# A process that was killed and is not gone by then hangs in the kernel.
_LONGEST_DYING: Final = 5.0


class Group:
    """A started process. Leaving it as a context ends it, and all that it started.

    Args:
        argv: the program and its arguments.
        cwd: the directory it starts in.
        env: variables that are added to this process's own.
        stdin: what it reads; nothing by default.
        stdout: where its output goes: ``subprocess.PIPE`` or a file.
        stderr: where its errors go.
        grace: seconds between being told to end and being killed.

    Raises:
        MeasureError: it cannot be started.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        stdin: int | IO[bytes] = subprocess.DEVNULL,
        stdout: int | IO[bytes] = subprocess.DEVNULL,
        stderr: int | IO[bytes] = subprocess.DEVNULL,
        grace: float = 1.0,
    ) -> None:
        self.name = f"the command {shorten(argv[0])!r}"
        self._owner = os.getpid()
        self._grace = grace
        self._ending = threading.RLock()
        self._ended = False
        GUARD.prepare()
        try:
            self.process = subprocess.Popen(
                list(argv),
                cwd=cwd,
                env={**os.environ, **env},
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise _cannot_start(error, self.name, cwd) from error
        GUARD.watch(self.process.pid)
        _living.add(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def status(self) -> int | None:
        """The exit status, negative for a signal; None while it runs.

        What an ended process left running is ended as well: its number may soon mean another.
        """
        found = self.process.poll()
        if found is not None:
            self.end()
        return found

    def kill(self) -> None:
        """Kill all of it, without waiting; may be called from any thread."""
        if self.process.returncode is None:
            self._signal(_KILL)

    def end(self) -> None:
        """End all of it: tell it to, wait for a while, kill what is left; twice is fine."""
        with self._ending:
            if self._ended:
                return
            is_there = self.process.returncode is None  # else its number may be another's
            strays = descendants(self.process.pid) if is_there else []
            try:
                self._tell(strays, signal.SIGTERM)
                deadline = time.monotonic() + self._grace
                pause = 0.001
                while self._remains(strays) and time.monotonic() < deadline:
                    time.sleep(pause)
                    pause = min(2 * pause, 0.05)
            finally:  # also where Ctrl-C interrupts the waiting
                self._tell(strays, _KILL)
                with suppress(subprocess.TimeoutExpired):
                    self.process.wait(_LONGEST_DYING)
                self._ended = True
                _living.discard(self)
                GUARD.forget(self.process.pid)

    def end_at_exit(self) -> None:
        """End it, but not from a copy of this process."""
        if self._owner == os.getpid():
            self.end()

    def _tell(self, strays: "Sequence[psutil.Process]", number: int) -> None:
        self._signal(number)
        for stray in strays:
            with suppress(Exception):  # gone by now, or another's
                stray.send_signal(number)

    def _signal(self, number: int) -> None:
        if sys.platform == "win32":
            self.process.kill()
        else:
            signal_group(self.process.pid, number)

    def _remains(self, strays: "Sequence[psutil.Process]") -> bool:
        if self.process.poll() is None:
            return True
        return any_lives(strays) or group_lives(self.process.pid)


def ending(status: int) -> str:
    """How a process ended, to follow its name: ``ended with status 3``."""
    if status >= 0:
        return f"ended with status {status}"
    try:
        return f"was killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"was killed by signal {-status}"


def last_lines(text: str, count: int = 5, width: int = 200) -> str:
    """The last lines of an output, in one; empty where there are none."""
    kept = count * 10 * width
    text = text if len(text) <= kept else f"{CUT}{text[-kept:]}"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " | ".join(shorten(line, width) for line in lines[-count:])


def _cannot_start(error: Exception, name: str, cwd: Path) -> MeasureError:
    if not cwd.is_dir():
        return MeasureError(
            f"{name} cannot start: there is no directory {str(cwd)!r}",
            "`cwd` starts at the directory of fitness.yaml.",
        )
    if isinstance(error, FileNotFoundError):
        return MeasureError(
            f"{name} was not found",
            f"Install it, put it on PATH, or write its path; a relative one starts at {cwd}.",
        )
    if isinstance(error, PermissionError):
        return MeasureError(
            f"{name} may not be executed", "Make it executable with chmod +x, or name its program."
        )
    reason = getattr(error, "strerror", None) or str(error)
    hint = "Does it begin with a line such as `#!/bin/sh`?" if "format" in reason else None
    return MeasureError(f"{name} cannot be started: {reason}", hint)


@atexit.register
def _end_all() -> None:
    for group in list(_living):
        group.end_at_exit()
