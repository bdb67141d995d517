"""The SQLite file of a cache: bounded in size, and never a reason to fail."""

import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import TypeVar

from pytest_fitness.codebase.files.facts import FACTS_VERSION

Row = tuple[bytes, int, bytes]
T = TypeVar("T")

_APPLICATION_ID = 0x70796674
_SCHEMA_VERSION = 1
# Another Python has another marshal format and another syntax tree.
_FORMAT = (_SCHEMA_VERSION * 1_000 + FACTS_VERSION) * 100_000 + (
    sys.version_info.major * 1_000 + sys.version_info.minor
)
_SCHEMA = """
CREATE TABLE entry (
    key BLOB PRIMARY KEY, used INTEGER NOT NULL, checksum INTEGER NOT NULL, body BLOB NOT NULL
)
"""
_PRUNE = """
DELETE FROM entry WHERE key IN (
    SELECT key FROM (
        SELECT key, SUM(LENGTH(body) + 100) OVER (ORDER BY used DESC, rowid DESC) AS total
        FROM entry
    ) WHERE total > ?
)
"""
# Older builds of SQLite take no more than 999 parameters.
_CHUNK = 900
_DAY = 86_400
_BUSY_SECONDS = 10.0


class ForeignFileError(Exception):
    """The file is a database of another application."""


class Store:
    """Rows of key, checksum and body in a file.

    A damaged file is replaced. A file of another application, or one that cannot be written, is
    left alone, and the store behaves as if it were empty.
    """

    def __init__(self, path: Path, limit: int) -> None:
        self._path = path
        self._limit = limit
        self._connection: sqlite3.Connection | None = None
        self._unusable = False

    def load(self, keys: Iterable[bytes]) -> list[Row]:
        """Return the rows of those keys that are there."""
        wanted = list(keys)
        return self._attempt(lambda connection: _select(connection, wanted), [])

    def save(self, rows: Iterable[Row]) -> None:
        """Add rows, or replace those of the same keys."""
        new = list(rows)
        self._attempt(lambda connection: _replace(connection, new, self._limit), None)

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _attempt(self, action: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """Do something with the file, twice if the file was damaged and could be replaced."""
        for _ in range(2):
            if self._unusable:
                break
            try:
                if self._connection is None:
                    self._connection = _connect(self._path)
                return action(self._connection)
            except (sqlite3.OperationalError, OSError, ForeignFileError):
                # Locked for long, full or read-only. One that cannot even be opened is left alone.
                self._unusable = self._connection is None
                break
            except sqlite3.DatabaseError:
                self._discard()
        return otherwise

    def _discard(self) -> None:
        self.close()
        try:
            for suffix in ("-wal", "-shm", ""):
                self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        except OSError:
            self._unusable = True


def _connect(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(
        path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA synchronous = NORMAL")
        if not _is_current(connection):
            _create(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _is_current(connection: sqlite3.Connection) -> bool:
    return _pragma(connection, "application_id") == _APPLICATION_ID and (
        _pragma(connection, "user_version") == _FORMAT
    )


def _create(connection: sqlite3.Connection) -> None:
    """Give the file its table, in place of one whose format is of another version."""
    with _transaction(connection):
        if _is_current(connection):
            return
        (tables,) = connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        if tables and _pragma(connection, "application_id") != _APPLICATION_ID:
            raise ForeignFileError
        connection.execute("DROP TABLE IF EXISTS entry")
        connection.execute(_SCHEMA)
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {_FORMAT}")
    with suppress(sqlite3.OperationalError):  # refused while others use the file
        connection.execute("PRAGMA journal_mode = WAL")


def _select(connection: sqlite3.Connection, keys: Sequence[bytes]) -> list[Row]:
    today = int(time.time() // _DAY)
    rows: list[Row] = []
    idle = []
    remaining = iter(keys)
    while chunk := list(islice(remaining, _CHUNK)):
        marks = ",".join("?" * len(chunk))
        query = f"SELECT key, checksum, body, used FROM entry WHERE key IN ({marks})"  # noqa: S608
        for key, checksum, body, used in connection.execute(query, chunk):
            rows.append((key, checksum, body))
            if used != today:
                idle.append((today, key))
    if idle:
        with suppress(sqlite3.OperationalError), _transaction(connection):
            connection.executemany("UPDATE entry SET used = ? WHERE key = ?", idle)
    return rows


def _replace(connection: sqlite3.Connection, rows: Sequence[Row], limit: int) -> None:
    today = int(time.time() // _DAY)
    with _transaction(connection):
        connection.executemany(
            "REPLACE INTO entry (key, checksum, body, used) VALUES (?, ?, ?, ?)",
            [(*row, today) for row in rows],
        )
        pages = _pragma(connection, "page_count") - _pragma(connection, "freelist_count")
        if pages * _pragma(connection, "page_size") > limit:
            connection.execute(_PRUNE, [limit * 3 // 4])


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        yield


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return int(value)
