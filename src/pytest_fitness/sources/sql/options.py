"""What ``sql`` is told and asked."""

import re
from typing import Final

from pytest_fitness import units
from pytest_fitness.config.options import Options, key
from pytest_fitness.config.values import Amount, Text
from pytest_fitness.sources.support.passwords import shown_address

# As SQLAlchemy finds them: not `::`, not after a backslash, not `12:30`.
_PARAMETER: Final = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")


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


def shown_url_of(url: str) -> str:
    """The URL as messages may show it."""
    return url.partition("?")[0] if url.startswith("sqlite") else shown_address(url)
