"""Every error this package raises on purpose: what happened, where, and what to do."""

from collections.abc import Sequence
from typing import NamedTuple


class Location(NamedTuple):
    """A place in a text file; ``line`` and ``column`` count from 1."""

    path: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


class Problem(NamedTuple):
    """One thing that is wrong with a file somebody wrote, and how to mend it."""

    location: Location
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        hint = f"\n    {self.hint}" if self.hint else ""
        return f"{self.location}: {self.message}{hint}"


class FitnessError(Exception):
    """The base of all errors of this package.

    Both arguments are plain positional values, so that an error survives pickling on its way
    from a worker process.
    """

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class ConfigError(FitnessError):
    """``fitness.yaml`` cannot be used; carries every problem found, in the order of the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        ordered = tuple(sorted(problems, key=lambda problem: problem.location))
        Exception.__init__(self, ordered)
        self.problems = ordered
        self.message = "\n".join(map(str, ordered))
        self.hint = None


class MeasureError(FitnessError):
    """A number could not be measured: unreachable, refused, broken input. Verdict: error."""


class UnreachableError(MeasureError):
    """A source does not answer at all: it is not asked again in this run."""


class NoDataError(FitnessError):
    """The source answered, but with nothing that could be judged. Verdict: no data."""


class BaselineError(FitnessError):
    """The baseline file is missing, unreadable or of another format."""


class HistoryError(FitnessError):
    """The history cannot be opened, read or written."""
