"""What it means when a process that measures fails, from what it left behind."""

import json
import os
import re
from pathlib import Path
from typing import Any, Final

from pytest_fitness.errors import MeasureError
from pytest_fitness.measures.benchmark.options import BenchmarkOptions
from pytest_fitness.measures.benchmark.telling import CRASH, FAILURE, steps_so_far
from pytest_fitness.processes.groups import ending, last_lines
from pytest_fitness.processes.running import Finished
from pytest_fitness.units import SECONDS, format_value

# How pyperf words that a worker process failed, or told nothing.
_STATUS: Final = re.compile(r"failed with exit code (-?\d+)|didn't produce")
# How faulthandler words where a signal found the process, the innermost call first.
_FRAME: Final = re.compile(r'  File "([^"]*)", line (\d+) in (\S+)')
_KILLED: Final = -9


def failure(
    finished: Finished, options: BenchmarkOptions, directory: Path, result: Path, root: str
) -> MeasureError | None:
    """Why a process left no result; None where it left one.

    Args:
        finished: how it ended.
        options: what was measured.
        directory: where it told what went wrong.
        result: the file that it was to leave.
        root: the directory of ``fitness.yaml``; places below it are told by their path from there.
    """
    if finished.how in ("close", "time"):
        return unfinished(finished, options, _crash(directory, root), _step(directory))
    if (directory / FAILURE).exists():
        return _told(json.loads((directory / FAILURE).read_text("utf-8")), options.shown)
    if finished.status == 0 and result.exists():
        return None
    where = _crash(directory, root)
    status = _STATUS.search(finished.errors)
    if status is not None or where or finished.status <= 0:
        number = int(status[1] or 0) if status is not None else finished.status
        return _ended(options.shown, number, where)
    said = last_lines(finished.errors) or last_lines(finished.output.decode("utf-8", "replace"))
    return MeasureError(f"pyperf could not measure {options.shown}: {said}")


def unfinished(
    finished: Finished, options: BenchmarkOptions, where: str = "", step: int = 0
) -> MeasureError:
    """What is told of a process that was ended by the run."""
    if finished.how == "close":
        return MeasureError(f"{options.shown} was ended, as the run is over")
    within = format_value(options.timeout, SECONDS)
    which = f" in process {step}" if step else ""
    advice = ", or lower `processes` or `values`" if step else ""
    return MeasureError(
        f"{options.shown} was not done within {within}, and was ended{which}{where}",
        f"Raise `timeout`{advice}.",
    )


def _ended(shown: str, status: int, where: str) -> MeasureError:
    advice = "Does it call os._exit?" if status >= 0 else None
    if status == _KILLED:
        advice = "It was killed from outside, or ran out of memory."
    return MeasureError(f"the process of {shown} {ending(status)}{where}", advice)


def _told(told: dict[str, Any], shown: str) -> MeasureError:
    if "unfit" in told:
        message, hint, *which = told["unfit"]
        return MeasureError(f"{which[0] if which else shown}: {message}", hint)
    message = f"{told['step'] or shown} raised {told['raised']}"
    if not told["places"] and not told["step"]:
        hint = "It is called with what `setup` returns, or without any argument."
        return MeasureError(message, hint)
    where, *outer = told["places"] or [""]
    called = f"Called from {', '.join(outer)}. " if outer else ""
    place = f" ({where})" if where else ""
    return MeasureError(f"{message}{place}", f"{called}It ran in a process of its own.")


def _step(directory: Path) -> int:
    return len(steps_so_far(directory))


def _crash(directory: Path, root: str) -> str:
    """Where a signal found the process; empty where none did."""
    try:
        text = (directory / CRASH).read_text("utf-8", "replace")
    except OSError:
        return ""
    frames = _FRAME.findall(text)
    ours = [frame for frame in frames if frame[0].startswith(root + os.sep)]
    for file, line, function in (ours or frames)[:1]:
        return f" ({file.removeprefix(root + os.sep)}:{line} in {function})"
    return ""
