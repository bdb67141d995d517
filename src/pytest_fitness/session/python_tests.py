"""How pytest names the tests of a file, and which of them it takes for tests at all."""

from pathlib import Path

import pytest

from pytest_fitness.config.marked.tests import MarkedTest

_Name = tuple[Path, str]


class Collected:
    """What the files hold that were looked into."""

    def __init__(self) -> None:
        self._looked_into: set[_Name] = set()
        self._found: set[_Name] = set()

    def look_into(self, collector: pytest.Collector) -> None:
        """Note that all of a file or class was looked at."""
        # A TestCase has its own way to find its tests, of which nothing is told here.
        if isinstance(collector, pytest.Module | pytest.Class) and not _is_test_case(collector):
            self._looked_into.add((collector.path, _classes(collector)))

    def add(self, collector: pytest.Collector, name: str) -> None:
        """Note that pytest takes a name of a file or class for a test, or for a class of some."""
        self._found.add((collector.path, _joined(_classes(collector), name)))

    def lacks(self, test: MarkedTest) -> bool:
        """Whether all was looked at that could hold a test, and pytest does not see it."""
        around = ""
        for name in test.name.split("::"):
            if (test.path, around) not in self._looked_into:
                return False
            around = _joined(around, name)
            if (test.path, around) not in self._found:
                return True
        return False


def name_of(item: pytest.Function) -> str:
    """The name of a test without its parameters: ``TestSearch::test_speed``."""
    return _joined(_classes(item), item.originalname)


def parameters_of(item: pytest.Function) -> str | None:
    """The id of the parameter set of a test; None where it has none."""
    rest = item.name.removeprefix(item.originalname)
    return rest[1:-1] if rest.startswith("[") else None


def _classes(node: pytest.Item | pytest.Collector) -> str:
    return "::".join(each.name for each in node.listchain() if isinstance(each, pytest.Class))


def _joined(around: str, name: str) -> str:
    return f"{around}::{name}" if around else name


def _is_test_case(collector: pytest.Module | pytest.Class) -> bool:
    bases = getattr(collector.obj, "__mro__", ())
    return any(base.__module__ == "unittest.case" for base in bases)
