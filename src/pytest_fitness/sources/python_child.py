"""Calls one function of the project and says what it returned; run as a program of its own.

It imports nothing of this package: the request comes on standard input, the answer goes to what was
standard output, and whatever the function prints goes to standard error.
"""

import faulthandler
import io
import json
import math
import os
import signal
import sys
import traceback
from datetime import datetime
from decimal import Decimal
from importlib import import_module
from numbers import Real
from typing import IO, Any, Final

MOST_POINTS: Final = 5_000_000
_LONGEST_MESSAGE: Final = 300
_MOST_FRAMES: Final = 3


class UnfitError(Exception):
    """What was returned is nothing that a run could use."""


def main() -> None:
    """Answer one request."""
    request = json.load(sys.stdin)
    answer = _take_over_streams()
    if hasattr(faulthandler, "register"):
        # Told to end, as it took too long: say where it is.
        faulthandler.register(signal.SIGTERM, all_threads=False, chain=True)
    sys.path.insert(0, request["path"])
    text = json.dumps(_call(request))
    with answer:
        answer.write(text)


def _take_over_streams() -> IO[str]:
    """Keep the way to the run for the answer alone, out of reach of what is printed."""
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.stdin = io.StringIO()
    return answer


def _call(request: dict[str, Any]) -> dict[str, Any]:
    module_name, _, function_name = request["call"].partition(":")
    try:
        function: Any = import_module(module_name)
        for name in function_name.split("."):
            function = getattr(function, name)
        returned = function(**request["args"])
    except BaseException as error:  # also SystemExit and KeyboardInterrupt
        return {"raised": _described(error), "places": _places(error, request["root"])}
    try:
        return _answered(returned)
    except UnfitError as error:
        return {"unfit": str(error)}
    except Exception as error:  # what it returned may have methods of its own
        return {"unfit": f"what it returned is no number: {_described(error)}"}


def _answered(returned: Any) -> dict[str, Any]:
    if returned is None:
        return {"nothing": True}
    if _is_number(returned):
        return {"number": float(returned)}
    if not isinstance(returned, list | tuple):
        raise UnfitError(f"it returned {_named(returned)}")
    if len(returned) > MOST_POINTS:
        raise UnfitError(f"it returned {len(returned):,} pairs, more than {MOST_POINTS:,}")
    return {"points": [_point(item) for item in returned]}


def _point(item: Any) -> tuple[float, float]:
    if not isinstance(item, list | tuple) or len(item) != 2:
        raise UnfitError(f"it returned a list with {_named(item)}, not (time, value)")
    time, value = item
    if isinstance(time, datetime):
        if time.tzinfo is None:
            raise UnfitError("it returned a time without a time zone")
        time = time.timestamp()
    if not _is_number(time) or not _is_number(value):
        raise UnfitError(f"it returned a pair of {_named(time)} and {_named(value)}")
    if not math.isfinite(time):
        raise UnfitError(f"it returned a pair with the time {time}")
    return float(time), float(value)


def _is_number(value: Any) -> bool:
    """Booleans are no numbers; those of numpy and Decimals are."""
    return isinstance(value, Real | Decimal) and not isinstance(value, bool)


def _named(value: Any) -> str:
    name = type(value).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _described(error: BaseException) -> str:
    text = _text(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _text(error: BaseException) -> str:
    try:
        return str(error)[:_LONGEST_MESSAGE]
    except Exception:  # it is the project's own class
        return ""


def _places(error: BaseException, root: str) -> list[str]:
    """The last calls before the error, the innermost first."""
    ours = (__file__, import_module.__code__.co_filename)
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename not in ours and not frame.filename.startswith("<frozen")
    ]
    return [
        f"{frame.filename.removeprefix(root + os.sep)}:{frame.lineno} in {frame.name}"
        for frame in frames[: -_MOST_FRAMES - 1 : -1]
    ]


if __name__ == "__main__":
    main()
