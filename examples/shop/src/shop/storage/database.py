"""A few SQLite connections that all threads share."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, LifoQueue
from typing import Final

from shop.domain.errors import BusyError

IN_MEMORY: Final = ":memory:"
_WAIT_SECONDS: Final = 5.0


class Database:
    """A pool of connections to one database, which is closed as a whole.

    A database in memory belongs to its connection, so there the pool holds only one.
    """

    def __init__(self, path: str = IN_MEMORY, connections: int = 4) -> None:
        self._size = 1 if path == IN_MEMORY else connections
        self._free: LifoQueue[sqlite3.Connection] = LifoQueue()
        for _ in range(self._size):
            self._free.put(_connect(path))

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """A connection for this block alone. Blocks must not be nested.

        Raises:
            BusyError: none became free in time.
        """
        try:
            connection = self._free.get(timeout=_WAIT_SECONDS)
        except Empty:
            raise BusyError("the database is busy") from None
        try:
            yield connection
        finally:
            self._free.put(connection)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A connection whose changes are kept only if the block ends without an exception.

        Raises:
            BusyError: another process held the database for too long.
        """
        with self.connection() as connection:
            try:
                # Asking to write at once: a lock taken later could only be refused.
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                raise BusyError("the database is busy") from error
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def close(self) -> None:
        """Wait for the connections in use and close them all."""
        for _ in range(self._size):
            self._free.get().close()


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection
