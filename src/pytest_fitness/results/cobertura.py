"""Cobertura's ``coverage.xml``, as coverage.py and many others write it.

Numbers are ``line-rate`` and ``branch-rate`` of all code, and of a package or file before a dot:
``shop.line-rate``, ``shop/cart.py.branch-rate``. They are counted from the lines, as the rates in
the file are rounded; where nothing could be covered there is no rate.
"""

import math
import re
from collections.abc import Mapping
from typing import Final

from pytest_fitness import units
from pytest_fitness.results.markup import root_of, walk
from pytest_fitness.results.opened import ResultFile
from pytest_fitness.results.reading import Reading, moment_of, named, number_of, unit_among

_UNITS: Final = {
    "line-rate": units.RATIO,
    "branch-rate": units.RATIO,
    "lines-valid": units.COUNT,
    "lines-covered": units.COUNT,
}
_BRANCHES: Final = re.compile(r"[^()]{0,20}\((\d{1,9})/(\d{1,9})\)")


class _Counts:
    """The lines of a file, a package, or everything."""

    def __init__(self) -> None:
        self.lines = self.covered = self.branches = self.taken = 0

    def add(self, line: Mapping[str, str]) -> None:
        self.lines += 1
        self.covered += number_of(line.get("hits")) > 0
        match = _BRANCHES.fullmatch(line.get("condition-coverage", ""))
        if match:
            self.taken += int(match[1])
            self.branches += int(match[2])

    def readings(self, moment: float | None) -> dict[str, Reading]:
        return {
            "line-rate": _rate(self.covered, self.lines, moment),
            "branch-rate": _rate(self.taken, self.branches, moment),
            "lines-valid": Reading(float(self.lines), units.COUNT, self.lines, None, moment),
            "lines-covered": Reading(float(self.covered), units.COUNT, self.lines, None, moment),
        }


class _Report:
    """What is gathered on the way through the file."""

    def __init__(self, file: ResultFile) -> None:
        self.file = file
        self.total = _Counts()
        self.packages: dict[str, _Counts] = {}
        self.files: dict[str, _Counts] = {}
        self.moment: float | None = None
        self._owners: tuple[_Counts, ...] = ()
        self._package = self.total
        self._methods = 0

    def begin(self, name: str, attributes: Mapping[str, str], _depth: int) -> None:
        if name == "coverage":
            self.moment = moment_of(number_of(attributes.get("timestamp")))
        elif name == "package":
            self.file.require_few(len(self.packages) * len(_UNITS))
            self._package = self.packages.setdefault(attributes.get("name", ""), _Counts())
        elif name == "class":
            self.file.require_few((len(self.files) + len(self.packages)) * len(_UNITS))
            own = self.files.setdefault(attributes.get("filename", ""), _Counts())
            self._owners = (self.total, self._package, own)
        elif name == "methods":  # whose lines are listed again below the class
            self._methods += 1
        elif name == "line" and not self._methods:
            for owner in self._owners:
                owner.add(attributes)

    def end(self, name: str) -> None:
        if name == "methods":
            self._methods -= 1
        elif name == "class":
            self._owners = ()


def unit_of(name: str) -> str:
    """A share, or a number of lines.

    Raises:
        ValueError: the name does not end with one of them.
    """
    return unit_among(_UNITS, name)


def claims(file: ResultFile) -> bool:
    """Whether it is a report on coverage."""
    return file.looks == "xml" and root_of(file) == "coverage"


def read(file: ResultFile, confidence: float) -> dict[str, Reading]:  # noqa: ARG001
    """The rates of all code, of each package and of each file.

    Raises:
        MeasureError: it is broken.
    """
    report = _Report(file)
    walk(file, report.begin, report.end)
    found = named(
        (name, counts.readings(report.moment))
        for group in (report.packages, report.files)
        for name, counts in group.items()
    )
    return found | report.total.readings(report.moment)


def _rate(part: int, whole: int, moment: float | None) -> Reading:
    return Reading(part / whole if whole else math.nan, units.RATIO, whole, None, moment)
