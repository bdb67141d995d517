"""The source ``process``: which process it is about, and what it is asked."""

import re
from collections.abc import Iterator
from pathlib import Path

from pytest_fitness import units
from pytest_fitness.answers import Client
from pytest_fitness.config.kinds import Source
from pytest_fitness.config.options import Options, Record, key
from pytest_fitness.config.values import Amount, Choice, Flag, Integer, MapOf, Text
from pytest_fitness.hookspecs import hookimpl
from pytest_fitness.sources.support.command_line import Command, CommandLine, argv_of

_WAYS = ("pid", "pidfile", "port", "start")
_OF_START = ("cwd", "env", "ready", "log")


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


class Process(Source):
    """A process of this machine. It is watched for the time that is asked for, a minute at most."""

    name = "process"
    about = "memory, CPU, files, threads and connections of a process"
    options = Record(ProcessOptions)
    query = ProcessQuery

    def open(self, options: ProcessOptions, root: Path) -> Client:
        """Nothing is looked for or started yet."""
        from pytest_fitness.sources.support.extras import require

        require("psutil", extra="process")
        from pytest_fitness.sources.process.client import ProcessClient

        return ProcessClient(options, root)

    def keeps_time(self, options: ProcessOptions, query: ProcessQuery) -> bool:  # noqa: ARG002
        """It watches the process for as long as it is asked about."""
        return True

    def problems(self, options: ProcessOptions) -> Iterator[str]:
        """One process, named in one way; the keys of ``start`` belong to it."""
        given = [way for way in _WAYS if getattr(options, way) is not None]
        if len(given) != 1:
            yield f"name the process in one way: {', '.join(_WAYS)}"
        if options.start is None:
            stray = [
                name
                for name in (*_OF_START, "stop_within")
                if getattr(options, name) != options.keys[name].default
            ]
            yield from (f"`{name}` belongs to `start`" for name in stray)
            return
        try:
            argv_of(options.start)
        except ValueError as error:
            yield f"`start` {error}"
        if not 0 < options.stop_within <= 60:
            yield "`stop_within` must be more than nothing, and a minute at most"
        if options.ready is not None:
            yield from _ready_problems(options.ready)


def _ready_problems(ready: ReadyOptions) -> Iterator[str]:
    if [ready.url, ready.port, ready.pattern].count(None) != 2:
        yield "`ready` takes one of url, port and pattern"
    if not 0 < ready.within <= 600:
        yield "`within` must be more than nothing, and ten minutes at most"
    try:
        re.compile(ready.pattern or "")
    except (re.error, RecursionError, OverflowError) as error:
        yield f"`pattern` is no regular expression: {error}"


@hookimpl
def fitness_sources() -> list[Source]:
    """The source of this module."""
    return [Process()]
