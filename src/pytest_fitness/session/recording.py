"""What the ``fitness`` fixture gives: where a test leaves its numbers."""

from collections.abc import Sequence
from typing import Final

import pytest

from pytest_fitness import units
from pytest_fitness.results.records import Record, checked


class Records:
    """The numbers of one test.

    Args:
        test: its node id.
        unit: of what is recorded without one.
    """

    def __init__(self, test: str, unit: str = units.COUNT) -> None:
        self.test = test
        self._unit = unit
        self._found: dict[str, Record] = {}

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
        unit = self._unit if unit is None else unit
        found = checked(name, value, unit, self.test, samples, interval)
        if name in self._found:
            raise ValueError(f"{name} was recorded before: a test records a name once")
        for number in (found.value, *(found.interval or ())):
            in_base_unit(number, found.unit)
        self._found[name] = found

    @property
    def found(self) -> tuple[Record, ...]:
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
