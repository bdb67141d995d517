"""The source `sql`, asking SQLite files."""

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from pytest_fitness.answers import Answer, Client, Window
from pytest_fitness.errors import MeasureError, UnreachableError
from pytest_fitness.sources.sql import rows
from sql_asking import ENDLESS, NEW_YEAR, NOW, asking, points_of, query, refused, value_of


def write(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.db"
    write(
        path,
        "CREATE TABLE orders(at, epoch, total, note)",
        f"""INSERT INTO orders VALUES
        ('2024-01-01 00:01:00', {NEW_YEAR + 60}, 30, 'third'),
        ('2024-01-01 00:00:00', {NEW_YEAR}, 10, 'first'),
        ('2024-01-01T01:00:30+01:00', {NEW_YEAR + 30.5}, 20.5, 'second'),
        ('2024-01-01 00:01:30', {NEW_YEAR + 90}, NULL, 'gap'),
        ('2030-01-01', {NEW_YEAR + 9e7}, 99, 'planned')""",
    )
    return path


@pytest.fixture
def client(shop: Path) -> Iterator[Client]:
    with asking("sqlite:///shop.db", root=shop.parent) as client:
        yield client


def test_one_row_with_one_number(client: Client) -> None:
    before = time.time()
    answer = client.ask(query("SELECT COUNT(*) FROM orders"), NOW)
    ((at, value),) = points_of(answer)
    assert value == 5.0
    assert before <= at <= time.time()


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT 2.5", 2.5),
        ("(SELECT 1)", None),
        ("VALUES (7)", 7.0),
        ("WITH x AS (SELECT 3 AS n) SELECT n FROM x;", 3.0),
        ("-- how many\n/* of all */ SELECT 4 -- four", 4.0),
        ("SELECT 9e999", float("inf")),
        ("SELECT MAX(total) FROM orders WHERE note LIKE 'f%'", 10.0),
        ("SELECT :end - :start", 300.0),
        ("SELECT :step", 15.0),
        ("SELECT LENGTH('12:30:00 a\\:b')", 12.0),
    ],
)
def test_statements_that_yield_a_number(client: Client, sql: str, expected: float | None) -> None:
    if expected is None:
        assert "refuses the statement" in refused(client, query(sql)).message  # not in SQLite
    else:
        assert value_of(client.ask(query(sql), NOW)) == expected


def test_parameters_are_the_window(client: Client) -> None:
    window = Window(end=1000.0, seconds=600.0, step=60.0)
    assert value_of(client.ask(query("SELECT :start"), window)) == 400.0
    assert value_of(client.ask(query("SELECT :end"), window)) == 1000.0
    assert value_of(client.ask(query("SELECT :step"), window)) == 60.0


@pytest.mark.parametrize("sql", ["SELECT 1 WHERE 1 = 2", "SELECT NULL", "SELECT MAX(at) FROM none"])
def test_no_row_and_null_are_no_data(client: Client, shop: Path, sql: str) -> None:
    write(shop, "CREATE TABLE none(at)")
    assert client.ask(query(sql), NOW) == Answer()


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("SELECT at, total FROM orders", "yields 2 columns: at, total"),
        ("SELECT total FROM orders", "yields more than one row, of column total"),
        ("SELECT note FROM orders LIMIT 1", "the column note holds the text 'third', no number"),
        ("SELECT '12' AS n", "the column n holds the text '12', no number"),
        ("SELECT x'00' AS n", "the column n holds a bytes, no number"),
        ("SELECT total FROM order_s", "no such table: order_s"),
        ("SELECT", "incomplete input"),
        ("SELECT 1; SELECT 2", "one statement at a time"),
        ("SELECT 1; DROP TABLE orders", "one statement at a time"),
    ],
)
def test_what_is_no_number(client: Client, sql: str, what: str) -> None:
    error = refused(client, query(sql))
    assert what in error.message
    assert not isinstance(error, UnreachableError)


@pytest.mark.parametrize("column", ["at", "epoch"])
def test_a_series_in_time(client: Client, column: str) -> None:
    window = Window(end=NEW_YEAR + 100, seconds=200.0)
    sql = f"SELECT {column}, total FROM orders"
    second = 30.5 if column == "epoch" else 30.0
    expected = ((NEW_YEAR, 10.0), (NEW_YEAR + second, 20.5), (NEW_YEAR + 60, 30.0))
    assert points_of(client.ask(query(sql, time=column), window)) == expected


def test_a_window_is_open_at_its_beginning_and_closed_at_its_end(client: Client) -> None:
    window = Window(end=NEW_YEAR + 60, seconds=60.0)
    found = points_of(client.ask(query("SELECT epoch, total FROM orders", time="epoch"), window))
    assert [at - NEW_YEAR for at, _ in found] == [30.5, 60.0]


def test_the_newest_value_however_old_but_never_of_the_future(client: Client) -> None:
    asked = query("SELECT epoch, total FROM orders", time="epoch")
    for end in (NEW_YEAR + 100, NEW_YEAR + 8e7):
        assert points_of(client.ask(asked, Window(end))) == ((NEW_YEAR + 60, 30.0),)


def test_columns_may_stand_in_any_order_beside_others(client: Client) -> None:
    window = Window(end=NEW_YEAR + 10, seconds=60.0)
    for sql in ("SELECT total, epoch FROM orders", "SELECT epoch, total FROM orders"):
        assert points_of(client.ask(query(sql, time="epoch"), window)) == ((NEW_YEAR, 10.0),)
    asked = query("SELECT * FROM orders", time="epoch", value="total")
    assert points_of(client.ask(asked, window)) == ((NEW_YEAR, 10.0),)


