"""Processes that this run started end with it, even where the run is killed.

A second interpreter, started with the first process, runs this very file. It is told of each
process group over a pipe. The pipe breaks when the run ends, however it ends; then the groups that
are left are terminated, and killed where that is not enough; then the temporary files that the run
told of are removed. Windows has no process groups: there, a run that is killed leaves its processes
and files behind.
"""

import os
import signal
import sys
import threading
import time
from contextlib import suppress
from typing import Final

GRACE: Final = 3.0
"""How many seconds an orphan has between being told to end and being killed."""


# What a line of the pipe is about, after `+` or `-`.
_GROUP: Final = "g"
_PATH: Final = "p"


class Guard:
    """The other end of the pipe; one a process, shared by its threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pipe: int | None = None
        self._owner = os.getpid()

    def prepare(self) -> None:
        """Be there before the first process is: the run may be killed right after."""
        if sys.platform != "win32":
            with self._lock:
                if self._pipe is None or self._owner != os.getpid():
                    self._start()

    def watch(self, group: int) -> None:
        """End this group if the run is gone."""
        if sys.platform != "win32":
            with self._lock:
                self._tell(f"+{_GROUP}{group}\n")

    def forget(self, group: int) -> None:
        """The group is gone, and its number may come to mean another."""
        with self._lock:
            self._tell(f"-{_GROUP}{group}\n")

    def keep(self, path: str) -> None:
        """Remove this file or directory if the run is gone."""
        self.prepare()
        with self._lock:
            self._tell(f"+{_spelt(path)}\n")

    def release(self, path: str) -> None:
        """It is removed, and its name may come to mean another."""
        with self._lock:
            self._tell(f"-{_spelt(path)}\n")

    def _tell(self, line: str) -> None:
        if self._pipe is not None and self._owner == os.getpid():
            with suppress(OSError):  # killed: what the run does itself is left
                os.write(self._pipe, line.encode())

    def _start(self) -> None:
        import subprocess

        if not sys.executable:  # embedded in another program
            return
        reading, writing = os.pipe()
        try:
            # It forks and returns at once: what stays has no parent that would have to wait for it.
            subprocess.run(
                [sys.executable, "-I", "-S", __file__],
                stdin=reading,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            os.close(writing)
        else:
            self._pipe, self._owner = writing, os.getpid()
        finally:
            os.close(reading)


GUARD: Final = Guard()
"""The guard of this process."""


def keep_watch() -> None:
    """What the second interpreter does until the pipe breaks."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    left: set[str] = set()
    with open(0, encoding="ascii", closefd=False) as pipe:
        for line in pipe:
            change = left.add if line[0] == "+" else left.discard
            change(line[1:].strip())
    end_groups({int(each[1:]) for each in left if each[0] == _GROUP})
    for each in left:
        if each[0] == _PATH:
            remove(os.fsdecode(bytes.fromhex(each[1:])))


def remove(path: str) -> None:
    """Remove a file or a directory, if it is there and can be."""
    import shutil

    with suppress(OSError):
        os.unlink(path)  # noqa: PTH108 (pathlib takes a while to be imported)
    shutil.rmtree(path, ignore_errors=True)


def _spelt(path: str) -> str:
    """A path in one word."""
    return _PATH + os.fsencode(os.path.abspath(path)).hex()  # noqa: PTH100


def end_groups(groups: set[int], grace: float = GRACE) -> None:
    """Terminate process groups, and kill what is left of them after a while."""
    left = {group for group in groups if signal_group(group, signal.SIGTERM)}
    deadline = time.monotonic() + grace
    while left and time.monotonic() < deadline:
        time.sleep(0.02)
        left = {group for group in left if signal_group(group, 0)}
    for group in left:
        signal_group(group, signal.SIGKILL)


def signal_group(group: int, number: int) -> bool:
    """Send a signal to a process group; whether there is any such group that takes it."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # macOS refuses where only zombies are left
        return False
    return True


if __name__ == "__main__":
    # The run waits for the parent of the process that stays, which thus becomes nobody's child.
    if os.fork():
        os._exit(0)
    keep_watch()
