"""Asking a database."""

import threading
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from pytest_fitness.answers import Answer, Client, Window
from pytest_fitness.errors import MeasureError
from pytest_fitness.extras import require
from pytest_fitness.sources.sql.failures import (
    failed_statement,
    hung_up,
    refused_connection,
    silent,
    too_long,
)
from pytest_fitness.sources.sql.options import SqlOptions, SqlQuery, shown_url_of
from pytest_fitness.sources.sql.rows import answer_of
from pytest_fitness.sources.sql.watchdog import Watchdog
from pytest_fitness.sources.support.passwords import hide_passwords

require("sqlalchemy", "sql")

from sqlalchemy import Connection, CursorResult, create_engine, event, make_url, text  # noqa: E402
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError  # noqa: E402
from sqlalchemy.pool import QueuePool  # noqa: E402

from pytest_fitness.sources.sql.access import access_to  # noqa: E402

_CONNECTIONS: Final = 4
_CHUNK: Final = 1000
# How far back :start lies where only the newest value is asked for.
_LOOKBACK: Final = 300.0


class _StaleError(Exception):
    """A connection that had been used before was found to be cut."""


class SqlClient(Client):
    """A small pool of connections; each question is a transaction that only reads."""

    def __init__(self, options: SqlOptions, root: Path) -> None:
        self._options = options
        self._slots = threading.BoundedSemaphore(_CONNECTIONS)
        self._watching = threading.local()
        try:
            self._access = access_to(make_url(options.url), root, options.timeout)
            self._engine = create_engine(
                self._access.url,
                poolclass=QueuePool,
                pool_size=_CONNECTIONS,
                max_overflow=0,
                hide_parameters=True,
                **self._access.options,
            )
        except (ArgumentError, ValueError):
            raise MeasureError(
                "the `url` of the source cannot be used",
                "Write scheme://user:password@host:port/database, special characters of the "
                "password as %2F and the like.",
            ) from None
        event.listen(self._engine, "do_connect", self._connect)
        event.listen(self._engine, "checkout", self._watch)

    def ask(self, query: SqlQuery, window: Window) -> Answer:
        """The rows of the statement, in a transaction that is always rolled back."""
        with self._slots:
            try:
                return self._ask(query, window)
            except _StaleError:
                # All connections of the pool are made anew.
                return self._ask(query, window)

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def _ask(self, query: SqlQuery, window: Window) -> Answer:
        timeout = self._options.timeout
        deadline = time.monotonic() + timeout
        connected: list[bool] = []
        with Watchdog(timeout + self._access.grace, self._access.abort) as dog:
            self._watching.dog = dog
            try:
                with self._engine.connect() as connection:
                    connected.append(bool(connection.info.get("asked")))
                    connection.info["asked"] = True
                    self._access.begin(connection, timeout)
                    if self._access.streams:
                        connection.execution_options(stream_results=True, max_row_buffer=_CHUNK)
                    with _execute(connection, query, window) as result:
                        rows = _rows(result, deadline, timeout)
                        return answer_of(query, list(result.keys()), rows, window, time.time)
            except MeasureError:
                raise
            except (SQLAlchemyError, ValueError, ArithmeticError, Warning) as error:
                raise self._failure(error, dog, connected) from None

    def _failure(self, error: Exception, dog: Watchdog, connected: Sequence[bool]) -> Exception:
        """What to raise; ``connected`` says of a connection whether it had been used before."""
        timeout = self._options.timeout
        is_lost = isinstance(error, DBAPIError) and error.connection_invalidated
        if dog.fired:
            told = silent(timeout) if self._access.grace else too_long(timeout)
        elif not connected:
            told = refused_connection(error)
        elif is_lost and connected[0]:
            return _StaleError()
        else:
            told = hung_up(error) if is_lost else failed_statement(error, timeout)
        message = hide_passwords(told.message, self._options.url)
        return type(told)(f"{shown_url_of(self._options.url)}: {message}", told.hint)

    def _connect(self, dialect: Any, _record: Any, _arguments: Any, options: Any) -> Any:
        return self._access.connect(dialect, options, self._watching.dog.watch)

    def _watch(self, connection: Any, _record: Any, _proxy: Any) -> None:
        self._watching.dog.watch(connection)


def _execute(connection: Connection, query: SqlQuery, window: Window) -> CursorResult[Any]:
    start = window.end - (window.seconds or _LOOKBACK)
    known = {"start": start, "end": window.end, "step": window.step}
    given = {name: known[name] for name in query.parameters() if name in known}
    result = connection.execute(text(query.sql), given)
    if not result.returns_rows:
        raise MeasureError("the statement yields no rows at all", "Write one SELECT.")
    return result


def _rows(result: CursorResult[Any], deadline: float, timeout: float) -> Iterator[Sequence[Any]]:
    for chunk in iter(partial(result.fetchmany, _CHUNK), []):
        if time.monotonic() > deadline:
            raise too_long(timeout)
        yield from chunk
