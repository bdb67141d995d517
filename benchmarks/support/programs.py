"""Running whole programs, as a user's shell would, and measuring them."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import fmean, median
from typing import NamedTuple

# What only developers' machines set, and what would change the programs that are compared.
_UNUSUAL = (
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONUNBUFFERED",
    "PYTHONPATH",
    "PYTEST_ADDOPTS",
    "PYTEST_PLUGINS",
    "NO_COLOR",
    "FORCE_COLOR",
)


class ProgramError(Exception):
    """A program that had to succeed did not."""


class Run(NamedTuple):
    """One run of one program or of several after one another.

    Attributes:
        seconds: by the clock on the wall.
        cpu: seconds of all its processes on all cores.
        peak: bytes of memory of its largest process.
    """

    seconds: float
    cpu: float
    peak: int
    status: int = 0
    output: str = ""


def user_environment(**more: str) -> dict[str, str]:
    """The environment without what no user has, so that bytecode is written and used."""
    kept = {name: value for name, value in os.environ.items() if name not in _UNUSUAL}
    return {**kept, **more}


def run(
    command: Sequence[str | Path],
    cwd: Path,
    *,
    expect: Sequence[int] | None = (0,),
    **environment: str,
) -> Run:
    """Run a program to its end.

    Args:
        command: the program and its arguments.
        cwd: the directory that it runs in.
        expect: the exit statuses that are fine; None for any.
        environment: what is added to the user's environment.

    Raises:
        ProgramError: it ended with another exit status.
    """
    argv = [str(part) for part in command]
    with tempfile.TemporaryFile() as output:
        before = time.perf_counter()
        process = subprocess.Popen(
            argv,
            cwd=cwd,
            env=user_environment(**environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, waited, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - before
        process.returncode = os.waitstatus_to_exitcode(waited)
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    if expect is not None and process.returncode not in expect:
        shown = "\n".join(text.splitlines()[-30:])
        raise ProgramError(f"{' '.join(argv)}\nended with {process.returncode}:\n{shown}")
    unit = 1 if sys.platform == "darwin" else 1024
    cpu = usage.ru_utime + usage.ru_stime
    return Run(seconds, cpu, usage.ru_maxrss * unit, process.returncode, text)


def own_root(directory: Path) -> None:
    """Keep pytest from taking the settings of a directory further up for those of this one."""
    (directory / "pytest.ini").write_text("[pytest]\n")


def together(runs: Sequence[Run]) -> Run:
    """Several runs, one after another, as one."""
    return Run(
        sum(each.seconds for each in runs),
        sum(each.cpu for each in runs),
        max(each.peak for each in runs),
    )


def alternate(times: int, **sides: Callable[[], Run]) -> Mapping[str, list[Run]]:
    """Run the sides in turn, so that a busy minute of the machine strikes them all.

    Every other round runs backwards, A B B A: on a machine with two cores, of which one is busier,
    A B A B could give each side a core of its own.
    """
    found: dict[str, list[Run]] = {name: [] for name in sides}
    for turn in range(times):
        for name in list(sides)[:: -1 if turn % 2 else 1]:
            found[name].append(sides[name]())
    return found


def over(ours: Sequence[float], bare: Sequence[float]) -> float:
    """How much more the one takes: the median of the differences of neighbours.

    The differences of two rounds, one forwards and one backwards, count as one.
    """
    rounds = [one - other for one, other in zip(ours, bare, strict=True)]
    return median(map(fmean, _couples(rounds)))


def _couples(values: Sequence[float]) -> list[Sequence[float]]:
    """The values in neighbouring pairs; the last may stand alone."""
    return [values[start : start + 2] for start in range(0, len(values), 2)]
