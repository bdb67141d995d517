"""What ordinary tests record, from the test to a file that the kind ``recorded`` reads."""

import time
import warnings
from pathlib import Path
from typing import Any, Final, Literal

import pytest

from pytest_fitness.results.handed_over import DIRECTORY, Record, Unpassed, write
from pytest_fitness.session.recording import Records

PLUGIN: Final = "fitness-handing-over"
ATTRIBUTE: Final = "fitness_records"
_CONFIGURATION: Final = "fitness.yaml"


class Keeper:
    """Keeps what passed tests recorded, and which tests did not pass, until the run is over.

    On a worker what was recorded travels on the report of the test, and the controller writes.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._open: dict[str, tuple[Records, set[str]]] = {}
        self._kept: list[Record] = []
        self._names: dict[str, tuple[str, ...]] = {}
        self._unpassed: dict[str, Literal["failed", "skipped"]] = {}

    def begin(self, records: Records) -> None:
        """Look after a test from here on."""
        self._open[records.test] = (records, set())

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: Any) -> None:
        """Let the records of a test travel on its last report; note the tests that do not pass."""
        self._note(report)
        if report.nodeid not in self._open:
            return
        records, passed = self._open[report.nodeid]
        if report.passed:
            passed.add(report.when)
        if report.when == "teardown":
            del self._open[report.nodeid]
            found = {
                "passed": passed >= {"call", "teardown"},
                "records": [list(record) for record in records.found],
            }
            setattr(report, ATTRIBUTE, found)
            self.take(found)

    def _note(self, report: Any) -> None:
        if report.failed or (report.skipped and hasattr(report, "wasxfail")):
            self._unpassed[report.nodeid] = "failed"
        elif report.skipped:
            self._unpassed.setdefault(report.nodeid, "skipped")

    def take(self, found: dict[str, Any]) -> None:
        """Keep the records that a report carries; of a test that did not pass, their names."""
        records = [Record(*each) for each in found["records"]]
        if found["passed"]:
            self._kept += records
        else:
            self._names |= {each.test: tuple(r.name for r in records) for each in records}

    def pytest_sessionfinish(self) -> None:
        """Write what was kept; where that fails, the tests have passed all the same."""
        if hasattr(self._config, "workerinput") or not (self._kept or self._unpassed):
            return
        try:
            self._write()
        except (OSError, ValueError) as error:
            self._warn(f"what the tests recorded could not be kept: {error}")

    def _write(self) -> None:
        directory = _root(self._config) / DIRECTORY
        unpassed = [
            Unpassed(test, outcome, self._names.get(test, ()))
            for test, outcome in self._unpassed.items()
        ]
        write(directory, self._kept, time.time(), unpassed)
        ignore = directory.parent / ".gitignore"
        if directory.exists() and not ignore.exists():
            ignore.write_text("*\n")

    def _warn(self, text: str) -> None:
        # Told, and not raised: where warnings are errors, it would end the run with a traceback.
        message = warnings.WarningMessage(pytest.PytestWarning(text), pytest.PytestWarning, "", 0)
        self._config.hook.pytest_warning_recorded.call_historic(
            kwargs={"warning_message": message, "when": "runtest", "nodeid": "", "location": None}
        )


def keeper_of(config: pytest.Config) -> Keeper:
    """The keeper of this run; there is none before the first record."""
    keeper = config.pluginmanager.get_plugin(PLUGIN)
    if keeper is None:
        keeper = Keeper(config)
        config.pluginmanager.register(keeper, PLUGIN)
    return keeper


def _root(config: pytest.Config) -> Path:
    """The directory of ``fitness.yaml``, looked for as ``--fitness`` does; else the rootdir."""
    for directory in (config.invocation_params.dir, config.rootpath):
        path = directory / _CONFIGURATION
        if path.is_file():
            return path.resolve().parent
    return config.rootpath
