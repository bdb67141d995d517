"""How a child process tells the run how far it got and what went wrong; standard library only."""

import faulthandler
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

REQUEST: Final = "PYTEST_FITNESS_BENCHMARK"
"""The variable of the environment that says what to do."""
FAILURE: Final = "failure.json"
"""The file that says why the work failed."""
CRASH: Final = "crash.txt"
"""The file that says where the process was when a signal ended it."""
STEPS: Final = "steps.json"
"""The file that says which processes were started so far."""
PEAKS: Final = "peaks.json"
"""The file with the bytes that each call took at its peak."""
CALIBRATION: Final = "calibration"
"""The step that finds out how many calls make up one value."""

Steps = Sequence[str]
"""The processes that were started so far, by what they are for."""

_LONGEST_MESSAGE: Final = 300
_MOST_FRAMES: Final = 3
_OURS: Final = str(Path(__file__).parent)


class UnfitError(Exception):
    """What was named cannot be measured: why, what to do, and what it is if not the callable."""


class StepError(Exception):
    """What was done when an exception, its cause, was raised."""


def telling(directory: Path, root: str, work: Callable[[], None]) -> None:
    """Do some work; if it fails, say why in a file of that directory and end.

    Places in files below ``root`` are told by their path from there.
    """
    crash = (directory / CRASH).open("w", encoding="utf-8")
    faulthandler.enable(crash)
    if hasattr(faulthandler, "register"):
        # Told to end, as it took too long: say where it is.
        faulthandler.register(signal.SIGTERM, crash, all_threads=False, chain=True)
    try:
        work()
    except BaseException as error:  # also SystemExit and KeyboardInterrupt
        (directory / FAILURE).write_text(json.dumps(_told(error, root)), "utf-8")
        sys.exit(1)


def steps_so_far(directory: Path) -> Steps:
    """How far the work got."""
    try:
        steps: Steps = json.loads((directory / STEPS).read_text("utf-8"))
    except (OSError, ValueError):  # none yet, or just being written
        return ()
    return steps


def _told(error: BaseException, root: str) -> dict[str, Any]:
    if isinstance(error, UnfitError):
        return {"unfit": error.args}
    cause = error.__cause__ if isinstance(error, StepError) else None
    return {
        "step": str(error) if cause else "",
        "raised": _described(cause or error),
        "places": _places(cause or error, root),
    }


def _described(error: BaseException) -> str:
    try:
        text = str(error)[:_LONGEST_MESSAGE]
    except Exception:  # it is the project's own class
        text = ""
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _places(error: BaseException, root: str) -> list[str]:
    """The last calls before the error, the innermost first."""
    places = [
        f"{frame.filename.removeprefix(root + os.sep)}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
        if not _is_machinery(frame.filename)
    ]
    return places[: -_MOST_FRAMES - 1 : -1]


def _is_machinery(file: str) -> bool:
    return (
        file.startswith((_OURS, "<frozen"))
        or file == import_module.__code__.co_filename
        or f"{os.sep}pyperf{os.sep}" in file
    )
