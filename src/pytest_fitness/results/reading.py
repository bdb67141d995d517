"""What a result file holds: numbers by name."""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

MOST_NUMBERS: Final = 300_000
_STATISTIC: Final = re.compile(
    r"(?:(?P<subject>.+)\.)?(?P<statistic>p\d{1,3}(?:\.\d+)?|[a-z][a-z0-9_-]*)",
    re.DOTALL,
)
_PERCENTILE: Final = re.compile(r"p?\(?(\d{1,3}(?:\.\d+)?)(?:\)|%|\.0%)?")
_PERCENTILE_NAME: Final = re.compile(r"p(\d{1,3}(?:\.\d+)?)")
# Both seconds and milliseconds are written as plain numbers; no result is from after 5138.
_LATEST: Final = 1e11


class Reading(NamedTuple):
    """One number of a result file.

    Attributes:
        value: in the base unit, or as it stands in the file where ``unit`` is None; NaN where the
            file names the number and has no value for it.
        unit: one of the constants of :mod:`pytest_fitness.units`; None where neither the format
            nor the file tells.
        samples: how many events it was made of; zero of them is never a pass.
        interval: what the true value lies between, at the confidence that was asked for.
        moment: when it was measured, in seconds since the epoch; None where the file does not say.
    """

    value: float
    unit: str | None
    samples: int = 1
    interval: tuple[float, float] | None = None
    moment: float | None = None


Readings = Mapping[str, Reading]


def split(name: str) -> tuple[str, str]:
    """The subject and the statistic of a name: ``checkout`` and ``p95``; the subject may be empty.

    Raises:
        ValueError: it does not end with a statistic.
    """
    match = _STATISTIC.fullmatch(name)
    if match is None:
        raise ValueError("does not end with a statistic such as .mean or .p95")
    return match["subject"] or "", match["statistic"]


def unit_among(known: Mapping[str, str], name: str) -> str:
    """The unit of the statistic that a name ends with, of those that a tool has.

    Raises:
        ValueError: it does not end with one of them.
    """
    _, statistic = split(name)
    if statistic not in known:
        raise ValueError(f"does not end with one of {', '.join(known)}")
    return known[statistic]


def percentile_name(text: str) -> str | None:
    """``p95`` for what tools call a percentile: ``p(95)``, ``95%``; None for what is none."""
    match = _PERCENTILE.fullmatch(text)
    return f"p{match[1]}" if match and float(match[1]) <= 100 else None


def percent_of(statistic: str) -> float | None:
    """The percentage of a statistic such as ``p99.9``; None where it is no percentile."""
    match = _PERCENTILE_NAME.fullmatch(statistic)
    return float(match[1]) if match and float(match[1]) <= 100 else None


def named(subjects: Iterable[tuple[str, Mapping[str, Reading]]]) -> dict[str, Reading]:
    """The readings by ``subject.statistic``; those of a lone subject by the statistic as well.

    Of subjects with the same name, which cannot be told apart, none is kept.
    """
    by_subject: dict[str, Mapping[str, Reading]] = {}
    twice: set[str] = set()
    for subject, readings in subjects:
        if subject in by_subject:
            twice.add(subject)
        by_subject[subject] = readings
    found = {
        f"{subject}.{statistic}": reading
        for subject, readings in by_subject.items()
        if subject not in twice
        for statistic, reading in readings.items()
    }
    if len(by_subject) == 1 and not twice:
        found |= next(iter(by_subject.values()))
    return found


def moment_of(value: object) -> float | None:
    """A time as seconds since the epoch: from ISO 8601, or from seconds or milliseconds.

    A time without an offset from UTC is taken for the local time of this machine. None where it
    is no time.
    """
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value).timestamp()
        except (ValueError, OverflowError, OSError):
            value = number_of(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not 0 < value < 1000 * _LATEST:
        return None
    seconds = float(value) if value < _LATEST else value / 1000
    return seconds if seconds < _LATEST else None


def shown_moment(seconds: float) -> str:
    """A time for messages."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def number_of(value: Any) -> float:
    """A number as JSON, CSV or XML holds it; NaN where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return math.nan
    if isinstance(value, str) and "_" in value:
        return math.nan
    try:
        return float(value)
    except (ValueError, OverflowError):
        return math.nan


def seconds_of(milliseconds: float) -> float:
    """Milliseconds as seconds; divided, as 18 times 0.001 is more than the 18 ms of a limit."""
    return milliseconds / 1000


def scaled(value: float, scale: float) -> float:
    """A value in its base unit, exact where the scale is one part of many: ms, µs, %."""
    parts = round(1 / scale)
    return value / parts if math.isclose(parts * scale, 1) else value * scale


def count_of(value: Any) -> int:
    """A number of events as a result file holds it; 0 where it is none."""
    number = number_of(value)
    return int(number) if 0 <= number < 2**63 else 0
