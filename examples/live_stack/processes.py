"""Processes that end with whoever started them."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_PATIENCE: Final = 30.0
_LAST_WORDS: Final = 2000


class StackError(Exception):
    """The stack cannot be brought up; the message says why."""


def program(name: str) -> str:
    """The path of a program.

    Raises:
        StackError: it is not installed.
    """
    found = shutil.which(name)
    if not found:
        raise StackError(f"{name} is not on the PATH")
    return found


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@contextmanager
def interruptible() -> Iterator[None]:
    """Let SIGTERM unwind this process as Ctrl-C does."""

    def leave(number: int, _: object) -> None:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class Process:
    """A process whose output goes to a file."""

    def __init__(self, name: str, child: "subprocess.Popen[bytes]", output: Path) -> None:
        self.name = name
        self._child = child
        self._output = output

    def check(self) -> None:
        """Make sure that it runs.

        Raises:
            StackError: it has ended; with the last that it said.
        """
        if self._child.poll() is not None:
            words = self._output.read_text("utf-8", "replace")[-_LAST_WORDS:].strip()
            raise StackError(f"{self.name} ended with {self._child.returncode}: {words}")

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Wait for something that this process brings about.

        Raises:
            StackError: the process ended instead, or it took too long.
        """
        end = time.monotonic() + _PATIENCE
        while not ready():
            self.check()
            if time.monotonic() > end:
                raise StackError(f"{self.name} was not ready after {_PATIENCE:g} seconds")
            time.sleep(0.1)


@contextmanager
def running(
    name: str, command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Process]:
    """A process that is stopped at the end of the block, however that is reached."""
    output = folder / f"{name}.log"
    with output.open("wb") as log:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
        )
        try:
            yield Process(name, child, output)
        finally:
            _stop(child)


def _stop(child: "subprocess.Popen[bytes]") -> None:
    child.terminate()
    try:
        with suppress(subprocess.TimeoutExpired):
            child.wait(_PATIENCE)
    finally:  # also when somebody is too impatient to wait: it must not stay
        child.kill()
        child.wait()
