"""What ``redis`` is told and asked."""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pytest_fitness import units
from pytest_fitness.answers import Client
from pytest_fitness.config.kinds import Source
from pytest_fitness.config.options import Options, Record, key
from pytest_fitness.config.values import Amount, ListOf, Text
from pytest_fitness.hookspecs import hookimpl
from pytest_fitness.sources.support.passwords import shown_address

_SCHEMES: Final = ("redis://", "rediss://", "unix://")


class RedisOptions(Options):
    """Where the server is."""

    url: str = key(
        Text("a URL such as redis://host:6379/0"),
        "The address: redis://user:password@host:6379/0, rediss:// with TLS, or "
        "unix:///path/to/socket. Options of redis-py may follow: ?ssl_ca_certs=ca.pem",
    )
    timeout: float = key(
        Amount(units.SECONDS), "How long one request may take altogether.", default=10.0
    )

    def __repr__(self) -> str:
        """Without the password: tracebacks show it."""
        return f"RedisOptions(url={shown_address(self.url)!r}, timeout={self.timeout!r})"


class RedisQuery(Options):
    """A field, or a command."""

    metric: str | None = key(
        Text("a field such as keyspace_hits"),
        "A field of INFO, such as used_memory; one within another is db0.keys or "
        "cmdstat_get.calls.",
        default=None,
    )
    command: tuple[str, ...] = key(
        ListOf(Text("a command such as LLEN jobs")),
        "A command that only reads and answers a number, as one text or a list of its words.",
        default=(),
    )

    def words(self) -> tuple[str, ...]:
        """The words of the command; raises ValueError where a quote is left open."""
        if len(self.command) == 1:
            return tuple(shlex.split(self.command[0]))
        return self.command


class Redis(Source):
    """Redis, Valkey and what else speaks as they do."""

    name = "redis"
    about = "a Redis or Valkey server"
    options = Record(RedisOptions)
    query = RedisQuery

    def open(self, options: RedisOptions, root: Path) -> Client:
        """A client with a pool of connections, none of them made yet."""
        from pytest_fitness.sources.redis.client import RedisClient

        return RedisClient(options, root)

    def problems(self, options: RedisOptions) -> Iterator[str]:
        """What kind of URL it is; no message repeats it."""
        if not options.url.startswith(_SCHEMES):
            yield f"`url` has to begin with {', '.join(_SCHEMES[:-1])} or {_SCHEMES[-1]}"
        if not 0 < options.timeout <= 3600:
            yield "`timeout` has to be more than 0s and at most 1h"

    def query_problems(self, query: RedisQuery) -> Iterator[str]:
        """Exactly one of the two keys."""
        if (query.metric is None) == (not query.command):
            yield "exactly one of `metric` and `command` is needed"
        try:
            words = query.words()
        except ValueError:
            yield "`command` has a quote that is never closed"
        else:
            if query.command and not words:
                yield "`command` is empty"


@hookimpl
def fitness_sources() -> list[Source]:
    """The source of this module."""
    return [Redis()]
