"""How each database is connected to, kept from writing, and stopped in time."""

import math
import os
import socket
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import URL, Connection

from pytest_fitness.errors import MeasureError
from pytest_fitness.extras import require
from pytest_fitness.sources.sql.rows import MOST_ROWS

Watch = Callable[[Any], None]


class Access(Protocol):
    """What databases differ in.

    Attributes:
        url: what SQLAlchemy is told.
        grace: seconds after its time is over, in which the server may say so itself.
        streams: whether rows are fetched piece by piece; else the server bounds their number.
        options: what ``create_engine`` is told beside the URL.
    """

    url: URL
    grace: float
    streams: bool
    options: Mapping[str, Any]

    def connect(self, dialect: Any, options: dict[str, Any], watch: Watch) -> Any:
        """A connection of the driver, watched from as early on as can be."""

    def begin(self, connection: Connection, seconds: float) -> None:
        """Begin a transaction that only reads, with statements that end in time."""

    def abort(self, connection: Any) -> None:
        """End what a connection of the driver is waiting for; called from another thread."""


class Sqlite:
    """SQLite, whose file is opened for reading and never created."""

    grace = 0.0
    streams = True
    options: Mapping[str, Any] = {}

    def __init__(self, url: URL, root: Path, timeout: float) -> None:
        self.url = URL.create("sqlite+pysqlite")  # opening is done here
        self._path = root / (url.database or "")
        self._timeout = timeout

    def connect(self, dialect: Any, options: dict[str, Any], watch: Watch) -> Any:  # noqa: ARG002
        """A connection that cannot write, nor open another file."""
        if not self._path.is_file():
            raise MeasureError(
                f"there is no file {self._path}",
                "Look at the `url` of the source; relative paths start at fitness.yaml.",
            )
        connection = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode=ro",
            uri=True,
            timeout=self._timeout,
            check_same_thread=False,
        )
        connection.set_authorizer(_authorize)
        watch(connection)
        return connection

    def begin(self, connection: Connection, seconds: float) -> None:
        """Nothing is left to do: it is the connection that cannot write."""

    def abort(self, connection: Any) -> None:
        """Interrupt its statement."""
        with suppress(sqlite3.Error):
            connection.interrupt()


def _authorize(action: int, *_: object) -> int:
    """Also what VACUUM INTO would do: both create files."""
    return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_ATTACH else sqlite3.SQLITE_OK


class Postgres:
    """PostgreSQL, and what speaks its protocol."""

    grace = 1.0
    streams = True
    # It would ask each server for a type that no number has.
    options: Mapping[str, Any] = {"use_native_hstore": False}

    def __init__(self, url: URL, timeout: float) -> None:
        require("psycopg", "postgresql")
        self.url = url.set(drivername="postgresql+psycopg")
        self._timeout = timeout

    def connect(self, dialect: Any, options: dict[str, Any], watch: Watch) -> Any:
        """A connection; psycopg waits whole seconds for it, 2 at least."""
        options["connect_timeout"] = math.ceil(self._timeout)
        options["prepare_threshold"] = None  # poolers between know no prepared statements
        options.setdefault("application_name", "pytest-fitness")
        connection = dialect.connect(**options)
        watch(connection)
        return connection

    def begin(self, connection: Connection, seconds: float) -> None:
        """Begin."""
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {milliseconds(seconds)}")

    def abort(self, connection: Any) -> None:
        """Hang up."""
        with suppress(Exception):  # it is being closed at this moment
            copy = socket.socket(fileno=os.dup(connection.fileno()))
            with copy:
                copy.shutdown(socket.SHUT_RDWR)


class MySql:
    """MySQL and MariaDB."""

    grace = 1.0
    # PyMySQL reads all that is left of a stream before it lets go of it.
    streams = False
    options: Mapping[str, Any] = {}

    def __init__(self, url: URL, timeout: float) -> None:
        require("pymysql", "mysql")
        self.url = url.set(drivername="mysql+pymysql")
        self._timeout = timeout

    def connect(self, dialect: Any, options: dict[str, Any], watch: Watch) -> Any:
        """A connection that waits no longer than it may for the next bytes."""
        options["connect_timeout"] = self._timeout
        options["read_timeout"] = options["write_timeout"] = self._timeout + self.grace
        connection = dialect.connect(**options, defer_connect=True)
        watch(connection)  # a handshake can take for ever too
        connection.connect()
        return connection

    def begin(self, connection: Connection, seconds: float) -> None:
        """Begin."""
        is_mariadb = bool(getattr(connection.dialect, "is_mariadb", False))
        for statement in beginning_of_mysql(is_mariadb=is_mariadb, seconds=seconds):
            connection.exec_driver_sql(statement)

    def abort(self, connection: Any) -> None:
        """Hang up; PyMySQL has no public name for its socket."""
        with suppress(Exception):  # it is being closed at this moment
            connection._sock.shutdown(socket.SHUT_RDWR)  # noqa: SLF001


def beginning_of_mysql(*, is_mariadb: bool, seconds: float) -> tuple[str, ...]:
    """The statements that begin a transaction.

    The session is made read-only too: CREATE and DROP end a transaction before they begin.
    """
    bound = (
        f"max_statement_time = {max(seconds, 0.001):.3f}"
        if is_mariadb
        else f"max_execution_time = {milliseconds(seconds)}"
    )
    return (
        f"SET SESSION {bound}, sql_select_limit = {MOST_ROWS + 1}",
        "SET SESSION TRANSACTION READ ONLY",
        "START TRANSACTION READ ONLY",
    )


def milliseconds(seconds: float) -> int:
    """Never 0, which would mean without end."""
    return max(1, round(seconds * 1000))


def access_to(url: URL, root: Path, timeout: float) -> Access:
    """How the database of a URL is talked to."""
    scheme = url.drivername.partition("+")[0]
    if scheme == "sqlite":
        return Sqlite(url, root, timeout)
    if scheme in ("postgresql", "postgres"):
        return Postgres(url, timeout)
    return MySql(url, timeout)
