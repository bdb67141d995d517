"""Small repositories, and the commands run on them as a user runs them."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pytest_fitness.config.loader import Config, load_config
from pytest_fitness.session.registry import load_registry

SIMPLE = "def f(x):\n    return x\n"


def tangled(name: str = "tangled", branches: int = 12) -> str:
    """A function that is too complex."""
    lines = [f"def {name}(x):"]
    for number in range(branches):
        lines += [f"    if x == {number}:", f"        return {number}"]
    return "\n".join([*lines, "    return x", ""])


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a directory, and return it."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def shop(root: Path, **files: str) -> Path:
    """A repository with one package of a few modules."""
    modules = {"__init__": "", "web": "from shop import store\n", "store": SIMPLE} | files
    return write(root, {f"shop/{name}.py": text for name, text in modules.items()})


def pytest_fitness(
    directory: Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the console command."""
    return _run(directory, ["-m", "pytest_fitness", *arguments], environment)


def pytest_run(
    directory: Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run ``pytest --fitness``."""
    command = ["-m", "pytest", "-p", "no:cacheprovider", "--fitness", *arguments]
    return _run(directory, command, environment)


def _run(
    directory: Path, command: list[str], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, *command],
        cwd=directory,
        env={**kept, "COLUMNS": "100", **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def config_of(root: Path, name: str = "fitness.yaml") -> Config:
    """The configuration, read by the loader of the package."""
    return load_config(root / name, load_registry)


def frozen_in(root: Path, name: str = "fitness-baseline.json") -> dict[str, dict[str, Any]]:
    """What the baseline file lists."""
    functions: dict[str, dict[str, Any]] = json.loads((root / name).read_text("utf-8"))["functions"]
    return functions
