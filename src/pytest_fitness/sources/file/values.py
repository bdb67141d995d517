"""Numbers and times as files write them."""

import re
from datetime import datetime
from typing import Any, Final

from pytest_fitness.answers import Points
from pytest_fitness.sources.support.numerals import number_of
from pytest_fitness.units import shorten

_DECIMAL_COMMA: Final = re.compile(r"[-+]?\d+,\d+")
# Between them a number is a time in seconds (1973 to 5138), or a thousand times that.
_FIRST, _LAST = 1e8, 1e11


def number(value: Any) -> float:
    """A number, or a text that is one.

    Raises:
        ValueError: it is none.
    """
    found = _number_of(value)
    if found is not None:
        return found
    shown = _shown(value)
    if isinstance(value, str) and _DECIMAL_COMMA.fullmatch(value.strip()):
        raise ValueError(f"{shown} has a decimal comma; write a point")
    raise ValueError(f"{shown} is no number")


def moment(value: Any) -> float:
    """A time in seconds since 1970, from ISO 8601 with an offset, seconds or milliseconds.

    Raises:
        ValueError: it is none.
    """
    found = _number_of(value)
    if found is not None and not (isinstance(value, str) and re.fullmatch(r"\d{8}", value)):
        for scale in (1.0, 1000.0):
            if _FIRST <= found / scale < _LAST:
                return found / scale
        raise ValueError(f"{_shown(value)} is no time in seconds or milliseconds since 1970")
    try:
        if not isinstance(value, str):
            raise TypeError
        time = datetime.fromisoformat(value.strip())
    except (ValueError, TypeError):
        raise ValueError(f"{_shown(value)} is no time such as 2026-01-31T12:00:00Z") from None
    if time.tzinfo is None:
        raise ValueError(f"{_shown(value)} has no offset from UTC such as Z or +01:00")
    return time.timestamp()


class Gathering:
    """Gathers points in any order."""

    def __init__(self) -> None:
        self._points: dict[float, float] = {}
        self._places: dict[float, str] = {}

    def add(self, place: str, time: Any, value: Any) -> None:
        """Add a point; ``place`` is where it stands, in words.

        Raises:
            ValueError: there is no time or number, or another number of the same time.
        """
        when, found = moment(time), number(value)
        # NaN is the same as NaN here.
        if repr(self._points.setdefault(when, found)) != repr(found):
            raise ValueError(f"the time is that of {self._places[when]}, with another value")
        self._places.setdefault(when, place)

    def points(self) -> Points:
        """All points, oldest first."""
        return tuple(sorted(self._points.items()))


def _number_of(value: Any) -> float | None:
    if isinstance(value, int) and value.bit_length() > 1000:
        raise ValueError("a whole number of hundreds of digits is too large")
    return number_of(value)


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return repr(shorten(value))
    names: dict[type, str] = {bool: "true or false", dict: "an object", list: "a list"}
    return names.get(type(value), "null" if value is None else repr(value))
