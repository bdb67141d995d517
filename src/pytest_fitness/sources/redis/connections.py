"""Connections of redis-py that keep to the budget of their request."""

from pathlib import Path
from typing import Any, Final

from redis.backoff import NoBackoff
from redis.connection import (
    Connection,
    ConnectionPool,
    SSLConnection,
    UnixDomainSocketConnection,
    parse_url,
)
from redis.retry import Retry

from pytest_fitness.errors import MeasureError
from pytest_fitness.sources.redis.options import RedisOptions
from pytest_fitness.sources.support.bounded_sockets import BoundedSocket, Budget

_FILES: Final = ("ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_keyfile")


class _Bounded:
    """What stands before a connection class of redis-py, whose hook makes the socket."""

    def __init__(self, *, budget: Budget, **options: Any) -> None:
        super().__init__(**options)
        self._budget = budget

    def _connect(self) -> Any:
        return BoundedSocket(super()._connect(), self._budget)  # type: ignore[misc]


class _Plain(_Bounded, Connection):
    pass


class _Secure(_Bounded, SSLConnection):
    pass


class _Local(_Bounded, UnixDomainSocketConnection):
    pass


_KINDS: Final[dict[Any, Any]] = {
    SSLConnection: _Secure,
    UnixDomainSocketConnection: _Local,
    None: _Plain,
}


def pool_of(options: RedisOptions, root: Path, budget: Budget) -> ConnectionPool:
    """A pool for the server of the URL; it connects to nothing yet.

    Raises:
        MeasureError: the URL cannot be used; it is not repeated.
    """
    try:
        given: dict[str, Any] = {**parse_url(options.url)}  # type: ignore[no-untyped-call]
        kind = _KINDS[given.pop("connection_class", None)]
        given.pop("max_connections", None)
        given |= {name: str(root / given[name]) for name in _FILES if name in given}
        given |= {
            "budget": budget,
            "protocol": 2,
            "retry": Retry(NoBackoff(), 0),
            "socket_timeout": options.timeout,
            "socket_connect_timeout": options.timeout,
        }
        kind(**given)  # knows which options there are
        return ConnectionPool(connection_class=kind, **given)
    except (TypeError, ValueError):
        raise MeasureError(
            "the `url` of the source cannot be used",
            "Write redis://user:password@host:6379/0, special characters of the password as "
            "%2F and the like; after a question mark only options of redis-py may follow.",
        ) from None
