"""The formats that can be read, what their numbers are measured in, and which one a file has."""

from contextlib import suppress
from importlib import import_module
from typing import Any

from pytest_fitness.errors import MeasureError
from pytest_fitness.results.names import FORMATS, MODULES
from pytest_fitness.results.opened import ResultFile
from pytest_fitness.results.reading import Readings


def unit_of(format: str | None, name: str, stated: str | None = None) -> str | None:  # noqa: A002
    """The unit of a number, known from its name alone; None where only the file can tell.

    Args:
        format: one of ``FORMATS``; None for whatever all formats that have such a name agree upon.
        name: of the number.
        stated: the unit that the user gives, one of the constants of :mod:`pytest_fitness.units`.

    Raises:
        ValueError: the format has no such name, or another unit than the one stated, or formats
            differ; the message says what to do.
    """
    if format is not None:
        try:
            return _unit_in(format, name, stated)
        except ValueError as error:
            raise ValueError(f"{name!r} of {format} {error}") from error
    found: dict[str, str | None] = {}
    for each in FORMATS:
        with suppress(ValueError):
            found[each] = _unit_in(each, name, stated)
    if not found:
        raise ValueError(f"no known tool writes a number {name!r} of this unit; add `format`")
    if len(set(found.values())) > 1:
        tools = ", ".join(found)
        raise ValueError(f"whose {name!r} is meant? Add `format`, which may be {tools}")
    return next(iter(found.values()))


def _unit_in(format: str, name: str, stated: str | None) -> str | None:  # noqa: A002
    reader = _reader(format)
    unit: str | None = reader.unit_of(name)
    if unit is None or stated in (None, unit):
        return unit
    if stated in getattr(reader, "MAY_BE", ()):
        return stated
    raise ValueError(f"is measured in {shown_unit(unit)}, not in {shown_unit(stated)}")


def shown_unit(unit: str | None) -> str:
    """A unit as messages name it."""
    return unit or "plain numbers"


def recognise(file: ResultFile) -> str | None:
    """The format of a file, from its content; None where it is none of ours.

    Raises:
        MeasureError: it is broken.
    """
    return next((name for name in FORMATS if _reader(name).claims(file)), None)


def read(file: ResultFile, format: str | None = None, confidence: float = 0.95) -> Readings:  # noqa: A002
    """The numbers of a file.

    Args:
        file: what another tool wrote.
        format: one of ``FORMATS``; told from the content where it is None.
        confidence: of the intervals.

    Raises:
        MeasureError: it is broken, of another format, or holds more than can be kept.
    """
    found = recognise(file)
    if found is None or format not in (None, found):
        raise _other(file, found, format)
    try:
        readings: Readings = _reader(found).read(file, confidence)
    except ArithmeticError as error:  # what is squared or summed goes beyond any float
        raise file.problem("a number in it is too large") from error
    file.require_few(len(readings))
    return readings


def _other(file: ResultFile, found: str | None, format: str | None) -> MeasureError:  # noqa: A002
    if found is not None:
        hint = f"Name a file of {format}, or write `format: {found}`."
        return file.problem(f"this is a file of {found}, not of {format}", hint)
    hint = f"Known formats: {', '.join(FORMATS)}; docs/recorded.md says how each is written."
    if format is not None:
        return file.problem(f"this is no result file of {format}", hint)
    return file.problem("no result file of a tool that is known", hint)


def _reader(name: str) -> Any:
    return import_module(f"pytest_fitness.results.{MODULES[name]}")
