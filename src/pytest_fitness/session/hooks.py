"""The hooks of a fitness session, on the controller and on every worker alike."""

import gc
import json
import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from pytest_fitness.config.reader import suggest
from pytest_fitness.model import Outcome
from pytest_fitness.reports.safe import one_line
from pytest_fitness.session.dormancy import may_be_asked_ahead
from pytest_fitness.session.items import FitnessFile, FitnessItem
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
        """Collect the configuration and nothing else."""
        if self.config.pluginmanager.has_plugin("dsession"):
            return None  # the workers collect
        session.perform_collect(self.arguments())
        return True

    def arguments(self) -> list[str]:
        """What to collect: the configuration, or the functions of it that were named.

        Raises:
            pytest.UsageError: something else was named, or a function that does not exist.
        """
        path = self.workspace.config.path
        collected = self._collected(path)
        if self.config.args_source is not pytest.Config.ArgsSource.ARGS:
            return [collected]
        named = [self._argument(argument, path, collected) for argument in self.config.args]
        return list(dict.fromkeys(named))

    def _collected(self, path: Path) -> str:
        """The file as pytest is told of it: relative, as it trips over brackets on the way."""
        try:
            shown = os.path.relpath(path, self.config.invocation_params.dir)
        except ValueError:  # on another drive of Windows
            shown = str(path)
        if "[" in shown or "::" in shown:
            raise pytest.UsageError(
                f"pytest cannot collect {one_line(shown)}: there is '[' or '::' in its path\n"
                f"Start it in the directory of {path.name}, or rename what holds them."
            )
        return shown

    def _argument(self, argument: str, path: Path, collected: str) -> str:
        name, separator, rest = argument.partition("::")
        given = (self.config.invocation_params.dir / name).resolve()
        if given != path and given not in path.parents:
            raise pytest.UsageError(
                f"--fitness runs the functions of {path.name} and no other tests; got {argument}\n"
                f"Select functions by `{path.name}::ID`, by -k or by -m."
            )
        if given != path:
            return collected
        if separator:
            self._require(rest, argument)
        return f"{collected}{separator}{rest}"

    def _require(self, wanted: str, argument: str) -> None:
        """Refuse what is neither a function nor a check of one."""
        parts = {
            function.id: [check.part for check in checks if check.part is not None]
            for _, function, checks in self.workspace.plan
        }
        name, separator, part = wanted.partition("::")
        if name not in parts:
            what, known = f"there is no function {one_line(name)!r}", list(parts)
        elif separator and part not in parts[name]:
            what, known = f"{name} has no check {one_line(part)!r}", parts[name]
        else:
            return
        nearest = suggest(part if name in parts else name, known)
        raise pytest.UsageError(f"not found: {one_line(argument)}: {what}\n{nearest}")

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> FitnessFile | None:
        """The configuration file is a collector."""
        if file_path == self.workspace.config.path:
            return FitnessFile.from_parent(parent, path=file_path)
        return None

    @pytest.hookimpl(tryfirst=True)
    def pytest_collect_directory(self, path: Path, parent: pytest.Collector) -> pytest.Dir:
        """A directory on the way to the configuration; no package, which would be imported."""
        return pytest.Dir.from_parent(parent, path=path)

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Leave out the functions of other gates."""
        if self.gate is None:
            return
        others = [
            item
            for item in items
            if isinstance(item, FitnessItem) and self.gate not in item.rule.gates
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
            report.fitness = item.verdict  # type: ignore[attr-defined]
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_report_to_serializable(
        self, report: Any
    ) -> Generator[None, dict[str, Any] | None, dict[str, Any] | None]:
        """On its way to the controller a verdict is builtins."""
        data = yield
        if data is not None and "fitness" in data:
            data["fitness"] = to_builtins(report.fitness)
        return data

    @pytest.hookimpl(wrapper=True)
    def pytest_report_from_serializable(self, data: dict[str, Any]) -> Generator[None, Any, Any]:
        """At the controller it is a verdict again."""
        report = yield
        if report is not None and "fitness" in data:
            report.fitness = verdict_from_builtins(report.fitness)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Let the garbage collector start; what lives by now lives to the end of the run."""
        gc.freeze()
        gc.enable()
        on_its_own = not hasattr(self.config, "workerinput")
        if on_its_own and not self.config.option.collectonly and not session.testsfailed:
            items = (item for item in session.items if isinstance(item, FitnessItem))
            rules = {item.rule.id: item.rule for item in items}.values()
            ahead = (rule for rule in rules if may_be_asked_ahead(rule, self.workspace))
            self.workspace.ask_ahead(ahead)

    def pytest_sessionfinish(self) -> None:
        """Tell the controller what this worker did not analyse."""
        output = getattr(self.config, "workeroutput", None)
        if output is not None:
            # JSON: a path may hold lone surrogates, which do not cross as text.
            output["fitness"] = json.dumps(self.workspace.not_analysed())

    def pytest_report_teststatus(self, report: Any) -> tuple[str, str, Any] | None:
        """A warned function shows as such among the passed ones."""
        found = getattr(report, "fitness", None)
        if found is None or not report.passed or found.outcome is Outcome.PASSED:
            return None
        word = found.outcome.upper()
        return str(found.outcome), word[0].lower(), (word, {"yellow": True})

    def pytest_unconfigure(self) -> None:
        """Close what the run opened."""
        gc.unfreeze()
        self.workspace.close()
