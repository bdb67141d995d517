"""A connection to PostgreSQL in which nothing waits for ever, and which tells no password."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, Literal

from pytest_fitness.errors import HistoryError, MeasureError
from pytest_fitness.extras import require
from pytest_fitness.history.postgres_schema import LOCK, MIGRATIONS, VERSION
from pytest_fitness.history.urls import redact

if TYPE_CHECKING:
    import psycopg

CONNECT_SECONDS: Final = 10
STATEMENT_SECONDS: Final = 60
# The server gives up first, and says why; this is for one that says nothing any more.
SILENT_SECONDS: Final = STATEMENT_SECONDS + 10
# As of one moment, unlike to_regclass: others may be creating them.
_OUR_TABLES: Final = """
SELECT relname, EXISTS (
    SELECT FROM pg_attribute
    WHERE attrelid = one.oid AND attname = 'version' AND atttypid = 'integer'::regtype
)
FROM pg_class AS one
WHERE relname IN ('fitness_run', 'fitness_format') AND pg_table_is_visible(oid)
"""
Isolation = Literal["READ COMMITTED", "REPEATABLE READ"]

_UNREACHABLE: Final = "see that the server runs, and that address, user and password are right"
_LOST: Final = "run again; what was recorded before is safe, and nothing of this run is there"
_REMEDIES: Final = {
    "QueryCanceled": f"a statement may take {STATEMENT_SECONDS} seconds: look what the server does",
    "LockNotAvailable": f"others kept it locked for {STATEMENT_SECONDS} seconds",
    "InsufficientPrivilege": "the user must be allowed to create tables in the schema, or to use"
    " those that are there",
    "ReadOnlySqlTransaction": "name the server that may be written to, not its copy",
    "DiskFull": "make room on the disk of the server; what was recorded before is safe",
}


class Server:
    """One session, for one thread.

    Raises:
        HistoryError: on every use, where the server cannot do what it is asked.
    """

    def __init__(self, url: str) -> None:
        self.shown = redact(url)
        self._psycopg = _driver()
        self._secret = ""
        with self._explained(_UNREACHABLE):
            from psycopg.conninfo import conninfo_to_dict

            given = conninfo_to_dict(url)
            self._secret = str(given.get("password") or "")
            self._connection = self._connect(given)

    def ask(self, statement: str, values: Any = None, *, binary: bool = False) -> list[Any]:
        """All rows that a statement yields; none where it yields no rows at all."""
        with self._explained(_LOST), self._bounded():
            cursor = self._connection.execute(statement, values, binary=binary)
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def transaction(self, isolation: Isolation = "READ COMMITTED") -> Iterator[None]:
        """All of it or nothing."""
        self.ask(f"BEGIN ISOLATION LEVEL {isolation}")
        try:
            yield
            self.ask("COMMIT")
        except BaseException:
            with suppress(HistoryError):  # the first error is the one to tell
                self.ask("ROLLBACK")
            raise

    def close(self) -> None:
        """Hang up; closing twice is fine."""
        with suppress(Exception):
            self._connection.close()

    def is_begun(self) -> bool:
        """Whether there is a history, of this format or of an older one.

        Raises:
            HistoryError: it is of a newer format, or of something else.
        """
        return self._format() is not None

    def bring_up_to_date(self) -> None:
        """Create the tables, or bring them to this format; any number may try at once."""
        if self._format() == VERSION:
            return
        with self.transaction():
            self.ask("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
            for number in range((self._format() or 0) + 1, VERSION + 1):
                self.ask(MIGRATIONS[number])
                self.ask("UPDATE fitness_format SET version = %s", (number,))

    def _format(self) -> int | None:
        """The format of the tables; None where there are none."""
        known = set(self.ask(_OUR_TABLES))
        if not known:
            return None
        if ("fitness_format", True) not in known:
            raise HistoryError(
                f"the history {self.shown} has tables fitness_* of something else",
                "name another database, or another schema by ?options=-csearch_path%3DNAME;"
                " nothing was changed",
            )
        ((version,),) = self.ask("SELECT max(version) FROM fitness_format")
        if type(version) is not int or version > VERSION:
            raise HistoryError(
                f"the history {self.shown} was written by a newer pytest-fitness:"
                f" its format is {version}, known here is {VERSION}",
                "upgrade pytest-fitness; nothing was changed",
            )
        return version

    def _connect(self, given: dict[str, Any]) -> "psycopg.Connection[Any]":
        bounds = {
            "connect_timeout": CONNECT_SECONDS,
            "tcp_user_timeout": int(SILENT_SECONDS * 1000),
            "application_name": "pytest-fitness",
        }
        # Poolers between know no prepared statements.
        connection: psycopg.Connection[Any] = self._psycopg.connect(
            **(bounds | given), autocommit=True, prepare_threshold=None
        )
        milliseconds = str(int(STATEMENT_SECONDS * 1000))
        for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            connection.execute("SELECT set_config(%s, %s, false)", (name, milliseconds))
        return connection

    @contextmanager
    def _bounded(self) -> Iterator[None]:
        timer = threading.Timer(SILENT_SECONDS, self._hang_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _hang_up(self) -> None:
        with suppress(Exception), socket.socket(fileno=os.dup(self._connection.fileno())) as copy:
            copy.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def _explained(self, otherwise: str) -> Iterator[None]:
        try:
            yield
        except (self._psycopg.Error, UnicodeError) as error:
            message = f"the history {self.shown} cannot be used: {self._first_line(error)}"
            hint = _REMEDIES.get(type(error).__name__, otherwise)
            # The chain would tell the password where the message was cleared of it.
            raise HistoryError(message, hint) from None

    def _first_line(self, error: Exception) -> str:
        told = next((line for line in str(error).splitlines() if line), type(error).__name__)
        return told.replace(self._secret, "***") if self._secret else redact(told)


def _driver() -> Any:
    try:
        return require("psycopg", "postgresql")
    except MeasureError as error:
        raise HistoryError(f"a history in PostgreSQL: {error.message}", error.hint) from error


def same_driver(url: str) -> str:
    """The URL as psycopg takes it, from what SQLAlchemy takes too."""
    scheme, _, rest = url.partition("://")
    return f"{scheme.partition('+')[0].lower()}://{rest}"
