"""JMeter: the results of ``-l`` as CSV, with the names of the columns in the first line.

Numbers are named by the label of the sampler: ``checkout.p95``; those of all samples together are
``TOTAL.p95``. The statistics are those of JMeter's aggregate report.
"""

import math
import re
from typing import Final

from pytest_fitness import units
from pytest_fitness.results.intervals import share
from pytest_fitness.results.opened import ResultFile
from pytest_fitness.results.reading import (
    Reading,
    moment_of,
    named,
    number_of,
    percent_of,
    seconds_of,
    split,
)
from pytest_fitness.results.rows import require_columns, rows
from pytest_fitness.results.spread import Spread

MOST_LABELS: Final = 1_000
LONGEST_LABEL: Final = 1_000
_ALL: Final = "TOTAL"
_PERCENTS: Final = (50, 90, 95, 99, 99.9)
_TIMES: Final = ("average", "median", "min", "max")
_NAMED: Final = {"count": units.COUNT, "error_rate": units.RATIO, "throughput": units.RATE}
_NEEDED: Final = ("timeStamp", "elapsed", "label", "success")
_WITHOUT_NAMES: Final = re.compile(r"\d{13},\d+,.*,(true|false),.*")


class _Samples:
    """The samples of one label, or all of them."""

    def __init__(self) -> None:
        self.times = Spread()
        self.errors = 0
        self.first = math.inf
        self.last = -math.inf

    def add(self, elapsed: float, started: float, ok: bool) -> None:
        self.times.add(elapsed)
        self.errors += not ok
        self.first = min(self.first, started)
        self.last = max(self.last, started + elapsed)


def unit_of(name: str) -> str:
    """The unit of a number.

    Raises:
        ValueError: the name does not end with a statistic of JMeter.
    """
    subject, statistic = split(name)
    if subject and (statistic in _TIMES or percent_of(statistic) is not None):
        return units.SECONDS
    if not subject or statistic not in _NAMED:
        known = ", ".join((*_TIMES, *_NAMED))
        raise ValueError(f"does not end with a percentile such as .p95, or one of {known}")
    return _NAMED[statistic]


def claims(file: ResultFile) -> bool:
    """Whether its first line has the columns of JMeter, or a sample of it."""
    if file.looks != "text":
        return False
    columns = file.first_line.split(",")
    return {"timeStamp", "elapsed"} <= set(columns) or bool(
        _WITHOUT_NAMES.fullmatch(file.first_line)
    )


def read(file: ResultFile, confidence: float) -> dict[str, Reading]:
    """The statistics of all samples, of each label and together.

    Raises:
        MeasureError: a line is broken; it lacks columns, or has more labels than can be kept.
    """
    if _WITHOUT_NAMES.fullmatch(file.first_line):
        hint = "Run JMeter with -Jjmeter.save.saveservice.print_field_names=true."
        raise file.problem("there is no line that names the columns", hint, line=1)
    hint = "See jmeter.save.saveservice.* in JMeter's properties."
    require_columns(file, _NEEDED, hint)
    found = {_ALL: _Samples()}
    for line, row in rows(file):
        elapsed, started = number_of(row["elapsed"]), number_of(row["timeStamp"])
        if not (math.isfinite(elapsed) and math.isfinite(started) and elapsed >= 0):
            raise file.problem("its elapsed or timeStamp is no number of ms", line=line)
        if len(row["label"]) > LONGEST_LABEL:
            raise file.problem("the label is too long", line=line)
        samples = found.setdefault(row["label"], _Samples())
        if len(found) > MOST_LABELS:
            raise file.problem(f"there are more than {MOST_LABELS:,} labels", line=line)
        for each in (found[_ALL], samples):
            each.add(elapsed, started, row["success"].lower() == "true")
    return named((label, _readings(samples, confidence)) for label, samples in found.items())


def _readings(samples: _Samples, confidence: float) -> dict[str, Reading]:
    times, count = samples.times, samples.times.count
    if not count:
        return {}
    moment = moment_of(samples.last)
    seconds = seconds_of(samples.last - samples.first)
    numbers = {
        "average": times.mean,
        "median": times.percentile(50),
        "min": times.min,
        "max": times.max,
    } | {f"p{percent:g}": times.percentile(percent) for percent in _PERCENTS}
    found = {
        name: Reading(seconds_of(value), units.SECONDS, count, None, moment)
        for name, value in numbers.items()
    }
    throughput = count / seconds if seconds > 0 else math.nan
    return found | {
        "count": Reading(float(count), units.COUNT, count, None, moment),
        "error_rate": share(samples.errors, count, confidence, moment),
        "throughput": Reading(throughput, units.RATE, count, None, moment),
    }
