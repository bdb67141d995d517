"""What pytest tells of a failing test, without what came from the environment."""

from collections.abc import Generator, Mapping

import pytest

from pytest_fitness.session.secrets import hidden


class PrivateReports:
    """Takes the secrets of a run out of tracebacks and of output that was captured.

    It does so where reports are made: on a worker, before they leave it, and before any other
    plugin writes them to a file.
    """

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._secrets = secrets

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Of a test, and of its fixtures."""
        report = yield
        report.user_properties = hidden(report.user_properties, self._secrets)
        self._clear(report)
        return report

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report(
        self,
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Of a file that cannot be imported."""
        report = yield
        self._clear(report)
        return report

    def _clear(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        report.longrepr = hidden(report.longrepr, self._secrets)
        report.sections = hidden(report.sections, self._secrets)
