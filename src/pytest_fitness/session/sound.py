"""What a kind hands over, looked at before anything is made of it: a plugin may return anything."""

import os
from collections import Counter
from typing import Any, Final

from pytest_fitness.config.kinds import Context, Kind
from pytest_fitness.errors import FitnessError, MeasureError
from pytest_fitness.model import Check, FitnessFunction, Held, Link, Measurement, Place
from pytest_fitness.reports.safe import one_line

# Beyond it neither a float nor the history holds every whole number.
_EXACT: Final = 2**53
_LONGEST_PART: Final = 200
_OURS: Final = "pytest_fitness.measures."
_LONGEST_UNIT: Final = 20


def sound_checks(kind: Kind, function: FitnessFunction, context: Context) -> tuple[Check, ...]:
    """The checks of a function, each of them to be told from the others.

    Raises:
        FitnessError: the kind cannot tell them, or tells what no run could select or report.
    """
    try:
        checks = tuple(kind.checks(function, context))
    except FitnessError:
        raise
    except (Exception, SystemExit) as error:
        raise FitnessError(
            f"{function.id}: its checks cannot be told: {type(error).__name__}: {error}",
            defect_of(kind),
        ) from error
    complaint = _complaint(checks)
    if complaint:
        raise FitnessError(f"{function.id}: {complaint}", defect_of(kind))
    return checks


def sound_measurement(found: object, kind: Kind) -> Measurement:
    """The measurement, of nothing but builtins: it has to reach other processes and every report.

    What a kind of this package hands over is known to be sound.

    Raises:
        MeasureError: it is none, or a part of it is not what it has to be.
    """
    if isinstance(found, Measurement) and type(kind).__module__.startswith(_OURS):
        return found
    try:
        if not isinstance(found, Measurement):
            raise TypeError(f"{_named(found)} is no Measurement")
        return found._replace(
            value=_number(found.value, "value"),
            unit=_unit(found.unit),
            places=tuple(map(_sound_place, found.places)),
            judged_by_place=bool(found.judged_by_place),
            samples=int(found.samples),
            subject=_text(found.subject, "subject"),
            notes=_texts(found.notes),
            interval=None if found.interval is None else _interval(found.interval),
            settles=_text(found.settles, "remark on what would settle it"),
            undecided=_text(found.undecided, "reason why it cannot be told"),
            held=None if found.held is None else _sound_held(found.held),
        )
    except (TypeError, ValueError, OverflowError) as error:
        raise MeasureError(
            f"the kind {kind.name!r} gave no usable measurement: {error}", defect_of(kind)
        ) from error


def defect_of(kind: Kind) -> str:
    """Whose fault it is, as a hint."""
    return f"This is a defect of the kind {kind.name!r}; please report it."


def _complaint(checks: tuple[object, ...]) -> str:
    """What is wrong with some checks; empty where nothing is."""
    if not checks:
        return "it has no check, so it could never fail"
    parts = []
    for check in checks:
        if not isinstance(check, Check):
            return f"{_named(check)} is no Check"
        if not _is_unit(check.unit):
            return f"the unit of a check is {_named(check.unit)}"
        if check.part is not None or len(checks) > 1:
            if not _can_be_selected(check.part):
                return f"{_named(check.part)} cannot be the name of a check"
            parts.append(check.part)
    twice = [part for part, times in Counter(parts).items() if times > 1]
    return f"two checks have the name {twice[0]!r}" if twice else ""


def _can_be_selected(part: object) -> bool:
    is_text = isinstance(part, str) and part.isprintable() and "::" not in part
    return is_text and 0 < len(str(part).strip()) <= _LONGEST_PART


def _sound_place(place: Any) -> Place:
    if not isinstance(place, Place):
        raise TypeError(f"{_named(place)} is no Place")
    value = _number(place.value, "value of a place")
    if value is not None and value != value:  # noqa: PLR0124 - NaN alone is not itself
        raise TypeError(f"the value of the place {one_line(str(place.key))!r} is NaN")
    return Place(
        key=_text(place.key, "key of a place"),
        message=_text(place.message, "message of a place"),
        value=value,
        path=_path(place.path),
        line=None if place.line is None else int(place.line),
        chain=tuple(map(_sound_link, place.chain)),
    )


def _interval(ends: Any) -> tuple[float, float]:
    low, high = map(float, ends)
    if not low <= high:
        raise ValueError(f"the interval {low:g} to {high:g} is none")
    return low, high


def _sound_held(held: Any) -> Held:
    points, now, gap = held
    pairs = tuple((float(time), float(value)) for time, value in points)
    return Held(pairs, float(now), float(gap))


def _sound_link(link: Any) -> Link:
    importer, imported, path, line = link
    return Link(
        _text(importer, "importer"),
        _text(imported, "imported module"),
        _path(path),
        None if line is None else int(line),
    )


def _number(value: Any, what: str) -> float | None:
    """The value as a plain number; also where it is a decimal, a fraction or a number of numpy."""
    if value is None or type(value) is float:
        return value
    if isinstance(value, str | bytes) or not hasattr(value, "__float__"):
        raise TypeError(f"the {what} is {_named(value)}, which is no number")
    number = float(value)
    return int(value) if isinstance(value, int) and abs(value) < _EXACT else number


def _unit(unit: Any) -> str:
    if not _is_unit(unit):
        raise TypeError(f"the unit is {_named(unit)}, which is no unit")
    return str(unit)


def _is_unit(unit: object) -> bool:
    return isinstance(unit, str) and unit.isprintable() and len(unit) <= _LONGEST_UNIT


def _path(path: Any) -> str | None:
    return None if path is None else _text(os.fspath(path), "path of a place")


def _text(value: Any, what: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"the {what} is {_named(value)}, which is no text")
    return str(value)


def _texts(values: Any) -> tuple[str, ...]:
    if isinstance(values, str):
        raise TypeError("the notes are one text; a tuple of texts was expected")
    return tuple(_text(value, "note") for value in values)


def _named(value: object) -> str:
    return one_line(repr(value), 80)
