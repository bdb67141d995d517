"""Starting the processes in which things are measured."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from pytest_fitness.errors import MeasureError
from pytest_fitness.measures.benchmark.failing import failure
from pytest_fitness.measures.benchmark.options import BenchmarkOptions
from pytest_fitness.measures.benchmark.telling import PEAKS, REQUEST, Steps, steps_so_far
from pytest_fitness.processes.leftovers import temporary_folder
from pytest_fitness.processes.running import Finished, Runner

TIMES: Final = "times.json"
"""The file with pyperf's result."""

_CHILD: Final = "pytest_fitness.measures.benchmark.child"
_MOST_OUTPUT: Final = 1024 * 1024
_LOOK_EVERY: Final = 0.2


@contextmanager
def timed(
    options: BenchmarkOptions, root: Path, arguments: Sequence[str], look: Callable[[Steps], None]
) -> Iterator[Path]:
    """The file in which pyperf has left the times.

    Args:
        options: what is timed.
        root: the directory of ``fitness.yaml``.
        arguments: those of pyperf.
        look: told now and then how far it got.

    Raises:
        MeasureError: it could not be timed; nothing is left running.
    """
    with temporary_folder("pytest-fitness-") as folder:
        result = folder / TIMES
        output = ("--output", str(result))
        yield _left(options, root, result, (*arguments, *output), look)


@contextmanager
def traced(options: BenchmarkOptions, root: Path) -> Iterator[Path]:
    """The file in which a child process has left the peaks of a function's memory.

    Raises:
        MeasureError: it could not be measured; nothing is left running.
    """
    with temporary_folder("pytest-fitness-") as folder:
        yield _left(options, root, folder / PEAKS)


def run(
    argv: Sequence[str],
    options: BenchmarkOptions,
    root: Path,
    look: Callable[[], None] = lambda: None,
    env: Mapping[str, str] | None = None,
) -> Finished:
    """Run a program to its end, and look in between; it ends with this call in any case."""
    runner = Runner(_MOST_OUTPUT)
    env = {**options.env, **(env or {})}
    with ThreadPoolExecutor(1) as pool, closing(runner):
        running = pool.submit(
            runner.run,
            argv,
            cwd=root / options.cwd,
            env=env,
            timeout=options.timeout,
        )
        while not wait([running], _LOOK_EVERY).done:
            look()
        return running.result()


def _left(
    options: BenchmarkOptions,
    root: Path,
    result: Path,
    arguments: Sequence[str] = (),
    look: Callable[[Steps], None] = lambda _: None,
) -> Path:
    directory = result.parent
    request = _request(options, root, memory=result.name == PEAKS)
    argv = [sys.executable, "-P", "-m", _CHILD, str(directory), *arguments]
    # Not a file, which a run that is killed leaves behind: a command may hold a secret.
    env = {REQUEST: json.dumps(request)}
    finished = run(argv, options, root, lambda: look(steps_so_far(directory)), env)
    failed = failure(finished, options, directory, result, str(root.resolve()))
    if failed is not None:
        raise failed
    return result


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
