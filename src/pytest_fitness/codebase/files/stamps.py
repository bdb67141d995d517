"""Digests of files that were not touched since they were last read, as git's index knows them.

A time stamp alone proves nothing: files are copied with their old times, and changed twice within
a tick of the clock. The change time and the inode cannot be set at will, and a file that changed
shortly before it was read is read again.
"""

import hashlib
import os
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from pytest_fitness.codebase.files.reading import Digest, digest_file

if TYPE_CHECKING:
    from pytest_fitness.codebase.cache import Cache

# Longer than a tick of any file system's clock.
_SETTLED_NS = 3_000_000_000
# Elsewhere the change time is the time of creation.
_STAMPS_TELL = sys.platform != "win32"

_Stamp = tuple[int, int, int, int, int]
_Known = dict[str, tuple[_Stamp, bytes]]

_NEVER: Final[_Stamp] = (0, 1 << 63, 1 << 63, 0, 0)  # not settled, so never remembered


def known_digests(paths: Sequence[str], cache: "Cache") -> list[Digest]:
    """Return what identifies the content of each file, read only if it may have changed.

    Args:
        paths: The files.
        cache: Where the stamps of an earlier run are, and those of this one are left.
    """
    if not _STAMPS_TELL:
        return list(map(digest_file, paths))
    key = f"stamps {hashlib.blake2b(os.fsencode('/'.join(paths[:1])), digest_size=8).hexdigest()}"
    known: _Known = cache.get(key) or {}
    digests, stamped = _look(paths, known)
    if stamped != known:
        cache.put(key, stamped)
    return digests


def _look(paths: Sequence[str], known: _Known) -> tuple[list[Digest], _Known]:
    digests: list[Digest] = []
    stamped: _Known = {}
    for path in paths:
        stamp = _stamp(path)
        entry = known.get(path)
        if entry is not None and entry[0] == stamp:
            stamped[path] = entry
            digests.append(entry[1])
            continue
        digest = digest_file(path)
        digests.append(digest)
        # Only if it stayed the same while it was read does the stamp stand for the digest.
        if _is_settled(stamp) and isinstance(digest, bytes) and stamp == _stamp(path):
            stamped[path] = stamp, digest
    return digests, stamped


def _stamp(path: str) -> _Stamp:
    try:
        found = os.stat(path)  # noqa: PTH116 - for thousands of files
    except (OSError, ValueError):
        return _NEVER
    return (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev)


def _is_settled(stamp: _Stamp) -> bool:
    return max(stamp[1], stamp[2]) < time.time_ns() - _SETTLED_NS
