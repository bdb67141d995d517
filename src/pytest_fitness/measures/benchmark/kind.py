"""``benchmark``: how long a function or a command takes, and how much memory."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final

from pytest_fitness import units
from pytest_fitness.config.kinds import Context, Kind
from pytest_fitness.config.options import Record
from pytest_fitness.config.reader import suggest
from pytest_fitness.hookspecs import hookimpl
from pytest_fitness.measures.benchmark.options import AUTO, BenchmarkOptions
from pytest_fitness.model import Check, FitnessFunction, Measurement

if TYPE_CHECKING:
    from pytest_fitness.measures.benchmark.measuring import Runs

_MEAN: Final = "mean"
_MEMORY: Final = "memory"
_UNITS: Final[Mapping[str, str]] = {
    _MEAN: units.SECONDS,
    "p50": units.SECONDS,
    "p95": units.SECONDS,
    "max": units.SECONDS,
    "throughput": units.RATE,
    _MEMORY: units.BYTES,
}
# What starting an interpreter and yielding one value usually take, in seconds.
_START: Final = 0.3
_ONE_VALUE: Final = 0.15


class Benchmark(Kind):
    """Timings that carry their interval: it fails only where all of that is past the limit."""

    name = "benchmark"
    about = "how long a function or a command takes, and how much memory"
    options = Record(BenchmarkOptions)
    of_machine = True
    takes_several = True
    takes_baseline = False
    alone = True

    def unit(self, options: BenchmarkOptions, part: str | None) -> str:  # noqa: ARG002
        """Seconds, bytes, or a rate; the mean where no part is named."""
        if part is not None and part not in _UNITS:
            raise ValueError(f"a benchmark has no {part!r}. {suggest(part, _UNITS)}")
        return _UNITS[part or _MEAN]

    def problems(self, function: FitnessFunction) -> Iterator[str]:
        """One thing to time, and enough processes to tell."""
        from pytest_fitness.judge.timings import too_few

        options: BenchmarkOptions = function.options
        yield from options.problems()
        for part in _parts(function):
            few = too_few(part, options.processes, options.processes * options.values)
            if few:
                yield few

    def duration(self, function: FitnessFunction) -> float:
        """What it takes by default; what is timed once, however long that is, is not known."""
        options: BenchmarkOptions = function.options
        processes = options.processes + (options.loops == AUTO)
        seconds = processes * (_START + (options.warmups + options.values) * _ONE_VALUE)
        return min(options.timeout, seconds if _timed(function) else _START)

    def measure(self, function: FitnessFunction, check: Check, context: Context) -> Measurement:
        """Time it, or measure its memory; one run serves all limits of a function."""
        if check.part == _MEMORY:
            return self._runs.memory(function, context)
        return self._runs.timing(function, check.part or _MEAN, context)

    @cached_property
    def _runs(self) -> "Runs":
        from pytest_fitness.measures.benchmark.measuring import Runs

        return Runs()


def _parts(function: FitnessFunction) -> tuple[str, ...]:
    return tuple(function.limits) or (_MEAN,)


def _timed(function: FitnessFunction) -> bool:
    return any(part != _MEMORY for part in _parts(function))


@hookimpl
def fitness_kinds() -> list[Kind]:
    """The kind of this module."""
    return [Benchmark()]
