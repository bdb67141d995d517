"""What the rows of a statement mean."""

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from datetime import time as midnight
from decimal import Decimal
from typing import Any, Final

from pytest_fitness import units
from pytest_fitness.answers import Answer, Points, Series, Window
from pytest_fitness.errors import MeasureError
from pytest_fitness.sources.sql.options import SqlQuery

MOST_ROWS: Final = 1_000_000
# A time in seconds that is later than this (the year 5138) is one in milliseconds.
_LATEST: Final = 1e11

Rows = Iterator[Sequence[Any]]


def answer_of(
    query: SqlQuery, columns: Sequence[str], rows: Rows, window: Window, now: Callable[[], float]
) -> Answer:
    """The answer that rows are.

    Raises:
        MeasureError: they are no number, or no series.
    """
    if query.time is None:
        return _number(columns, rows, now)
    at, value = _columns(query, columns)
    points, outside = _points(rows, columns, (at, value), window)
    notes = (f"{outside:,} rows lie outside of the time asked for",) if outside else ()
    if not points:
        return Answer((Series(()),), notes) if outside else Answer()
    return Answer((Series(points if window.seconds else points[-1:]),))


def _number(columns: Sequence[str], rows: Rows, now: Callable[[], float]) -> Answer:
    if len(columns) != 1:
        raise MeasureError(
            f"the statement yields {len(columns)} columns: {_listed(columns)}",
            "Select one number, or say which column is the `time`.",
        )
    row = next(rows, None)
    if row is None:
        return Answer()
    if next(rows, None) is not None:
        raise MeasureError(
            f"the statement yields more than one row, of column {_listed(columns)}",
            "Aggregate it to one, or say which column is the `time`.",
        )
    value = _value(row[0], columns[0])
    return Answer() if value is None else Answer((Series(((now(), value),)),))


def _columns(query: SqlQuery, columns: Sequence[str]) -> tuple[int, int]:
    for name in filter(None, (query.time, query.value)):
        if list(columns).count(name) != 1:
            raise MeasureError(
                f"the statement yields {list(columns).count(name) or 'no'} columns {name!r}, but "
                f"{_listed(columns)}",
                "Give each column a name of its own: SELECT … AS name.",
            )
    at = columns.index(query.time)
    if query.value is not None:
        return at, columns.index(query.value)
    if len(columns) != 2:
        raise MeasureError(
            f"the statement yields {len(columns)} columns: {_listed(columns)}",
            "Say which of them is the `value`.",
        )
    return at, 1 - at


def _points(
    rows: Rows, columns: Sequence[str], places: tuple[int, int], window: Window
) -> tuple[Points, int]:
    """The points within the window, and how many rows were not."""
    at, value = places
    earliest = window.end - window.seconds if window.seconds else -math.inf
    found: dict[float, float | None] = {}
    outside = 0
    for count, row in enumerate(rows, 1):
        if count > MOST_ROWS:
            raise MeasureError(
                f"the statement yields more than {MOST_ROWS:,} rows",
                "Select a shorter time (WHERE … > :start), or fewer points (GROUP BY).",
            )
        moment = _time(row[at], columns[at])
        if not earliest < moment <= window.end:
            outside += 1
        elif moment in found:
            raise MeasureError(
                f"two rows have the same {columns[at]}: {units.shorten(str(row[at]))}",
                "Select one series, or aggregate them: GROUP BY the time.",
            )
        else:
            found[moment] = _value(row[value], columns[value])
    points = ((moment, number) for moment, number in found.items() if number is not None)
    return tuple(sorted(points)), outside


def _value(value: object, column: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise MeasureError(
            f"the column {column} holds {_kind(value)}, no number",
            "Cast it in the statement, or count: EXTRACT(EPOCH FROM …), COUNT(*).",
        )
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _time(value: object, column: str) -> float:
    try:
        moment = _epoch(value)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or not math.isfinite(moment):
        raise MeasureError(
            f"the column {column} holds {_kind(value)}, no time",
            "Select a date and time, or seconds since the epoch.",
        )
    if abs(moment) > _LATEST:
        raise MeasureError(
            f"the column {column} holds {moment:.0f}, too much for seconds since the epoch",
            "If these are milliseconds, divide by 1000.0.",
        )
    return moment


def _epoch(value: object) -> float | None:
    if isinstance(value, str):  # SQLite has no type for times
        value = datetime.fromisoformat(value)
    elif isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, midnight())
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return float(value) if is_number else None  # type: ignore[arg-type]


def _kind(value: object) -> str:
    if isinstance(value, str):
        return f"the text {units.shorten(value)!r}"
    return "nothing" if value is None else f"a {type(value).__name__}"


def _listed(columns: Sequence[str]) -> str:
    return units.shorten(", ".join(columns), 200)
