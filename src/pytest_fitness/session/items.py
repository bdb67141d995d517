"""Fitness functions as test items: one a check."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from pytest_fitness.judge.verdicts import fails
from pytest_fitness.model import Check, Effect, FitnessFunction, Outcome, Verdict, series_of
from pytest_fitness.reports.failure import explain
from pytest_fitness.reports.safe import one_line
from pytest_fitness.session.evaluate import evaluate
from pytest_fitness.session.workspace import Planned, Workspace

if TYPE_CHECKING:
    from pytest_fitness.config.kinds import Kind


class FitnessFailure(Exception):
    """Raised in an item whose verdict fails the run."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.reason)
        self.verdict = verdict


class Run(Protocol):
    """What the items of a run share."""

    workspace: Workspace
    strict: bool


class FitnessFile(pytest.File):
    """The configuration as a collector."""

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """An item a function, or a group where a function has several checks."""
        run = self.config.stash[RUN]
        for planned in run.workspace.plan:
            _, function, checks = planned
            if len(checks) == 1 and checks[0].part is None:
                yield FitnessItem.from_parent(self, name=function.id, planned=planned, index=0)
            else:
                yield FitnessGroup.from_parent(self, name=function.id, planned=planned)


class FitnessGroup(pytest.Collector):
    """A function with several checks."""

    def __init__(self, *, planned: Planned, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.planned = planned

    def collect(self) -> Iterator[pytest.Item]:
        """An item a check."""
        for index, check in enumerate(self.planned[2]):
            assert check.part is not None
            yield FitnessItem.from_parent(self, name=check.part, planned=self.planned, index=index)


class FitnessItem(pytest.Item):
    """One check."""

    def __init__(self, *, planned: Planned, index: int, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.kind: Kind = planned[0]
        # pytest takes an attribute `function` of any item for a Python function.
        self.rule: FitnessFunction = planned[1]
        self.check: Check = planned[2][index]
        self.verdict: Verdict | None = None
        self.stash[RULE] = self.rule
        for tag in self.rule.tags:
            self.add_marker(tag)

    def runtest(self) -> None:
        """Measure and judge; a verdict that fails the run is raised."""
        run = self.config.stash[RUN]
        found = self.verdict = evaluate(self.kind, self.rule, self.check, run.workspace)
        self.user_properties += properties(found)
        if fails(found, strict=run.strict):
            raise FitnessFailure(found)
        if found.outcome is Outcome.DORMANT or found.effect is Effect.SKIP:
            pytest.skip(one_line(found.reason))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: Any) -> Any:
        """The failure as a person reads it; anything else as pytest shows it."""
        if isinstance(excinfo.value, FitnessFailure):
            return explain(excinfo.value.verdict)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Any, int, str]:
        """The line of ``fitness.yaml`` that the function begins on."""
        return self.path, self.rule.location.line - 1, series_of(self.rule.id, self.check.part)


def explain_all(verdicts: Sequence[Verdict], *, strict: bool) -> str:
    """Why an item failed that has one verdict or several."""
    told = [(each, explain(each)) for each in verdicts if fails(each, strict=strict)]
    if len(verdicts) == 1:
        return "".join(text for _, text in told)
    return "\n\n".join(f"{one_line(each.series)}: {text}" for each, text in told)


def properties(*verdicts: Verdict) -> list[tuple[str, object]]:
    """What JUnit files carry of the verdicts on an item: flat scalars."""
    found: dict[str, object] = {}
    for verdict in verdicts:
        prefix = "fitness" if len(verdicts) == 1 else f"fitness.{verdict.part}"
        found |= {
            f"{prefix}.outcome": str(verdict.outcome),
            f"{prefix}.value": verdict.value,
            f"{prefix}.unit": verdict.unit,
            f"{prefix}.limit": verdict.limit and verdict.limit.describe(verdict.unit),
            f"{prefix}.violations": len(verdict.violations),
            f"{prefix}.known": len(verdict.known),
        }
    return [(name, value) for name, value in found.items() if value not in (None, "")]


RUN = pytest.StashKey[Run]()
RULE = pytest.StashKey[FitnessFunction]()
"""The function that an item belongs to, whatever kind of item it is."""
