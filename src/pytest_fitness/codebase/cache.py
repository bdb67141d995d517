"""What was learnt before, kept in one SQLite file that several processes may share.

It is only a cache: whatever is wrong with the file, the worst that happens is that work is done
again. Values are `marshal` data, which must never be read when damaged, so each has a checksum.
"""

import hashlib
import marshal
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pytest_fitness.codebase.cache_store import Store
from pytest_fitness.codebase.files.facts import FileFacts
from pytest_fitness.codebase.files.reading import Digest
from pytest_fitness.codebase.files.stamps import known_digests

DEFAULT_LIMIT = 256 * 1024 * 1024
# How long a process waits for another one that is at the same work, in seconds.
_PATIENCE = 600.0
_FACTS, _RESULT = b"f", b"r"


class Cache:
    """Facts of files by the digest of their content, and results by a key of your own.

    Any number of processes may use the same cache at once, and may be killed at any moment.

    Args:
        directory: Where the cache lives; made when needed.
        limit: Bytes to stay below; what was not used for longest goes first.
    """

    def __init__(self, directory: Path, limit: int = DEFAULT_LIMIT) -> None:
        self._directory = directory
        self._store = Store(directory / "codebase.sqlite", limit)

    def digests(self, paths: Sequence[str]) -> list[Digest]:
        """Return what identifies the content of each file, read only if it may have changed."""
        return known_digests(paths, self)

    def facts(self, digests: Iterable[bytes]) -> dict[bytes, FileFacts]:
        """Return the facts of those files that are known."""
        found = self._load(_FACTS + digest for digest in digests)
        return {key[1:]: FileFacts.unpack(packed) for key, packed in found.items()}

    def save_facts(self, facts: Mapping[bytes, FileFacts]) -> None:
        """Remember the facts of files by the digest of their content."""
        self._save({_FACTS + digest: known.pack() for digest, known in facts.items()})

    def get(self, key: str) -> Any:
        """Return the result kept under a key, or None."""
        name = _RESULT + key.encode()
        return self._load([name]).get(name)

    def put(self, key: str, value: Any) -> None:
        """Keep a result, which must consist of plain builtins."""
        self._save({_RESULT + key.encode(): value})

    def shared(self, key: str, compute: Callable[[], Any]) -> Any:
        """Return the result kept under a key; if there is none, one process computes it for all."""
        value = self.get(key)
        if value is not None:
            return value
        lock = hashlib.blake2b(key.encode(), digest_size=8).hexdigest()
        try:
            with self.exclusive(lock):
                value = self.get(key)
                if value is None:
                    value = compute()
                    self.put(key, value)
            return value
        finally:
            # Whoever waits for it, or makes a new one, finds the result first.
            with suppress(OSError):
                self._lock_path(lock).unlink()

    @contextmanager
    def exclusive(self, name: str) -> Iterator[bool]:
        """Let one process in at a time; the others wait, and so find its results in the cache.

        A process that dies loses its hold with it. Where no lock can be had, all are let in.

        Args:
            name: What is locked; part of a file name.

        Yields:
            Whether the lock is held.
        """
        import sqlite3

        connection = None
        try:
            with suppress(sqlite3.Error, OSError):
                self._directory.mkdir(parents=True, exist_ok=True)
                connection = sqlite3.connect(
                    self._lock_path(name), timeout=_PATIENCE, isolation_level=None
                )
                connection.execute("BEGIN EXCLUSIVE")
            yield connection is not None and connection.in_transaction
        finally:
            if connection is not None:
                connection.close()

    def close(self) -> None:
        """Close the file. The cache may be used again afterwards."""
        self._store.close()

    def _lock_path(self, name: str) -> Path:
        return self._directory / f"{name}.lock"

    def _load(self, keys: Iterable[bytes]) -> dict[bytes, Any]:
        return {
            key: marshal.loads(body)  # noqa: S302 - its checksum is right
            for key, checksum, body in self._store.load(keys)
            if zlib.crc32(body) == checksum
        }

    def _save(self, values: Mapping[bytes, Any]) -> None:
        if values:
            bodies = [(key, marshal.dumps(value)) for key, value in values.items()]
            self._store.save((key, zlib.crc32(body), body) for key, body in bodies)
