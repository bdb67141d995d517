"""What the source `redis` accepts in fitness.yaml."""

import subprocess
import sys
from pathlib import Path

import pytest

from pytest_fitness.sources.redis.options import RedisOptions, RedisQuery
from pytest_fitness.sources.redis.source import Redis, fitness_sources


def test_it_is_registered() -> None:
    (source,) = fitness_sources()
    assert source.name == "redis"
    assert source.query is RedisQuery
    assert not source.keeps_time(RedisOptions(url="redis://host"), RedisQuery(metric="used_memory"))


@pytest.mark.parametrize("url", ["redis://host", "rediss://:p@host:1/2", "unix:///tmp/a.sock"])
def test_urls_that_may_be_right(url: str) -> None:
    assert list(Redis().problems(RedisOptions(url=url))) == []


@pytest.mark.parametrize("url", ["host:6379", "http://host", "REDIS", "memcached://private@host"])
def test_urls_of_something_else_are_refused_and_not_repeated(url: str) -> None:
    (problem,) = Redis().problems(RedisOptions(url=url))
    assert problem == "`url` has to begin with redis://, rediss:// or unix://"


@pytest.mark.parametrize("timeout", [0.0, -1.0, 3601.0])
def test_timeouts_have_bounds(timeout: float) -> None:
    (problem,) = Redis().problems(RedisOptions(url="redis://host", timeout=timeout))
    assert problem == "`timeout` has to be more than 0s and at most 1h"


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        (RedisQuery(), "exactly one of `metric` and `command` is needed"),
        (
            RedisQuery(metric="used_memory", command=("DBSIZE",)),
            "exactly one of `metric` and `command` is needed",
        ),
        (RedisQuery(command=("GET 'tea",)), "`command` has a quote that is never closed"),
        (RedisQuery(command=("  ",)), "`command` is empty"),
    ],
)
def test_what_is_wrong_with_a_query(query: RedisQuery, problem: str) -> None:
    assert list(Redis().query_problems(query)) == [problem]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("LLEN jobs",), ("LLEN", "jobs")),
        (("LLEN 'two words'",), ("LLEN", "two words")),
        (("LLEN", "two words"), ("LLEN", "two words")),
        (("GET", "it's"), ("GET", "it's")),
    ],
)
def test_the_words_of_a_command(given: tuple[str, ...], words: tuple[str, ...]) -> None:
    query = RedisQuery(command=given)
    assert list(Redis().query_problems(query)) == []
    assert query.words() == words


def test_options_do_not_show_the_password() -> None:
    options = RedisOptions(url="redis://ada:pri/vate@host:1/2?password=private")
    assert repr(options) == "RedisOptions(url='redis://host:1/2', timeout=10.0)"


def test_opening_does_not_connect(tmp_path: Path) -> None:
    Redis().open(RedisOptions(url="redis://no-such-host.invalid"), tmp_path).close()


def test_registering_imports_no_redis() -> None:
    code = (
        "import sys, pytest_fitness.sources.redis.source\n"
        "print([name for name in sys.modules if name.partition('.')[0] in ('redis', 'socket')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[]\n"
