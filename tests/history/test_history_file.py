"""Which files are taken for a history, and that all others are left as they are."""

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pytest_fitness.errors import HistoryError
from pytest_fitness.history import schema
from pytest_fitness.history.records import Environment, Result, Run
from pytest_fitness.history.sqlite_file import APPLICATION_ID
from pytest_fitness.history.store import open_store

RUN = Run(1, Environment("m"))


def grown_history(path: Path) -> Path:
    with open_store(path) as store:
        for moment in range(20):
            results = [Result(f"series-{n}", n, "s", "passed") for n in range(500)]
            store.append(Run(moment, Environment("m")), results)
    return path


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()


def a_text(path: Path) -> None:
    path.write_text("dear diary\n" * 100, encoding="utf-8")


def a_short_text(path: Path) -> None:
    path.write_text("x", encoding="utf-8")


def a_foreign_database(path: Path) -> None:
    execute(path, "CREATE TABLE run (id INTEGER)")


def a_foreign_write_ahead_database(path: Path) -> None:
    execute(path, "PRAGMA journal_mode = WAL", "CREATE TABLE run (id INTEGER)")


def a_database_of_a_known_application(path: Path) -> None:
    execute(path, "PRAGMA application_id = 1", "CREATE TABLE run (id INTEGER)")


def a_newer_history(path: Path) -> None:
    grown_history(path)
    execute(path, f"PRAGMA user_version = {schema.VERSION + 1}")


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (a_text, "is not an SQLite database"),
        (a_short_text, "is not an SQLite database"),
        (a_foreign_database, "of something else"),
        (a_foreign_write_ahead_database, "of something else"),
        (a_database_of_a_known_application, "of something else"),
        (a_newer_history, f"its format is {schema.VERSION + 1}, known here is {schema.VERSION}"),
    ],
)
def test_a_file_that_is_no_history_is_refused_and_not_touched(
    tmp_path: Path, make: Callable[[Path], None], complaint: str
) -> None:
    path = tmp_path / "history.db"
    make(path)
    before = path.read_bytes(), path.stat().st_mtime_ns
    with pytest.raises(HistoryError, match=complaint) as caught:
        open_store(path)
    assert str(path) in caught.value.message
    assert caught.value.hint
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="is not a file"):
        open_store(tmp_path)


def test_a_path_below_a_file_is_refused(tmp_path: Path) -> None:
    a_text(tmp_path / "diary")
    with pytest.raises(HistoryError, match="cannot be used"):
        open_store(tmp_path / "diary" / "history.db")


