"""Asking the source `redis` in tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytest_fitness.answers import Answer, Window
from pytest_fitness.sources.redis.client import RedisClient
from pytest_fitness.sources.redis.options import RedisOptions, RedisQuery

NOW = Window(end=1_700_000_000.0)


@contextmanager
def asking(url: str, timeout: float = 20.0, root: Path = Path("/")) -> Iterator[RedisClient]:
    client = RedisClient(RedisOptions(url=url, timeout=timeout), root)
    try:
        yield client
    finally:
        client.close()


def metric(name: str) -> RedisQuery:
    return RedisQuery(metric=name)


def command(*words: str) -> RedisQuery:
    return RedisQuery(command=words)


def value_of(answer: Answer) -> float:
    (series,) = answer.series
    ((_, value),) = series.points
    return value
