"""The hooks by which tests marked ``fitness`` run, and are judged by what they record."""

from collections.abc import Generator
from typing import Any, Final

import pytest

from pytest_fitness.config.marked.syntax import MARKER
from pytest_fitness.errors import FitnessError, MeasureError
from pytest_fitness.judge.verdicts import fails
from pytest_fitness.model import Effect, Outcome, Verdict
from pytest_fitness.reports.safe import one_line
from pytest_fitness.session.dormancy import why_dormant
from pytest_fitness.session.items import FitnessFailure, Run, explain_all, properties
from pytest_fitness.session.python_functions import Tried, all_with, judge_records, unmeasured
from pytest_fitness.session.python_items import TRIED
from pytest_fitness.session.recording import RECORDS
from pytest_fitness.session.secrets import redact

_VERDICTS: Final = pytest.StashKey[tuple[Verdict, ...]]()
_NOT_ABOVE: Final = (
    "the marker of this test is not written above it",
    f"Write `@pytest.mark.{MARKER}(…)` as its decorator: the file is read, not run.",
)


class PythonRuns:
    """Runs the marked tests that are due, and judges what they record."""

    def __init__(self, run: Run) -> None:
        self._run = run

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Keep a test from running that sleeps, or whose marker cannot be read."""
        test = item.stash.get(TRIED, None)
        if test is None:
            return
        item.stash[_VERDICTS] = ()
        if RECORDS in item.stash:
            del item.stash[RECORDS]
        found = self._kept_from_running(test)
        if found:
            self._settle(item, found)
            pytest.skip(one_line(found[0].reason))

    def _kept_from_running(self, test: Tried) -> tuple[Verdict, ...]:
        if test.is_stray:
            return unmeasured(test, MeasureError(*_NOT_ABOVE))
        try:
            reason = why_dormant(test.marked.kind, test.function, self._run.workspace)
        except FitnessError as error:
            return unmeasured(test, error)
        return all_with(test, Outcome.DORMANT, reason, effect=Effect.SKIP) if reason else ()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Judge what the test recorded, once it has passed; a verdict may fail it."""
        test = item.stash.get(TRIED, None)
        if test is None:
            return (yield)
        with self._run.workspace.turn(test.marked.kind, test.function):
            result = yield
        records = item.stash.get(RECORDS, None)
        found = records.found if records is not None else ()
        self._settle(item, judge_records(test, found, self._run.workspace))
        return result

    def _settle(self, item: pytest.Item, found: tuple[Verdict, ...]) -> None:
        """Keep the verdicts on a test, and let them do to it what they do to any item."""
        secrets = self._run.workspace.config.secrets
        found = item.stash[_VERDICTS] = tuple(redact(each, secrets) for each in found)
        for each in found:
            if fails(each, strict=self._run.strict):
                raise FitnessFailure(each)
        if all(each.effect is Effect.SKIP for each in found):
            pytest.skip(one_line(found[0].reason))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Let the verdicts travel on the report, and tell them where they are why it failed."""
        report = yield
        test = item.stash.get(TRIED, None)
        if test is None or (report.when != "call" and report.passed):
            return report
        found = self._verdicts(test, item, call, report)
        self._explain(found, item, call, report)
        report.fitness = tuple(  # type: ignore[attr-defined]
            each._replace(seconds=round(call.duration, 6)) for each in found
        )
        if report.when != "teardown":
            item.user_properties += properties(*found)
            report.user_properties = list(item.user_properties)
        return report

    def _explain(
        self,
        found: tuple[Verdict, ...],
        item: pytest.Item,
        call: pytest.CallInfo[None],
        report: pytest.TestReport,
    ) -> None:
        """Let the report tell the verdict, where that is why the test ended as it did."""
        judged = call.excinfo is not None and call.excinfo.errisinstance(FitnessFailure)
        by_us = bool(item.stash.get(_VERDICTS, ()))
        if judged and report.failed:
            report.longrepr = explain_all(found, strict=self._run.strict)
        elif report.skipped and by_us and isinstance(report.longrepr, tuple):
            report.longrepr = (str(item.path), (item.location[1] or 0) + 1, report.longrepr[2])

    def _verdicts(
        self, test: Tried, item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport
    ) -> tuple[Verdict, ...]:
        """The verdicts as they agree with what pytest made of the test."""
        found = item.stash.get(_VERDICTS, ())
        strict = self._run.strict
        failing = any(fails(each, strict=strict) for each in found)
        if report.failed and (report.when == "teardown" or not failing):
            found = all_with(test, Outcome.ERROR, _why_failed(call, report))
        elif report.skipped and (failing or not found):
            found = _skipped(test, found, report)
        secrets = self._run.workspace.config.secrets
        return tuple(redact(each, secrets) for each in found)


def _why_failed(call: pytest.CallInfo[None], report: pytest.TestReport) -> str:
    where = {"setup": "its setup failed: ", "teardown": "its teardown failed: "}
    told = call.excinfo.exconly() if call.excinfo is not None else str(report.longrepr)
    return where.get(str(report.when), "the test failed: ") + one_line(told.partition("\n")[0], 300)


def _skipped(
    test: Tried, found: tuple[Verdict, ...], report: pytest.TestReport
) -> tuple[Verdict, ...]:
    """What a test was told to skip, or to fail: nothing of it is held against the run."""
    expected: Any = getattr(report, "wasxfail", None)
    if expected is None:
        told = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        reason = f"skipped: {str(told).removeprefix('Skipped: ')}"
        return all_with(test, Outcome.DORMANT, one_line(reason, 300), effect=Effect.SKIP)
    why = str(expected).removeprefix("reason: ")
    reason = one_line(f"expected to fail{f' ({why})' if why else ''}", 300)
    if not found:
        return all_with(test, Outcome.DORMANT, reason, effect=Effect.SKIP)
    return tuple(
        each._replace(
            outcome=Outcome.DORMANT, effect=Effect.SKIP, reason=f"{reason}: {each.reason}"
        )
        for each in found
    )
