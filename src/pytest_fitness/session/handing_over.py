"""What ordinary tests record, from the test to a file that the kind ``recorded`` reads."""

import time
import warnings
from pathlib import Path
from typing import Any, Final

import pytest

from pytest_fitness.results.handed_over import DIRECTORY, Record, write
from pytest_fitness.session.recording import Records

PLUGIN: Final = "fitness-handing-over"
ATTRIBUTE: Final = "fitness_records"
_CONFIGURATION: Final = "fitness.yaml"


class Keeper:
    """Keeps what passed tests recorded, and writes it when the run is over.

    On a worker it travels on the report of the test, and the controller writes.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._open: dict[str, tuple[Records, set[str]]] = {}
        self._kept: list[Record] = []

    def begin(self, records: Records) -> None:
        """Look after a test from here on."""
        self._open[records.test] = (records, set())

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: Any) -> None:
        """Let the records of a test that passed, teardown included, travel on its last report."""
        if report.nodeid not in self._open:
            return
        records, passed = self._open[report.nodeid]
        if report.passed:
            passed.add(report.when)
        if report.when == "teardown":
            del self._open[report.nodeid]
            if passed >= {"call", "teardown"}:
                found = [[r.name, r.value, r.unit, records.test] for r in records.found]
                setattr(report, ATTRIBUTE, found)
                self.take(found)

    def take(self, found: list[list[Any]]) -> None:
        """Keep the records that a report carries."""
        self._kept += [Record(*each) for each in found]

    def pytest_sessionfinish(self) -> None:
        """Write what was kept; where that fails, the tests have passed all the same."""
        if hasattr(self._config, "workerinput") or not self._kept:
            return
        try:
            self._write()
        except (OSError, ValueError) as error:
            self._warn(f"what the tests recorded could not be kept: {error}")

    def _write(self) -> None:
        directory = _root(self._config) / DIRECTORY
        directory.mkdir(parents=True, exist_ok=True)
        ignore = directory.parent / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")
        write(directory, self._kept, time.time())

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
