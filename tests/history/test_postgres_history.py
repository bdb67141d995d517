"""A history in a real PostgreSQL: many that write at once, and servers that fail."""

import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from histories import MACHINE, recorded, result, run
from pytest_fitness.errors import HistoryError
from pytest_fitness.history import postgres_schema, postgres_server
from pytest_fitness.history.records import Recorded, Reference, Run
from pytest_fitness.history.store import Store, open_existing, open_store
from server_kinds import Postgres
from server_processes import free_port
from servers import Database, StartPostgres, StartProxy

PASSWORD = Postgres.password
MAIN = Reference("main")

PRELUDE = """
import sys
from pytest_fitness.errors import HistoryError
from pytest_fitness.history.records import Environment, Result, Run
from pytest_fitness.history.store import open_store

def results(count=100):
    return [Result(f"series-{n}", n, "s", "passed") for n in range(count)]

store = open_store(sys.argv[1])
"""
WRITER = """
for turn in range(10):
    odd = Result(f"of-{turn % 3}", turn, "s", "failed", turn)
    store.append(Run(1, Environment(f"machine-{turn}")), [*results(), odd])
store.close()
"""
ENDLESS_WRITER = """
try:
    while True:
        print(store.append(Run(1, Environment("m")), results()), flush=True)
except HistoryError as error:
    print("told:", error)
store.close()
"""


@pytest.fixture
def store(postgres_database: Database) -> Iterator[Store]:
    with open_store(postgres_database.dsn) as opened:
        yield opened


def refused(url: str) -> HistoryError:
    """What opening says, which is one sentence with a remedy, and nowhere the password."""
    with pytest.raises(HistoryError) as caught:
        open_store(url)
    shown = "".join(traceback.format_exception(caught.value))
    assert PASSWORD not in shown
    assert "\n" not in caught.value.message
    assert caught.value.hint
    return caught.value


def start(script: str, url: str) -> "subprocess.Popen[str]":
    argv = [sys.executable, "-c", PRELUDE + script, url]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)


def per_run(database: Database) -> list[str]:
    counts = "SELECT count(*) FROM fitness_measurement GROUP BY run_id"
    return database.sql(counts).splitlines()


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg", "POSTGRESQL"])
def test_every_way_to_write_the_url(postgres_database: Database, scheme: str) -> None:
    url = postgres_database.dsn.replace("postgresql", scheme, 1)
    with open_store(url) as store:
        assert store.runs(1) == []


def test_many_series_are_read_run_by_run(store: Store) -> None:
    """As in a large project, where another statement is quicker."""
    names = [f"series-{number:02}" for number in range(40)]
    for moment in range(12):
        branch = "main" if moment % 2 else "topic"
        outcome = "failed" if moment == 9 else "passed"
        store.append(run(moment, branch), [result(name, moment, outcome) for name in names])
    store.append(run(20), [result("series-00", 20)])
    store.append(run(21), [result("series-00", 21, "error")])
    trails = store.trails([*names, "unheard-of"], 3, MAIN)
    assert trails["unheard-of"].values == ()
    assert trails["series-00"].values == (9.0, 11.0, 20.0)
    assert {trails[name].values for name in names[1:]} == {(7.0, 9.0, 11.0)}
    assert {trail.failed for trail in trails.values()} == {
        frozenset({trails["series-01"].run_ids[1]}), frozenset()
    }  # fmt: skip
    assert store.trails(names, 99, MAIN)["series-01"].values == (1.0, 3.0, 5.0, 7.0, 9.0, 11.0)
    assert {name: store.trails([name], 3, MAIN)[name] for name in names} == {
        name: trails[name] for name in names
    }


def test_people_can_read_it_with_other_tools(store: Store, postgres_database: Database) -> None:
    store.append(run(1_700_000_000_123), [result("a", 2.5)])
    query = "SELECT series, started AT TIME ZONE 'UTC', value, branch FROM fitness_history"
    assert postgres_database.sql(query) == "a|2023-11-14 22:13:20.123|2.5|main"


def test_writers_at_once_all_get_their_runs_in(postgres_database: Database) -> None:
    """The first of them finds no tables; all of them find new series and machines."""
    writers = [start(WRITER, postgres_database.dsn) for _ in range(5)]
    for writer in writers:
        with writer:
            assert writer.wait() == 0
    assert per_run(postgres_database) == ["101"] * 50
    with open_store(postgres_database.dsn) as store:
        assert len({run.id for run in store.runs(100)}) == 50
        assert sum(1 for each in store.recorded() if len(each.results) == 101) == 50


