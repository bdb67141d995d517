"""The source ``redis``: which server it is, and what may be asked of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pytest_fitness.answers import Client
from pytest_fitness.config.kinds import Source
from pytest_fitness.config.options import Record
from pytest_fitness.hookspecs import hookimpl
from pytest_fitness.sources.redis.options import RedisOptions, RedisQuery

_SCHEMES: Final = ("redis://", "rediss://", "unix://")


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
