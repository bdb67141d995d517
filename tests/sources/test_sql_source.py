"""What the source `sql` accepts in fitness.yaml, and the parts that need no database."""

import datetime as dt
import subprocess
import sys
import threading
from decimal import Decimal
from pathlib import Path

import pytest

from pytest_fitness.answers import Window
from pytest_fitness.errors import MeasureError, UnreachableError
from pytest_fitness.sources.sql.access import beginning_of_mysql
from pytest_fitness.sources.sql.failures import failed_statement, refused_connection
from pytest_fitness.sources.sql.options import SqlOptions, SqlQuery
from pytest_fitness.sources.sql.rows import answer_of
from pytest_fitness.sources.sql.source import Sql, fitness_sources
from pytest_fitness.sources.sql.watchdog import Watchdog


def problems_of(sql: str, time: str | None = None, value: str | None = None) -> list[str]:
    return list(Sql().query_problems(SqlQuery(sql=sql, time=time, value=value)))


def test_it_is_registered() -> None:
    (source,) = fitness_sources()
    assert (source.name, source.query) == ("sql", SqlQuery)
    options = SqlOptions(url="sqlite:///a.db")
    assert source.keeps_time(options, SqlQuery(sql="SELECT t, v FROM x", time="t"))
    assert not source.keeps_time(options, SqlQuery(sql="SELECT 1"))


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///shop.db",
        "sqlite:////var/shop.db",
        "sqlite+pysqlite:///shop.db",
        "postgres://host/shop",
        "postgresql://ada:p@host:5432/shop?sslmode=require",
        "postgresql+psycopg://host/shop",
        "mysql://ada:p@host/shop",
        "mariadb+pymysql://host/shop",
    ],
)
def test_urls_that_may_be_right(url: str) -> None:
    assert list(Sql().problems(SqlOptions(url=url))) == []


@pytest.mark.parametrize(
    "url",
    [
        "shop.db",
        "sqlite://",
        "sqlite://private/shop.db",
        "oracle://ada:private@host/shop",
        "postgresql+asyncpg://ada:private@host/shop",
        "mysql+mysqldb://ada:private@host/shop",
        "file:///private",
    ],
)
def test_urls_of_something_else_are_refused_and_not_repeated(url: str) -> None:
    (problem,) = Sql().problems(SqlOptions(url=url))
    assert problem.startswith("`url` has to begin with sqlite:///, postgresql://, mysql://")
    assert "private" not in problem


@pytest.mark.parametrize("url", ["sqlite:///", "sqlite:///:memory:", "sqlite:///a.db?mode=rwc"])
def test_sqlite_needs_a_file(url: str) -> None:
    (problem,) = Sql().problems(SqlOptions(url=url))
    assert "has to name the file of the database" in problem


@pytest.mark.parametrize("timeout", [0.0, -1.0, 3601.0])
def test_timeouts_have_bounds(timeout: float) -> None:
    (problem,) = Sql().problems(SqlOptions(url="sqlite:///a.db", timeout=timeout))
    assert problem == "`timeout` has to be more than 0s and at most 1h"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "select 1;",
        "\n  ( SELECT 1)",
        "-- why\nWITH x AS (SELECT 1) SELECT * FROM x",
        "/* why\n*/ VALUES (1)",
        "TABLE numbers",
        "SELECT x::int, '12:30' FROM t WHERE at > :start AND at <= :end AND s = :step",
        "SELECT '\\:name'",
    ],
)
def test_statements_that_may_be_right(sql: str) -> None:
    assert problems_of(sql) == []


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO t VALUES (1)",
        "DROP TABLE t",
        "/*!50000 DROP TABLE t */",
        "-- SELECT 1",
        "/* SELECT 1 */ DELETE FROM t",
        "SELECTED",
        "COMMIT; SELECT 1",
        "SET @a = 1",
        "CALL shop()",
        "(" * 5000,
    ],
)
def test_statements_that_do_more_than_read(sql: str) -> None:
    assert problems_of(sql) == [
        "`sql` has to begin with SELECT, WITH, VALUES or TABLE: it only reads"
    ]


def test_unknown_parameters_are_named() -> None:
    assert problems_of("SELECT :since, :start, :until") == [
        "`sql` mentions :since; known are :start, :end and :step, and \\: is a colon",
        "`sql` mentions :until; known are :start, :end and :step, and \\: is a colon",
    ]


def test_value_goes_with_time() -> None:
    (problem,) = problems_of("SELECT 1", value="v")
    assert problem.startswith("`value` names a column beside `time`")
    assert problems_of("SELECT 1", time="t", value="t") == [
        "`time` and `value` have to be two columns"
    ]
    assert problems_of("SELECT 1", time="t", value="v") == []


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ada:pri/v@te@host:1/shop?password=private", "postgresql://host:1/shop"),
        ("mysql://ada:private@host/shop", "mysql://host/shop"),
        ("sqlite:////var/a@b.db", "sqlite:////var/a@b.db"),
    ],
)
def test_options_do_not_show_the_password(url: str, shown: str) -> None:
    assert repr(SqlOptions(url=url)) == f"SqlOptions(url={shown!r}, timeout=10.0)"


def test_opening_does_not_connect(tmp_path: Path) -> None:
    for url in ("sqlite:///a.db", "postgresql://no-such-host.invalid/a", "mysql://no.invalid/a"):
        Sql().open(SqlOptions(url=url), tmp_path).close()
    assert list(tmp_path.iterdir()) == []


