"""Measurements that follow from the code alone, remembered until it changes."""

from collections.abc import Callable, Collection

from pytest_fitness.codebase.analysis import Codebase
from pytest_fitness.errors import NoDataError
from pytest_fitness.model import Check, Measurement
from pytest_fitness.transfer import measurement_from_builtins, to_builtins


def measured(codebase: Codebase, key: str, measure: Callable[[], Measurement]) -> Measurement:
    """What ``measure`` finds, or found before in the same code."""

    def compute() -> object:
        try:
            return to_builtins(measure())
        except NoDataError as error:
            return [error.message, error.hint]

    found = codebase.remember(key, compute)
    if isinstance(found, list):
        raise NoDataError(*found)
    measurement = measurement_from_builtins(found)
    return measurement._replace(notes=measurement.notes + codebase.notes)


def is_past(value: float, check: Check) -> bool:
    """Whether a value lies past the limit or the warn line, and so is worth showing."""
    limit, warn = check.limit, check.warn
    beyond = limit is not None and not limit.allows(value)
    return beyond or (warn is not None and not warn.allows(value))


def any_past(values: Collection[float], check: Check) -> bool:
    """Whether any value is past: where both ends are within a line, all between them are."""
    return is_past(min(values), check) or is_past(max(values), check)
