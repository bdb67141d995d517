"""The times of a function or a command: pyperf's, in processes of their own."""

import math
from pathlib import Path
from typing import Any

from pytest_fitness import extras
from pytest_fitness.config.kinds import Context
from pytest_fitness.errors import MeasureError
from pytest_fitness.measures.benchmark.children import timed
from pytest_fitness.measures.benchmark.options import BenchmarkOptions
from pytest_fitness.measures.benchmark.telling import CALIBRATION, Steps


def times(options: BenchmarkOptions, name: str, context: Context) -> dict[str, Any]:
    """The values of each process in seconds, and how many calls each of them is the mean of.

    Raises:
        MeasureError: it cannot be timed.
    """
    extras.require("pyperf", "benchmark")
    arguments = (
        *("--processes", str(options.processes)),
        *("--values", str(options.values)),
        *("--warmups", str(options.warmups)),
        *("--loops", str(options.loops)),
        "--copy-env",
        "--quiet",
    )

    def look(steps: Steps) -> None:
        if steps:
            context.progress(_progress(name, steps, options.processes))

    with timed(options, context.root, arguments, look) as result:
        return read(result, options)


def _progress(name: str, steps: Steps, processes: int) -> str:
    if steps[-1] == CALIBRATION:
        return f"benchmark {name}: finding out how often to call it"
    count = len(steps) - steps.count(CALIBRATION)
    return f"benchmark {name}: process {count} of {processes}"


def read(path: Path, options: BenchmarkOptions) -> dict[str, Any]:
    """What a file of pyperf says, as :func:`times` returns it.

    Raises:
        MeasureError: it is not what was asked for.
    """
    pyperf = extras.require("pyperf", "benchmark")
    try:
        runs = [run for run in pyperf.Benchmark.load(str(path)).get_runs() if run.values]
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise MeasureError(f"pyperf left no result that can be read: {error}") from error
    values = [list(map(float, run.values)) for run in runs]
    sound = all(0 < value < math.inf for each in values for value in each)
    if len(values) != options.processes or not sound:
        raise MeasureError(f"pyperf timed {len(values)} of {options.processes} processes")
    return {"processes": values, "calls": runs[0].get_total_loops()}
