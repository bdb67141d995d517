"""Measurements that follow from the code alone, remembered until it changes."""

import zlib
from collections.abc import Callable, Collection
from typing import Final

from pytest_fitness.codebase.analysis import Codebase
from pytest_fitness.errors import NoDataError
from pytest_fitness.model import Check, Limit, Link, Measurement, Place
from pytest_fitness.transfer import measurement_from_builtins, to_builtins

# What an earlier build remembered of the same code may have had other fields.
_FORMAT: Final = zlib.crc32(repr((Measurement._fields, Place._fields, Link._fields)).encode())


def measured(codebase: Codebase, key: str, measure: Callable[[], Measurement]) -> Measurement:
    """What ``measure`` finds, or found before in the same code."""
    found = codebase.remember(f"{key} {_FORMAT}", lambda: _kept(measure))
    if isinstance(found, list):
        raise NoDataError(*found)
    measurement = measurement_from_builtins(found)
    notes = codebase.notes
    return measurement._replace(notes=measurement.notes + notes) if notes else measurement


def _kept(measure: Callable[[], Measurement]) -> object:
    """A measurement as the cache keeps it, or why there is none."""
    try:
        return to_builtins(measure())
    except NoDataError as error:
        return [error.message, error.hint]


def worst(values: Collection[float], limit: Limit | None) -> float:
    """The value that lies furthest past the limit, or nearest to it."""
    assert limit is not None
    if limit.low is None and limit.equals is None:
        return max(values)
    return max(values, key=limit.excess)


def is_past(value: float, check: Check) -> bool:
    """Whether a value lies past the limit or the warn line, and so is worth showing."""
    limit, warn = check.limit, check.warn
    beyond = limit is not None and not limit.allows(value)
    return beyond or (warn is not None and not warn.allows(value))


def any_past(values: Collection[float], check: Check) -> bool:
    """Whether any value is past: where both ends are within a line, all between them are."""
    return is_past(min(values), check) or is_past(max(values), check)