def test_an_empty_file_is_a_fresh_start(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    path.touch()
    with open_store(path) as store:
        store.append(RUN, [])
    assert path.stat().st_size > 0


def test_a_history_is_opened_again(tmp_path: Path) -> None:
    path = grown_history(tmp_path / "history.db")
    with open_store(path) as store:
        assert store.series()["series-0"] == 20


def test_the_file_says_whose_it_is_and_which_format_it_has(tmp_path: Path) -> None:
    path = grown_history(tmp_path / "history.db")
    with closing(sqlite3.connect(path)) as database:
        pragmas = ("application_id", "user_version", "journal_mode")
        found = [database.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas]
    assert found == [APPLICATION_ID, schema.VERSION, "wal"]


def test_every_commit_is_on_disk_when_it_returns(tmp_path: Path) -> None:
    from pytest_fitness.history.sqlite_file import open_file

    with closing(open_file(tmp_path / "history.db")) as database:
        assert database.execute("PRAGMA synchronous").fetchone() == (2,)


def test_an_older_history_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = grown_history(tmp_path / "history.db")
    next_format = schema.VERSION + 1
    monkeypatch.setitem(schema.MIGRATIONS, next_format, "ALTER TABLE run ADD COLUMN host TEXT")
    monkeypatch.setattr("pytest_fitness.history.sqlite_file.VERSION", next_format)
    open_store(path).close()
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (next_format,)
        assert database.execute("SELECT count(host), count(*) FROM run").fetchone() == (0, 20)


def test_a_migration_that_fails_leaves_the_old_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = grown_history(tmp_path / "history.db")
    broken = "CREATE TABLE half (id INTEGER); ALTER TABLE nowhere ADD COLUMN host TEXT"
    with monkeypatch.context() as newer:
        newer.setitem(schema.MIGRATIONS, schema.VERSION + 1, broken)
        newer.setattr("pytest_fitness.history.sqlite_file.VERSION", schema.VERSION + 1)
        with pytest.raises(HistoryError, match="no such table"):
            open_store(path)
    with open_store(path) as store:
        assert len(store.runs(100)) == 20
    with closing(sqlite3.connect(path)) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    assert "half" not in tables


def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = grown_history(tmp_path / "history.db")
    content = bytearray(path.read_bytes())
    quarter = len(content) // 4
    content[quarter : 3 * quarter] = b"\xff" * (2 * quarter)
    path.write_bytes(content)
    with open_store(path) as store, pytest.raises(HistoryError, match="malformed") as caught:
        store.series()
    assert ".recover" in str(caught.value)
    with open_store(path) as store, pytest.raises(HistoryError, match="malformed"):
        store.append(RUN, [Result(f"series-{n}", n, "s", "passed") for n in range(500)])
    assert path.read_bytes() == content


def test_a_truncated_file_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = grown_history(tmp_path / "history.db")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with (
        pytest.raises(HistoryError, match=r"malformed|disk I/O error"),
        open_store(path) as store,
    ):
        store.series()


def test_a_history_locked_for_too_long_is_said_to_be_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = grown_history(tmp_path / "history.db")
    monkeypatch.setattr("pytest_fitness.history.sqlite_file.BUSY_SECONDS", 0.01)
    with closing(sqlite3.connect(path, isolation_level=None)) as other, open_store(path) as store:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(HistoryError, match="locked") as caught:
            store.append(RUN, [])
        assert len(store.runs(100)) == 20
    assert "another process" in str(caught.value)


def test_a_history_that_is_only_being_created_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "history.db"
    monkeypatch.setattr("pytest_fitness.history.sqlite_file.BUSY_SECONDS", 0.01)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(HistoryError, match="locked"):
            open_store(path)
        other.execute("CREATE TABLE theirs (id INTEGER)")
        other.execute("COMMIT")
    with pytest.raises(HistoryError, match="of something else"):
        open_store(path)


def test_a_new_directory_of_its_own_is_not_committed_by_accident(tmp_path: Path) -> None:
    open_store(tmp_path / "sub" / ".fitness" / "history.db").close()
    ignored = tmp_path / "sub" / ".fitness" / ".gitignore"
    assert ignored.read_text(encoding="utf-8") == "*\n"
    assert not (tmp_path / "sub" / ".gitignore").exists()


def test_a_directory_that_was_there_stays_as_it_was(tmp_path: Path) -> None:
    directory = tmp_path / ".fitness"
    directory.mkdir()
    open_store(directory / "history.db").close()
    assert [path.name for path in directory.iterdir()] == ["history.db"]


@pytest.fixture
def sealed() -> Iterator[Callable[[Path], None]]:
    """Makes a directory read-only for this process, which is nobody afterwards if it was root."""
    user = os.geteuid()
    made: list[Path] = []

    def seal(directory: Path) -> None:
        for path in directory.iterdir():
            path.chmod(0o444)
        directory.chmod(0o555)
        made.append(directory)
        if user == 0:
            os.seteuid(65534)

    yield seal
    os.seteuid(user)
    for directory in made:
        directory.chmod(0o755)


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """A directory that every user can reach, unlike those of pytest."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs the users of POSIX")
def test_a_read_only_directory_is_said_to_be_so(
    open_directory: Path, sealed: Callable[[Path], None]
) -> None:
    sealed(open_directory)
    for path in ("history.db", ".fitness/history.db"):
        with pytest.raises(HistoryError, match="cannot be used") as caught:
            open_store(open_directory / path)
        assert "must be readable and writable" in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs the users of POSIX")
def test_a_read_only_history_is_said_to_be_so(
    open_directory: Path, sealed: Callable[[Path], None]
) -> None:
    path = grown_history(open_directory / "history.db")
    before = path.read_bytes()
    sealed(open_directory)
    with (
        pytest.raises(HistoryError, match="cannot be used") as caught,
        open_store(path) as store,
    ):
        store.append(RUN, [])
    assert "must be readable and writable" in str(caught.value)
    assert path.read_bytes() == before
