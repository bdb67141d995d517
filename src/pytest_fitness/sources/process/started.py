"""A process that the run starts, waits for, and is sure to end."""

import os
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final, Self

from pytest_fitness.errors import MeasureError, UnreachableError
from pytest_fitness.processes.groups import Group, ending, last_lines
from pytest_fitness.processes.leftovers import discard, temporary_file
from pytest_fitness.sources.process.ready import Ready, Watcher
from pytest_fitness.units import SECONDS, format_value

_TAIL: Final = 16_384
_PAUSE: Final = 0.05


class StartedProcess:
    """A command that runs in the background until :meth:`stop`, at the latest until the run ends.

    It is stopped, with all that it started, also where the run fails or is interrupted; and
    where the run is killed, by a helper process (see ``processes/orphans.py``).

    Args:
        argv: the program and its arguments.
        cwd: the directory it starts in.
        env: environment variables, beside those of this process.
        ready: when it is up; at once by default.
        log: where its output goes; by default a temporary file that is deleted in the end.
        stop_within: seconds between being told to end and being killed.
    """

    def __init__(
        self,
        argv: Sequence[str],
        cwd: Path,
        env: Mapping[str, str] | None = None,
        ready: Ready | None = None,
        log: Path | None = None,
        stop_within: float = 5.0,
    ) -> None:
        self._argv = argv
        self._cwd = cwd
        self._env = env or {}
        self._ready = ready or Ready()
        self._log = log
        self._has_own_log = log is None
        self._stop_within = stop_within
        self._group: Group | None = None
        self._stopping = threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The number of the process."""
        assert self._group is not None, "start() comes first"
        return self._group.process.pid

    def start(self) -> None:
        """Start it and wait until it is up.

        Raises:
            UnreachableError: it cannot be started, or does not come up.
        """
        assert self._group is None, "it is started once"
        try:
            self._launch()
            self._wait()
        except UnreachableError:
            self.stop()
            raise
        except MeasureError as error:
            self.stop()
            raise UnreachableError(error.message, error.hint) from error
        except BaseException:  # Ctrl-C
            self.stop()
            raise

    def stop(self) -> None:
        """End it and all that it started; twice is fine, and from any thread."""
        self._stopping.set()
        if self._group is not None:
            self._group.end()
        if self._has_own_log and self._log is not None:
            discard(self._log)

    def why_ended(self) -> MeasureError | None:
        """How it ended, with the last lines of its log; None while it runs."""
        assert self._group is not None, "start() comes first"
        if self._stopping.is_set():
            return MeasureError(f"{self._group.name} was stopped, as the run is over")
        status = self._group.status()
        if status is None:
            return None
        return MeasureError(f"{self._group.name} {ending(status)}{self._said()}", self._where())

    def _launch(self) -> None:
        if Watcher(self._ready, Path()).is_taken():
            host, port = self._ready.address or ("", 0)
            raise UnreachableError(
                f"{host}:{port} answers already, before {self._argv[0]!r} is started",
                "Stop what listens there, or name another port in `ready`.",
            )
        with self._open_log() as log:
            self._group = Group(
                self._argv,
                cwd=self._cwd,
                env=self._env,
                stdout=log,
                stderr=log,
                grace=self._stop_within,
            )

    def _open_log(self) -> BinaryIO:
        if self._log is None:
            file, self._log = temporary_file("pytest-fitness-", ".log")
            return file
        try:
            return self._log.open("wb")
        except OSError as error:
            raise UnreachableError(
                f"the log {str(self._log)!r} cannot be written: {error.strerror}",
                "`log` starts at the directory of fitness.yaml.",
            ) from error

    def _wait(self) -> None:
        assert self._group is not None
        assert self._log is not None
        watcher = Watcher(self._ready, self._log)
        deadline = time.monotonic() + self._ready.within
        while not watcher.is_up():
            self._require_alive()
            if time.monotonic() > deadline:
                within = format_value(self._ready.within, SECONDS)
                raise UnreachableError(
                    f"{self._group.name} was not up within {within} ({watcher.last}){self._said()}",
                    self._where(),
                )
            self._stopping.wait(_PAUSE)
        self._require_alive()

    def _require_alive(self) -> None:
        ended = self.why_ended()
        if ended is not None:
            raise ended

    def _said(self) -> str:
        """The last lines of its log."""
        assert self._log is not None
        with suppress(OSError), self._log.open("rb") as log:
            size = log.seek(0, os.SEEK_END)
            log.seek(max(size - _TAIL, 0))
            said = last_lines(log.read().decode("utf-8", "replace"))
            return f"; its log ends with: {said}" if said else "; its log is empty"
        return ""

    def _where(self) -> str | None:
        return None if self._has_own_log else f"All it said is in {self._log}."
