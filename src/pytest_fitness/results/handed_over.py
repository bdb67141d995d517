"""Numbers that tests hand over: written at the end of a test run, read by the kind ``recorded``.

Each process writes one file, whole or not at all, so any number of them may write at once. Files of
the same moment belong to the same run. A file goes when later runs tell of all of its names: that
they were recorded, or that the tests which record them did not pass.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from pytest_fitness.errors import MeasureError
from pytest_fitness.files import replace_text
from pytest_fitness.results.handed_over_file import (
    DIRECTORY,
    FORMAT,
    NOTHING,
    Run,
    Unpassed,
    load,
    milliseconds,
    told_by,
    unreadable,
)
from pytest_fitness.results.records import Record, checked

__all__ = [
    "DIRECTORY",
    "MOST_RECORDS",
    "Record",
    "Run",
    "Unpassed",
    "checked",
    "names",
    "read",
    "write",
]

MOST_RECORDS: Final = 100_000
_MOST_FILES: Final = 200
_LONGEST_TEST: Final = 500  # as of a record
_FILE: Final = re.compile(r"(\d{1,17})-[0-9a-f]{16}\.json")


def write(
    directory: Path, records: Iterable[Record], moment: float, unpassed: Iterable[Unpassed] = ()
) -> None:
    """Keep what a process recorded; where there is nothing to tell, nothing is written.

    Args:
        directory: made when needed.
        records: in the order they were recorded.
        moment: of the test run, in seconds since the epoch; the same for all of its processes.
        unpassed: tests that did not pass; the names are added that they recorded in earlier runs,
            and those that never recorded any are left out.

    Raises:
        ValueError: there are more than ``MOST_RECORDS``, or one could not be read again.
        OSError: it cannot be written.
    """
    kept = [checked(*record)._asdict() for record in records]
    lost = _with_names(directory, unpassed)
    if not kept and not lost:
        return
    if len(kept) > MOST_RECORDS:
        raise ValueError(
            f"{len(kept):,} numbers are too many for one run: {MOST_RECORDS:,} at most"
        )
    name = f"{milliseconds(moment):015d}-{os.urandom(8).hex()}.json"
    document = {"format": FORMAT, "moment": moment, "records": kept, "unpassed": lost}
    replace_text(directory / name, json.dumps(document, allow_nan=False, indent=0) + "\n")
    _prune(directory)


def read(directory: Path, name: str) -> Run | None:
    """What the newest run that tells of a name tells of it; None where no run does.

    Raises:
        MeasureError: a file that may hold it cannot be read.
    """
    for _, paths in _runs(directory):
        files = [file for file in map(load, paths) if file is not None]
        run = _about(name, files)
        if run.records or run.unpassed:
            return run
    return None


def _about(name: str, files: Sequence[Run]) -> Run:
    """What the files of one run say of a name."""
    found = [each for file in files for each in file.records if each.name == name]
    lost = [each for file in files for each in file.unpassed if name in each.names]
    return Run(tuple(found), max((file.moment for file in files), default=0.0), tuple(lost))


def names(directory: Path) -> set[str]:
    """All names that some run recorded.

    Raises:
        MeasureError: a file cannot be read.
    """
    return {
        record.name
        for _, paths in _runs(directory)
        for path in paths
        for record in (load(path) or NOTHING).records
    }


def _with_names(directory: Path, unpassed: Iterable[Unpassed]) -> list[dict[str, Any]]:
    """The tests that did not pass with all names that they ever recorded, where there are any."""
    lost = [each._replace(test=each.test[:_LONGEST_TEST]) for each in unpassed]
    known = {each.test: set(each.names) for each in lost}
    for test, name in _told(directory) if lost else ():
        if test in known:
            known[test].add(name)
    return [
        each._replace(names=tuple(sorted(known[each.test])))._asdict()
        for each in lost
        if known[each.test]
    ]


def _told(directory: Path) -> Iterator[tuple[str, str]]:
    """Each test with each name that it is known to record."""
    for path in _files(directory):
        with suppress(MeasureError):  # told when it is read
            yield from told_by(load(path) or NOTHING)


def _files(directory: Path) -> list[Path]:
    """All files; none where the directory cannot be read."""
    with suppress(MeasureError):
        return [path for _, paths in _runs(directory) for path in paths]
    return []


def _runs(directory: Path) -> Iterator[tuple[int, list[Path]]]:
    """The files of each run, the newest run first."""
    try:
        found = [path for path in directory.iterdir() if _FILE.fullmatch(path.name)]
    except FileNotFoundError:
        return
    except OSError as error:
        raise unreadable(directory, error.strerror or str(error)) from error
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
                    of_file = {name for _, name in told_by(load(path) or NOTHING)}
                    of_run |= of_file
                    if of_file <= later or count > _MOST_FILES:
                        path.unlink(missing_ok=True)
            later |= of_run
