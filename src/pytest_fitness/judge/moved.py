"""What moved a number that follows from the code alone: what grew, and what is new."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from pytest_fitness.model import Place
from pytest_fitness.trends import Better
from pytest_fitness.units import format_value

_SHOWN: Final = 5
Elements = Mapping[str, Place]
"""What a number is made of, by what it is: functions and modules with their values, or imports."""


class Moved(NamedTuple):
    """An element that is new, or worse than before.

    Attributes:
        before: its value then; None where it is new.
    """

    place: Place
    before: float | None = None

    @property
    def size(self) -> float:
        """By how much it moved."""
        return abs((self.place.value or 0.0) - (self.before or 0.0))


def moved(before: Elements, now: Elements, level: float, better: Better) -> list[Moved]:
    """The elements that are new or worse; those that moved most come first.

    Args:
        before: what the number was made of.
        now: what it is made of.
        level: the number before; a value that is no worse than that cannot have moved it.
        better: which way values get better.
    """
    sign = 1 if better is Better.LOWER else -1
    found = []
    for key, place in now.items():
        then = before.get(key)
        if place.value is None:
            found += [Moved(place)] if then is None else []
        elif sign * (place.value - level) > 0:
            known = then.value if then is not None else None
            if known is None or sign * (place.value - known) > 0:
                found.append(Moved(place, known))
    return sorted(found, key=lambda each: (-each.size, each.place.key))


def lines(found: list[Moved], unit: str) -> tuple[str, ...]:
    """One element a line, and how many there are besides."""
    more = len(found) - _SHOWN
    rest = (f"and {more:,} more",) if more > 0 else ()
    return (*(_line(each, unit) for each in found[:_SHOWN]), *rest)


def _line(found: Moved, unit: str) -> str:
    place = found.place
    where = "" if place.path is None else f"{place.path}:{place.line or 1}: "
    if place.value is None:
        return f"{where}{place.key}"
    value = format_value(place.value, unit)
    if found.before is None:
        return f"{where}{place.key}: {value}, new"
    return f"{where}{place.key}: {format_value(found.before, unit)} -> {value}"
