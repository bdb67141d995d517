"""Runs a command once: how it ended, and how much memory it took at most; a program of its own.

It is started without packages and imports little before it starts the command: the system counts
the memory of the process that starts another as memory of the other.
"""

import os
import sys
import time
from typing import Any, Final

_PAUSE: Final = 0.01
# What the system's count of a process may be off by.
_VAGUE: Final = 1024 * 1024
# The unit of ru_maxrss.
_RSS: Final = 1 if sys.platform == "darwin" else 1024


def main() -> None:
    """Run the command that is given after the directory where psutil is found."""
    packages, *argv = sys.argv[1:]
    try:
        told = _run_posix(argv, packages) if hasattr(os, "posix_spawnp") else _run(argv, packages)
    except OSError as error:
        told = {"errno": error.errno, "reason": error.strerror}
    import json

    sys.stdout.write(json.dumps(told))


def _run_posix(argv: list[str], packages: str) -> dict[str, Any]:
    nothing = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
    ]
    pid = os.posix_spawnp(argv[0], argv, os.environ, file_actions=nothing)
    own = _own_peak() + _VAGUE
    tree = _Tree(pid, packages)
    done = 0
    while not done:
        tree.look()
        time.sleep(_PAUSE)
        done, status, usage = os.wait4(pid, os.WNOHANG)
    largest = usage.ru_maxrss * _RSS
    told = {"status": os.waitstatus_to_exitcode(status), "several": tree.several}
    peak = max(tree.peak, largest)
    return {**told, "peak": peak, "at_least": peak if largest > own else tree.peak}


def _own_peak() -> int:
    """The most that this process used so far."""
    try:
        with open("/proc/self/status", "rb") as status:  # noqa: PTH123 - pathlib takes memory
            lines = [line for line in status if line.startswith(b"VmHWM:")]
        return int(lines[0].split()[1]) * 1024
    except (OSError, LookupError):  # not Linux; there it counts what its parent used as well
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS


def _run(argv: list[str], packages: str) -> dict[str, Any]:
    import subprocess

    nothing = subprocess.DEVNULL
    process = subprocess.Popen(argv, stdin=nothing, stdout=nothing)
    tree = _Tree(process.pid, packages)
    while process.poll() is None:
        tree.look()
        time.sleep(_PAUSE)
    told = {"status": process.returncode, "several": tree.several}
    return {**told, "peak": tree.peak, "at_least": tree.peak}


class _Tree:
    """A process and its descendants, looked at again and again."""

    def __init__(self, pid: int, packages: str) -> None:
        self.peak = 0
        self.several = False
        sys.path.append(packages)
        import psutil

        self._error = psutil.Error
        try:
            self._root: Any = psutil.Process(pid)
        except psutil.Error:
            self._root = None

    def look(self) -> None:
        """Take note of what they use together now."""
        if self._root is None:
            return
        try:
            tree = [self._root, *self._root.children(recursive=True)]
        except self._error:
            return
        self.several |= len(tree) > 1
        self.peak = max(self.peak, sum(map(self._used, tree)))

    def _used(self, process: Any) -> int:
        try:
            used = process.memory_info()
        except self._error:
            return 0
        return int(getattr(used, "peak_wset", used.rss))


if __name__ == "__main__":
    main()