def test_an_import_among_writers_doubles_nothing(postgres_database: Database) -> None:
    dsn = postgres_database.dsn
    writers = [start(WRITER, dsn) for _ in range(2)]
    with open_store(dsn) as store:
        lines = [recorded(moment, a=1.0, b=2.0) for moment in range(5, 25)]
        assert store.extend(lines) == 20
        assert store.extend(lines) == 0
    for writer in writers:
        with writer:
            assert writer.wait() == 0
    assert sorted(per_run(postgres_database)) == ["101"] * 20 + ["2"] * 20


def test_a_writer_that_is_killed_loses_no_run_that_was_recorded(
    postgres_database: Database,
) -> None:
    with start(ENDLESS_WRITER, postgres_database.dsn) as writer:
        assert writer.stdout
        first = [int(writer.stdout.readline()) for _ in range(3)]
        writer.kill()
        told = first + [int(line) for line in writer.stdout.read().splitlines()]
    with open_store(postgres_database.dsn) as store:
        remembered = [run.id for run in reversed(store.runs(1_000_000))]
    assert remembered[: len(told)] == told
    assert set(per_run(postgres_database)) == {"100"}


def test_a_server_that_ends_in_the_middle_is_told(start_postgres: StartPostgres) -> None:
    server = start_postgres()
    with start(ENDLESS_WRITER, server.dsn) as writer:
        assert writer.stdout
        writer.stdout.readline()
        server.stop()
        last = writer.stdout.read()
    assert writer.returncode == 0
    assert "told: the history postgresql://fitness:***@" in last
    assert "what was recorded before is safe" in last
    assert PASSWORD not in last


def test_a_session_that_is_ended_leaves_nothing_of_its_run(postgres_database: Database) -> None:
    end_all = (
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE application_name = 'pytest-fitness' AND datname = current_database()"
    )

    def ended_in_the_middle() -> "Iterator[Recorded]":
        yield recorded(1, a=1)
        postgres_database.sql(end_all)
        yield recorded(2, a=1)

    with (
        open_store(postgres_database.dsn) as store,
        pytest.raises(HistoryError, match="cannot be used"),
    ):
        store.extend(ended_in_the_middle())
    with open_store(postgres_database.dsn) as store:
        assert store.runs(9) == []


def test_nobody_listens() -> None:
    url = f"postgresql://fitness:{PASSWORD}@127.0.0.1:{free_port()}/postgres"
    error = refused(url)
    assert "fitness:***@127.0.0.1" in error.message
    assert "refused" in error.message
    assert "see that the server runs" in str(error.hint)


def test_a_wrong_password_is_not_told(postgres_database: Database) -> None:
    error = refused(postgres_database.dsn.replace(PASSWORD, "wrong-open"))
    assert "password authentication failed" in error.message
    assert "wrong-open" not in str(error)


@pytest.mark.parametrize(
    "rest",
    [
        f"?password={PASSWORD}&nonsense=1",
        f"?password={PASSWORD}&connect_timeout=soon",
        f"?options=-c%20password={PASSWORD}&connect_timeout=x",
    ],
    ids=["unknown-option", "bad-option", "options"],
)
def test_a_url_that_is_wrong_tells_no_password(rest: str) -> None:
    refused(f"postgresql://fitness:{PASSWORD}@127.0.0.1:1/postgres{rest}")


def test_a_server_that_says_nothing_is_given_up(
    postgres_database: Database, tcp_proxy: StartProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_server, "SILENT_SECONDS", 1.0)
    server = postgres_database.server
    proxy = tcp_proxy("127.0.0.1", server.port)
    url = postgres_database.dsn.replace(server.address, proxy.address)
    with open_store(url) as store:
        proxy.blackhole()
        with pytest.raises(HistoryError, match="cannot be used"):
            store.append(run(1), [result("a")])


def test_a_server_that_never_answers_is_given_up(
    postgres_database: Database, tcp_proxy: StartProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_server, "CONNECT_SECONDS", 2)
    server = postgres_database.server
    proxy = tcp_proxy("127.0.0.1", server.port)
    proxy.blackhole()
    error = refused(postgres_database.dsn.replace(server.address, proxy.address))
    assert "timeout" in error.message


def test_tables_that_are_kept_locked_are_told(
    store: Store, postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_server, "STATEMENT_SECONDS", 0.2)
    with open_store(postgres_database.dsn) as other:

        def waiting() -> "Iterator[Recorded]":
            yield recorded(1, a=1)
            with pytest.raises(HistoryError, match=r"statement timeout|lock timeout") as caught:
                other.append(run(2), [result("a")])
            assert caught.value.hint

        assert store.extend(waiting()) == 1


