"""What is left to one worker under xdist, one after another.

That is what shares a started process, and what puts the machine under work.
"""

from collections.abc import Iterable
from typing import Any

import pytest

from pytest_fitness.config.kinds import Kind
from pytest_fitness.model import FitnessFunction
from pytest_fitness.session.workspace import Workspace

_ANY_WORKER = frozenset({"load", "loadgroup", "worksteal"})


def together(workspace: Workspace) -> frozenset[str]:
    """The functions that have to be left to one worker."""
    entries = workspace.config.sources
    started = {name for name, entry in entries.items() if entry.source.starts(entry.options)}
    return frozenset(
        function.id
        for kind, function, _ in workspace.plan
        if kind.goes_alone(function) or (started and not started.isdisjoint(_used(kind, function)))
    )


def _used(kind: Kind, function: FitnessFunction) -> Iterable[str]:
    yield from (asked.source for asked in kind.questions(function, 0.0))
    yield from kind.needs(function)


class Lanes:
    """Gives those functions to one worker, and any other to whoever is free."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Any:
        """A scheduler of xdist's that keeps them together; its usual one where there are none."""
        functions = together(self._workspace)
        if not functions or config.getoption("dist") not in _ANY_WORKER:
            return None
        from xdist.scheduler import LoadScopeScheduling

        class Scheduling(LoadScopeScheduling):  # type: ignore[misc, unused-ignore]
            def _split_scope(self, nodeid: str) -> str:
                name = nodeid.split("::")[1]
                return "together" if name in functions else nodeid

        return Scheduling(config, log)
