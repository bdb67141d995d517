"""The source ``process``: which process it is about, and what may be asked of it."""

import re
from collections.abc import Iterator
from pathlib import Path

from pytest_fitness.answers import Client
from pytest_fitness.config.command_line import argv_of
from pytest_fitness.config.kinds import LONGEST_WATCH, Source
from pytest_fitness.config.options import Record
from pytest_fitness.hookspecs import hookimpl
from pytest_fitness.sources.process.options import ProcessOptions, ProcessQuery, ReadyOptions

_WAYS = ("pid", "pidfile", "port", "start")
_OF_START = ("cwd", "env", "ready", "log")


class Process(Source):
    """A process of this machine. It is watched for the time that is asked for, a minute at most."""

    name = "process"
    about = "memory, CPU, files, threads and connections of a process"
    options = Record(ProcessOptions)
    query = ProcessQuery

    def open(self, options: ProcessOptions, root: Path) -> Client:
        """Nothing is looked for or started yet."""
        from pytest_fitness.extras import require

        require("psutil", extra="process")
        from pytest_fitness.sources.process.client import ProcessClient

        return ProcessClient(options, root)

    def keeps_time(self, options: ProcessOptions, query: ProcessQuery) -> bool:  # noqa: ARG002
        """It watches the process for as long as it is asked about."""
        return True

    def longest(self, options: ProcessOptions, query: ProcessQuery) -> float:  # noqa: ARG002
        """As long as a run may wait."""
        return LONGEST_WATCH

    def starts(self, options: ProcessOptions) -> bool:
        """A command that the run starts and stops."""
        return options.start is not None

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
