"""A result file, opened: whole within bounds, or line by line."""

import os
import stat
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal

from pytest_fitness.errors import MeasureError, NoDataError
from pytest_fitness.results.reading import MOST_NUMBERS

Looks = Literal["json", "xml", "text"]
MOST_BYTES: Final = 64 * 1024 * 1024
MOST_STREAMED: Final = 4 * 1024 * 1024 * 1024
LONGEST_LINE: Final = 1024 * 1024
_HEAD: Final = 64 * 1024
_BROKEN: Final = "Look at what writes it; it may have been cut short."


class ResultFile:
    """A file that another tool wrote.

    Args:
        path: where it is.
        shown: what messages call it.

    Attributes:
        modified: when it was last changed, in seconds since the epoch.
        size: in bytes.

    Raises:
        NoDataError: there is none.
        MeasureError: it is no plain file, is empty, or cannot be read.
    """

    def __init__(self, path: Path, shown: str) -> None:
        self.path = path
        self.shown = shown
        with self._open() as file:
            found = os.fstat(file.fileno())
            self.modified = found.st_mtime
            self.size = found.st_size
            self.head = self._read(file, _HEAD)
        if not self.head.strip():
            raise self.problem("it is empty")

    def body(self) -> bytes:
        """All of it.

        Raises:
            MeasureError: it is larger than 64 MiB, or cannot be read.
        """
        with self._open() as file:
            body = self._read(file, MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise self.problem(
                f"it is larger than {MOST_BYTES // 2**20} MiB", "Keep less in it: a summary."
            )
        return body

    def lines(self) -> Iterator[tuple[int, str]]:
        """Its lines by number, in bounded memory, however many there are.

        Raises:
            MeasureError: it is too large, a line is too long or no UTF-8, or it cannot be read.
        """
        if self.size > MOST_STREAMED:
            raise self.problem(
                f"it is larger than {MOST_STREAMED // 2**30} GiB", "Keep less in it."
            )
        number = 0
        with self._open() as file:
            while line := self._read_line(file):
                number += 1
                if len(line) > LONGEST_LINE:
                    raise self.problem("the line is too long", line=number)
                try:
                    yield number, line.decode("utf-8-sig" if number == 1 else "utf-8")
                except UnicodeDecodeError as error:
                    raise self.problem("no UTF-8", line=number) from error

    @property
    def looks(self) -> Looks:
        """What it looks like from its beginning."""
        first = self.head.removeprefix(b"\xef\xbb\xbf").lstrip()
        if first.startswith((b"<", b"\xff\xfe<\0", b"\xfe\xff\0<")):  # also as UTF-16
            return "xml"
        return "json" if first.startswith((b"{", b"[")) else "text"

    @property
    def first_line(self) -> str:
        """The first line, as far as it is text."""
        return self.head.partition(b"\n")[0].decode("utf-8-sig", "replace").strip()

    @cached_property
    def document(self) -> Any:
        """All of it as JSON.

        Raises:
            MeasureError: it is too large, or no JSON.
        """
        import json

        body = self.body()
        try:
            return json.loads(body.decode("utf-8-sig"))
        except json.JSONDecodeError as error:
            problem = self.problem(f"no valid JSON: {error.msg}", line=error.lineno)
        except UnicodeDecodeError as error:
            problem = self.problem("no UTF-8", line=body.count(b"\n", 0, error.start) + 1)
        except RecursionError:
            problem = self.problem("its lists and objects lie too deep within each other")
        except ValueError:  # a whole number of thousands of digits
            problem = self.problem("a number in it is too large")
        raise problem

    def require_few(self, numbers: int) -> None:
        """Refuse a file that holds more numbers than can be kept, before they are made.

        Raises:
            MeasureError: it does.
        """
        if numbers > MOST_NUMBERS:
            raise self.problem(f"it holds more than {MOST_NUMBERS:,} numbers", "Keep less in it.")

    def problem(self, why: str, hint: str = _BROKEN, *, line: int | None = None) -> MeasureError:
        """An error that names the file, and the line where there is one."""
        where = self.shown if line is None else f"{self.shown}:{line}"
        return MeasureError(f"{where}: {why}", hint)

    def _open(self) -> BinaryIO:
        # A pipe without a writer would be waited for.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        try:
            handle = os.open(self.path, flags)
        except (OSError, ValueError) as error:
            raise self._unreadable(error) from error
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise self.problem("it is no plain file", "Name the file itself.")
        return os.fdopen(handle, "rb")

    def _read(self, file: BinaryIO, size: int) -> bytes:
        try:
            return file.read(size)
        except OSError as error:
            raise self._unreadable(error) from error

    def _read_line(self, file: BinaryIO) -> bytes:
        try:
            return file.readline(LONGEST_LINE + 1)
        except OSError as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> NoDataError | MeasureError:
        if isinstance(error, FileNotFoundError):
            return NoDataError(
                f"there is no file {self.shown}",
                "Run first what writes it; a relative path starts at fitness.yaml.",
            )
        said = error.strerror if isinstance(error, OSError) else str(error)
        return self.problem(f"it cannot be read: {said}", "Look at its path and its permissions.")
