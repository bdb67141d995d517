"""The source `sql`, asking a real MySQL or MariaDB, where FITNESS_TEST_MYSQL_URL names one.

The database of that URL has to be empty and its user allowed to create tables in it.
"""

import os
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import create_engine, make_url, text

from proxy import TcpProxy
from pytest_fitness.answers import Answer, Client, Window
from pytest_fitness.errors import UnreachableError
from server_processes import free_port
from sql_asking import NEW_YEAR, NOW, asking, points_of, query, refused, value_of

URL = os.environ.get("FITNESS_TEST_MYSQL_URL", "")


@pytest.fixture
def client() -> Iterator[Client]:
    if not URL:
        pytest.skip("FITNESS_TEST_MYSQL_URL names no MySQL or MariaDB")
    engine = create_engine(make_url(URL).set(drivername="mysql+pymysql"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE orders(at datetime(3), total decimal(9, 2), n int)"))
        connection.execute(
            text(
                "INSERT INTO orders VALUES ('2024-01-01 00:00:00', 10.25, 1),"
                " ('2024-01-01 00:01:00', 30, 3)"
            )
        )
    with asking(URL) as client:
        yield client
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE orders"))
    engine.dispose()


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT COUNT(*) FROM orders;", 2.0),
        ("SELECT SUM(total) FROM orders", 40.25),
        ("SELECT AVG(n) FROM orders", 2.0),
        ("SELECT :end - :start", 300.0),
        ("SELECT COUNT(*) FROM orders WHERE at LIKE '2024%'", 2.0),
    ],
)
def test_statements_that_yield_a_number(client: Client, sql: str, expected: float) -> None:
    assert value_of(client.ask(query(sql), NOW)) == expected


def test_no_row_and_null_are_no_data(client: Client) -> None:
    assert client.ask(query("SELECT n FROM orders WHERE n > 9"), NOW) == Answer()
    assert client.ask(query("SELECT MAX(n) FROM orders WHERE n > 9"), NOW) == Answer()


def test_a_series_in_time(client: Client) -> None:
    answer = client.ask(query("SELECT * FROM orders", "at", "total"), Window(NOW.end, 3600.0))
    assert points_of(answer) == ((NEW_YEAR, 10.25), (NEW_YEAR + 60, 30.0))


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO orders(n) VALUES (1)",
        "DROP TABLE orders",
        "CREATE TABLE more(n int)",
        "TRUNCATE orders",
    ],
)
def test_nothing_is_ever_written(client: Client, sql: str) -> None:
    error = refused(client, query(sql))
    assert error.hint == "The source only reads: write one SELECT."
    assert value_of(client.ask(query("SELECT COUNT(*) FROM orders"), NOW)) == 2.0


def test_a_second_statement_is_refused(client: Client) -> None:
    assert "SQL syntax" in refused(client, query("SELECT 1; SELECT 2")).message


def test_a_statement_without_end_is_stopped_by_the_server(client: Client) -> None:
    columns = ", ".join(f"information_schema.collations AS c{n}" for n in range(9))
    with asking(URL, timeout=0.3) as hurried:
        error = refused(hurried, query(f"SELECT COUNT(*) FROM {columns}"))
        assert not isinstance(error, UnreachableError)
        assert value_of(hurried.ask(query("SELECT 1"), NOW)) == 1.0


def test_a_million_rows_are_the_most(client: Client) -> None:
    digits = "(SELECT 0 AS d" + "".join(f" UNION ALL SELECT {d}" for d in range(1, 10)) + ")"
    places = [f"{digits} AS t{place}" for place in range(7)]
    number = " + ".join(f"t{place}.d * {10**place}" for place in range(7))
    sql = f"SELECT {number} AS t, 1 AS v FROM {', '.join(places)}"
    with asking(URL, timeout=300.0) as patient:
        error = refused(patient, query(sql, "t"))
        assert "yields more than 1,000,000 rows" in error.message


def test_nobody_listens(client: Client) -> None:
    with asking(f"mysql://ada:open-sesame@127.0.0.1:{free_port()}/shop") as nobody:
        assert isinstance(refused(nobody, query("SELECT 1")), UnreachableError)


@pytest.mark.parametrize("used", [False, True])
@pytest.mark.parametrize("fault", ["refuse", "reset", "blackhole", "delay", "trickle", "truncate"])
def test_faults_of_the_network_and_health_after_them(
    client: Client, tcp_proxy: Callable[[str, int], TcpProxy], fault: str, used: bool
) -> None:
    url = make_url(URL)
    proxy = tcp_proxy(url.host or "127.0.0.1", url.port or 3306)
    proxied = url.set(host="127.0.0.1", port=proxy.port).render_as_string(hide_password=False)
    amounts = {"delay": (60,), "trickle": (3,), "truncate": (20,), "reset": (0,)}
    slow = fault in ("blackhole", "delay", "trickle")
    with asking(proxied, timeout=0.3 if slow else 20.0) as unlucky:
        if used:
            assert value_of(unlucky.ask(query("SELECT 1"), NOW)) == 1.0
        getattr(proxy, fault)(*amounts.get(fault, ()))
        assert isinstance(refused(unlucky, query("SELECT 2")), UnreachableError)
        proxy.pass_through()
    with asking(proxied) as healthy:
        assert value_of(healthy.ask(query("SELECT 3"), NOW)) == 3.0
