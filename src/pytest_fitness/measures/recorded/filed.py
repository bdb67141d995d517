"""A number of a result file as a measurement."""

import glob
import itertools
import math
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from pytest_fitness.config.kinds import Context
from pytest_fitness.config.reader import suggest
from pytest_fitness.errors import MeasureError, NoDataError
from pytest_fitness.measures.recorded.fresh import require_fresh
from pytest_fitness.measures.recorded.options import RecordedOptions
from pytest_fitness.model import Check, Measurement
from pytest_fitness.results import formats
from pytest_fitness.results.opened import ResultFile
from pytest_fitness.results.reading import Reading, scaled

_MOST_FILES: Final = 100_000
_MOST_NAMES: Final = 2_000
_LONGEST_NAME: Final = 300


def measure_filed(
    options: RecordedOptions, check: Check, confidence: float, context: Context
) -> Measurement:
    """The measurement of one check.

    Raises:
        NoDataError: there is no such file or number, or it is too old.
        MeasureError: the file cannot be read, or is another than expected.
    """
    assert options.file is not None, "the loader refuses it"
    number = check.part or options.metric or ""
    path = _newest(context.root, options.file)
    file = ResultFile(path, _shown(path, context.root))
    readings = _readings(file, options, confidence, context)
    if number not in readings:
        raise _missing(file, number, list(readings))
    reading = Reading(*readings[number])
    what = f"{file.shown}: {number}"
    moment = file.modified if reading.moment is None else reading.moment
    require_fresh(what, moment, context.now, options.stale_after)
    if not (reading.samples and math.isfinite(reading.value)):
        raise NoDataError(f"{what} has no value: nothing was counted that it could speak of")
    return _measurement(reading, options, check, what)


def _newest(root: Path, name: str) -> Path:
    """The file, or the newest of those that match."""
    path = root / name
    if not glob.has_magic(name) or path.exists():
        return path
    found = glob.iglob(name, root_dir=root, recursive=True)  # noqa: PTH207 (it may be absolute)
    times = {}
    for each in itertools.islice(found, _MOST_FILES):
        with suppress(OSError):  # taken away meanwhile
            times[root / each] = (root / each).stat().st_mtime_ns
    if not times:
        raise NoDataError(f"no file matches {name}", "Run first what writes it.")
    return max(times, key=lambda each: (times[each], each))


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def _readings(
    file: ResultFile, options: RecordedOptions, confidence: float, context: Context
) -> dict[str, Any]:
    """The numbers of the file, read once a run; each is a reading taken apart."""
    key = f"recorded {file.path} {file.modified} {file.size} {options.format} {confidence}"

    def read() -> dict[str, Any]:
        found = formats.read(file, options.format, confidence)
        return {name: tuple(reading) for name, reading in found.items()}

    kept: dict[str, Any] = context.once(key, read)
    return kept


def _missing(file: ResultFile, number: str, names: list[str]) -> NoDataError:
    names = [name for name in names if len(name) <= _LONGEST_NAME]
    if len(names) > _MOST_NAMES:  # to compare with all of them would take too long
        alike = [name for name in names if name.startswith(number[:3])]
        names = (alike or names)[:_MOST_NAMES]
    return NoDataError(f"{file.shown} has no number {number!r}", suggest(number, names))


def _measurement(
    reading: Reading, options: RecordedOptions, check: Check, what: str
) -> Measurement:
    scale = 1.0
    if reading.unit is None:
        scale = 1.0 if options.unit is None else options.unit[1]
    elif reading.unit != check.unit:
        found, wanted = map(formats.shown_unit, (reading.unit, check.unit))
        hint = f"Add `unit: {reading.unit}`." if reading.unit else "Leave `unit` out."
        raise MeasureError(f"{what} is measured in {found}, and the limit in {wanted}", hint)
    interval = reading.interval
    return Measurement(
        value=scaled(reading.value, scale),
        unit=check.unit,
        samples=reading.samples,
        subject=what,
        interval=None
        if interval is None
        else (scaled(interval[0], scale), scaled(interval[1], scale)),
        settles="more of what it was made of would tell",
    )
