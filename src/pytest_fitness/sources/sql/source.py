"""What ``sql`` is told and asked."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pytest_fitness import units
from pytest_fitness.answers import Client
from pytest_fitness.config.kinds import Source
from pytest_fitness.config.options import Options, Record, key
from pytest_fitness.config.values import Amount, Text
from pytest_fitness.hookspecs import hookimpl
from pytest_fitness.sources.support.passwords import shown_address

PARAMETERS: Final = ("start", "end", "step")
_URL: Final = re.compile(
    r"(?:(?P<sqlite>sqlite(?:\+pysqlite)?:///)|postgres(?:ql(?:\+psycopg)?)?://"
    r"|(?:mysql|mariadb)(?:\+pymysql)?://)(?P<rest>.*)",
    re.DOTALL,
)
# As SQLAlchemy finds them: not `::`, not after a backslash, not `12:30`.
_PARAMETER: Final = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")
# Databases end a transaction that only reads before they create or drop something.
_READING: Final = re.compile(
    r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/|\()*+(?:SELECT|WITH|VALUES|TABLE)\b",
    re.IGNORECASE | re.DOTALL,
)


class SqlOptions(Options):
    """Where the database is."""

    url: str = key(
        Text("a URL such as postgresql://user:password@host/database"),
        "sqlite:///path (from the directory of fitness.yaml; absolute with a fourth slash), "
        "postgresql://user:password@host:5432/database, or mysql:// and mariadb:// likewise.",
    )
    timeout: float = key(
        Amount(units.SECONDS),
        "How long one question may take altogether; statements are stopped by then.",
        default=10.0,
    )

    def __repr__(self) -> str:
        """Without the password: tracebacks show it."""
        return f"SqlOptions(url={shown_url_of(self.url)!r}, timeout={self.timeout!r})"


class SqlQuery(Options):
    """One statement, and what its columns mean."""

    sql: str = key(
        Text("a SELECT"),
        "One statement. It yields one row with one number; with `time`, a row for each time. It "
        "may use :start and :end, seconds since the epoch as floats, and :step, seconds. Where "
        "only the newest value is asked for, :start lies 5 minutes before :end. Write \\: for a "
        "colon that begins no parameter.",
    )
    time: str | None = key(
        Text("a column"),
        "The column with the time of each row: a date and time (UTC unless it says otherwise), "
        "or seconds since the epoch.",
        default=None,
    )
    value: str | None = key(
        Text("a column"),
        "The column with the number of each row, where there are more than that and `time`; "
        "the others are left out.",
        default=None,
    )

    def parameters(self) -> set[str]:
        """The names that the statement mentions."""
        return set(_PARAMETER.findall(self.sql))


class Sql(Source):
    """SQLite, PostgreSQL, MySQL and MariaDB."""

    name = "sql"
    about = "a database: SQLite, PostgreSQL, MySQL or MariaDB"
    options = Record(SqlOptions)
    query = SqlQuery

    def open(self, options: SqlOptions, root: Path) -> Client:
        """A client with a pool of connections, none of them made yet."""
        from pytest_fitness.sources.sql.client import SqlClient

        return SqlClient(options, root)

    def keeps_time(self, options: SqlOptions, query: SqlQuery) -> bool:  # noqa: ARG002
        """Where a column has the time."""
        return query.time is not None

    def problems(self, options: SqlOptions) -> Iterator[str]:
        """What kind of URL it is; no message repeats it."""
        match = _URL.fullmatch(options.url)
        if match is None:
            yield (
                "`url` has to begin with sqlite:///, postgresql://, mysql:// or mariadb://; of "
                "drivers only psycopg and pymysql can be named"
            )
        elif match["sqlite"] and (match["rest"] in ("", "/", ":memory:") or "?" in match["rest"]):
            yield "`url` has to name the file of the database after sqlite:///, and nothing else"
        if not 0 < options.timeout <= 3600:
            yield "`timeout` has to be more than 0s and at most 1h"

    def query_problems(self, query: SqlQuery) -> Iterator[str]:
        """Statements that cannot only read, unknown parameters, a value without a time."""
        if not _READING.match(query.sql):
            yield "`sql` has to begin with SELECT, WITH, VALUES or TABLE: it only reads"
        for name in sorted(query.parameters() - set(PARAMETERS)):
            yield f"`sql` mentions :{name}; known are :start, :end and :step, and \\: is a colon"
        if query.value is not None and query.time is None:
            yield "`value` names a column beside `time`; without it the statement has one column"
        if query.time is not None and query.time == query.value:
            yield "`time` and `value` have to be two columns"


def shown_url_of(url: str) -> str:
    """The URL as messages may show it."""
    return url.partition("?")[0] if url.startswith("sqlite") else shown_address(url)


@hookimpl
def fitness_sources() -> list[Source]:
    """The source of this module."""
    return [Sql()]
