"""``memcached``: what a server counts."""

import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from pytest_fitness import units
from pytest_fitness.answers import Answer, Client, Series, Window
from pytest_fitness.config.kinds import Source
from pytest_fitness.config.options import Options, Record, key
from pytest_fitness.config.reader import suggest
from pytest_fitness.config.values import Amount, Choice, Text
from pytest_fitness.errors import MeasureError, UnreachableError
from pytest_fitness.extras import require
from pytest_fitness.hookspecs import hookimpl
from pytest_fitness.sources.support.bounded_sockets import BoundedSocket, Budget
from pytest_fitness.sources.support.bursts import Burst
from pytest_fitness.sources.support.numerals import number_of

_ADDRESS: Final = re.compile(r"(?:\[(?P<v6>[^][]+)\]|(?P<host>[^][:/\s]+)):(?P<port>\d{1,5})")

_LIMIT: Final = 8 * 1024 * 1024


class MemcachedOptions(Options):
    """Where the server is."""

    address: str = key(
        Text("host:port, or the path of a socket"),
        "host:port, [::1]:port, or the path of a Unix socket, with a slash in it. Several "
        "servers are several sources.",
    )
    timeout: float = key(
        Amount(units.SECONDS), "How long one request may take altogether.", default=10.0
    )


class MemcachedQuery(Options):
    """One of the numbers that `stats` tells."""

    metric: str = key(
        Text("a stat such as get_hits", r"\S+"),
        "A stat, such as get_hits, bytes or items:1:number.",
    )
    stats: str | None = key(
        Choice("items", "slabs", "settings", what="group of stats"),
        "The group of stats that it is in; the general ones by default.",
        default=None,
    )


class Memcached(Source):
    """memcached, in its text protocol."""

    name = "memcached"
    about = "a memcached server"
    options = Record(MemcachedOptions)
    query = MemcachedQuery

    def open(self, options: MemcachedOptions, root: Path) -> Client:
        """A client, not connected yet."""
        return MemcachedClient(options, root)

    def problems(self, options: MemcachedOptions) -> Iterator[str]:
        """Where it cannot be."""
        if "/" not in options.address and _host_and_port(options.address) is None:
            yield "`address` has to be host:port, or a path with a slash in it"
        if not 0 < options.timeout <= 3600:
            yield "`timeout` has to be more than 0s and at most 1h"


class MemcachedClient(Client):
    """Asks for all stats of a group at once, once a moment."""

    def __init__(self, options: MemcachedOptions, root: Path) -> None:
        self._address = options.address
        self._root = root
        self._timeout = options.timeout
        self._budget = Budget(options.timeout, _LIMIT)
        self._stats = Burst(self._fetch)

    def ask(self, query: MemcachedQuery, window: Window) -> Answer:
        """The number of now: memcached has no memory of its numbers."""
        stats, at = self._stats.get(window.end, query.stats or "")
        if query.metric not in stats:
            group = f"stats {query.stats}" if query.stats else "stats"
            numbers = [name for name, value in stats.items() if number_of(value) is not None]
            near = suggest(query.metric, numbers)
            return Answer(notes=(f"{group!r} has no {query.metric!r}. {near}",))
        value = number_of(stats[query.metric])
        if value is None:
            raise MeasureError(
                f"{query.metric} is {_described(stats[query.metric])}, no number",
                "Ask for a stat that is a number, such as get_hits.",
            )
        return Answer((Series(((at, value),)),))

    def _fetch(self, group: str) -> dict[str, Any]:
        base = require("pymemcache.client.base", "memcached")
        errors = require("pymemcache.exceptions", "memcached")
        self._budget.begin()
        try:
            found = self._ask_first_that_answers(base.Client, [group] if group else [])
        except TimeoutError as error:
            within = units.format_value(self._timeout, units.SECONDS)
            raise UnreachableError(
                f"{self._address} did not answer within {within}",
                "Look at why, or raise the `timeout` of the source.",
            ) from error
        except (OSError, errors.MemcacheUnexpectedCloseError) as error:
            raise UnreachableError(
                f"{self._address} does not answer: {error}",
                "Look at the `address` of the source, and at whether its server runs.",
            ) from error
        except (errors.MemcacheClientError, errors.MemcacheServerError) as error:
            raise MeasureError(
                f"{self._address} refuses this: {_said(error)}",
                "Look at how the server was started; `stats` may be shut off, or need SASL.",
            ) from error
        except (errors.MemcacheError, ValueError, IndexError) as error:
            raise MeasureError(
                f"{self._address} does not answer as memcached does: {_said(error)}",
                "Look at host and port in the `address` of the source.",
            ) from error
        return {name.decode("utf-8", "replace"): value for name, value in found.items()}

    def _ask_first_that_answers(self, connect: Callable[..., Any], arguments: list[str]) -> Any:
        """A host may have several addresses, of which pymemcache would try one."""
        *others, last = self._places()
        for place in others:
            try:
                return self._ask_one(connect, place, arguments)
            except ConnectionRefusedError:
                continue
        return self._ask_one(connect, last, arguments)

    def _ask_one(self, connect: Callable[..., Any], place: Any, arguments: list[str]) -> Any:
        sockets = _Sockets(self._budget)
        timeout = self._timeout
        client = connect(place, timeout=timeout, connect_timeout=timeout, socket_module=sockets)
        try:
            return client.stats(*arguments)
        finally:
            client.close()

    def _places(self) -> list[Any]:
        if "/" in self._address:
            return [str(self._root / self._address)]
        parts = _host_and_port(self._address)
        if parts is None:
            raise MeasureError(f"{self._address!r} is no address", "Write host:port.")
        found = socket.getaddrinfo(*parts, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(address[:2] for *_, address in found))


class _Sockets:
    """The module ``socket``, but that its sockets keep to a budget."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget

    def __getattr__(self, name: str) -> Any:
        return getattr(socket, name)

    def socket(self, *arguments: Any) -> BoundedSocket:
        return BoundedSocket(socket.socket(*arguments), self._budget)


def _host_and_port(address: str) -> tuple[str, int] | None:
    match = _ADDRESS.fullmatch(address)
    if match is None or not 0 < int(match["port"]) < 65536:
        return None
    return match["v6"] or match["host"], int(match["port"])


def _described(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return f"the text {units.shorten(text)!r}"


def _said(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return units.shorten(text or type(error).__name__, 200)


@hookimpl
def fitness_sources() -> list[Source]:
    """The source of this module."""
    return [Memcached()]
