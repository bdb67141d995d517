"""The hooks of a fitness session, on the controller and on every worker alike."""

import gc
import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from pytest_fitness.model import Outcome
from pytest_fitness.session.aside import not_analysed
from pytest_fitness.session.dormancy import may_be_asked_ahead
from pytest_fitness.session.items import RULE, FitnessFile, FitnessItem
from pytest_fitness.session.lanes import together
from pytest_fitness.session.selection import Selection
from pytest_fitness.session.workspace import Workspace
from pytest_fitness.transfer import to_builtins, verdict_from_builtins


class FitnessPlugin:
    """Collects the configuration, runs its items and hands the verdicts on."""

    def __init__(self, config: pytest.Config, workspace: Workspace) -> None:
        self.config = config
        self.workspace = workspace
        self.strict: bool = config.option.fitness_strict
        self.gate: str | None = config.option.fitness_gate

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> object:
        """Collect the configuration and the files of marked tests, and nothing else."""
        if self.config.pluginmanager.has_plugin("dsession"):
            return None  # the workers collect
        session.perform_collect(self.arguments())
        return True

    def arguments(self) -> list[str]:
        """What to collect: everything, or the functions that were named.

        Raises:
            pytest.UsageError: something else was named, or a function that does not exist.
        """
        return Selection(self.config, self.workspace).arguments()

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> FitnessFile | None:
        """The configuration file is a collector."""
        if file_path == self.workspace.config.path:
            return FitnessFile.from_parent(parent, path=file_path)
        return None

    @pytest.hookimpl(tryfirst=True)
    def pytest_collect_directory(self, path: Path, parent: pytest.Collector) -> pytest.Dir | None:
        """A directory on the way to the configuration; no package, which would be imported."""
        if path not in self.workspace.config.path.parents:
            return None  # that of a test, which imports its packages
        return pytest.Dir.from_parent(parent, path=path)

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Leave out the functions of other gates."""
        if self.gate is None:
            return
        others = [
            item for item in items if RULE in item.stash and self.gate not in item.stash[RULE].gates
        ]
        if others:
            config.hook.pytest_deselected(items=others)
            dropped = set(others)
            items[:] = [item for item in items if item not in dropped]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Let the verdict travel on the report."""
        report = yield
        if isinstance(item, FitnessItem) and report.when == "call" and item.verdict is not None:
            report.fitness = (item.verdict,)  # type: ignore[attr-defined]
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_report_to_serializable(
        self, report: Any
    ) -> Generator[None, dict[str, Any] | None, dict[str, Any] | None]:
        """On their way to the controller verdicts are builtins."""
        data = yield
        if data is not None and "fitness" in data:
            data["fitness"] = to_builtins(report.fitness)
        return data

    @pytest.hookimpl(wrapper=True)
    def pytest_report_from_serializable(self, data: dict[str, Any]) -> Generator[None, Any, Any]:
        """At the controller they are verdicts again."""
        report = yield
        if report is not None and "fitness" in data:
            report.fitness = tuple(map(verdict_from_builtins, report.fitness))
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Let the garbage collector start; what lives by now lives to the end of the run."""
        gc.freeze()
        gc.enable()
        on_its_own = not hasattr(self.config, "workerinput")
        # What this run starts cannot be asked before it is there.
        is_asked = on_its_own and not together(self.workspace)
        if is_asked and not self.config.option.collectonly and not session.testsfailed:
            selected = {item.rule.id for item in session.items if isinstance(item, FitnessItem)}
            rules = (rule for rule in self.workspace.config.functions if rule.id in selected)
            ahead = (rule for rule in rules if may_be_asked_ahead(rule, self.workspace))
            self.workspace.ask_ahead(ahead)

    def pytest_sessionfinish(self) -> None:
        """Tell the controller what this worker did not analyse."""
        output = getattr(self.config, "workeroutput", None)
        if output is not None:
            # JSON: a path may hold lone surrogates, which do not cross as text.
            output["fitness"] = json.dumps(not_analysed(self.workspace))

    def pytest_report_teststatus(self, report: Any) -> tuple[str, str, Any] | None:
        """A warned function shows as such among the passed ones."""
        outcomes = [verdict.outcome for verdict in getattr(report, "fitness", ())]
        remarkable = [outcome for outcome in outcomes if outcome is not Outcome.PASSED]
        if not remarkable or not report.passed:
            return None
        word = remarkable[0].upper()
        return str(remarkable[0]), word[0].lower(), (word, {"yellow": True})

    def pytest_unconfigure(self) -> None:
        """Close what the run opened."""
        self.workspace.close()
