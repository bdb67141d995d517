"""The Python files below what ``tests:`` names that may hold a marked test."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

MOST_FILES: Final = 50_000
LARGEST_FILE: Final = 4 * 1024 * 1024
_MARKER: Final = re.compile(rb"\bmark\s*\.\s*fitness\b")


def python_files(given: Path) -> Iterator[Path]:
    """The Python files at or below a path, sorted; hidden directories and environments left out.

    Raises:
        OSError: a directory cannot be listed.
        ValueError: there are too many; the message completes a sentence that begins with the path.
    """
    if given.is_file():
        yield given
        return
    count = 0
    for directory, below, names in os.walk(given, onerror=_raise):
        below[:] = sorted(name for name in below if _is_entered(Path(directory, name)))
        for name in sorted(names):
            if name.endswith(".py"):
                count += 1
                if count > MOST_FILES:
                    raise ValueError(f"holds more than {MOST_FILES:,} Python files")
                yield Path(directory, name)


def marked_source(path: Path) -> bytes | None:
    """The source of a file, if the marker is named in it.

    Raises:
        OSError: it cannot be read.
        ValueError: it is too large.
    """
    with path.open("rb") as file:
        source = file.read(LARGEST_FILE + 1)
    if b"fitness" not in source or not _MARKER.search(source):
        return None
    if len(source) > LARGEST_FILE:
        raise ValueError(f"is larger than {LARGEST_FILE // 2**20} MiB")
    return source


def _is_entered(directory: Path) -> bool:
    name = directory.name
    if name.startswith(".") or name in ("__pycache__", "node_modules"):
        return False
    return not (directory / "pyvenv.cfg").exists()


def _raise(error: OSError) -> None:
    raise error