def test_registering_imports_nothing_heavy() -> None:
    code = (
        "import sys, pytest_fitness.sources.sql.source\n"
        "heavy = ('sqlalchemy', 'psycopg', 'pymysql', 'sqlite3')\n"
        "print([name for name in sys.modules if name.partition('.')[0] in heavy])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("url", "package", "extra"),
    [
        ("sqlite:///a.db", "sqlalchemy", "sql"),
        ("postgresql://host/a", "psycopg", "postgresql"),
        ("mysql://host/a", "pymysql", "mysql"),
    ],
)
def test_a_library_is_missing(tmp_path: Path, url: str, package: str, extra: str) -> None:
    code = f"""
import sys
from pathlib import Path
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == {package!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Absent())
from pytest_fitness.errors import MeasureError
from pytest_fitness.sources.sql.options import SqlOptions
from pytest_fitness.sources.sql.source import Sql
try:
    Sql().open(SqlOptions(url={url!r}), Path("."))
except MeasureError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert package in done.stdout
    assert f"pip install 'pytest-fitness[{extra}]'" in done.stdout


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (dt.datetime(2024, 1, 1, tzinfo=dt.UTC), 1704067200.0),
        (dt.datetime(2024, 1, 1), 1704067200.0),
        (dt.date(2024, 1, 1), 1704067200.0),
        (Decimal("1704067200.5"), 1704067200.5),
        (1704067200, 1704067200.0),
        ("2024-01-01T01:00:00+01:00", 1704067200.0),
    ],
)
def test_times_of_drivers(moment: object, expected: float) -> None:
    asked = SqlQuery(sql="SELECT", time="t")
    rows = iter([(moment, Decimal("2.5"))])
    answer = answer_of(asked, ["t", "v"], rows, Window(2e9), lambda: 0.0)
    assert answer.series[0].points == ((expected, 2.5),)


@pytest.mark.parametrize("moment", [True, None, "soon", b"2024", dt.timedelta(1), 10**400])
def test_what_is_no_time(moment: object) -> None:
    asked = SqlQuery(sql="SELECT", time="t")
    with pytest.raises(MeasureError, match=r"the column t holds .*, no time"):
        answer_of(asked, ["t", "v"], iter([(moment, 1)]), Window(2e9), lambda: 0.0)


def test_a_number_that_no_float_can_hold_is_infinite() -> None:
    asked = SqlQuery(sql="SELECT")
    answer = answer_of(asked, ["v"], iter([(-(10**400),)]), Window(2e9), lambda: 5.0)
    assert answer.series[0].points == ((5.0, float("-inf")),)


def test_the_statements_that_begin_a_transaction_in_mysql_and_mariadb() -> None:
    mysql = beginning_of_mysql(is_mariadb=False, seconds=2.5)
    mariadb = beginning_of_mysql(is_mariadb=True, seconds=2.5)
    assert mysql[0] == "SET SESSION max_execution_time = 2500, sql_select_limit = 1000001"
    assert mariadb[0] == "SET SESSION max_statement_time = 2.500, sql_select_limit = 1000001"
    reading = ("SET SESSION TRANSACTION READ ONLY", "START TRANSACTION READ ONLY")
    assert mysql[1:] == mariadb[1:] == reading


@pytest.mark.parametrize("is_mariadb", [False, True])
def test_a_bound_of_mysql_is_never_zero_which_would_mean_none(is_mariadb: bool) -> None:
    first, *_ = beginning_of_mysql(is_mariadb=is_mariadb, seconds=1e-9)
    assert ("= 1," in first) or ("= 0.001," in first)


@pytest.mark.parametrize(
    ("code", "words", "kind"),
    [
        (2003, "Can't connect to MySQL server on 'host'", UnreachableError),
        (2013, "Lost connection to MySQL server during query", UnreachableError),
        (1045, "Access denied for user 'ada'@'host'", MeasureError),
        (1049, "Unknown database 'shop'", MeasureError),
    ],
)
def test_errors_of_pymysql_while_it_connects(code: int, words: str, kind: type) -> None:
    error = refused_connection(Exception(code, words))
    assert type(error) is kind
    assert error.message.endswith(words)


@pytest.mark.parametrize("code", [1317, 1969, 3024])
def test_timeouts_of_mysql_and_mariadb(code: int) -> None:
    error = failed_statement(Exception(code, "Query execution was interrupted"), 2.0)
    assert error.message == "the statement took longer than 2s"


def test_only_the_first_line_of_a_driver_is_shown_and_not_all_of_it() -> None:
    error = failed_statement(Exception("first " + "x" * 1000 + "\nSELECT secret"), 2.0)
    assert "secret" not in error.message
    assert len(error.message) < 300


def test_a_watchdog_aborts_what_it_watches_once_the_time_is_over() -> None:
    aborted: list[str] = []
    done = threading.Event()

    def abort(connection: str) -> None:
        aborted.append(connection)
        done.set()

    with Watchdog(0.01, abort) as dog:
        dog.watch("first")
        assert done.wait(30)
        assert dog.fired
        dog.watch("second")
        assert aborted == ["first", "second"]


def test_a_watchdog_lets_go_at_the_end() -> None:
    aborted: list[str] = []
    with Watchdog(3600.0, aborted.append) as dog:
        dog.watch("mine")
    dog._fire()
    assert aborted == []
