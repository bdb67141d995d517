"""From what the child processes found to measurements; each is run once for all limits."""

from collections.abc import Callable
from typing import Any, Final
from weakref import WeakKeyDictionary

from pytest_fitness import units
from pytest_fitness.config.kinds import Context
from pytest_fitness.errors import MeasureError
from pytest_fitness.judge.timings import estimate, variation
from pytest_fitness.measures.benchmark.memory import run_once, traced_peaks
from pytest_fitness.measures.benchmark.options import BenchmarkOptions
from pytest_fitness.measures.benchmark.timing import times
from pytest_fitness.model import FitnessFunction, Measurement

# From here on pyperf calls a benchmark unstable.
_NOISY: Final = 0.1
_OF_VALUES: Final = ("p50", "p95", "max")


class Runs:
    """What the processes found: once for all limits of a function."""

    def __init__(self) -> None:
        # Not kept with what the run shares, as that is written down: words may hold a secret.
        self._failures: WeakKeyDictionary[Context, dict[str, MeasureError]] = WeakKeyDictionary()

    def timing(self, function: FitnessFunction, part: str, context: Context) -> Measurement:
        """A statistic of the times.

        Raises:
            MeasureError: it cannot be timed.
        """
        options: BenchmarkOptions = function.options
        if options.command is not None:  # what fails tells why only outside of pyperf
            self._once("first run", run_once, function, context)
        found = self._once("times", times, function, context)
        processes, calls = found["processes"], found["calls"]
        told = estimate(part, processes, function.confidence)
        count = sum(map(len, processes))
        each = "" if calls == 1 else f", each the mean of {calls:,} calls"
        return Measurement(
            told.value,
            units.RATE if part == "throughput" else units.SECONDS,
            samples=count,
            subject=f"{options.shown}: {count:,} values of {len(processes)} processes{each}",
            notes=tuple(_notes(part, processes, calls)),
            interval=told.interval,
            settles="more `processes` would tell",
            undecided=told.undecided,
        )

    def memory(self, function: FitnessFunction, context: Context) -> Measurement:
        """The peak of memory.

        Raises:
            MeasureError: it cannot be measured.
        """
        options: BenchmarkOptions = function.options
        if options.command is not None:
            return _of_command(options, self._once("first run", run_once, function, context))
        peaks = self._once("memory", traced_peaks, function, context)
        return Measurement(
            max(peaks),
            units.BYTES,
            samples=len(peaks),
            subject=f"{options.shown}: Python's memory at its peak{_counted(len(peaks))}",
        )

    def _once(
        self,
        what: str,
        find: Callable[[BenchmarkOptions, str, Context], Any],
        function: FitnessFunction,
        context: Context,
    ) -> Any:
        """What is found once a run; so is a failure, once in each process of the run."""
        failures = self._failures.setdefault(context, {})
        key = f"benchmark {function.id} {what}"
        if key in failures:
            raise MeasureError(failures[key].message, failures[key].hint)
        try:
            return context.once(key, lambda: find(function.options, function.id, context))
        except MeasureError as error:
            failures[key] = error
            raise


def _of_command(options: BenchmarkOptions, found: dict[str, Any]) -> Measurement:
    whole = ", with the processes it started" if found["several"] else ""
    subject = f"{options.shown}: the memory of one run at its peak{whole}"
    peak, least = found["peak"], found["at_least"]
    if peak == least:
        return Measurement(peak, units.BYTES, subject=subject)
    note = "so little cannot be told from what starting it takes: it is at most that"
    return Measurement(peak, units.BYTES, subject=subject, interval=(least, peak), notes=(note,))


def _counted(calls: int) -> str:
    return "" if calls == 1 else f", the largest of {calls} calls"


def _notes(part: str, processes: list[list[float]], calls: int) -> list[str]:
    notes = []
    noise = variation(processes)
    if noise >= _NOISY:
        share = units.format_value(round(noise, 2), units.RATIO)
        notes.append(f"noisy: values vary by {share}; close other programs, or raise `processes`")
    if calls > 1 and part in _OF_VALUES:
        notes.append(
            f"`{part}` is of values, not of single calls: with `loops: 1` each value is one call"
        )
    return notes
