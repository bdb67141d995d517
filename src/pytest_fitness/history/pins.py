"""Values that were pinned under a name, such as those of a release, to judge later ones against."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

Pins = Mapping[str, "Pin"]


class Pin(NamedTuple):
    """What a series was at when it was pinned.

    Attributes:
        value: in ``unit``, a base unit of :mod:`pytest_fitness.units`.
        commit: what was checked out, where that is known.
    """

    value: float
    unit: str = ""
    commit: str | None = None


def pins_from(found: Any) -> dict[str, dict[str, Pin]]:
    """All pinned values, by name and series, from what stands in a file.

    Raises:
        ValueError: it is something else.
    """
    if not isinstance(found, dict):
        raise ValueError("`pinned` is no mapping")
    return {name: _pins(name, pins) for name, pins in found.items()}


def pins_to(pinned: Mapping[str, Pins]) -> dict[str, dict[str, dict[str, Any]]]:
    """What is written into a file; whole numbers without a fraction."""
    return {
        name: {series: _written(pin) for series, pin in pins.items()}
        for name, pins in pinned.items()
    }


def _pins(name: str, pins: Any) -> dict[str, Pin]:
    if not isinstance(pins, dict):
        raise ValueError(f"what is pinned as {name!r} is no mapping")
    return {series: _pin(f"{name!r}, {series!r}", entry) for series, entry in pins.items()}


def _pin(place: str, entry: Any) -> Pin:
    known = entry if isinstance(entry, dict) and entry.keys() <= set(Pin._fields) else {}
    value, unit, commit = (known.get(name) for name in Pin._fields)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and isinstance(unit or "", str) and isinstance(commit or "", str):
        return Pin(float(known["value"]), unit or "", commit)
    raise ValueError(f"what is pinned as {place} is no value with its unit")


def _written(pin: Pin) -> dict[str, Any]:
    is_whole = math.isfinite(pin.value) and pin.value == int(pin.value)
    written: dict[str, Any] = {"value": int(pin.value) if is_whole else pin.value}
    written |= {"unit": pin.unit} if pin.unit else {}
    return written | ({"commit": pin.commit} if pin.commit else {})
