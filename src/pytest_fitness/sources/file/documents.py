"""JSON: a number, or a list of objects with ``time`` and ``value``."""

import json
from typing import Any

from pytest_fitness.answers import Points
from pytest_fitness.errors import MeasureError
from pytest_fitness.sources.file.values import Gathering, number
from pytest_fitness.sources.support.jmes import search

_END = (
    "Let the path end at a number: a key, an index such as [0], or length(...), max(...), sum(...);"
    " or at a list of objects with `time` and `value`."
)


def parse_document(body: bytes, shown: str) -> Any:
    """The document.

    Raises:
        MeasureError: it is not JSON.
    """
    try:
        return json.loads(body.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        where = f"{shown}:{error.lineno}:{error.colno}"
        message = f"{where}: no valid JSON: {error.msg}"
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        message = f"{shown}:{line}: no UTF-8"
    except RecursionError:
        message = f"{shown}: its lists and objects lie too deep within each other"
    except ValueError:  # a whole number of thousands of digits
        message = f"{shown}: a number in it is too large"
    raise MeasureError(message, "Look at what writes it; it may have been cut short.")


def points_at(path: str, document: Any, shown: str) -> Points | float | str:
    """A number, a series, or why there is nothing at the path.

    Raises:
        MeasureError: there is something else.
    """
    found = search(path, document, shown, "file")
    if found is None:
        return f"{path!r} is null or not there"
    try:
        if not isinstance(found, list):
            return number(found)
        if not found:
            return f"{path!r} is an empty list"
        return _series(found)
    except ValueError as error:
        raise MeasureError(f"{shown}: {path!r}: {error}", _END) from error


def _series(found: list[Any]) -> Points:
    """The points of objects with time and value; null is a gap."""
    gathering = Gathering()
    for index, each in enumerate(found):
        if not isinstance(each, dict) or not {"time", "value"} <= each.keys():
            raise ValueError(f"it is a list of {len(found):,}, and [{index}] has no time and value")
        if each["value"] is None:
            continue
        try:
            gathering.add(f"[{index}]", each["time"], each["value"])
        except ValueError as error:
            raise ValueError(f"[{index}]: {error}") from error
    return gathering.points()
