"""The source ``python``: what a function of the project returns, called in a process of its own."""

import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pytest_fitness import units
from pytest_fitness.answers import Answer, Client, Points, Series, Window
from pytest_fitness.config.kinds import Source
from pytest_fitness.config.options import Options, Record, key
from pytest_fitness.config.values import Amount, Anything, Flag, MapOf, Text
from pytest_fitness.errors import MeasureError
from pytest_fitness.hookspecs import hookimpl

if TYPE_CHECKING:
    from pytest_fitness.processes.running import Finished

MOST_ANSWER: Final = 64 * 1024 * 1024
_NAME: Final = r"[^\W\d]\w*"
_DOTTED: Final = rf"{_NAME}(\.{_NAME})*"
_CHILD: Final = str(Path(__file__).with_name("python_child.py"))
# How faulthandler words where a signal found the process, the innermost call first.
_STACK: Final = re.compile(r"(?:Current thread|Stack)[^\n]*\(most recent call first\):\n")
_FRAME: Final = re.compile(r'  File "([^"]*)", line (\d+) in (\S+)')


class PythonOptions(Options):
    """Where functions are found, and how long they may take."""

    path: str = key(
        Text("a directory"),
        "The directory that modules are imported from, beside what is installed.",
        default=".",
    )
    timeout: float = key(
        Amount(units.SECONDS), "How long one call may take; then it is ended.", default=30.0
    )


class PythonQuery(Options):
    """Which function is called, and with what."""

    call: str = key(
        Text("a function such as package.module:function", f"{_DOTTED}:{_DOTTED}"),
        "The function, as module:function. It returns a number, or None where there is none.",
    )
    args: dict[str, Any] | None = key(
        MapOf(Anything(), "name of a parameter", _NAME), "Its arguments, by name.", default=None
    )
    series: bool = key(
        Flag(),
        "Whether it returns a list of (time, value) pairs instead; a time is a datetime with a "
        "time zone, or seconds since the epoch.",
        default=False,
    )


class Python(Source):
    """Numbers that functions of the project return."""

    name = "python"
    about = "a number that a function of the project returns"
    options = Record(PythonOptions)
    query = PythonQuery

    def open(self, options: PythonOptions, root: Path) -> Client:
        """Nothing is called yet."""
        return PythonClient(options, root)

    def keeps_time(self, options: PythonOptions, query: PythonQuery) -> bool:  # noqa: ARG002
        """As the query says."""
        return query.series

    def problems(self, options: PythonOptions) -> Iterator[str]:
        """A call needs some time."""
        if options.timeout <= 0:
            yield "`timeout` must be longer than nothing"


class PythonClient(Client):
    """Starts an interpreter for each question: it may hang, crash or exit as it likes."""

    def __init__(self, options: PythonOptions, root: Path) -> None:
        from pytest_fitness.processes.running import Runner

        self._options = options
        self._root = root
        self._path = root / options.path
        self._runner = Runner(MOST_ANSWER)

    def ask(self, query: PythonQuery, window: Window) -> Answer:
        """Call the function now; of a series, what lies in the window."""
        if not self._path.is_dir():
            raise MeasureError(
                f"there is no directory {str(self._path)!r} to import {query.call} from",
                "`path` starts at the directory of fitness.yaml.",
            )
        return _answer(self._told(query), query, window, self._path)

    def close(self) -> None:
        """End the calls that are still under way."""
        self._runner.close()

    def _told(self, query: PythonQuery) -> dict[str, Any]:
        """What the child says of the call."""
        from pytest_fitness.processes.running import failure

        request = {
            "call": query.call,
            "args": query.args or {},
            "path": str(self._path.resolve()),
            "root": str(self._root.resolve()),
        }
        # Standard input keeps arguments, which may be secret, out of the list of processes.
        with tempfile.TemporaryFile() as stdin:
            stdin.write(json.dumps(request).encode())
            stdin.seek(0)
            finished = self._runner.run(
                [sys.executable, "-P", "-X", "faulthandler", _CHILD],
                cwd=self._root,
                env={"PYTHONIOENCODING": "utf-8:backslashreplace"},
                timeout=self._options.timeout,
                stdin=stdin,
            )
        finished = finished._replace(name=query.call)
        told = _parsed(finished)
        if told is not None:
            return told
        failed = failure(finished, self._options.timeout, MOST_ANSWER)
        if failed is not None:
            raise _located(failed, finished, self._root.resolve())
        raise MeasureError(
            f"{query.call} ended its process without returning", "Does it call os._exit?"
        )


def _parsed(finished: "Finished") -> dict[str, Any] | None:
    """The answer, if all of it is there; then it counts, even if the process failed to end well."""
    if finished.how != "itself":
        return None
    try:
        told = json.loads(finished.output)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _located(failed: MeasureError, finished: "Finished", root: Path) -> MeasureError:
    """The error, with the line where the process was when it was ended or crashed."""
    from pytest_fitness.processes.groups import ending

    header = _STACK.search(finished.errors)
    frames = _FRAME.findall(finished.errors, header.end()) if header else []
    if not frames:
        return failed
    ours = [frame for frame in frames if Path(frame[0]).is_relative_to(root)]
    file, line, function = (ours or frames)[0]
    where = f"{file.removeprefix(f'{root}{os.sep}')}:{line} in {function}"
    if finished.how == "time":
        hint = "Raise the `timeout` of the source, if it needs longer."
        return MeasureError(f"{failed.message} ({where})", hint)
    if finished.status < 0 and finished.how == "itself":
        return MeasureError(f"{finished.name} {ending(finished.status)} ({where})")
    return failed


def _answer(told: dict[str, Any], query: PythonQuery, window: Window, path: Path) -> Answer:
    if "raised" in told:
        raise _raised(told, query, path)
    wanted = "a list of (time, value) pairs" if query.series else "a number"
    hint = f"It is to return {wanted}, or None where there is none."
    if "unfit" in told:
        raise MeasureError(f"{query.call}: {told['unfit']}", hint)
    if "nothing" in told:
        return Answer((), (f"{query.call} returned None",))
    if query.series != ("points" in told):
        if not query.series:
            hint += " For a list of (time, value) pairs write `series: true`."
        returned = "a list" if "points" in told else "a number"
        raise MeasureError(f"{query.call}: it returned {returned}", hint)
    points = _within(told["points"], window) if query.series else ((time.time(), told["number"]),)
    return Answer((Series(points),) if points else ())


def _raised(told: dict[str, Any], query: PythonQuery, path: Path) -> MeasureError:
    """The error, with the line that the exception comes from and those that led there."""
    where, *outer = told["places"] or [""]
    called = f"Called from {', from '.join(outer)}. " if outer else ""
    hint = f"{called}It is imported from {path}, in a process of its own."
    place = f" ({where})" if where else ""
    return MeasureError(f"{query.call} raised {told['raised']}{place}", hint)


def _within(pairs: list[tuple[float, float]], window: Window) -> Points:
    """The points of a window, or the newest; the later one of two that have the same time."""
    points = tuple(sorted(dict(pairs).items()))
    if window.seconds <= 0:
        return tuple(point for point in points if point[0] <= window.end)[-1:]
    start = window.end - window.seconds
    return tuple(point for point in points if start < point[0] <= window.end)


@hookimpl
def fitness_sources() -> list[Source]:
    """The source of this module."""
    return [Python()]
