"""The formats that can be read, what their numbers are measured in, and which one a file has."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

from pytest_fitness.errors import MeasureError
from pytest_fitness.results.opened import ResultFile
from pytest_fitness.results.reading import MOST_NUMBERS, Readings

# Each module has `claims(file)`, `read(file, confidence)` and `unit_of(name)`.
MODULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "k6": "k6",
        "locust": "locust",
        "jmeter": "jmeter",
        "pytest-benchmark": "pytest_benchmark",
        "pyperf": "pyperf",
        "hyperfine": "hyperfine",
        "asv": "asv",
        "cobertura": "cobertura",
        "junit": "junit",
    }
)
NAMES: Final = tuple(MODULES)


def unit_of(format: str | None, name: str) -> str | None:  # noqa: A002 (as the key is called)
    """The unit of a number, known from its name alone; None where only the file can tell.

    Args:
        format: one of ``NAMES``; None for whatever all formats that have such a name agree upon.
        name: of the number.

    Raises:
        ValueError: the format has no such name, or formats differ; the message says what to do.
    """
    if format is not None:
        unit: str | None = _reader(format).unit_of(name)
        return unit
    found: dict[str | None, str] = {}
    for each in NAMES:
        try:
            found.setdefault(_reader(each).unit_of(name), each)
        except ValueError:
            continue
    if not found:
        raise ValueError(
            "no format has a number of that name; end it with a statistic: .p95, .mean"
        )
    if len(found) > 1:
        raise ValueError(
            f"its unit depends on the tool; add `format: {next(iter(found.values()))}`"
        )
    return next(iter(found))


def recognise(file: ResultFile) -> str | None:
    """The format of a file, from its content; None where it is none of ours.

    Raises:
        MeasureError: it is broken.
    """
    return next((name for name in NAMES if _reader(name).claims(file)), None)


def read(file: ResultFile, format: str | None = None, confidence: float = 0.95) -> Readings:  # noqa: A002
    """The numbers of a file.

    Args:
        file: what another tool wrote.
        format: one of ``NAMES``; told from the content where it is None.
        confidence: of the intervals.

    Raises:
        MeasureError: it is broken, of another format, or holds more than can be kept.
    """
    found = recognise(file)
    if found is None or format not in (None, found):
        raise _other(file, found, format)
    readings: Readings = _reader(found).read(file, confidence)
    if len(readings) > MOST_NUMBERS:
        raise file.problem(f"it holds more than {MOST_NUMBERS:,} numbers", "Keep less in it.")
    return readings


def _other(file: ResultFile, found: str | None, format: str | None) -> MeasureError:  # noqa: A002
    if found is not None:
        hint = f"Name a file of {format}, or write `format: {found}`."
        return file.problem(f"this is a file of {found}, not of {format}", hint)
    hint = f"Known formats: {', '.join(NAMES)}; docs/recorded.md says how each is written."
    if format is not None:
        return file.problem(f"this is no result file of {format}", hint)
    return file.problem("no result file of a tool that is known", hint)


def _reader(name: str) -> Any:
    return import_module(f"pytest_fitness.results.{MODULES[name]}")
