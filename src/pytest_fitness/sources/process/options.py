"""What the source ``process`` is told and asked."""

from pytest_fitness import units
from pytest_fitness.config.command_line import Command, CommandLine
from pytest_fitness.config.options import Options, Record, key
from pytest_fitness.config.values import Amount, Choice, Flag, Integer, MapOf, Text


class ReadyOptions(Options):
    """When a started process is up."""

    url: str | None = key(
        Text("a URL such as http://localhost:8000/health", r"https?://\S+"),
        "It is up when this address answers with a status from 200 to 399.",
        default=None,
    )
    port: int | None = key(
        Integer(1, 65_535), "It is up when this TCP port of localhost is open.", default=None
    )
    pattern: str | None = key(
        Text("a regular expression"),
        "It is up when a line of its log matches this expression.",
        default=None,
    )
    within: float = key(Amount(units.SECONDS), "How long it may take to come up.", default=30.0)


class ProcessOptions(Options):
    """Which process is measured: one that runs, or one that the run starts."""

    pid: int | None = key(Integer(minimum=1), "The number of the process.", default=None)
    pidfile: str | None = key(
        Text("a path"), "A file whose first line is the number of the process.", default=None
    )
    port: int | None = key(
        Integer(1, 65_535), "The local TCP port that the process listens on.", default=None
    )
    start: Command | None = key(
        CommandLine(),
        "A command that the run starts when it first asks, and stops at its end. It has to stay in "
        "the foreground.",
        default=None,
    )
    cwd: str = key(
        Text("a directory"), "The directory `start` runs in, from that of this file.", default="."
    )
    env: dict[str, str] = key(
        MapOf(Text(), "name of a variable", r"[A-Za-z_][A-Za-z0-9_]*"),
        "Environment variables of `start`, beside those of pytest.",
        default={},
    )
    ready: ReadyOptions | None = key(
        Record(ReadyOptions), "When what `start` started is up; at once by default.", default=None
    )
    log: str | None = key(
        Text("a path"),
        "The file that the output of `start` goes to; a temporary one by default.",
        default=None,
    )
    stop_within: float = key(
        Amount(units.SECONDS),
        "How long what `start` started may take to end by itself, when told to.",
        default=5.0,
    )
    children: bool = key(
        Flag(), "Whether the processes it started count, and those that they started.", default=True
    )


class ProcessQuery(Options):
    """What is measured."""

    metric: str = key(
        Choice("rss", "uss", "cpu", "fds", "threads", "connections", what="metric"),
        "rss: memory in bytes, shared memory counted for each process (`unit: B`). "
        "uss: memory in bytes that would be free if it ended (`unit: B`). "
        "cpu: how many cores it kept busy, 1.5 for one and a half. "
        "fds: open files and sockets. threads: threads. "
        "connections: TCP connections, without sockets that listen.",
    )
