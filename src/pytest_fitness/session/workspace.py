"""What the functions of one run share: the codebase, sources, the baseline, the cache."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

from pytest_fitness.codebase.analysis import Codebase
from pytest_fitness.codebase.cache import Cache
from pytest_fitness.config.kinds import Kind
from pytest_fitness.config.loader import Config, Registry
from pytest_fitness.errors import BaselineError, MeasureError
from pytest_fitness.history.baseline import Accepted, Baseline, load
from pytest_fitness.model import Check, FitnessFunction

Planned = tuple[Kind, FitnessFunction, tuple[Check, ...]]


class Workspace:
    """The run's :class:`~pytest_fitness.config.kinds.Context`; everything is opened when needed.

    Args:
        config: the valid configuration.
        registry: the kinds and sources it uses.
        cache: the directory of the cache, shared by all workers of the run.
        run: what tells this run from others.
    """

    def __init__(self, config: Config, registry: Registry, cache: Path, run: str = "") -> None:
        self.config = config
        self.registry = registry
        self._cache_directory = cache
        self._run = run
        self._sources: dict[str, Any] = {}
        self._values: dict[str, Any] = {}

    @property
    def identity(self) -> tuple[str, str]:
        """What a worker needs to share this run's cache."""
        return str(self._cache_directory), self._run

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

    def prepare(self) -> None:
        """Find out now what would stop the run later.

        Raises:
            ConfigError: the checks of a function cannot be told (a contract file is broken).
        """
        _ = self.plan

    @cached_property
    def plan(self) -> tuple[Planned, ...]:
        """Every function with its kind and its checks."""
        kinds = self.registry.kinds
        return tuple(
            (kinds[function.kind], function, tuple(kinds[function.kind].checks(function, self)))
            for function in self.config.functions
        )

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
        return self.baseline.of(
            function.id if check.part is None else f"{function.id}::{check.part}"
        )

    def source(self, name: str) -> Any:
        """A source by its name, opened once."""
        if name not in self._sources:
            entry = self.config.sources.get(name)
            if entry is None:
                known = ", ".join(sorted(self.config.sources)) or "none"
                raise MeasureError(f"there is no source {name!r}", f"Known sources: {known}.")
            self._sources[name] = entry.source.open(entry.options, self.root)
        return self._sources[name]

    def once(self, key: str, compute: Callable[[], Any]) -> Any:
        """A value that all workers of this run share."""
        if key not in self._values:
            self._values[key] = self.cache.shared(f"run:{self._run}:{key}", compute)
        return self._values[key]

    def close(self) -> None:
        """Close what was opened."""
        for source in self._sources.values():
            close = getattr(source, "close", None)
            if close is not None:
                close()
        for name, closes in (("codebase", Codebase.close), ("cache", Cache.close)):
            if name in self.__dict__:
                closes(self.__dict__.pop(name))
