"""What drivers raise, as errors of this package."""

import sqlite3
from typing import Any, Final

from pytest_fitness import units
from pytest_fitness.errors import MeasureError, UnreachableError

_UP: Final = "Look at the `url` of the source, and at whether its server runs."
_READS: Final = "The source only reads: write one SELECT."
_TRY: Final = "Try the statement by hand; it has to be one SELECT."
# SQLSTATEs of PostgreSQL and numbers of MySQL and MariaDB.
_TOO_LONG: Final = frozenset({"57014", 1317, 1969, 3024})
_WRITES: Final = frozenset({"25006", 1792})
_DENIED: Final = frozenset({"not authorized", "authorization denied"})  # by SQLite
_OF_PYMYSQL_ITSELF: Final = range(2000, 3000)


def refused_connection(error: Exception) -> MeasureError:
    """Why there is no connection; the caller hides passwords in it."""
    said, code = _said(error)
    # psycopg tells no code of what PostgreSQL answered.
    is_answer = "FATAL" in said if code is None else code not in _OF_PYMYSQL_ITSELF
    if is_answer or isinstance(getattr(error, "orig", None), sqlite3.Error):
        return MeasureError(
            f"the database refuses the connection: {said}",
            "Look at user, password and database in the `url` of the source.",
        )
    return UnreachableError(f"the database does not answer: {said}", _UP)


def failed_statement(error: Exception, timeout: float) -> MeasureError:
    """Why a statement has no rows; the caller hides passwords in it."""
    said, code = _said(error)
    if code in _TOO_LONG or said == "interrupted":
        return too_long(timeout)
    writes = code in _WRITES or "readonly database" in said or said in _DENIED
    return MeasureError(f"the database refuses the statement: {said}", _READS if writes else _TRY)


def too_long(timeout: float) -> MeasureError:
    """The statement did not end in time."""
    return MeasureError(
        f"the statement took longer than {units.format_value(timeout, units.SECONDS)}",
        "Make it faster (an index, a shorter time), or raise the `timeout` of the source.",
    )


def silent(timeout: float) -> MeasureError:
    """The server had to stop the statement by itself, and did not say so either."""
    return UnreachableError(
        f"the database did not answer within {units.format_value(timeout, units.SECONDS)}", _UP
    )


def hung_up(error: Exception) -> MeasureError:
    """The connection was lost."""
    return UnreachableError(f"the database hung up: {_said(error)[0]}", _UP)


def _said(error: Exception) -> tuple[str, str | int | None]:
    """The first line of the driver, and its code: the others may repeat the statement."""
    driver: Any = getattr(error, "orig", None) or error
    code = getattr(driver, "sqlstate", None)
    words = driver.args
    if len(words) > 1 and isinstance(words[0], int):  # PyMySQL
        code, *words = words
    text = str(words[0] if words else driver).strip()
    return units.shorten(text.split("\n", 1)[0], 200) or type(driver).__name__, code
