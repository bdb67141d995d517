"""A directory that holds the Python files of one past commit after another."""

import os
import stat
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from typing import Final

from pytest_fitness.codebase.files.reading import MAX_FILE_SIZE, Digest, digest_file, digest_of
from pytest_fitness.errors import FitnessError
from pytest_fitness.history.git import Change
from pytest_fitness.session.past.blobs import Blobs

_UNSAFE: Final = {b"", b".", b"..", b".git"}


class Mirror:
    """The files under a directory, which has to be empty at first.

    Only what differs from the commit before is written. Symbolic links that lead out of the
    directory are left out, and so is what no repository may hold, such as a path with ``..``.

    Args:
        top: the directory that stands for the top of the repository.
        blobs: where the contents are.
    """

    def __init__(self, top: Path, blobs: Blobs) -> None:
        self._top = os.fsencode(top)
        self._blobs = blobs
        self._written: set[bytes] = set()
        self._digests: dict[str, bytes] = {}

    def apply(self, changes: Iterable[Change]) -> bool:
        """Go to another commit; returns whether anything is different there.

        Raises:
            FitnessError: it cannot be written (the disk is full).
            GitError: git cannot tell the contents.
        """
        changes = list(changes)
        gone = [change.path for change in changes if change.path in self._written]
        there = list(filter(_is_wanted, changes))
        try:
            for path in gone:
                self._remove(path)
            contents = self._blobs.read([change.blob for change in there])
            for change, content in zip(there, contents, strict=True):
                self._write(change, content)
        except OSError as error:
            raise FitnessError(
                f"the files of a past commit cannot be written: {error.strerror}: {self._shown}",
                "Make room there, or name another directory in the variable TMPDIR.",
            ) from error
        return bool(gone or there)

    def digests(self, paths: Sequence[str]) -> list[Digest]:
        """What identifies the content of files, which were seen when they were written."""
        return [self._digests.get(path) or digest_file(path) for path in paths]

    @property
    def _shown(self) -> str:
        return os.fsdecode(self._top)

    def _place(self, path: bytes) -> bytes:
        return self._top + b"/" + path

    def _remove(self, path: bytes) -> None:
        place = self._place(path)
        os.unlink(place)  # noqa: PTH108 - paths are bytes here, whatever their encoding
        self._written.remove(path)
        self._digests.pop(os.fsdecode(place), None)
        with suppress(OSError):  # a directory that is not empty stays
            while (place := os.path.dirname(place)) != self._top:  # noqa: PTH120
                os.rmdir(place)  # noqa: PTH106

    def _write(self, change: Change, content: bytes | None) -> None:
        place = self._place(change.path)
        os.makedirs(os.path.dirname(place), exist_ok=True)  # noqa: PTH103, PTH120
        if stat.S_ISLNK(change.mode):
            if content is None or not _stays_within(change.path, content):
                return
            os.symlink(content, place)  # noqa: PTH211
        else:
            self._write_file(place, content)
        self._written.add(change.path)

    def _write_file(self, place: bytes, content: bytes | None) -> None:
        # Never through a link: whatever is there already is an error.
        with open(place, "xb") as file:  # noqa: PTH123
            if content is None:  # too large, which is all that anybody will find out
                file.truncate(MAX_FILE_SIZE + 1)
            else:
                file.write(content)
                self._digests[os.fsdecode(place)] = digest_of(content)


def _is_wanted(change: Change) -> bool:
    """Whether there is a Python file now, or a link that may lead to some."""
    mode, path = change.mode, change.path
    is_code = stat.S_ISLNK(mode) or (stat.S_ISREG(mode) and path.endswith(b".py"))
    return is_code and _UNSAFE.isdisjoint(path.split(b"/"))


def _stays_within(link: bytes, target: bytes) -> bool:
    """Whether a link leads to a place below the top, wherever other links of the mirror lead.

    It goes up first, no further than it lies deep, and only down from there: so each link stays
    within if all others do.
    """
    if not target or target.startswith(b"/"):
        return False
    steps = [step for step in target.split(b"/") if step not in (b"", b".")]
    ups = len(list(takewhile(b"..".__eq__, steps)))
    return b".." not in steps[ups:] and ups <= link.count(b"/")
