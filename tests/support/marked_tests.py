"""Projects whose fitness functions are tests, and what a run of them finds."""

import json
from textwrap import dedent
from typing import Any

import pytest

TESTS_ALONE = "tests: tests\n"


def write_tests(
    pytester: pytest.Pytester, source: str, *, config: str = TESTS_ALONE, name: str = "test_it"
) -> None:
    """A project with one test file; ``pytest`` is imported in it, in its first line."""
    directory = pytester.path / "tests"
    directory.mkdir(exist_ok=True)
    (pytester.path / "fitness.yaml").write_text(config, "utf-8")
    (pytester.path / "pytest.ini").write_text("[pytest]\nstrict_markers = true\n", "utf-8")
    (directory / f"{name}.py").write_text(f"import pytest\n{dedent(source)}", "utf-8")


def run(pytester: pytest.Pytester, *options: str, status: int | None = None) -> pytest.RunResult:
    """A run of all functions; of an ordinary exit status where none is named."""
    result = pytester.runpytest_inprocess("--fitness", "--fitness-json=out.json", *options)
    if status is not None:
        assert result.ret == status, f"{result.stdout}\n{result.stderr}"
    return result


def verdicts(
    pytester: pytest.Pytester, *options: str, status: int | None = None
) -> dict[str, dict[str, Any]]:
    """The verdicts of a run by their id, as the JSON report has them."""
    run(pytester, *options, status=status)
    document = json.loads((pytester.path / "out.json").read_text("utf-8"))
    return {verdict["id"]: verdict for verdict in document["verdicts"]}


def outcomes(pytester: pytest.Pytester, *options: str, status: int | None = None) -> dict[str, str]:
    """The outcomes of a run by the ids of its verdicts."""
    found = verdicts(pytester, *options, status=status)
    return {name: verdict["outcome"] for name, verdict in found.items()}
