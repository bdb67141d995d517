"""A project whose live source gives the answers that a test writes down."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SUPPORT = Path(__file__).parent.parent / "support"
HEAD = """\
plugins: [given_source]
sources:
  app: {given: {}}
"""
Project = Callable[..., None]


@pytest.fixture
def project(pytester: pytest.Pytester) -> Project:
    """Writes ``fitness.yaml`` with some functions, and the answers to their questions."""

    def write(functions: str, answers: dict[str, Any], *, head: str = HEAD) -> None:
        plugin = (SUPPORT / "given_source.py").read_text(encoding="utf-8")
        (pytester.path / "given_source.py").write_text(plugin, encoding="utf-8")
        text = f"{head}functions:\n{functions}"
        (pytester.path / "fitness.yaml").write_text(text, encoding="utf-8")
        (pytester.path / "given.json").write_text(json.dumps(answers), encoding="utf-8")

    return write


@pytest.fixture
def run(pytester: pytest.Pytester) -> Callable[..., dict[str, Any]]:
    """Runs the functions; the verdicts by name, as the JSON report has them."""

    def run_functions(*options: str, exit_status: int | None = None) -> dict[str, Any]:
        result = pytester.runpytest_inprocess("--fitness", "--fitness-json=out.json", *options)
        if exit_status is not None:
            assert result.ret == exit_status, str(result.stdout) + str(result.stderr)
        found = json.loads((pytester.path / "out.json").read_text(encoding="utf-8"))
        (pytester.path / "out.json").unlink()
        return {verdict["id"]: verdict for verdict in found["verdicts"]}

    return run_functions
