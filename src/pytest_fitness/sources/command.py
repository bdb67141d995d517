"""The source ``command``: a number that a command prints."""

import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pytest_fitness import units
from pytest_fitness.answers import Answer, Client, Series, Window
from pytest_fitness.config.command_line import Command, CommandLine, argv_of
from pytest_fitness.config.kinds import Source
from pytest_fitness.config.options import Options, Record, key
from pytest_fitness.config.values import Amount, Flag, MapOf, Text
from pytest_fitness.errors import MeasureError
from pytest_fitness.hookspecs import hookimpl

if TYPE_CHECKING:
    from pytest_fitness.processes.running import Finished

MOST_OUTPUT: Final = 1024 * 1024
# What a pattern looks at: an expression may take quadratic time.
_LONGEST_LINE: Final = 1_000
_LONGEST_PATTERN: Final = 500
_NO_FINITE: Final = re.compile(r"[-+]?(nan|inf|infinity)", re.IGNORECASE)


class CommandOptions(Options):
    """Where and how commands are run."""

    cwd: str = key(
        Text("a directory"), "The directory they run in, from that of this file.", default="."
    )
    env: dict[str, str] = key(
        MapOf(Text(), "name of a variable", r"[A-Za-z_][A-Za-z0-9_]*"),
        "Environment variables, beside those of pytest.",
        default={},
    )
    timeout: float = key(
        Amount(units.SECONDS),
        "How long one command may take; then it and all that it started are ended.",
        default=30.0,
    )
    shell: bool = key(Flag(), "Whether `run` is a line for the system's shell.", default=False)


class CommandQuery(Options):
    """What is run, and where its output has the number."""

    run: Command = key(
        CommandLine(), "The program and its arguments: a list, or a text that is split at blanks."
    )
    pattern: str | None = key(
        Text("a regular expression"),
        "A regular expression with one group, the number. It is held against each line; the last "
        "match counts. Without it the last line is the number.",
        default=None,
    )


class CommandSource(Source):
    """Numbers that commands print; each question is one run of a command."""

    name = "command"
    about = "a number that a command prints"
    options = Record(CommandOptions)
    query = CommandQuery

    def open(self, options: CommandOptions, root: Path) -> Client:
        """Nothing is run yet."""
        return CommandClient(options, root)

    def problems(self, options: CommandOptions) -> Iterator[str]:
        """A command needs some time."""
        if options.timeout <= 0:
            yield "`timeout` must be longer than nothing"

    def query_problems(self, query: CommandQuery) -> Iterator[str]:
        """The pattern is an expression with one group."""
        if query.pattern is None:
            return
        if len(query.pattern) > _LONGEST_PATTERN:
            yield f"`pattern` is longer than {_LONGEST_PATTERN} characters"
            return
        try:
            groups = re.compile(query.pattern).groups
        except (re.error, RecursionError, OverflowError) as error:
            yield f"`pattern` is no regular expression: {error}"
            return
        if groups != 1:
            hint = "put the number in parentheses" if groups == 0 else "write the others as (?:…)"
            yield f"`pattern` has {groups} groups, not one; {hint}"


class CommandClient(Client):
    """Runs a command for each question."""

    def __init__(self, options: CommandOptions, root: Path) -> None:
        from pytest_fitness.processes.running import Runner

        self._options = options
        self._cwd = root / options.cwd
        self._runner = Runner(MOST_OUTPUT)

    def ask(self, query: CommandQuery, window: Window) -> Answer:  # noqa: ARG002
        """Run the command now, whatever the window."""
        from pytest_fitness.processes.running import failure

        options = self._options
        finished = self._runner.run(
            _argv(query.run, shell=options.shell),
            cwd=self._cwd,
            env=options.env,
            timeout=options.timeout,
        )
        if options.shell:
            finished = finished._replace(name="the shell command")
        failed = failure(finished, options.timeout, MOST_OUTPUT)
        if failed is not None:
            raise failed
        return _answer(finished, query.pattern)

    def close(self) -> None:
        """End the commands that still run."""
        self._runner.close()


def _argv(command: Command, *, shell: bool) -> tuple[str, ...]:
    if not shell:
        try:
            return argv_of(command)
        except ValueError as error:
            raise MeasureError(f"`run` {error}", "Write it as a list.") from error
    if isinstance(command, str):
        windows = (os.environ.get("COMSPEC", "cmd.exe"), "/d", "/s", "/c")
        return (*(windows if sys.platform == "win32" else ("/bin/sh", "-c")), command)
    raise MeasureError("`run` is a list, and the source has `shell: true`", "Write it as a text.")


def _answer(finished: "Finished", pattern: str | None) -> Answer:
    now = time.time()
    output = finished.output.decode("utf-8", "replace")
    lines = [line for line in output.splitlines() if line.strip()]
    if not lines:
        return Answer((), (f"{finished.name} printed nothing",))
    found = lines[-1].strip() if pattern is None else _last_match(pattern, lines, finished.name)
    value = _number(found)
    if value is None:
        raise MeasureError(
            f"{finished.name} printed {units.shorten(found)!r}, which is no number",
            "Print the number as the last line, or name the place by `pattern`.",
        )
    return Answer((Series(((now, value.value),)),), unit=value.unit)


def _last_match(pattern: str, lines: list[str], name: str) -> str:
    expression = re.compile(pattern)
    for line in reversed(lines):
        matches = [match[1] for match in expression.finditer(line[:_LONGEST_LINE])]
        if matches:
            return (matches[-1] or "").strip()
    raise MeasureError(
        f"{name} printed nothing that `pattern` matches",
        f"It printed {len(lines):,} lines; the last is {units.shorten(lines[-1].strip())!r}.",
    )


def _number(text: str) -> units.Quantity | None:
    if _NO_FINITE.fullmatch(text):
        return units.Quantity(float(text))
    try:
        return units.parse(text)
    except ValueError:
        return None


@hookimpl
def fitness_sources() -> list[Source]:
    """The source of this module."""
    return [CommandSource()]
