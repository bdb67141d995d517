"""What the source ``redis`` is told and asked."""

import shlex

from pytest_fitness import units
from pytest_fitness.config.options import Options, key
from pytest_fitness.config.values import Amount, ListOf, Text
from pytest_fitness.sources.support.passwords import shown_address


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
