"""One number that a test hands over."""

import math
import re
from typing import Final, NamedTuple

from pytest_fitness import units
from pytest_fitness.results.names import RECORDED

_LONGEST_TEST: Final = 500


class Record(NamedTuple):
    """One number that a test handed over.

    Attributes:
        unit: as the test named it: ``ms``, ``B``; empty for a plain number.
        test: the node id of the test.
    """

    name: str
    value: float
    unit: str = units.COUNT
    test: str = ""


def checked(name: object, value: object, unit: object = units.COUNT, test: str = "") -> Record:
    """A record whose parts are all right.

    Raises:
        ValueError: one is not; the message says which, and what it should be.
    """
    if not isinstance(name, str) or not re.fullmatch(RECORDED, name):
        raise ValueError(
            f"{_shown(name)} is no name such as search.p95: up to 200 lower-case letters, digits,"
            " `.`, `_` and `-`"
        )
    if not isinstance(unit, str):
        raise ValueError(f"the unit of {name} is {_shown(unit)}, which is no text")
    try:
        units.named(unit)
    except ValueError as error:
        raise ValueError(f"the unit of {name}: {_shown(unit)} {error}") from error
    return Record(name, _number(name, value), unit, test[:_LONGEST_TEST])


def _number(name: str, value: object) -> float:
    if isinstance(value, bool | str | bytes) or not hasattr(value, "__float__"):
        raise ValueError(f"the value of {name} is {_shown(value)}, which is no number")
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"the value of {name} is no number: {error}") from error
    if not math.isfinite(number):
        raise ValueError(f"the value of {name} is {number}: only what was measured is recorded")
    return number


def _shown(value: object) -> str:
    return units.shorten(repr(value))
