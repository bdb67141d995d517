"""JUnit XML, as pytest and many others write it.

Numbers are ``tests``, ``failures``, ``errors``, ``skipped`` and ``time`` of all suites, and of one
suite before a dot; ``testcase.max`` is the slowest test, and ``CLASSNAME.NAME.time`` a test's own.
"""

import math
from collections.abc import Mapping
from typing import Final

from pytest_fitness import units
from pytest_fitness.results.markup import root_of, walk
from pytest_fitness.results.opened import ResultFile
from pytest_fitness.results.reading import Reading, moment_of, named, number_of, split

_COUNTS: Final = ("tests", "failures", "errors", "skipped")
_OUTCOMES: Final = {"failure": "failures", "error": "errors", "skipped": "skipped"}
_SLOWEST: Final = "testcase.max"


class _Suite:
    """The tests of a suite, or all of them; ``time`` is what the file says, in seconds."""

    def __init__(self, time: float = math.nan) -> None:
        self.counts = dict.fromkeys(_COUNTS, 0)
        self.time = time

    def readings(self, moment: float | None) -> dict[str, Reading]:
        tests = self.counts["tests"]
        found = {
            name: Reading(float(count), units.COUNT, tests, None, moment)
            for name, count in self.counts.items()
        }
        return found | {"time": Reading(self.time, units.SECONDS, tests, None, moment)}


class _Report:
    """What is gathered on the way through the file."""

    def __init__(self, file: ResultFile) -> None:
        self.file = file
        self.total = _Suite()
        self.suites: list[tuple[str, _Suite]] = []
        self.tests: list[tuple[str, float]] = []
        self.moments: list[float] = []
        self._open: list[_Suite] = []
        self._outcomes: set[str] = set()

    def begin(self, name: str, attributes: Mapping[str, str], _depth: int) -> None:
        if name == "testsuite":
            self._begin_suite(attributes)
        elif name == "testcase":
            names = (attributes.get("classname", ""), attributes.get("name", ""))
            self.tests.append((".".join(filter(None, names)), _seconds(attributes)))
            self._outcomes = {"tests"}
            self.file.require_few(len(self.tests))
        elif name in _OUTCOMES:
            self._outcomes.add(_OUTCOMES[name])

    def end(self, name: str) -> None:
        if name == "testsuite":
            self._open.pop()
        elif name == "testcase":
            for suite in (self.total, *self._open):
                for outcome in self._outcomes:
                    suite.counts[outcome] += 1
            self._outcomes = set()

    def _begin_suite(self, attributes: Mapping[str, str]) -> None:
        suite = _Suite(_seconds(attributes))
        moment = moment_of(attributes.get("timestamp"))
        self.moments += [] if moment is None else [moment]
        if not self._open:  # the time of a suite holds that of the suites within it
            self.total.time = suite.time + (0 if math.isnan(self.total.time) else self.total.time)
        self._open.append(suite)
        self.file.require_few(len(self.suites) * len(_COUNTS))
        self.suites.append((attributes.get("name", ""), suite))


def unit_of(name: str) -> str:
    """Seconds for times, else a plain number.

    Raises:
        ValueError: the name does not end with one of JUnit's.
    """
    _, statistic = split(name)
    if statistic == "time" or name == _SLOWEST:
        return units.SECONDS
    if statistic not in _COUNTS:
        raise ValueError(f"does not end with one of time, {', '.join(_COUNTS)}")
    return units.COUNT


def claims(file: ResultFile) -> bool:
    """Whether it is a report on tests."""
    return file.looks == "xml" and root_of(file) in ("testsuites", "testsuite")


def read(file: ResultFile, confidence: float) -> dict[str, Reading]:  # noqa: ARG001
    """The counts and times of all suites, of each of them, and of each test.

    Raises:
        MeasureError: it is broken.
    """
    report = _Report(file)
    walk(file, report.begin, report.end)
    moment = max(report.moments, default=None)
    times = [time for _, time in report.tests if not math.isnan(time)]
    slowest = Reading(max(times, default=math.nan), units.SECONDS, len(times), None, moment)
    tests = named(
        (name, {"time": Reading(time, units.SECONDS, 1, None, moment)})
        for name, time in report.tests
    )
    suites = named((name, suite.readings(moment)) for name, suite in report.suites)
    return tests | suites | {_SLOWEST: slowest} | report.total.readings(moment)


def _seconds(attributes: Mapping[str, str]) -> float:
    return number_of(attributes.get("time", "").replace(",", ""))
