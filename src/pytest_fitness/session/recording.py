"""What the ``fitness`` fixture gives: where a test leaves its numbers."""

import math
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import pytest

from pytest_fitness import units
from pytest_fitness.results.records import checked


class Recorded(NamedTuple):
    """One number that a test recorded.

    Attributes:
        unit: as the test named it: ``ms``, ``B``; empty for a plain number.
        samples: how many values it was made of.
        interval: what the true value lies between, in the same unit.
    """

    name: str
    value: float
    unit: str = units.COUNT
    samples: int = 1
    interval: tuple[float, float] | None = None


class Records:
    """The numbers of one test.

    Args:
        test: its node id.
        unit: of what is recorded without one.
    """

    def __init__(self, test: str, unit: str = units.COUNT) -> None:
        self.test = test
        self._unit = unit
        self._found: dict[str, Recorded] = {}

    def record(
        self,
        name: str,
        value: float,
        unit: str | None = None,
        *,
        samples: int = 1,
        interval: Sequence[float] | None = None,
    ) -> None:
        """Hand over a number.

        Args:
            name: such as ``search.p95``; once a test.
            value: what was measured, any number that is finite.
            unit: ``s``, ``ms``, ``B``, ``%``, ``/s`` ...; that of the test's marker, else none.
            samples: how many values the number was made of.
            interval: its confidence interval, in the same unit, if it has one.

        Raises:
            ValueError: an argument is not right, or the name was recorded before.
        """
        found = checked(name, value, self._unit if unit is None else unit, self.test)
        if name in self._found:
            raise ValueError(f"{name} was recorded before: a test records a name once")
        recorded = Recorded(
            found.name,
            found.value,
            found.unit,
            _count(name, samples),
            None if interval is None else _interval(name, found.value, interval),
        )
        in_base_unit(recorded.value, recorded.unit)
        self._found[name] = recorded

    @property
    def found(self) -> tuple[Recorded, ...]:
        """What was recorded, in that order."""
        return tuple(self._found.values())


RECORDS: Final = pytest.StashKey[Records]()


def in_base_unit(value: float, unit: str) -> float:
    """A value in the base unit, as a limit that is written with the same digits.

    Raises:
        ValueError: it is too large.
    """
    if unit in units.CURRENCIES:
        return value
    return units.parse(f"{value!r}{unit}").value


def _count(name: str, samples: Any) -> int:
    if isinstance(samples, bool) or not hasattr(samples, "__index__") or int(samples) < 1:
        raise ValueError(f"the samples of {name} are {samples!r}; one or more were expected")
    return int(samples)


def _interval(name: str, value: float, interval: Any) -> tuple[float, float]:
    try:
        low, high = map(float, interval)
    except (TypeError, ValueError) as error:
        shown = units.shorten(repr(interval))
        message = f"the interval of {name} is {shown}; two numbers, (low, high), were expected"
        raise ValueError(message) from error
    if not (math.isfinite(low) and math.isfinite(high) and low <= value <= high):
        raise ValueError(
            f"the interval of {name}, {low:g} to {high:g}, does not hold its value {value:g}"
        )
    return low, high