def test_tables_of_something_else_are_left_alone(postgres_database: Database) -> None:
    postgres_database.sql("CREATE TABLE fitness_run (id integer)")
    error = refused(postgres_database.dsn)
    assert "of something else" in error.message
    assert (
        postgres_database.sql("SELECT count(*) FROM pg_tables WHERE tablename ~ 'fitness'") == "1"
    )
    with pytest.raises(HistoryError, match="of something else"):
        open_existing(postgres_database.dsn)


@pytest.mark.parametrize("columns", ["(version text)", "(other integer)"], ids=["text", "other"])
def test_a_mark_of_something_else_is_told(postgres_database: Database, columns: str) -> None:
    postgres_database.sql(f"CREATE TABLE fitness_format {columns}")
    assert postgres_database.name in refused(postgres_database.dsn).message


def test_a_newer_history_is_left_alone(store: Store, postgres_database: Database) -> None:
    newer = postgres_schema.VERSION + 1
    postgres_database.sql(f"UPDATE fitness_format SET version = {newer}")
    error = refused(postgres_database.dsn)
    assert f"its format is {newer}, known here is {postgres_schema.VERSION}" in error.message
    assert "upgrade" in str(error.hint)


def test_an_older_history_is_brought_up_to_date_by_one_of_many(
    store: Store, postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.append(run(1), [result("a")])
    newer = postgres_schema.VERSION + 1
    step = "ALTER TABLE fitness_run ADD COLUMN host text"
    monkeypatch.setitem(postgres_schema.MIGRATIONS, newer, step)
    monkeypatch.setattr(postgres_server, "VERSION", newer)
    for _ in range(2):
        with open_store(postgres_database.dsn) as opened:
            assert len(opened.runs(9)) == 1
    assert postgres_database.sql("SELECT version FROM fitness_format") == str(newer)


def test_a_step_that_fails_leaves_the_old_format(
    store: Store, postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = postgres_schema.VERSION + 1
    broken = "CREATE TABLE half (id integer); ALTER TABLE nowhere ADD COLUMN host text"
    with monkeypatch.context() as step:
        step.setitem(postgres_schema.MIGRATIONS, newer, broken)
        step.setattr(postgres_server, "VERSION", newer)
        assert "nowhere" in refused(postgres_database.dsn).message
    assert postgres_database.sql("SELECT to_regclass('half') IS NULL") == "t"
    assert store.runs(1) == []


def test_a_user_who_may_not_create_tables_is_told(postgres_database: Database) -> None:
    name = f"reader_of_{postgres_database.name}"
    postgres_database.sql(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'")
    try:
        error = refused(postgres_database.dsn.replace("//fitness:", f"//{name}:"))
        assert "permission denied" in error.message
        assert "allowed to create tables" in str(error.hint)
    finally:
        postgres_database.sql(f"DROP ROLE {name}")


def test_histories_in_schemas_of_their_own_are_apart(postgres_database: Database) -> None:
    postgres_database.sql("CREATE SCHEMA shop; CREATE SCHEMA depot")
    for schema in ("shop", "depot"):
        with open_store(f"{postgres_database.dsn}?options=-csearch_path%3D{schema}") as store:
            store.append(run(1), [result(schema)])
            assert store.series() == {schema: 1}


def test_a_text_that_the_server_cannot_hold_is_told(store: Store) -> None:
    with pytest.raises(HistoryError, match="NUL"):
        store.append(run(1), [result("a\0b")])
    assert store.runs(1) == []


def test_runs_of_one_millisecond_never_run_into_the_next(
    store: Store, postgres_database: Database
) -> None:
    store.append(Run(7, MACHINE), [])
    postgres_database.sql("UPDATE fitness_run SET id = 7999")
    with pytest.raises(HistoryError, match="over 1000 runs started at 7 ms"):
        store.append(Run(7, MACHINE), [])


def test_without_the_driver_the_extra_is_named(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(HistoryError, match="psycopg") as caught:
        open_store(postgres_database.dsn)
    assert caught.value.hint


def test_the_driver_is_not_loaded_for_a_file(tmp_path: Path) -> None:
    script = (
        "import sys; from pytest_fitness.history.store import open_store;"
        " open_store(sys.argv[1]).close(); sys.exit('psycopg' in sys.modules)"
    )
    argv = [sys.executable, "-c", script, str(tmp_path / "history.db")]
    assert subprocess.run(argv, check=False).returncode == 0
