"""The peak of memory: of a function as Python traces it, of a command as the system counts it."""

import json
import sys
from errno import ENOEXEC
from pathlib import Path
from typing import Any, Final

from pytest_fitness import extras
from pytest_fitness.config.kinds import Context
from pytest_fitness.errors import MeasureError
from pytest_fitness.measures.benchmark.children import run, traced
from pytest_fitness.measures.benchmark.failing import unfinished
from pytest_fitness.measures.benchmark.options import BenchmarkOptions
from pytest_fitness.processes.groups import ending, last_lines
from pytest_fitness.units import shorten

_ONCE: Final = str(Path(__file__).with_name("once.py"))


def traced_peaks(options: BenchmarkOptions, name: str, context: Context) -> list[int]:
    """The bytes that each of some calls of a function took at its peak, beyond those before it.

    Raises:
        MeasureError: it cannot be called.
    """
    context.progress(f"benchmark {name}: memory")
    with traced(options, context.root) as result:
        peaks: list[int] = json.loads(result.read_text("utf-8"))
    return peaks


def run_once(options: BenchmarkOptions, name: str, context: Context) -> dict[str, Any]:
    """Run a command once: ``peak`` and ``at_least`` in bytes, ``several`` if it had children.

    The two differ where the peak is no larger than what starting it took.

    Raises:
        MeasureError: it cannot be started, or does not end well.
    """
    packages = Path(extras.require("psutil", "benchmark").__file__).parents[1]
    context.progress(f"benchmark {name}: a first run")
    argv = [sys.executable, "-I", "-S", _ONCE, str(packages), *options.argv]
    finished = run(argv, options, context.root)
    if finished.how in ("close", "time"):
        raise unfinished(finished, options)
    said = last_lines(finished.errors)
    try:
        told: dict[str, Any] = json.loads(finished.output)
    except ValueError as error:
        raise MeasureError(
            f"{options.shown} was not run: {ending(finished.status)}", said
        ) from error
    if "errno" in told:
        raise _unstarted(told, options, context.root)
    if told["status"]:
        because = f": {said}" if said else ", and no word of why"
        raise MeasureError(f"{_named(options)} {ending(told['status'])}{because}")
    return told


def _named(options: BenchmarkOptions) -> str:
    return f"the command {shorten(options.argv[0])!r}"


def _unstarted(told: dict[str, Any], options: BenchmarkOptions, root: Path) -> MeasureError:
    error = OSError(told["errno"], told["reason"])
    name = _named(options)
    if isinstance(error, FileNotFoundError):
        return MeasureError(
            f"{name} was not found",
            "Install it, put it on PATH, or write its path; a relative one starts at"
            f" {root / options.cwd}.",
        )
    if isinstance(error, PermissionError):
        advice = "Make it executable with chmod +x, or name its program."
        return MeasureError(f"{name} may not be executed", advice)
    hint = "Does it begin with a line such as `#!/bin/sh`?" if error.errno == ENOEXEC else None
    return MeasureError(f"{name} cannot be started: {told['reason']}", hint)
