"""What the functions of one run share: the codebase, sources, the baseline, the cache."""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from copy import copy
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pytest_fitness.answers import Answer, answer_from_builtins, answer_to_builtins
from pytest_fitness.codebase.analysis import Codebase
from pytest_fitness.codebase.cache import Cache
from pytest_fitness.config.kinds import Asked, Kind, SourceEntry
from pytest_fitness.config.loader import Config, Registry
from pytest_fitness.errors import (
    BaselineError,
    ConfigError,
    FitnessError,
    MeasureError,
    Problem,
)
from pytest_fitness.history.baseline import Accepted, Baseline, load
from pytest_fitness.history.records import USERS, Reference
from pytest_fitness.model import Check, FitnessFunction, series_of
from pytest_fitness.session.asking import Asker
from pytest_fitness.session.memory import Memory
from pytest_fitness.session.secrets import sealed, unsealed
from pytest_fitness.session.sound import sound_checks

Timed = tuple[tuple[float, float], ...]
Planned = tuple[Kind, FitnessFunction, tuple[Check, ...]]


class Workspace:
    """The run's :class:`~pytest_fitness.config.kinds.Context`; everything is opened when needed.

    Args:
        config: the valid configuration.
        registry: the kinds and sources it uses.
        cache: the directory of the cache, shared by all workers of the run.
        run: what tells this run from others.
        shared: what the run that this one is part of shares.
    """

    def __init__(
        self,
        config: Config,
        registry: Registry,
        cache: Path,
        run: str = "",
        shared: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        self.config = config
        self.registry = registry
        self._cache_directory = cache
        self._run = run
        self._values: dict[str, Any] = {}
        self._is_part = bool(shared)
        self.now: float = shared.get("now") or time.time()
        # When the time is over that the run was given, if it was given one.
        self.deadline: float | None = shared.get("deadline")
        # The functions that were begun; what is begun is finished, whatever time is left.
        self.begun: set[str] = set()
        # Shows a live line; the session knows whether anybody watches.
        self.show: Callable[[str], None] = lambda _: None
        self.asker = Asker(self._open_named)
        # The past of each check; the session knows where it is remembered.
        self.memory = Memory(lambda: None, Reference)
        self.gate: str | None = shared.get("gate")
        # How often what only looks like a step is measured again.
        self.confirm: int = shared.get("confirm", 0)
        # When each function was judged last; the controller knows.
        self.last_judged: dict[str, float] = shared.get("last_judged", {})

    @property
    def shared(self) -> dict[str, Any]:
        """What a worker needs to take part in this run, as builtins."""
        return {
            "cache": str(self._cache_directory),
            "run": self._run,
            "now": self.now,
            "deadline": self.deadline,
            "last_judged": self.last_judged,
            "gate": self.gate,
            "confirm": self.confirm,
        }

    @property
    def root(self) -> Path:
        """The directory of ``fitness.yaml``."""
        return self.config.root

    @cached_property
    def cache(self) -> Cache:
        """What is known of file contents and of whole trees."""
        return Cache(self._cache_directory)

    @cached_property
    def codebase(self) -> Codebase:
        """The code that ``codebase:`` names."""
        options = self.config.codebase
        return Codebase(self.root, options.packages, options.source, options.exclude, self.cache)

    @property
    def has_read_code(self) -> bool:
        """Whether any function asked for code."""
        return "codebase" in self.__dict__

    def prepare(self) -> None:
        """Find out now what would stop the run later.

        Raises:
            ConfigError: the checks of a function cannot be told (a contract file is broken);
                carries every problem of every function.
        """
        _ = self.plan

    @cached_property
    def plan(self) -> tuple[Planned, ...]:
        """Every function with its kind and its checks."""
        planned: list[Planned] = []
        # Functions may share a broken file, which is told once, by the first of them.
        problems: dict[Problem, Problem] = {}
        for function in self.config.functions:
            kind = self.registry.kinds[function.kind]
            try:
                planned.append((kind, function, sound_checks(kind, function, self)))
            except ConfigError as error:
                for problem in error.problems:
                    problems.setdefault(problem, _with_source(problem, function))
            except FitnessError as error:
                own = Problem(function.location, error.message, error.hint)
                problems.setdefault(own, own)
        if problems:
            raise ConfigError(list(problems.values()))
        return tuple(planned)

    def series(self) -> list[str]:
        """The names of all checks, in the order of the file."""
        return [
            series_of(function.id, check.part)
            for _, function, checks in self.plan
            for check in checks
        ]

    @cached_property
    def _baseline(self) -> Baseline | BaselineError:
        assert self.config.baseline is not None
        try:
            return load(self.config.baseline)
        except BaselineError as error:
            return error

    @property
    def baseline(self) -> Baseline:
        """The baseline file.

        Raises:
            BaselineError: it is missing, unreadable or of another format.
        """
        if isinstance(self._baseline, BaselineError):
            raise self._baseline
        return self._baseline

    def forget_baseline(self) -> None:
        """Judge from here on as if nothing had been accepted."""
        assert self.config.baseline is not None
        self.__dict__["_baseline"] = Baseline(self.config.baseline)

    def accepted(self, function: FitnessFunction, check: Check) -> Accepted | None:
        """The frozen violations of a check; None where its function freezes nothing."""
        if not function.frozen:
            return None
        return self.baseline.of(series_of(function.id, check.part))

    def codebases(self) -> Iterator[Codebase]:
        """The codebase, and those of contract files that speak of other packages."""
        wanted = {self.codebase.packages: None}
        for kind, _, checks in self.plan:
            if kind.name == "contracts":
                wanted |= {tuple(check.detail[0].root_packages): None for check in checks}
        return map(self.codebase.of, wanted)

    def source(self, name: str) -> Any:
        """A source by its name, opened once."""
        return self.asker.client(name)

    def ask(self, asked: Asked) -> Answer:
        """The answer of a live source, asked once a run."""
        if not self._is_part:
            return self.asker.ask(asked)
        # A query may hold what came from the environment, and keys are written to the cache.
        key = hashlib.blake2b(repr(asked).encode(), digest_size=16).hexdigest()
        found = self.once(f"answer {key}", lambda: answer_to_builtins(self.asker.ask(asked)))
        return answer_from_builtins(found)

    def users(self) -> float:
        """How many users there are now.

        Raises:
            NoDataError: that is not known.
            MeasureError: it cannot be found out.
        """
        from pytest_fitness.measures.live import number

        assert self.config.users is not None, "the loader refuses `from_users` without `users`"
        return number(self.config.users, self).value

    def users_before(self) -> Timed:
        """Moments and how many users there were; empty where that is unknown."""
        if self.config.users is None:
            return ()
        past = self.memory.past(USERS, of_machine=False)
        pairs = zip(past.moments, past.values, strict=True)
        return tuple((moment.seconds, value) for moment, value in pairs if value is not None)

    def users_over_time(self) -> Timed:
        """The same, this run included where it can be told."""
        before = self.users_before()
        if before:
            with suppress(FitnessError):
                return (*before, (self.now, self.users()))
        return before

    def ask_ahead(self, functions: Iterable[FitnessFunction]) -> None:
        """Begin to ask what these functions will ask."""
        questions = [
            asked
            for function in functions
            for asked in self.registry.kinds[function.kind].questions(function, self.now)
        ]
        if questions:
            self.asker.ask_ahead(dict.fromkeys(questions))

    def _open_named(self, name: str) -> Any:
        entry = self.config.sources.get(name)
        if entry is None:
            known = ", ".join(sorted(self.config.sources)) or "none"
            raise MeasureError(f"there is no source {name!r}", f"Known sources: {known}.")
        return self._open(name, entry)

    def _open(self, name: str, entry: SourceEntry) -> Any:
        try:
            return entry.source.open(entry.options, self.root)
        except FitnessError:
            raise
        except Exception as error:
            message = f"the source {name!r} cannot be opened: {type(error).__name__}: {error}"
            raise MeasureError(message) from error

    def once(self, key: str, compute: Callable[[], Any]) -> Any:
        """A value that all workers of this run share."""
        if key not in self._values:
            secrets = self.config.secrets
            kept = self.cache.shared(f"run:{self._run}:{key}", lambda: sealed(compute(), secrets))
            self._values[key] = unsealed(kept, secrets)
        return self._values[key]

    def again(self, number: int) -> "Workspace":
        """The same workspace, in which nothing has been measured yet: to measure once more."""
        other = copy(self)
        vars(other).update(_run=f"{self._run}.again{number}", _values={}, now=time.time())
        return other

    def progress(self, text: str) -> None:
        """Show one live line to a person who waits."""
        self.show(text)

    def turn(self, kind: Kind, function: FitnessFunction) -> AbstractContextManager[object]:
        """The time in which a function is measured: beside what other workers do, or alone."""
        alone = kind.goes_alone(function)
        if not alone and not (self._is_part and self._has_turns):
            return nullcontext()
        from pytest_fitness.session.turns import turn

        return turn(self._cache_directory / "turns.lock", alone=alone)

    @cached_property
    def _has_turns(self) -> bool:
        return any(kind.goes_alone(function) for kind, function, _ in self.plan)

    def close(self) -> None:
        """Close what was opened."""
        self.memory.close()
        self.asker.close()
        for name, closes in (("codebase", Codebase.close), ("cache", Cache.close)):
            if name in self.__dict__:
                closes(self.__dict__.pop(name))


def _with_source(problem: Problem, function: FitnessFunction) -> Problem:
    """The problem of another file, and the line of the function that names that file."""
    if problem.location.path == function.location.path:
        return problem
    place = f"{function.location.path}:{function.location.line}"
    source = f"The function {function.id!r} ({place}) reads this file."
    return problem._replace(hint=" ".join(filter(None, (problem.hint, source))))
