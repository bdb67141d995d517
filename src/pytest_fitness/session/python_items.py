"""The hooks by which tests marked ``fitness`` become items of the run."""

from collections.abc import Generator
from typing import Final

import pytest

from pytest_fitness.config.marked.syntax import MARKER
from pytest_fitness.session.items import RULE, FitnessFile, FitnessItem, Run
from pytest_fitness.session.python_functions import Tried, stray, tried
from pytest_fitness.session.python_tests import Collected, name_of, parameters_of
from pytest_fitness.session.selection import Selection

TRIED: Final = pytest.StashKey[Tried]()


class PythonCollection:
    """Keeps the marked tests of the files that are collected, and no others."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._tests = {(test.path, test.name): test for test in run.workspace.config.tests}
        self._files = {path for path, _ in self._tests}
        self._collected = Collected()

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Note which files and classes were looked into."""
        report = yield
        if report.passed:
            self._collected.look_into(collector)
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_pycollect_makeitem(
        self, collector: pytest.Collector, name: str
    ) -> Generator[None, object, object]:
        """Note which names pytest takes for tests."""
        made = yield
        if made is not None:
            self._collected.add(collector, name)
        return made

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, items: list[pytest.Item]
    ) -> None:
        """Leave out what is no fitness function: the tests beside them are none of this run's."""
        items[:] = [item for item in items if item.path not in self._files or self._adopt(item)]
        items += self._absent(session)

    def _adopt(self, item: pytest.Item) -> bool:
        """Make a marked test a function of this run; False for any other test."""
        if not isinstance(item, pytest.Function):
            return False
        marked = self._tests.get((item.path, name_of(item)))
        if marked is not None:
            test = tried(marked, parameters_of(item), self._run.workspace)
        elif item.get_closest_marker(MARKER) is not None:
            test = stray(item.nodeid, item.path, item.location[1] or 0)
        else:
            return False
        item.stash[TRIED] = test
        item.stash[RULE] = test.function
        for tag in test.function.tags:
            item.add_marker(tag)
        return True

    def _absent(self, session: pytest.Session) -> list[pytest.Item]:
        """The tests asked for that pytest does not take for any: they would never run."""
        selection = Selection(session.config, self._run.workspace)
        file = FitnessFile.from_parent(session, path=self._run.workspace.config.path)
        return [
            FitnessItem.from_parent(
                file,
                name=test.function.id,
                planned=(test.kind, test.function, tried(test, None, self._run.workspace).checks),
                index=0,
            )
            for test in self._tests.values()
            if self._collected.lacks(test) and selection.asks_for(test)
        ]
