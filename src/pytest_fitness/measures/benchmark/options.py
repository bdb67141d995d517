"""What stands behind ``benchmark:``."""

from collections.abc import Iterator
from typing import Final

from pytest_fitness import units
from pytest_fitness.config.command_line import Command, CommandLine, argv_of
from pytest_fitness.config.nodes import Node, Scalar
from pytest_fitness.config.options import Options, key
from pytest_fitness.config.reader import Invalid, Reader
from pytest_fitness.config.values import Amount, Integer, ListOf, MapOf, Schema, Text

AUTO: Final = 0
"""The number of loops that stands for as many as the timer needs."""

_NAME: Final = r"[^\W\d]\w*"
_DOTTED: Final = rf"{_NAME}(\.{_NAME})*"
_FUNCTION: Final = Text(
    "a function such as package.module:function", f"{_DOTTED}:{_DOTTED}"
)  # fmt: skip
_MOST_PROCESSES: Final = 1_000
_MOST_VALUES: Final = 10_000


class Loops:
    """A number of calls, or ``auto``."""

    _number = Integer(minimum=1, maximum=2**32)

    def decode(self, node: Node, reader: Reader) -> int | Invalid:
        """The number; ``AUTO`` for ``auto``."""
        if isinstance(node, Scalar) and node.text == "auto":
            return AUTO
        return self._number.decode(node, reader)

    def schema(self) -> Schema:
        """The word, or an integer."""
        return {"anyOf": [{"const": "auto"}, self._number.schema()]}


class BenchmarkOptions(Options):
    """What is timed, and how often."""

    callable: str | None = key(
        _FUNCTION, "The function that is timed, as module:function.", default=None
    )
    setup: str | None = key(
        _FUNCTION,
        "A function that is called once a process, untimed; what it returns is the argument.",
        default=None,
    )
    source: tuple[str, ...] | None = key(
        ListOf(Text("a directory")),
        "The directories that modules are imported from, beside what is installed; by default that"
        " of this file.",
        default=None,
    )
    command: Command | None = key(
        CommandLine(),
        "The command that is timed: a list, or a text that is split at blanks.",
        default=None,
    )
    cwd: str = key(
        Text("a directory"), "The directory it runs in, from that of this file.", default="."
    )
    env: dict[str, str] = key(
        MapOf(Text(), "name of a variable", r"[A-Za-z_][A-Za-z0-9_]*"),
        "Environment variables, beside those of pytest.",
        default={},
    )
    processes: int = key(
        Integer(1, _MOST_PROCESSES), "How many processes it is timed in.", default=20
    )
    values: int = key(Integer(1, _MOST_VALUES), "How many values each of them yields.", default=3)
    warmups: int = key(
        Integer(0, _MOST_VALUES), "How many values of each process are thrown away.", default=1
    )
    loops: int = key(
        Loops(),
        "How many calls make up one value, which is their mean; auto: as many as take 0.1 s.",
        default=AUTO,
    )
    timeout: float = key(
        Amount(units.SECONDS),
        "How long the timing may take, or the run that measures memory; then it is ended.",
        default=300.0,
    )

    @property
    def shown(self) -> str:
        """What is timed; whole, as half of a secret would not be known for one."""
        return self.callable if self.callable is not None else " ".join(self.argv)

    @property
    def argv(self) -> tuple[str, ...]:
        """The program that is timed and its arguments."""
        assert self.command is not None
        return argv_of(self.command)

    def problems(self) -> Iterator[str]:
        """What is wrong with options that are each valid by themselves."""
        if (self.callable is None) == (self.command is None):
            yield "a benchmark takes either `callable` or `command`"
        elif self.command is not None:
            yield from self._command_problems()
        if self.timeout <= 0:
            yield "`timeout` must be longer than nothing"

    def _command_problems(self) -> Iterator[str]:
        for name in ("setup", "source"):
            if getattr(self, name) is not None:
                yield f"`{name}` belongs to `callable`; a command has no use for it"
        try:
            _ = self.argv
        except ValueError as error:
            yield f"`command` {error}"
