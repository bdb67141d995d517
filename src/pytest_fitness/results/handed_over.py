"""Numbers that tests hand over: written at the end of a test run, read by the kind ``recorded``.

Each process writes one file, whole or not at all, so any number of them may write at once. Files of
the same moment belong to the same run. A file goes when a later run has recorded all of its names.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import Any, Final, NamedTuple

from pytest_fitness import units
from pytest_fitness.errors import MeasureError
from pytest_fitness.files import replace_text
from pytest_fitness.results.records import Record, checked

__all__ = ["DIRECTORY", "MOST_RECORDS", "Record", "Run", "checked", "names", "read", "write"]

DIRECTORY: Final = ".fitness/recorded"
"""Where the files lie, below the directory of ``fitness.yaml``."""
MOST_RECORDS: Final = 100_000
_MOST_FILES: Final = 200
_MOST_BYTES: Final = 64 * 1024 * 1024
_FORMAT: Final = 1
_FILE: Final = re.compile(r"(\d{1,17})-[0-9a-f]{16}\.json")


class Run(NamedTuple):
    """What one test run recorded under one name, in the order it was recorded."""

    records: tuple[Record, ...]
    moment: float


def write(directory: Path, records: Iterable[Record], moment: float) -> None:
    """Keep what a process recorded; without records nothing is written.

    Args:
        directory: made when needed.
        records: in the order they were recorded.
        moment: of the test run, in seconds since the epoch; the same for all of its processes.

    Raises:
        ValueError: there are more than ``MOST_RECORDS``, or one could not be read again.
        OSError: it cannot be written.
    """
    kept = [checked(*record)._asdict() for record in records]
    if not kept:
        return
    if len(kept) > MOST_RECORDS:
        raise ValueError(
            f"{len(kept):,} numbers are too many for one run: {MOST_RECORDS:,} at most"
        )
    name = f"{_milliseconds(moment):015d}-{os.urandom(8).hex()}.json"
    document = {"format": _FORMAT, "moment": moment, "records": kept}
    replace_text(directory / name, json.dumps(document, allow_nan=False, indent=0) + "\n")
    _prune(directory)


def read(directory: Path, name: str) -> Run | None:
    """What the newest run that recorded a name recorded under it; None where no run did.

    Raises:
        MeasureError: a file that may hold it cannot be read.
    """
    for _, paths in _runs(directory):
        run = [document for document in map(_load, paths) if document is not None]
        found = [record for _, records in run for record in records if record.name == name]
        if found:
            return Run(tuple(found), max(moment for moment, _ in run))
    return None


def names(directory: Path) -> set[str]:
    """All names that some run recorded.

    Raises:
        MeasureError: a file cannot be read.
    """
    return {
        record.name
        for _, paths in _runs(directory)
        for path in paths
        for record in (_load(path) or (0.0, ()))[1]
    }


def _runs(directory: Path) -> Iterator[tuple[int, list[Path]]]:
    """The files of each run, the newest run first."""
    try:
        found = [path for path in directory.iterdir() if _FILE.fullmatch(path.name)]
    except FileNotFoundError:
        return
    except OSError as error:
        raise _unreadable(directory, error.strerror or str(error)) from error
    found.sort(key=lambda path: (-_moment_of(path), path.name))
    for moment, paths in groupby(found, _moment_of):
        yield moment, list(paths)


def _moment_of(path: Path) -> int:
    return int(path.name.partition("-")[0])


def _prune(directory: Path) -> None:
    """Take away what can no longer be the newest of any name; a file that is broken stays."""
    later: set[str] = set()
    count = 0
    with suppress(OSError, MeasureError):
        for _, paths in _runs(directory):
            of_run: set[str] = set()
            for path in paths:
                count += 1
                with suppress(OSError, MeasureError):
                    of_file = {record.name for record in (_load(path) or (0.0, ()))[1]}
                    of_run |= of_file
                    if of_file <= later or count > _MOST_FILES:
                        path.unlink(missing_ok=True)
            later |= of_run


def _load(path: Path) -> tuple[float, Sequence[Record]] | None:
    """The moment and the records of a file; None where another process took it away."""
    try:
        with path.open("rb") as file:
            body = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    if len(body) > _MOST_BYTES:
        raise _unreadable(path, "it is too large")
    try:
        document = json.loads(body)
        if document["format"] != _FORMAT:
            raise _unreadable(path, f"its format is {_shown(document['format'])}, not {_FORMAT}")
        records = tuple(_record(each) for each in document["records"])
        return _milliseconds(float(document["moment"])) / 1000, records
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
        raise _unreadable(path, "it is no file of recorded numbers") from error


def _record(data: Mapping[str, Any]) -> Record:
    return checked(data["name"], data["value"], data["unit"], str(data["test"]))


def _milliseconds(moment: float) -> int:
    if not 0 <= moment < 1e12:
        raise ValueError(f"{moment:g} is no time in seconds since the epoch")
    return round(moment * 1000)


def _shown(value: object) -> str:
    return units.shorten(repr(value))


def _unreadable(path: Path, why: str) -> MeasureError:
    where = f"{DIRECTORY}/{path.name}" if path.suffix else DIRECTORY
    return MeasureError(f"{where}: {why}", "Delete it, and run the tests again.")
