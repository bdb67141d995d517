"""The source ``sql``: which database it is, and what may be asked of it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pytest_fitness.answers import Client
from pytest_fitness.config.kinds import Source
from pytest_fitness.config.options import Record
from pytest_fitness.hookspecs import hookimpl
from pytest_fitness.sources.sql.options import SqlOptions, SqlQuery

PARAMETERS: Final = ("start", "end", "step")
_URL: Final = re.compile(
    r"(?:(?P<sqlite>sqlite(?:\+pysqlite)?:///)|postgres(?:ql(?:\+psycopg)?)?://"
    r"|(?:mysql|mariadb)(?:\+pymysql)?://)(?P<rest>.*)",
    re.DOTALL,
)
# Databases end a transaction that only reads before they create or drop something.
_READING: Final = re.compile(
    r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/|\()*+(?:SELECT|WITH|VALUES|TABLE)\b",
    re.IGNORECASE | re.DOTALL,
)


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


@hookimpl
def fitness_sources() -> list[Source]:
    """The source of this module."""
    return [Sql()]
