"""What only the controller of a run does: history, reports, the summary, the exit status."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from pytest_fitness.errors import FitnessError
from pytest_fitness.history.baseline import Baseline
from pytest_fitness.judge.verdicts import fails
from pytest_fitness.judge.worsened import is_by_trend
from pytest_fitness.model import FitnessFunction, Verdict
from pytest_fitness.reports import json_report, terminal, worsening
from pytest_fitness.reports.lines import Style
from pytest_fitness.reports.safe import in_ascii, one_line
from pytest_fitness.session.aside import not_analysed, orphans
from pytest_fitness.session.blaming import Blame
from pytest_fitness.session.dormancy import why_nothing_was_judged
from pytest_fitness.session.failure import Explained
from pytest_fitness.session.recorder import Recorder
from pytest_fitness.session.workspace import Workspace


class Controller:
    """Gathers the verdicts of a run, from all workers."""

    def __init__(self, config: pytest.Config, workspace: Workspace) -> None:
        self.config = config
        self.workspace = workspace
        self.verdicts: list[Verdict] = []
        self.taken: dict[str, Verdict] = {}
        self.unseen: set[tuple[str, str]] = set()
        self.past: dict[str, terminal.Past] = {}
        self.troubles: list[str] = []
        self.notes: list[str] = []
        self.lost = False
        self.blame = Blame(workspace)
        self.strict: bool = config.option.fitness_strict
        self.selected: set[str] = set()
        self.ran: set[str] = set()
        self.style = Style(unicode=_shows_unicode(), verbosity=config.getoption("verbose", 0))
        self.recorder = Recorder.open(
            workspace.config,
            url=config.option.fitness_history,
            enabled=not (config.option.fitness_no_history or config.option.collectonly),
            gate=config.option.fitness_gate,
        )

        workspace.last_judged = self.recorder.last_judged(
            function for function in self._functions() if function.every is not None
        )

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Let every worker share this run's cache."""
        node.workerinput["fitness"] = self.workspace.shared

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take in what a worker did not analyse; one that crashed tells nothing."""
        told = getattr(node, "workeroutput", {}).get("fitness", "[]")
        self.unseen |= {(path, reason) for path, reason in json.loads(told)}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note what will have to be run."""
        self.selected = {item.nodeid for item in session.items}

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Note what the workers will have to run."""
        self.selected |= set(ids)

    def pytest_report_header(self) -> str:
        """What is run."""
        config = self.workspace.config
        written, tests = len(config.functions), len(config.tests)
        gate = self.config.option.fitness_gate
        return (
            f"fitness: {written:,} function{'' if written == 1 else 's'}"
            f" in {one_line(config.path.name)}"
            f"{f', {tests:,} in tests' if tests else ''}{f', gate {gate}' if gate else ''}"
        )

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: Any) -> None:
        """Take in the verdicts, and say since when they fail."""
        if report.when == "call" or not report.passed:
            self.ran.add(report.nodeid)
        verdicts = tuple(map(self.blame.told, getattr(report, "fitness", ())))
        self.lost |= report.failed and not verdicts  # a worker that crashed leaves none
        for verdict in verdicts:
            self.taken[verdict.series] = verdict  # where one is run again, the last one counts
        if verdicts and report.failed and isinstance(report.longrepr, str):
            report.longrepr = self._explained(report, verdicts)

    def _explained(self, report: Any, verdicts: tuple[Verdict, ...]) -> Explained:
        text = report.longrepr
        for verdict in verdicts:
            is_broken = fails(verdict, strict=self.strict) and not is_by_trend(verdict)
            since = self.recorder.since(verdict) if is_broken else ""
            whose = f" ({one_line(verdict.series)})" if len(verdicts) > 1 else ""
            if since:
                text += f"\n  since{whose}: {one_line(since)}"
            for culprit in verdict.trend.culprits if verdict.trend is not None else ():
                text += f"\n  changed{whose}: {one_line(culprit)}"
        path, line, _ = report.location
        return Explained(path, (line or 0) + 1, text if self.style.unicode else in_ascii(text))

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Record the run, write what was asked for, and set the exit status."""
        if self.config.option.collectonly:
            return
        self.unseen |= set(not_analysed(self.workspace))
        self.verdicts = sorted(self.taken.values(), key=self._order())
        complete = self._is_complete(session)
        idle = why_nothing_was_judged(self.verdicts)
        self.troubles += [idle] if idle else []
        if self.verdicts:
            self._attempt(lambda: self._remember(complete=complete))
        self._attempt(self._write_json)
        if self.verdicts and self.config.option.fitness_update_baseline and complete:
            self._attempt(self._update_baseline)
        if self.troubles and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """The summary section; nothing where no function ran."""
        if not self.verdicts and not self.troubles:
            return
        terminalreporter.write_sep("=", "fitness")
        style = self.style._replace(width=self.config.get_terminal_writer().fullwidth)
        lines = terminal.summarise(self.verdicts, self.past, style) if self.verdicts else ()
        for line in lines:
            markup = {line.colour: True} if line.colour else {}
            terminalreporter.write_line(line.text, bold=line.bold, **markup)
        for line in worsening.sections(self.verdicts, style):
            terminalreporter.write_line(line.text, bold=line.bold)
        if self.unseen:
            paths = sorted(path for path, _ in self.unseen)
            terminalreporter.write_line(terminal.not_analysed(paths, style), yellow=True)
        for note in self.notes:
            terminalreporter.write_line(note)
        for trouble in self.troubles:
            terminalreporter.write_line(f"error: {trouble}", red=True)

    def pytest_unconfigure(self) -> None:
        """Close the history, and the code of the past."""
        self.blame.close()
        self.recorder.close()

    def _is_complete(self, session: pytest.Session) -> bool:
        """Whether the run came to its end with all that was selected."""
        left = len(self.selected - self.ran)
        if left and session.exitstatus == pytest.ExitCode.OK:
            # Whatever kept them from running: a gate must not pass that has not judged.
            told = f"{left:,} of {len(self.selected):,} selected were not run, nor judged"
            self.troubles.append(told)
        completed = session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        stopped = session.shouldstop or session.shouldfail or self.lost
        return completed and not stopped and not left

    def _functions(self) -> Iterator[FitnessFunction]:
        """Those of the file, then those of the tests."""
        yield from self.workspace.config.functions
        yield from (test.function for test in self.workspace.config.tests)

    def _order(self) -> Callable[[Verdict], tuple[int, int, str]]:
        """The order of the files; workers answer in any other."""
        functions = {function.id: place for place, function in enumerate(self._functions())}
        checks = ((f.id, check.part) for _, f, checks in self.workspace.plan for check in checks)
        parts = {check: place for place, check in enumerate(checks)}

        def place(verdict: Verdict) -> tuple[int, int, str]:
            # Only pytest knows the parameters of tests, and so their parts.
            part = parts.get((verdict.function, verdict.part), 0)
            return functions.get(verdict.function, len(functions)), part, verdict.series

        return place

    def _attempt(self, step: Any) -> None:
        # What cannot be written must neither hide the verdicts nor pass for success.
        try:
            step()
        except (FitnessError, OSError) as error:
            self.troubles.append(str(error))

    def _remember(self, *, complete: bool) -> None:
        shown = terminal.listed(self.verdicts, self.style)
        self.past = self.recorder.past(shown, unicode=self.style.unicode)
        self.recorder.record(self.verdicts, complete=complete, users=self._users())
        self.notes += self.recorder.problems

    def _users(self) -> float | None:
        """How many users there are, where the run has asked live systems with success."""
        asking = {
            function.id
            for kind, function, _ in self.workspace.plan
            if any(kind.questions(function, self.workspace.now))
        }
        answered = any(v.function in asking and v.value is not None for v in self.verdicts)
        if self.workspace.config.users is None or not answered:
            return None
        with suppress(FitnessError):  # the functions themselves are judged without
            return self.workspace.users()
        return None

    def _write_json(self) -> None:
        path = self.config.option.fitness_json
        if path:
            target = self.config.invocation_params.dir / Path(path)
            try:
                self._refuse_to_replace(target, path)
                json_report.write(target, self._describe(), self.verdicts)
            except (OSError, RuntimeError) as error:  # the latter for links that lead in circles
                reason = getattr(error, "strerror", None) or error
                raise FitnessError(f"the JSON report {path} cannot be written: {reason}") from error

    def _describe(self) -> dict[str, Any]:
        unseen = [{"path": path, "reason": reason} for path, reason in sorted(self.unseen)]
        return {**self.recorder.describe(), "not_analysed": unseen}

    def _refuse_to_replace(self, target: Path, shown: str) -> None:
        """Let a mistaken path cost nobody a file."""
        config = self.workspace.config
        for what, own in (("configuration", config.path), ("baseline", config.baseline)):
            if own is not None and target.resolve() == own.resolve():
                raise FitnessError(f"the JSON report cannot be written to {shown}: the {what} file")
        if target.exists() and not target.is_file():
            what = "a directory" if target.is_dir() else "no regular file"
            raise FitnessError(f"the JSON report cannot be written to {shown}: that is {what}")
        if target.exists() and not json_report.is_replaceable(target):
            raise FitnessError(
                f"the JSON report is not written over {shown}: "
                "that is no JSON report of an earlier run; remove it or name another file"
            )

    def _update_baseline(self) -> None:
        frozen = {f.id for f in self.workspace.config.functions if f.frozen}
        judged = [verdict for verdict in self.verdicts if verdict.function in frozen]
        path = self.workspace.config.baseline
        if not judged and (path is None or not path.exists()):
            return
        before: Baseline = self.workspace.baseline
        gone = orphans(self.workspace, before)
        kept = before.without(gone)
        after = kept.prune(judged)
        if after != before:
            after.save()
            self.notes.append(f"{after.path.name}: {_changes(kept, after)}; commit it")
            self.notes += (
                f"  {one_line(name)}: removed, as it is not frozen any more" for name in gone
            )


def _changes(before: Baseline, after: Baseline) -> str:
    removed = sum(len(before.of(name)) - len(after.of(name)) for name in before.accepted)
    tightened = sum(
        after.of(name)[key] != before.of(name)[key]
        for name in after.accepted
        for key in after.of(name)
    )
    return f"{removed:,} fixed removed, {tightened:,} tightened"


def _shows_unicode() -> bool:
    if os.environ.get("TERM") == "dumb":
        return False
    encoding = getattr(sys.__stdout__, "encoding", None) or "ascii"
    try:
        "✓▁█≤".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
