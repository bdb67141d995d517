"""What is not asked for costs nothing: which modules are loaded, and by what."""

from collections.abc import Callable

import pytest

# Prints the modules that a run has loaded.
LISTING = """\
import sys
def pytest_unconfigure():
    sys.__stdout__.write("loaded: " + " ".join(sorted(sys.modules)) + "\\n")
"""
HEAVY = {"radon", "grimp", "importlinter", "psutil", "pydantic", "sqlalchemy", "numpy", "rich"}


def loaded(pytester: pytest.Pytester, *arguments: str) -> set[str]:
    pytester.makepyfile(listing=LISTING)
    options = ("-p", "listing", "-p", "no:xdist", "-p", "no:hypothesispytest", "-s")
    result = pytester.runpytest_subprocess(*options, *arguments)
    (line,) = (line for line in result.outlines if line.startswith("loaded: "))
    return set(line.split()[1:])


def test_a_plain_pytest_loads_the_option_table_alone(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(pytester.path))
    modules = loaded(pytester)
    ours = {name for name in modules if name.startswith("pytest_fitness")}
    assert ours == {"pytest_fitness", "pytest_fitness.plugin"}
    assert not modules & (HEAVY | {"yaml", "sqlite3"})


def test_a_run_in_which_no_code_has_changed_analyses_nothing(
    shop: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(shop.path))
    loaded(shop, "--fitness")
    modules = loaded(shop, "--fitness")
    assert not modules & HEAVY
    analysing = {
        "facts_of",
        "analysing",
        "walk",
        "workers",
        "cycles",
        "coupling",
        "contract_worker",
    }
    assert not modules & {f"pytest_fitness.codebase.{name}" for name in analysing}


def test_a_thousand_functions_are_read_in_one_go(
    pytester: pytest.Pytester, words: Callable[..., None]
) -> None:
    limited = "  length:\n    words: {source: docs}\n    max: 3\n"
    words("".join(limited.replace("length", f"length-{n}") for n in range(1000)), a="one")
    result = pytester.runpytest_inprocess("--fitness", "-q")
    result.assert_outcomes(passed=1000)
