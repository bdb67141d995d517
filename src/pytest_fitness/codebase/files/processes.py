"""Helper processes that analyse a share of the files. Any of them may die; none is missed."""

import marshal
import os
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, cast

from pytest_fitness.codebase.files.analysing import PackedFile, analyse_each

_SOURCE_ROOT = str(Path(__file__).parents[3])
_SERVE = (
    f"import sys; sys.path.append({_SOURCE_ROOT!r}); "
    "from pytest_fitness.codebase.files.processes import serve; serve()"
)
_LENGTH_SIZE = 8


class Helper(Protocol):
    """A process at work on a share of the files."""

    def result(self) -> list[PackedFile] | None:
        """Wait for the process and return what it found, or None if it died."""

    def stop(self) -> None:
        """End the process if it still runs, and leave nothing of it behind."""


def start_helper(paths: Sequence[str]) -> Helper | None:
    """Set a process to work on some files; None if the system refuses."""
    try:
        return ForkedHelper(paths) if can_fork() else SpawnedHelper(paths)
    except OSError:
        return None


def can_fork() -> bool:
    """Tell whether forking is safe: not with threads about, and not with Apple's frameworks."""
    return hasattr(os, "fork") and sys.platform != "darwin" and threading.active_count() == 1


class ForkedHelper:
    """A copy of this process. Starts at once, with all modules loaded."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._pipe, write_end = os.pipe()
        try:
            with warnings.catch_warnings():
                # Threads of extension modules that are at rest do no harm.
                warnings.simplefilter("ignore", DeprecationWarning)
                self.pid = os.fork()
        except OSError:
            os.close(self._pipe)
            os.close(write_end)
            raise
        if self.pid == 0:
            _work_and_exit(paths, write_end)
        os.close(write_end)
        self._reaped = False

    def result(self) -> list[PackedFile] | None:
        """Wait for the child; killed, it leaves less in the pipe than it promised."""
        with open(self._pipe, "rb", closefd=False) as pipe:
            answer = pipe.read()
        self._reap()
        return unwrap(answer)

    def stop(self) -> None:
        """Kill the child if it still runs, and leave no zombie."""
        os.close(self._pipe)
        if not self._reaped:
            os.kill(self.pid, 9)
            self._reap()

    def _reap(self) -> None:
        os.waitpid(self.pid, 0)
        self._reaped = True


def _work_and_exit(paths: Sequence[str], write_end: int) -> None:
    """Work in the forked child, which must not run anything else of the parent's."""
    try:
        with open(write_end, "wb") as pipe:
            pipe.write(wrap(analyse_each(paths)))
    finally:
        os._exit(0)


class SpawnedHelper:
    """A new interpreter, for systems and moments in which forking is not safe."""

    def __init__(self, paths: Sequence[str]) -> None:
        # A file, unlike a pipe, takes any number of paths without waiting for the reader.
        with tempfile.TemporaryFile() as request:
            request.write(marshal.dumps(list(paths)))
            request.seek(0)
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _SERVE],
                stdin=request,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        self.pid = self._process.pid

    def result(self) -> list[PackedFile] | None:
        """Wait for the interpreter to end."""
        answer, _ = self._process.communicate()
        return unwrap(answer)

    def stop(self) -> None:
        """Kill the interpreter if it still runs, and leave no zombie."""
        with self._process:
            self._process.kill()


def serve() -> None:
    """Answer the request on standard input; the main function of a spawned helper."""
    paths = marshal.load(sys.stdin.buffer)  # noqa: S302 - written by the parent process
    sys.stdout.buffer.write(wrap(analyse_each(paths)))
    sys.stdout.buffer.flush()


def wrap(files: list[PackedFile]) -> bytes:
    """Return an answer that shows whether it arrived whole."""
    body = marshal.dumps(files)
    return len(body).to_bytes(_LENGTH_SIZE, "big") + body


def unwrap(answer: bytes) -> list[PackedFile] | None:
    """Return what was wrapped, or None if some of it is missing."""
    length, body = answer[:_LENGTH_SIZE], memoryview(answer)[_LENGTH_SIZE:]
    if len(length) < _LENGTH_SIZE or int.from_bytes(length, "big") != len(body):
        return None
    return cast("list[PackedFile]", marshal.loads(body))  # noqa: S302 - a child wrote it
