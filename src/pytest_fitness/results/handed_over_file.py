"""One file of numbers that tests handed over: what it holds, and how it is read."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from pytest_fitness import units
from pytest_fitness.errors import MeasureError
from pytest_fitness.results.records import Record, checked

DIRECTORY: Final = ".fitness/recorded"
"""Where the files lie, below the directory of ``fitness.yaml``."""
FORMAT: Final = 2
"""What is written. Those of format 1 tell neither samples nor intervals, and are read as well."""
_READABLE: Final = (1, FORMAT)
_MOST_BYTES: Final = 64 * 1024 * 1024


class Unpassed(NamedTuple):
    """A test that did not pass, and the names that it records."""

    test: str
    outcome: Literal["failed", "skipped"]
    names: tuple[str, ...] = ()


class Run(NamedTuple):
    """What one test run recorded, in that order, and which tests of such numbers did not pass."""

    records: tuple[Record, ...]
    moment: float
    unpassed: tuple[Unpassed, ...] = ()


NOTHING: Final = Run((), 0.0)


def told_by(run: Run) -> Iterator[tuple[str, str]]:
    """Each test and name that a file tells of."""
    yield from ((record.test, record.name) for record in run.records)
    yield from ((each.test, name) for each in run.unpassed for name in each.names)


def load(path: Path) -> Run | None:
    """What a file tells; None where another process took it away."""
    try:
        with path.open("rb") as file:
            body = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unreadable(path, error.strerror or str(error)) from error
    if len(body) > _MOST_BYTES:
        raise unreadable(path, "it is too large")
    try:
        document = json.loads(body)
        if document["format"] not in _READABLE:
            raise unreadable(path, f"its format is {_shown(document['format'])}, not {FORMAT}")
        records = tuple(_record(each) for each in document["records"])
        unpassed = tuple(_unpassed(each) for each in document.get("unpassed", ()))
        return Run(records, milliseconds(float(document["moment"])) / 1000, unpassed)
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
        raise unreadable(path, "it is no file of recorded numbers") from error


def _record(data: Mapping[str, Any]) -> Record:
    sure = data.get("samples", 1), data.get("interval")
    return checked(data["name"], data["value"], data["unit"], str(data["test"]), *sure)


def _unpassed(data: Mapping[str, Any]) -> Unpassed:
    outcome: Literal["failed", "skipped"] = "skipped" if data["outcome"] == "skipped" else "failed"
    return Unpassed(str(data["test"]), outcome, tuple(map(str, data["names"])))


def milliseconds(moment: float) -> int:
    """A moment as the name of a file has it.

    Raises:
        ValueError: it is none.
    """
    if not 0 <= moment < 1e12:
        raise ValueError(f"{moment:g} is no time in seconds since the epoch")
    return round(moment * 1000)


def _shown(value: object) -> str:
    return units.shorten(repr(value))


def unreadable(path: Path, why: str) -> MeasureError:
    """The error that a file, or the directory of them, cannot be read."""
    where = f"{DIRECTORY}/{path.name}" if path.suffix else DIRECTORY
    return MeasureError(f"{where}: {why}", "Delete it, and run the tests again.")
