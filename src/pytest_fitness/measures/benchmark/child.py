"""Times a function or a command with pyperf, or traces a function's memory; a program of its own.

The request is in the environment. The directory that is its argument takes what is to be told: how
far it got, what failed, what was found. pyperf starts the program again for each of its worker
processes, which alone import the code that is timed.
"""

import gc
import json
import os
import sys
from pathlib import Path
from typing import Any, Final

from pytest_fitness.measures.benchmark.calling import Timer, command_timer, function_timer
from pytest_fitness.measures.benchmark.telling import (
    CALIBRATION,
    PEAKS,
    REQUEST,
    STEPS,
    telling,
)

# They make child processes measure the coverage of tests, which takes longer than most code.
_COVERAGE: Final = ("COVERAGE_PROCESS_", "COV_CORE_")


def main(module: str) -> None:
    """Do what the request says; ``module`` is the name of this one."""
    directory, request = Path(sys.argv[1]), json.loads(os.environ[REQUEST])
    if request["memory"]:
        telling(directory, request["root"], lambda: _trace(directory, request))
    else:
        _time(directory, request, module)


def _time(directory: Path, request: dict[str, Any], module: str) -> None:
    """Be pyperf's manager, or one of its workers."""
    import pyperf

    steps: list[str] = []

    def note(command: list[str], _: object) -> None:
        steps.append(CALIBRATION if "--calibrate-loops" in command else "timing")
        (directory / STEPS).write_text(json.dumps(steps), "utf-8")

    program = ("-P", "-m", module, str(directory))
    runner = pyperf.Runner(program_args=program, add_cmdline_args=note)
    runner.argparser.add_argument("directory")
    if runner.parse_args().worker:
        telling(directory, request["root"], lambda: _work(runner, request))
        return
    for name in [name for name in os.environ if name.startswith(_COVERAGE)]:
        del os.environ[name]
    runner.bench_time_func("it", float)  # the manager itself calls nothing


def _work(runner: Any, request: dict[str, Any]) -> None:
    runner.bench_time_func("it", _timer(request))


def _trace(directory: Path, request: dict[str, Any]) -> None:
    """The peak of some calls, each over what there was before it."""
    import tracemalloc

    call = _timer(request)
    for _ in range(request["warmups"]):
        call(1)
    peaks = []
    tracemalloc.start()
    for _ in range(request["values"]):
        gc.collect()
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        call(1)
        peaks.append(tracemalloc.get_traced_memory()[1] - before)
    (directory / PEAKS).write_text(json.dumps(peaks), "utf-8")


def _timer(request: dict[str, Any]) -> Timer:
    _silence()
    del os.environ[REQUEST]
    if "command" in request:
        return command_timer(request["command"])
    return function_timer(request["callable"], request["setup"], request["source"])


def _silence() -> None:
    """Nobody reads what is printed, and waiting for a full pipe would be timed."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    os.close(nothing)


if __name__ == "__main__":
    assert __spec__ is not None, "it is started by its name, with -m"
    main(__spec__.name)
