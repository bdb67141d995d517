"""Running ``pytest --fitness`` and reading its report."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from support.programs import Run, run
from support.tools import tool

_REPORT = "corpus-report.json"
Verdicts = list[dict[str, Any]]


def write_config(path: Path, package: str, source: str, functions: Iterable[str]) -> Path:
    """Write a configuration; each function is one line of YAML."""
    lines = "".join(f"  {function}\n" for function in functions)
    codebase = f"codebase: {{packages: [{package}], source: {source}}}"
    path.write_text(f"version: 1\n{codebase}\nfunctions:\n{lines}")
    return path


def report(
    root: Path, config: Path | None = None, pytest: Path | None = None
) -> tuple[Run, Verdicts]:
    """Run all functions; the run, which may end with 0 or 1, and its verdicts."""
    target = root / _REPORT
    target.unlink(missing_ok=True)
    # What a project gives pytest by default may ask for plugins that are not installed here.
    command = [str(pytest or tool("pytest")), "-o", "addopts=", "--fitness", "--fitness-no-history"]
    chosen = [] if config is None else ["--fitness-config", config.name]
    done = run([*command, "--fitness-json", _REPORT, *chosen], root, expect=(0, 1))
    verdicts: Verdicts = json.loads(target.read_text())["verdicts"]
    return done, verdicts
