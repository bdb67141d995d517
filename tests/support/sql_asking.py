"""Asking the source `sql` in tests."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pytest_fitness.answers import Answer, Client, Points, Window
from pytest_fitness.errors import MeasureError
from pytest_fitness.sources.sql.options import SqlOptions, SqlQuery
from pytest_fitness.sources.sql.source import Sql

# 2024-01-01 00:01:40 UTC
NOW = Window(end=1_704_067_300.0)
NEW_YEAR = 1_704_067_200.0
ENDLESS = "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT COUNT(*) FROM r"


@contextmanager
def asking(url: str, timeout: float = 20.0, root: Path = Path("/")) -> Iterator[Client]:
    client = Sql().open(SqlOptions(url=url, timeout=timeout), root)
    try:
        yield client
    finally:
        client.close()
        client.close()


def query(sql: str, time: str | None = None, value: str | None = None) -> SqlQuery:
    return SqlQuery(sql=sql, time=time, value=value)


def value_of(answer: Answer) -> float:
    ((_, value),) = points_of(answer)
    return value


def points_of(answer: Answer) -> Points:
    (series,) = answer.series
    assert series.labels == ()
    return series.points


def refused(
    client: Client, asked: SqlQuery, *, window: Window = NOW, secret: str = "open-sesame"
) -> MeasureError:
    with pytest.raises(MeasureError) as caught:
        client.ask(asked, window)
    shown = "".join(traceback.format_exception(caught.value))
    assert secret not in shown
    assert caught.value.hint
    assert "\n" not in caught.value.message
    return caught.value
