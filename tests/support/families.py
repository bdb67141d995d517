"""Processes with children that do not want to end, and whether they are gone."""

import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil

# What a member of a family does: write down its number, then sleep; with `deaf`, ignore SIGTERM.
_MEMBER = """\
import os, pathlib, signal, subprocess, sys, time
here, role, *rest = sys.argv[1:]
if "deaf" in rest: signal.signal(signal.SIGTERM, signal.SIG_IGN)
if role == "parent":
    for number in range(2):
        subprocess.Popen([sys.executable, "-S", __file__, here, f"child{number}", *rest],
                         start_new_session="away" in rest and number == 1)
    while len(list(pathlib.Path(here).glob("child*.pid"))) < 2: time.sleep(0.005)
path = pathlib.Path(here, role + ".tmp")
path.write_text(str(os.getpid()))
path.rename(path.with_suffix(".pid"))
if role == "parent" and "leaves" in rest: sys.exit()
time.sleep(1000)
"""


class Family:
    """A parent with two children, as a command; ``deaf``, ``away`` and ``leaves`` say how."""

    def __init__(self, directory: Path, *manners: str) -> None:
        directory.mkdir(exist_ok=True)
        self._directory = directory
        script = directory / "member.py"
        script.write_text(_MEMBER)
        self.argv = [sys.executable, "-S", str(script), str(directory), "parent", *manners]

    def numbers(self) -> list[int]:
        """Their process numbers, once all of them are there."""
        wait_for((self._directory / "parent.pid").exists)
        found = [int(path.read_text()) for path in self._directory.glob("*.pid")]
        assert len(found) == 3
        return found

    def processes(self) -> list[psutil.Process]:
        """All of them, alive."""
        return [psutil.Process(number) for number in self.numbers()]


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something holds; fail if it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


def assert_gone(processes: Iterable[psutil.Process]) -> None:
    """None of them runs any more, at once or within the time that a kernel needs."""
    found = list(processes)
    assert found
    wait_for(lambda: not any(map(lives, found)))


def lives(process: psutil.Process) -> bool:
    """Whether it runs; one that waits for its parent to hear of its end does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def is_alive(number: int) -> bool:
    """Whether there is a process of that number that runs."""
    try:
        return lives(psutil.Process(number))
    except psutil.NoSuchProcess:
        return False
