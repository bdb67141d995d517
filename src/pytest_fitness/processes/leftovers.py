"""Temporary files and directories that are gone with the run, even where that is killed."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pytest_fitness.processes.orphans import GUARD, remove


@contextmanager
def temporary_folder(prefix: str) -> Iterator[Path]:
    """A directory of one's own, removed afterwards with all that is in it."""
    name = tempfile.mkdtemp(prefix=prefix)
    GUARD.keep(name)
    try:
        yield Path(name)
    finally:
        discard(name)


def temporary_file(prefix: str, suffix: str) -> tuple[BinaryIO, Path]:
    """A file of one's own, open to be written; :func:`discard` removes it."""
    handle, name = tempfile.mkstemp(prefix=prefix, suffix=suffix)
    GUARD.keep(name)
    return os.fdopen(handle, "wb"), Path(name)


def discard(path: str | Path) -> None:
    """Remove what one of the others made; twice is fine."""
    remove(str(path))
    GUARD.release(str(path))
