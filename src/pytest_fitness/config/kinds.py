"""The extension points a kind of fitness function or a source implements."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple, Protocol

from pytest_fitness import units
from pytest_fitness.answers import Answer, Points, Window
from pytest_fitness.config.options import Options
from pytest_fitness.config.values import Value
from pytest_fitness.model import Check, FitnessFunction, Gate, Measurement, Place

if TYPE_CHECKING:
    from pytest_fitness.codebase.analysis import Codebase


LONGEST_WATCH: Final = 60.0
"""How long a source without memory is watched, in seconds; longer needs one that keeps time."""


class Asked(NamedTuple):
    """One question to one source, about one time.

    Attributes:
        watched: the source knows only the present, and is asked at both ends of the time.
    """

    source: str
    query: Any
    window: Window
    watched: bool = False


class Context(Protocol):
    """What a kind may ask for while it measures."""

    @property
    def root(self) -> Path:
        """The directory of ``fitness.yaml``; relative paths of options start here."""

    @property
    def codebase(self) -> "Codebase":
        """The code that ``codebase:`` names, analysed once a run."""

    @property
    def now(self) -> float:
        """The moment of the run, the same for all functions: seconds since the epoch."""

    def source(self, name: str) -> Any:
        """The source of that name, opened once a run."""

    def ask(self, asked: Asked) -> Answer:
        """The answer of a live source; the same question is asked once a run.

        Raises:
            MeasureError: it cannot be answered.
        """

    def once(self, key: str, compute: Callable[[], Any]) -> Any:
        """A value that the whole run needs only once, also where several workers share it.

        The value must be made of builtins.
        """

    def progress(self, text: str) -> None:
        """Show one live line to a person who waits; nothing is shown in a log."""


class Kind(ABC):
    """A kind of fitness function: how its number is obtained.

    Subclasses name their key in ``fitness.yaml`` and what stands behind it, usually a
    ``Record`` of an options class (see :mod:`pytest_fitness.config.values`).
    """

    name: ClassVar[str]
    about: ClassVar[str]
    options: ClassVar[Value]
    gates: ClassVar[tuple[str, ...]] = (Gate.CI,)
    takes_limit: ClassVar[bool] = True
    # Whether it measures several numbers, each of which may have its own limit under `limits`.
    takes_several: ClassVar[bool] = False
    # Whether its limit may have to be broken for a time.
    takes_for: ClassVar[bool] = False
    # Whether what it finds can be accepted as known: a place in code can, a moment cannot.
    takes_baseline: ClassVar[bool] = True
    # Whether it reads nothing but the code that `codebase:` names, by way of `context.codebase`:
    # so it can be measured on past commits as well.
    static: ClassVar[bool] = False
    # Whether its numbers depend on the machine of the run, and are compared with its own only.
    of_machine: ClassVar[bool] = False
    # Whether measuring once more at once yields another number, where a number varies.
    measures_anew: ClassVar[bool] = True
    # Whether its sources can tell its past (`trend: {over: 30d}`), by way of `past`.
    recalls: ClassVar[bool] = False
    # Whether it puts the machine under work: nothing else of the run may go on beside it.
    alone: ClassVar[bool] = False

    def unit(self, options: Any, part: str | None) -> str:  # noqa: ARG002
        """The unit that limits are written in; raise ValueError for an unknown part.

        ``part`` is None for a limit beside the kind, outside ``limits``.
        """
        if part is not None:
            raise ValueError("this kind has one number only; write the limit beside it")
        return units.COUNT

    def lone_unit(self, options: Any, written: str) -> str:  # noqa: ARG002
        """The unit of a limit beside the kind, which is written in some unit.

        For kinds of several numbers, where the unit tells which of them is meant.
        """
        return self.unit(options, None)

    def problems(self, function: FitnessFunction) -> Iterable[str]:  # noqa: ARG002
        """What is wrong with options or limits that are each valid by themselves.

        A message that begins with a key in backticks is told at the line of that key, else at that
        of the function: `` `hold` is more than 0s ``, `` `limits.leak` takes `max` ``.
        """
        return ()

    def checks(self, function: FitnessFunction, context: Context) -> Sequence[Check]:  # noqa: ARG002
        """The checks of a function: one a limit, by default."""
        if function.limits:
            return [
                Check(part, limit, warn, self.unit(function.options, part))
                for part, (limit, warn) in function.limits.items()
            ]
        return [Check(None, function.limit, function.warn, function.unit)]

    def questions(self, function: FitnessFunction, now: float) -> Iterable["Asked"]:  # noqa: ARG002
        """What it will ask live sources, so that they can be asked all at once."""
        return ()

    def goes_alone(self, function: FitnessFunction) -> bool:  # noqa: ARG002
        """Whether this function puts the machine under work; by default, whether its kind does."""
        return self.alone

    def needs(self, function: FitnessFunction) -> Iterable[str]:  # noqa: ARG002
        """The names of the sources it uses beside those that its questions go to."""
        return ()

    def duration(self, function: FitnessFunction) -> float:  # noqa: ARG002
        """How many seconds it is planned to take, where that is long and known beforehand."""
        return 0.0

    def past(self, function: FitnessFunction, check: Check, context: Context) -> Points:
        """Its number through the last ``function.trend.over`` seconds, oldest first.

        Raises:
            NoDataError: the source knows nothing of it.
            MeasureError: it cannot be asked.
        """
        raise NotImplementedError(f"{self.name} does not recall its past")

    def elements(self, function: FitnessFunction, context: Context) -> Iterable[Place]:  # noqa: ARG002
        """What the number of a static kind is made of, to tell what moved it.

        Functions or modules with their values; imports, without one.
        """
        return ()

    @abstractmethod
    def measure(self, function: FitnessFunction, check: Check, context: Context) -> Measurement:
        """Obtain the number of one check.

        Raises:
            NoDataError: there is nothing that could be judged.
            MeasureError: it could not be measured.
        """


class Source(ABC):
    """A live system that answers with numbers.

    Attributes:
        options: what stands behind its type under ``sources:``.
        query: the keys by which a function asks it, beside those of every question (``source``,
            ``unit``, ``over``, ``reduce``, ``combine``).
    """

    name: ClassVar[str]
    about: ClassVar[str]
    options: ClassVar[Value]
    query: ClassVar[type[Options]] = Options

    @abstractmethod
    def open(self, options: Any, root: Path) -> Any:
        """What ``context.source(...)`` yields, called once a run; closed at its end.

        A :class:`~pytest_fitness.answers.Client`, where the kinds ``metric``, ``ratio`` and
        ``growth`` are to ask it. Opening does not connect.
        """

    def keeps_time(self, options: Any, query: Any) -> bool:  # noqa: ARG002
        """Whether the answer to a query is a series in time, rather than the number of now."""
        return False

    def longest(self, options: Any, query: Any) -> float | None:
        """The longest time it can be asked about, in seconds; None where there is no end to it."""
        return None if self.keeps_time(options, query) else LONGEST_WATCH

    def starts(self, options: Any) -> bool:  # noqa: ARG002
        """Whether it starts something, of which there is one a run: all who use it go together."""
        return False

    def problems(self, options: Any) -> Iterable[str]:  # noqa: ARG002
        """What is wrong with options that are each valid by themselves; see `Kind.problems`."""
        return ()

    def query_problems(self, query: Any) -> Iterable[str]:  # noqa: ARG002
        """What is wrong with a query whose keys are each valid by themselves."""
        return ()


class SourceEntry(NamedTuple):
    """One named source of ``fitness.yaml``."""

    source: Source
    options: Any
