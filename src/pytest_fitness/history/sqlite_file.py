"""The file behind the SQLite store: opened carefully, created whole, brought up to date."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from pytest_fitness.errors import HistoryError
from pytest_fitness.history.schema import MIGRATIONS, VERSION

APPLICATION_ID = 0x46697448  # "FitH": how a history is told from any other SQLite database
BUSY_SECONDS = 30.0
HEADER_SIZE = 100
MAGIC = b"SQLite format 3\0"


def open_file(path: Path) -> sqlite3.Connection:
    """Connect to a history, which is created or brought up to date where that is needed.

    Raises:
        HistoryError: it is no history, or a newer one, or cannot be used; it is left untouched.
    """
    with explained(path):
        _make_directory(path.parent)
        _refuse_foreign(path)
        database = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            _bring_up_to_date(database, path)
            _use_write_ahead_log(database)
        except BaseException:
            database.close()
            raise
        return database


@contextmanager
def transaction(
    database: sqlite3.Connection, kind: Literal["DEFERRED", "IMMEDIATE"]
) -> Iterator[None]:
    """All of it or nothing: ``IMMEDIATE`` to write, ``DEFERRED`` to read one moment's state."""
    database.execute(f"BEGIN {kind}")
    try:
        yield
        database.execute("COMMIT")
    finally:
        if database.in_transaction:
            database.execute("ROLLBACK")


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite and the operating system say into an error that names file and remedy."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest of it is detail
        hint = REMEDIES.get(code)
        raise HistoryError(f"the history {path} cannot be used: {error}", hint=hint) from error
    except UnicodeEncodeError as error:
        raise HistoryError(f"the history {path} cannot hold a text: {error}") from error
    except OSError as error:
        hint = _PERMISSION if isinstance(error, PermissionError) else None
        raise HistoryError(f"the history {path} cannot be used: {error}", hint=hint) from error


_PERMISSION = "the file and its directory must be readable and writable for the user of this run"
_DAMAGED = (
    "restore it from a copy, or rescue what is left with `sqlite3 FILE .recover`, or move it away"
    " to begin anew; it was not changed"
)
REMEDIES = {
    sqlite3.SQLITE_BUSY: f"another process kept it locked for {BUSY_SECONDS:.0f} seconds",
    sqlite3.SQLITE_FULL: "make room on the disk; what was recorded before is safe",
    sqlite3.SQLITE_IOERR: "check the disk and its quota; what was recorded before is safe",
    sqlite3.SQLITE_READONLY: _PERMISSION,
    sqlite3.SQLITE_CANTOPEN: _PERMISSION,
    sqlite3.SQLITE_PERM: _PERMISSION,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}


def _make_directory(directory: Path) -> None:
    if directory.is_dir():
        return
    directory.mkdir(parents=True, exist_ok=True)
    if directory.name == ".fitness":
        # A history grows with each run; it is not committed by accident.
        (directory / ".gitignore").write_text("*\n", encoding="utf-8")


def _refuse_foreign(path: Path) -> None:
    """Look at the file itself, as SQLite may already change what it merely opens."""
    if not path.exists():
        return
    if not path.is_file():
        raise HistoryError(f"the history {path} is not a file", hint="name a file to be created")
    with path.open("rb") as file:
        header = file.read(HEADER_SIZE)
    if header and not header.startswith(MAGIC):
        raise _not_ours(path, "is not an SQLite database")
    if header:
        user_version, application_id = (int.from_bytes(header[at : at + 4]) for at in (60, 68))
        _refuse_unless_ours(path, application_id, user_version)


def _refuse_unless_ours(path: Path, application_id: int, version: int) -> None:
    if application_id != APPLICATION_ID:
        raise _not_ours(path, "is an SQLite database of something else")
    if version > VERSION:
        raise HistoryError(
            f"the history {path} was written by a newer pytest-fitness:"
            f" its format is {version}, known here is {VERSION}",
            hint="upgrade pytest-fitness; the file was not changed",
        )


def _not_ours(path: Path, what: str) -> HistoryError:
    return HistoryError(
        f"the history {path} {what}",
        hint="name another file for the history, or move this one away; it was not changed",
    )


def _bring_up_to_date(database: sqlite3.Connection, path: Path) -> None:
    if _pragma(database, "user_version") == VERSION:
        return
    with transaction(database, "IMMEDIATE"):
        # Another process may have been here between the look at the file and the lock.
        version = _pragma(database, "user_version")
        if database.execute("SELECT count(*) FROM sqlite_master").fetchone() != (0,):
            _refuse_unless_ours(path, _pragma(database, "application_id"), version)
        for number in range(version + 1, VERSION + 1):
            for statement in MIGRATIONS[number].split(";"):
                database.execute(statement)
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {VERSION}")


def _use_write_ahead_log(database: sqlite3.Connection) -> None:
    """Readers and a writer do not wait for each other, and a commit is on disk when it returns.

    The switch comes after the schema: until then the header of the file says whose it is only
    when the schema is whole.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError as error:
            # SQLite does not wait by itself for this lock.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
    database.execute("PRAGMA synchronous = FULL")
    # A run touches a page a series; a checkpoint within each append would double its time.
    database.execute("PRAGMA wal_autocheckpoint = 4000")
    database.execute("PRAGMA cache_size = -32000")


def _pragma(database: sqlite3.Connection, name: str) -> int:
    (value,) = database.execute(f"PRAGMA {name}").fetchone()
    return int(value)
