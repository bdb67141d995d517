"""Reading files that others write: whole, bounded, and again only when they have changed."""

import os
import stat
from pathlib import Path
from typing import Final, NamedTuple

from pytest_fitness.errors import MeasureError

LIMIT: Final = 64 * 1024 * 1024


class Stamp(NamedTuple):
    """What changes when a file does."""

    path: str
    size: int
    modified: int
    inode: int


class Content(NamedTuple):
    """What a file holds, and when it was last changed, in seconds since the epoch."""

    body: bytes
    modified: float


def stamp(path: Path, shown: str) -> Stamp:
    """The stamp of a file.

    Raises:
        MeasureError: there is no such file.
    """
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        raise _unreadable(shown, error) from error
    return Stamp(str(path), found.st_size, found.st_mtime_ns, found.st_ino)


def read_bounded(path: Path, shown: str, limit: int = LIMIT) -> Content:
    """Read a file.

    Args:
        path: where it is.
        shown: what messages call it.
        limit: the most bytes.

    Raises:
        MeasureError: there is none, or it is too large, or no file to be read from end to end.
    """
    try:
        # A pipe without a writer would be waited for.
        handle = os.open(
            path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        )
        with os.fdopen(handle, "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise MeasureError(f"{shown} is no file", "Name a plain file.")
            body = file.read(limit + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(shown, error) from error
    if len(body) > limit:
        raise MeasureError(
            f"{shown} is too large: more than {LIMIT / 2**20:,.0f} MiB altogether",
            "Keep less in it: fewer series, or a shorter time.",
        )
    return Content(body, found.st_mtime)


def _unreadable(shown: str, error: Exception) -> MeasureError:
    if isinstance(error, FileNotFoundError):
        return MeasureError(
            f"there is no file {shown}",
            "A relative path starts at fitness.yaml; look at whether what writes it has run.",
        )
    if isinstance(error, IsADirectoryError):
        return MeasureError(f"{shown} is no file", "Name a plain file.")
    said = error.strerror if isinstance(error, OSError) else str(error)
    return MeasureError(f"{shown} cannot be read: {said}", "Look at its path and its permissions.")
