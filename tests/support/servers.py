"""Fixtures: real Prometheus, Redis, memcached and PostgreSQL, and a proxy that misbehaves.

Loaded by tests/conftest.py. Nothing is started before a test asks for it, and each worker of
pytest-xdist has its own.

==================  ========  ================================================================
prometheus_server   session   call it to start one: Prometheus(openmetrics_text, scrape, flags)
seeded_prometheus   session   one whose history is told at metric_history.shop_history
redis_server        function  one without a password; its counters start at zero
start_redis         function  call it to start one: Redis(password, flags)
memcached_server    function  one whose counters start at zero
start_memcached     function  call it to start one: Memcached(flags)
postgres_server     session   one for all tests: leave nothing behind in it
postgres_database   function  an empty database of it, dropped afterwards
start_postgres      function  call it to start one: Postgres(flags)
tcp_proxy           function  call it with a host and a port: proxy.TcpProxy
==================  ========  ================================================================
"""

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import pytest

from server_kinds import Memcached, Postgres, Prometheus, Redis
from server_processes import Server

if TYPE_CHECKING:
    from proxy import TcpProxy

P = ParamSpec("P")
S = TypeVar("S", bound=Server)
StartPrometheus = Callable[..., Prometheus]
StartRedis = Callable[..., Redis]
StartMemcached = Callable[..., Memcached]
StartPostgres = Callable[..., Postgres]
StartProxy = Callable[[str, int], "TcpProxy"]


class SeededPrometheus(Prometheus):
    """A Prometheus with the history of a shop around a moment."""

    def __init__(self) -> None:
        from metric_history import shop_history

        self.moment = int(time.time()) // 60 * 60
        super().__init__(shop_history(self.moment))


@dataclass(frozen=True)
class Database:
    """One database of a PostgreSQL server."""

    server: Postgres
    name: str

    @property
    def url(self) -> str:
        return self.server.url_of(self.name)

    @property
    def dsn(self) -> str:
        return self.server.dsn_of(self.name)

    def sql(self, text: str) -> str:
        return self.server.sql(text, self.name)


@contextmanager
def _starting(kind: Callable[P, S]) -> Iterator[Callable[P, S]]:
    """What starts servers, and stops all of them at the end."""
    with ExitStack() as running:

        def start(*arguments: P.args, **options: P.kwargs) -> S:
            server = kind(*arguments, **options)
            running.callback(server.stop)
            return server

        yield start


@pytest.fixture(scope="session")
def prometheus_server() -> Iterator[StartPrometheus]:
    with _starting(Prometheus) as start:
        yield start


@pytest.fixture(scope="session")
def seeded_prometheus() -> Iterator[SeededPrometheus]:
    with _starting(SeededPrometheus) as start:
        yield start()


@pytest.fixture
def start_redis() -> Iterator[StartRedis]:
    with _starting(Redis) as start:
        yield start


@pytest.fixture
def redis_server(start_redis: StartRedis) -> Redis:
    return start_redis()


@pytest.fixture
def start_memcached() -> Iterator[StartMemcached]:
    with _starting(Memcached) as start:
        yield start


@pytest.fixture
def memcached_server(start_memcached: StartMemcached) -> Memcached:
    return start_memcached()


@pytest.fixture
def start_postgres() -> Iterator[StartPostgres]:
    with _starting(Postgres) as start:
        yield start


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    with _starting(Postgres) as start:
        yield start()


_database_numbers = itertools.count(1)


@pytest.fixture
def postgres_database(postgres_server: Postgres) -> Iterator[Database]:
    database = Database(postgres_server, f"test_{next(_database_numbers)}")
    postgres_server.sql(f"CREATE DATABASE {database.name}")
    yield database
    postgres_server.sql(f"DROP DATABASE {database.name} WITH (FORCE)")


@pytest.fixture
def tcp_proxy() -> Iterator[StartProxy]:
    from proxy import TcpProxy

    with ExitStack() as running:
        yield lambda host, port: running.enter_context(TcpProxy(host, port))
