"""What the speed benchmark measures: real and generated codebases, each a project of its own."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from support import synthetic
from support.fitness import write_config
from support.packages import DJANGO, HOME_ASSISTANT, unpacked
from support.programs import own_root, run

_COMPLEXITY = (
    "cyclomatic", "maintainability", "volume", "difficulty", "effort", "bugs",
    "loc", "lloc", "sloc", "comments",
)  # fmt: skip
_COUPLING = ("cycles", "propagation_cost", "instability", "distance", "fan_in")
_SHARES = ("propagation_cost", "instability", "distance", "comments")
# A change here leads to new directories.
_GENERATION = 3

_DJANGO_CONTRACTS = (
    {
        "type": "layers",
        "layers": ["django.contrib.flatpages", "django.contrib.sites", "django.dispatch"],
    },
    {
        "type": "independence",
        "modules": ["django.contrib.humanize", "django.contrib.syndication"],
    },
    {
        "type": "forbidden",
        "source_modules": ["django.dispatch"],
        "forbidden_modules": ["django.contrib.gis"],
        "allow_indirect_imports": "True",
    },
    {
        "type": "protected",
        "protected_modules": ["django.db.backends.postgresql"],
        "allowed_importers": ["django.contrib.gis.db.backends.postgis", "django.contrib.postgres"],
    },
)
_HOME_ASSISTANT_CONTRACTS = (
    {
        "type": "layers",
        "layers": ["homeassistant.scripts", "homeassistant.bootstrap", "homeassistant.util"],
    },
    {
        "type": "independence",
        "modules": ["homeassistant.components.hue", "homeassistant.components.sonos"],
    },
    {
        "type": "protected",
        "protected_modules": ["homeassistant.components.zha.core"],
        "allowed_importers": ["homeassistant.components.zha"],
    },
)


class Codebase(NamedTuple):
    """A project to measure: a directory under git with a package and its configuration."""

    title: str
    root: Path
    package: str


def django(work: Path) -> Codebase:
    """Django, some 900 files."""
    package = unpacked(DJANGO, work) / "django"
    return _project(work, "Django, 885 files", package, _DJANGO_CONTRACTS)


def home_assistant(work: Path) -> Codebase:
    """Home Assistant, some 6,700 files."""
    package = unpacked(HOME_ASSISTANT, work) / "homeassistant"
    return _project(work, "Home Assistant, 6,725 files", package, _HOME_ASSISTANT_CONTRACTS)


def generated(work: Path, modules: int) -> Codebase:
    """Modules that import downwards through a hundred layers."""
    sources = work / "sources" / f"generated-{modules}-{_GENERATION}"
    done = sources / ".generated"
    if not done.exists():
        shutil.rmtree(sources, ignore_errors=True)
        synthetic.generate(sources, modules)
        done.touch()
    imports = modules * synthetic.IMPORTS_PER_MODULE
    contract = {"type": "layers", "layers": synthetic.layers()}
    title = f"generated, {modules:,} modules, {imports:,} imports"
    return _project(work, title, sources / synthetic.PACKAGE, (contract,))


def _project(
    work: Path, title: str, package: Path, contracts: Sequence[Mapping[str, Any]]
) -> Codebase:
    root = work / "projects" / f"{package.parent.name}-{_GENERATION}"
    codebase = Codebase(title, root, package.name)
    done = root / ".git" / "made"
    if not done.exists():
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(package, root / package.name, symlinks=True)
        (root / "pyproject.toml").write_text(_contracts(package.name, contracts))
        (root / ".gitignore").write_text(".fitness/\n.pytest_cache/\n__pycache__/\n")
        own_root(root)
        write_config(root / "fitness.yaml", package.name, ".", _functions())
        _commit(root)
        done.touch()
    return codebase


def _contracts(package: str, contracts: Sequence[Mapping[str, Any]]) -> str:
    lines = ["[tool.importlinter]", f'root_package = "{package}"']
    for number, contract in enumerate(contracts, start=1):
        lines += ["", "[[tool.importlinter.contracts]]", f'name = "contract {number}"']
        lines += [f"{name} = {json.dumps(value)}" for name, value in contract.items()]
    return "\n".join([*lines, ""])


def _functions() -> list[str]:
    """Every measure of the comparison, with a limit that holds."""
    functions = ["contracts: {contracts: {from: pyproject.toml}}"]
    for kind, measures in (("coupling", _COUPLING), ("complexity", _COMPLEXITY)):
        for measure in measures:
            limit = "max: 100%" if measure in _SHARES else "max: 1000000000000"
            if measure == "maintainability":
                limit = "min: 0"
            name = measure.replace("_", "-")
            functions.append(f"{name}: {{{kind}: {{measure: {measure}}}, {limit}}}")
    return functions


def _commit(root: Path) -> None:
    identity = ["-c", "user.name=benchmark", "-c", "user.email=benchmark@localhost"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "as published"]):
        run(["git", *identity, "-c", "core.hooksPath=", *arguments], root)
