"""One number that a test hands over."""

import math
import re
from typing import Any, Final, NamedTuple

from pytest_fitness import units
from pytest_fitness.results.names import RECORDED

_LONGEST_TEST: Final = 500


class Record(NamedTuple):
    """One number that a test handed over.

    Attributes:
        unit: as the test named it: ``ms``, ``B``; empty for a plain number.
        test: the node id of the test.
        samples: how many values it was made of.
        interval: what the true value lies between, in the same unit; None where that is not known.
    """

    name: str
    value: float
    unit: str = units.COUNT
    test: str = ""
    samples: int = 1
    interval: tuple[float, float] | None = None


def checked(
    name: object,
    value: object,
    unit: object = units.COUNT,
    test: str = "",
    samples: object = 1,
    interval: object = None,
) -> Record:
    """A record whose parts are all right.

    Raises:
        ValueError: one is not; the message says which, and what it should be.
    """
    if not isinstance(name, str) or not re.fullmatch(RECORDED, name):
        raise ValueError(
            f"{_shown(name)} is no name such as search.p95: up to 200 lower-case letters, digits,"
            " `.`, `_` and `-`"
        )
    number = _number(name, value)
    return Record(
        name,
        number,
        _unit(name, unit),
        test[:_LONGEST_TEST],
        _count(name, samples),
        None if interval is None else _interval(name, number, interval),
    )


def _unit(name: str, unit: object) -> str:
    if not isinstance(unit, str):
        raise ValueError(f"the unit of {name} is {_shown(unit)}, which is no text")
    try:
        units.named(unit)
    except ValueError as error:
        raise ValueError(f"the unit of {name}: {_shown(unit)} {error}") from error
    return unit


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


def _count(name: str, samples: Any) -> int:
    if isinstance(samples, bool) or not hasattr(samples, "__index__") or int(samples) < 1:
        raise ValueError(f"the samples of {name} are {_shown(samples)}; one or more were expected")
    return int(samples)


def _interval(name: str, value: float, interval: Any) -> tuple[float, float]:
    try:
        low, high = map(float, interval)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(
            f"the interval of {name} is {_shown(interval)}; two numbers, (low, high), were expected"
        ) from error
    if not (math.isfinite(low) and math.isfinite(high) and low <= value <= high):
        raise ValueError(
            f"the interval of {name}, {low:g} to {high:g}, does not hold its value {value:g}"
        )
    return low, high


def _shown(value: object) -> str:
    return units.shorten(repr(value))
