"""The source `sql`, asking a real PostgreSQL, also through a network that fails."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from proxy import TcpProxy
from pytest_fitness.answers import Answer, Client, Window
from pytest_fitness.errors import UnreachableError
from pytest_fitness.sources.sql import rows
from server_kinds import Postgres
from server_processes import free_port
from servers import Database
from sql_asking import ENDLESS, NEW_YEAR, NOW, asking, points_of, query, refused, value_of

Proxied = Callable[[str, int], TcpProxy]


@pytest.fixture
def client(postgres_database: Database) -> Iterator[Client]:
    postgres_database.sql(
        "CREATE TABLE orders(at timestamptz, naive timestamp, day date, epoch float8, total"
        " numeric(12, 2), n bigint, paid boolean, took interval, note text)"
    )
    postgres_database.sql(
        """INSERT INTO orders VALUES
        ('2024-01-01 01:00:00+01', '2024-01-01 00:00:00', '2024-01-01', 1704067200, 10.25, 1, true,
         '2 min', 'first'),
        ('2024-01-01 00:01:00Z', '2024-01-01 00:01:00', '2024-01-02', 1704067260, 30, 3, false,
         '1 min', 'third')"""
    )
    with asking(postgres_database.dsn) as client:
        yield client


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT COUNT(*) FROM orders", 2.0),
        ("SELECT SUM(total) FROM orders;", 40.25),
        ("SELECT AVG(n) FROM orders -- the mean", 2.0),
        ("(SELECT 1::smallint)", 1.0),
        ("SELECT 'NaN'::numeric = 'NaN' AND false OR true", None),
        ("SELECT '-Infinity'::float8", float("-inf")),
        ("TABLE numbers", 7.0),
        ("SELECT EXTRACT(EPOCH FROM SUM(took)) FROM orders", 180.0),
        ("SELECT COUNT(*) FROM orders WHERE at > to_timestamp(:start) AND note LIKE 'f%'", 1.0),
        ("SELECT COUNT(*) FROM orders WHERE epoch > :end - :step", 0.0),
        ("SELECT current_setting('transaction_read_only') = 'on'", None),
        ("SELECT (current_setting('transaction_read_only') = 'on')::int", 1.0),
        ("SELECT (current_setting('statement_timeout') = '20s')::int", 1.0),
    ],
)
def test_statements_that_yield_a_number(
    client: Client, postgres_database: Database, sql: str, expected: float | None
) -> None:
    postgres_database.sql("CREATE TABLE numbers AS SELECT 7 AS seven")
    if expected is None:
        assert "holds a bool, no number" in refused(client, query(sql)).message
    else:
        assert value_of(client.ask(query(sql), NOW)) == expected


@pytest.mark.parametrize("sql", ["SELECT 1 WHERE false", "SELECT MAX(n) FROM orders WHERE n > 9"])
def test_no_row_and_null_are_no_data(client: Client, sql: str) -> None:
    assert client.ask(query(sql), NOW) == Answer()


@pytest.mark.parametrize("column", ["at", "naive", "epoch"])
def test_a_series_in_time(client: Client, column: str) -> None:
    window = Window(end=NEW_YEAR + 100, seconds=200.0)
    answer = client.ask(query("SELECT * FROM orders", column, "total"), window)
    assert points_of(answer) == ((NEW_YEAR, 10.25), (NEW_YEAR + 60, 30.0))
    newest = client.ask(query(f"SELECT {column}, n FROM orders", column), NOW)
    assert points_of(newest) == ((NEW_YEAR + 60, 3.0),)


def test_days_begin_at_midnight_utc(client: Client, postgres_database: Database) -> None:
    postgres_database.sql(f"ALTER DATABASE {postgres_database.name} SET timezone TO 'Asia/Tokyo'")
    window = Window(end=NEW_YEAR + 1e6, seconds=2e6)
    with asking(postgres_database.dsn) as elsewhere:
        for asked in (client, elsewhere):
            found = points_of(asked.ask(query("SELECT day, n FROM orders", "day"), window))
            assert found == ((NEW_YEAR, 1.0), (NEW_YEAR + 86400, 3.0))


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("SELECT at, n FROM orders", "yields 2 columns: at, n"),
        ("SELECT n FROM orders", "yields more than one row, of column n"),
        ("SELECT paid FROM orders LIMIT 1", "the column paid holds a bool, no number"),
        ("SELECT took FROM orders LIMIT 1", "the column took holds a timedelta, no number"),
        ("SELECT note FROM orders LIMIT 1", "the column note holds the text 'first', no number"),
        ("SELECT n FROM order_s", 'relation "order_s" does not exist'),
        ("SELECT 'open-sesame'::int", "invalid input syntax for type integer"),
        ("SELECT 1/0", "division by zero"),
        ("SELECT 1; SELECT 2", "cannot insert multiple commands"),
        ("SELECT 1; COMMIT; DROP TABLE orders", "cannot insert multiple commands"),
    ],
)
def test_what_is_no_number(client: Client, sql: str, what: str) -> None:
    error = refused(client, query(sql))
    assert what in error.message
    assert not isinstance(error, UnreachableError)
    assert value_of(client.ask(query("SELECT COUNT(*) FROM orders"), NOW)) == 2.0


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO orders(n) VALUES (1)",
        "WITH gone AS (DELETE FROM orders RETURNING n) SELECT COUNT(*) FROM gone",
        "DROP TABLE orders",
        "SELECT nextval('counter')",
        "SELECT set_config('transaction_read_only', 'off', false), nextval('counter')",
        "SELECT emptied()",
        "COMMIT",
    ],
)
def test_nothing_is_ever_written(client: Client, postgres_database: Database, sql: str) -> None:
    postgres_database.sql("CREATE SEQUENCE counter")
    postgres_database.sql(
        "CREATE FUNCTION emptied() RETURNS int AS $$ DELETE FROM orders; SELECT 1 $$ LANGUAGE SQL"
    )
    refused(client, query(sql))
    assert postgres_database.sql("SELECT COUNT(*) FROM orders") == "2"
    assert postgres_database.sql("SELECT last_value, is_called FROM counter") == "1|f"


def test_settings_do_not_outlast_their_question(client: Client) -> None:
    client.ask(query("SELECT length(set_config('search_path', 'nowhere', false))"), NOW)
    assert value_of(client.ask(query("SELECT COUNT(*) FROM orders"), NOW)) == 2.0


@pytest.mark.parametrize("sql", ["SELECT 1 FROM pg_sleep(600)", ENDLESS])
def test_a_statement_without_end_is_stopped_by_the_server(
    client: Client, postgres_database: Database, sql: str
) -> None:
    with asking(postgres_database.dsn, timeout=0.3) as hurried:
        error = refused(hurried, query(sql))
        assert "the statement took longer than 300ms" in error.message
        assert not isinstance(error, UnreachableError)
        assert value_of(hurried.ask(query("SELECT 1"), NOW)) == 1.0


def test_there_is_a_bound_to_the_rows(
    client: Client, postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "MOST_ROWS", 60_000)
    sql = "SELECT x AS t, x AS v FROM generate_series(1, {}) AS x"
    window = Window(end=2e6, seconds=2e6)
    with asking(postgres_database.dsn, timeout=300.0) as patient:
        error = refused(patient, query(sql.format(60_001), "t"), window=window)
        assert "yields more than 60,000 rows" in error.message
        answer = patient.ask(query(sql.format(50_000), "t"), window)
    assert len(points_of(answer)) == 50_000


def test_threads_share_a_few_connections(client: Client, postgres_database: Database) -> None:
    count = f"SELECT COUNT(*) FROM pg_stat_activity WHERE datname = '{postgres_database.name}'"

    def ask(number: int) -> float:
        return value_of(client.ask(query(f"SELECT {number}"), NOW))

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(ask, range(100))) == [float(number) for number in range(100)]
    assert 1 <= value_of(client.ask(query(count), NOW)) <= 4


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_names_of_the_scheme(postgres_server: Postgres, scheme: str) -> None:
    with asking(postgres_server.dsn.replace("postgresql", scheme, 1)) as client:
        assert value_of(client.ask(query("SELECT 1"), NOW)) == 1.0


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("open-sesame", "private-and-wrong", "password authentication failed"),
        ("/postgres", "/no_such_database", 'database "no_such_database" does not exist'),
        ("fitness:", "nobody:", 'password authentication failed for user "nobody"'),
    ],
)
def test_a_server_that_refuses_the_login(
    postgres_server: Postgres, before: str, after: str, what: str
) -> None:
    with asking(postgres_server.dsn.replace(before, after)) as client:
        error = refused(client, query("SELECT 1"), secret="private-and-wrong")
    assert what in error.message
    assert not isinstance(error, UnreachableError)
    assert "open-sesame" not in error.message


def test_nobody_listens() -> None:
    with asking(f"postgresql://ada:open-sesame@127.0.0.1:{free_port()}/shop") as client:
        error = refused(client, query("SELECT 1"))
    assert isinstance(error, UnreachableError)
    assert "refused" in error.message
    assert "/shop: the database does not answer" in error.message


def test_an_unknown_host() -> None:
    with asking("postgresql://ada:open-sesame@no-such-host.invalid/shop") as client:
        assert isinstance(refused(client, query("SELECT 1")), UnreachableError)


def test_an_option_that_nobody_knows_and_its_value() -> None:
    with asking("postgresql://ada@127.0.0.1/shop?my_password=open-sesame") as client:
        error = refused(client, query("SELECT 1"))
    assert "my_password" in error.message


@pytest.mark.parametrize("used", [False, True])
@pytest.mark.parametrize("fault", ["refuse", "reset", "blackhole", "delay", "trickle", "truncate"])
def test_faults_of_the_network_and_health_after_them(
    postgres_server: Postgres, tcp_proxy: Proxied, fault: str, used: bool
) -> None:
    proxy = tcp_proxy("127.0.0.1", postgres_server.port)
    url = postgres_server.dsn.replace(postgres_server.address, proxy.address)
    amounts = {"delay": (60,), "trickle": (10,), "truncate": (40,), "reset": (0,)}
    slow = fault in ("blackhole", "delay", "trickle")
    with asking(url, timeout=0.3 if slow else 20.0) as client:
        if used:
            assert value_of(client.ask(query("SELECT 1"), NOW)) == 1.0
        getattr(proxy, fault)(*amounts.get(fault, ()))
        error = refused(client, query("SELECT 2"))
        assert isinstance(error, UnreachableError)
        proxy.pass_through()
    with asking(url) as client:
        assert value_of(client.ask(query("SELECT 3"), NOW)) == 3.0


def test_connections_that_were_cut_meanwhile_are_made_anew(
    postgres_server: Postgres, tcp_proxy: Proxied
) -> None:
    proxy = tcp_proxy("127.0.0.1", postgres_server.port)
    url = postgres_server.dsn.replace(postgres_server.address, proxy.address)
    with asking(url) as client:
        assert value_of(client.ask(query("SELECT 1"), NOW)) == 1.0
        proxy.refuse()
        proxy.pass_through()
        assert value_of(client.ask(query("SELECT 2"), NOW)) == 2.0
        assert proxy.connections == 2


def test_a_session_that_is_ended_while_it_answers(postgres_database: Database) -> None:
    with asking(postgres_database.dsn) as client:
        error = refused(client, query("SELECT pg_terminate_backend(pg_backend_pid())::int"))
    assert isinstance(error, UnreachableError)
    assert "the database hung up" in error.message