def test_no_rows_are_no_data_and_rows_of_other_times_are_told(client: Client) -> None:
    empty = query("SELECT epoch, total FROM orders WHERE 1 = 2", time="epoch")
    assert client.ask(empty, NOW) == Answer()
    answer = client.ask(query("SELECT epoch, total FROM orders", time="epoch"), Window(100.0, 50.0))
    assert points_of(answer) == ()
    assert answer.notes == ("5 rows lie outside of the time asked for",)


@pytest.mark.parametrize(
    ("sql", "time", "value", "what"),
    [
        ("SELECT * FROM orders", "epoch", None, "yields 4 columns: at, epoch, total, note"),
        ("SELECT epoch FROM orders", "epoch", None, "yields 1 columns: epoch"),
        ("SELECT at, total FROM orders", "when", None, "yields no columns 'when', but at, total"),
        ("SELECT at, total FROM orders", "at", "sum", "yields no columns 'sum', but at, total"),
        ("SELECT 1 AS a, 2 AS a", "a", None, "yields 2 columns 'a', but a, a"),
        ("SELECT note, total FROM orders", "note", None, "holds the text 'third', no time"),
        ("SELECT NULL AS t, 1 AS v", "t", None, "the column t holds nothing, no time"),
        ("SELECT 9e999 AS t, 1 AS v", "t", None, "the column t holds a float, no time"),
        ("SELECT 1704067200000 AS t, 1 AS v", "t", None, "holds 1704067200000, too much for sec"),
        ("SELECT 1 AS t, 'x' AS v", "t", None, "the column v holds the text 'x', no number"),
        (
            "SELECT 1 AS t, 1 AS v UNION ALL SELECT 1, 2",
            "t",
            None,
            "two rows have the same t: 1",
        ),
    ],
)
def test_what_is_no_series(
    client: Client, sql: str, time: str, value: str | None, what: str
) -> None:
    assert what in refused(client, query(sql, time, value)).message


def test_too_many_rows_are_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rows.MOST_ROWS == 1_000_000
    monkeypatch.setattr(rows, "MOST_ROWS", 100_000)
    sql = (
        "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) "
        f"SELECT x, x AS v FROM r LIMIT {rows.MOST_ROWS + 5}"
    )
    error = refused(client, query(sql, time="x"))
    assert "yields more than 100,000 rows" in error.message
    assert value_of(client.ask(query("SELECT 1"), NOW)) == 1.0


@pytest.mark.parametrize(
    "sql", [ENDLESS, ENDLESS.replace("COUNT(*)", "x, x AS v"), f"SELECT 1 FROM ({ENDLESS})"]
)
def test_a_statement_without_end_is_stopped(shop: Path, sql: str) -> None:
    with asking(f"sqlite:///{shop}", timeout=0.3) as client:
        error = refused(client, query(sql, time="x" if " v " in sql else None))
        assert "the statement took longer than 300ms" in error.message
        assert not isinstance(error, UnreachableError)
        assert value_of(client.ask(query("SELECT 1"), NOW)) == 1.0


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO orders(total) VALUES (1)",
        "WITH x AS (SELECT 1) DELETE FROM orders",
        "DROP TABLE orders",
        "ATTACH 'other.db' AS other",
        "VACUUM INTO 'other.db'",
        "PRAGMA user_version = 7",
    ],
)
def test_nothing_is_ever_written(client: Client, shop: Path, sql: str) -> None:
    before = shop.read_bytes()
    error = refused(client, query(sql))
    assert error.hint == "The source only reads: write one SELECT."
    assert shop.read_bytes() == before
    assert [path.name for path in shop.parent.iterdir()] == ["shop.db"]


def test_a_missing_file_is_an_error_and_never_created(tmp_path: Path) -> None:
    with asking("sqlite:///missing.db", root=tmp_path) as client:
        error = refused(client, query("SELECT 1"))
    assert f"there is no file {tmp_path}/missing.db" in error.message
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_something_else(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_text("no database" * 100)
    with asking("sqlite:///a.db", root=tmp_path) as client:
        error = refused(client, query("SELECT COUNT(*) FROM sqlite_master"))
    assert "file is not a database" in error.message
    assert not isinstance(error, UnreachableError)


def test_odd_names_of_files(tmp_path: Path) -> None:
    path = tmp_path / "50% ä#b.db"
    write(path, "CREATE TABLE t(a)")
    with asking("sqlite:///50% ä#b.db", root=tmp_path) as client:
        assert value_of(client.ask(query("SELECT COUNT(*) FROM t"), NOW)) == 0.0


def test_what_others_commit_is_seen(client: Client, shop: Path) -> None:
    asked = query("SELECT COUNT(*) FROM orders")
    assert value_of(client.ask(asked, NOW)) == 5.0
    write(shop, "DELETE FROM orders WHERE total IS NULL")
    assert value_of(client.ask(asked, NOW)) == 4.0


def test_threads_share_the_client(client: Client) -> None:
    def ask(number: int) -> float:
        return value_of(client.ask(query(f"SELECT {number} + COUNT(*) FROM orders"), NOW))

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(ask, range(200))) == [number + 5.0 for number in range(200)]


def test_a_url_that_cannot_be_used_is_not_repeated() -> None:
    url = "postgresql://ada:private@host:not-a-port/shop"
    with pytest.raises(MeasureError, match="cannot be used") as caught, asking(url):
        pass
    assert "private" not in str(caught.value)
