"""Starting the processes in which things are measured, and what it means when they fail."""

import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from pytest_fitness.errors import MeasureError
from pytest_fitness.measures.benchmark.options import BenchmarkOptions
from pytest_fitness.measures.benchmark.telling import CRASH, FAILURE, STEPS
from pytest_fitness.processes.groups import ending, last_lines
from pytest_fitness.processes.running import Finished, Runner
from pytest_fitness.units import SECONDS, format_value

_CHILD: Final = "pytest_fitness.measures.benchmark.child"
_MOST_OUTPUT: Final = 1024 * 1024
_LOOK_EVERY: Final = 0.2
# How pyperf words that a worker process failed.
_STATUS: Final = re.compile(r"failed with exit code (-?\d+)")
# How faulthandler words where a signal found the process, the innermost call first.
_FRAME: Final = re.compile(r'  File "([^"]*)", line (\d+) in (\S+)')

_KILLED: Final = 9

Steps = Sequence[str]
"""The processes that were started so far, by what they are for."""


@contextmanager
def measured(
    options: BenchmarkOptions,
    root: Path,
    *arguments: str,
    memory: bool = False,
    look: Callable[[Steps], None] = lambda _: None,
) -> Iterator[Path]:
    """The directory in which a child process has left what it measured.

    Args:
        options: what is measured.
        root: the directory of ``fitness.yaml``.
        arguments: those of pyperf; ``{}`` in them stands for that directory.
        memory: whether memory is traced, instead of timing.
        look: told now and then how far it got.

    Raises:
        MeasureError: it could not be measured; nothing is left running.
    """
    with TemporaryDirectory(prefix="pytest-fitness-") as name:
        directory = Path(name)
        request = directory / "request.json"
        request.write_text(json.dumps(_request(options, root, memory=memory)), "utf-8")
        argv = [sys.executable, "-P", "-m", _CHILD, str(request)]
        argv += [argument.format(directory) for argument in arguments]
        finished = run(argv, options, root, lambda: look(_steps(directory)))
        failed = _failure(finished, options, directory, str(root.resolve()))
        if failed is not None:
            raise failed
        yield directory


def run(
    argv: Sequence[str],
    options: BenchmarkOptions,
    root: Path,
    look: Callable[[], None] = lambda: None,
) -> Finished:
    """Run a program to its end, and look in between; it ends with this call in any case."""
    runner = Runner(_MOST_OUTPUT)
    with ThreadPoolExecutor(1) as pool, closing(runner):
        running = pool.submit(
            runner.run,
            argv,
            cwd=root / options.cwd,
            env=options.env,
            timeout=options.timeout,
        )
        while not wait([running], _LOOK_EVERY).done:
            look()
        return running.result()


def late(options: BenchmarkOptions, where: str = "", advice: str = "") -> MeasureError:
    """What is told of what took too long."""
    within = format_value(options.timeout, SECONDS)
    message = f"{options.shown} was not done within {within}, and was ended{where}"
    return MeasureError(message, f"Raise `timeout`{advice}.")


def _request(options: BenchmarkOptions, root: Path, *, memory: bool) -> dict[str, Any]:
    common = {"root": str(root.resolve()), "memory": memory}
    if options.command is not None:
        return {**common, "command": options.argv}
    return {
        **common,
        "callable": options.callable,
        "setup": options.setup,
        "source": [str(path.resolve()) for path in _directories(options, root)],
        "warmups": options.warmups,
        "values": options.values,
    }


def _directories(options: BenchmarkOptions, root: Path) -> list[Path]:
    found = [root / name for name in options.source or (".",)]
    for path in found:
        if not path.is_dir():
            raise MeasureError(
                f"there is no directory {str(path)!r} to import {options.callable} from",
                "`source` starts at the directory of fitness.yaml.",
            )
    return found


def _failure(
    finished: Finished, options: BenchmarkOptions, directory: Path, root: str
) -> MeasureError | None:
    if finished.how == "close":
        return MeasureError(f"{options.shown} was ended, as the run is over")
    where = _crash(directory, root)
    if finished.how == "time":
        count = len(_steps(directory))
        if not count:
            return late(options, where)
        advice = ", or lower `processes` or `values`"
        return late(options, f" in process {count}{where}", advice)
    if (directory / FAILURE).exists():
        return _told(json.loads((directory / FAILURE).read_text("utf-8")), options.shown)
    if not finished.status:
        return None
    status = _STATUS.search(finished.errors)
    if status is not None or where:
        number = int(status[1]) if status is not None else finished.status
        return _ended(options.shown, number, where)
    said = last_lines(finished.errors) or last_lines(finished.output.decode("utf-8", "replace"))
    return MeasureError(f"{options.shown} could not be measured: {said}", "It was pyperf's turn.")


def _ended(shown: str, status: int, where: str) -> MeasureError:
    advice = "Does it call os._exit?" if status >= 0 else None
    if status == -_KILLED:
        advice = "It was killed from outside, or ran out of memory."
    return MeasureError(f"the process of {shown} {ending(status)}{where}", advice)


def _told(told: dict[str, Any], shown: str) -> MeasureError:
    if "unfit" in told:
        message, hint = told["unfit"]
        return MeasureError(f"{shown}: {message}", hint)
    message = f"{told['step'] or shown} raised {told['raised']}"
    if not told["places"]:
        return MeasureError(
            message, "It is called with what `setup` returns, or without any argument."
        )
    where, *outer = told["places"]
    called = f"Called from {', '.join(outer)}. " if outer else ""
    return MeasureError(f"{message} ({where})", f"{called}It ran in a process of its own.")


def _steps(directory: Path) -> Steps:
    try:
        steps: Steps = json.loads((directory / STEPS).read_text("utf-8"))
    except (OSError, ValueError):  # none yet, or just being written
        return ()
    return steps


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
