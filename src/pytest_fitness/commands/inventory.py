"""What a configuration has to work with: kinds, packages, contracts, baseline, history, cache."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from pytest_fitness.codebase.contracts.config import find_contract_file, read_contracts
from pytest_fitness.commands.output import plural
from pytest_fitness.errors import ConfigError, FitnessError, MeasureError
from pytest_fitness.history.store import open_existing
from pytest_fitness.history.urls import redact
from pytest_fitness.session.opening import shown_path
from pytest_fitness.session.recorder import DEFAULT
from pytest_fitness.session.workspace import Workspace

_OWN: Final = __name__.partition(".")[0]


def inventory(workspace: Workspace, shown: str) -> Iterator[tuple[str, str]]:
    """Pairs of a label and a text; ``shown`` is how the configuration is named."""
    yield "configuration", f"{shown}: {plural(len(workspace.config.functions), 'function')}"
    tests = workspace.config.tests
    if tests:
        files = plural(len({test.path for test in tests}), "file")
        yield "tests", f"{plural(len(tests), 'function')} in {files}, run by `pytest --fitness`"
    yield "kinds", _names(workspace.registry.kinds.values())
    yield "sources", _names(workspace.registry.sources.values())
    yield from _sources(workspace)
    yield "packages", _packages(workspace)
    yield "looked up in", ", ".join(_relative(root, workspace) for root in workspace.codebase.roots)
    yield "contracts", _contracts(workspace)
    yield "baseline", _baseline(workspace)
    yield "history", _history(workspace)
    yield "cache", _cache(workspace)


def _names(plugins: Iterable[object]) -> str:
    """The names of kinds or sources; those that are not built in with the module they are from."""
    return ", ".join(map(_name, plugins)) or "none"


def _name(plugin: object) -> str:
    name = str(getattr(plugin, "name", ""))
    module = type(plugin).__module__
    return name if module.startswith(f"{_OWN}.") else f"{name} (of {module})"


def _sources(workspace: Workspace) -> Iterator[tuple[str, str]]:
    for name, entry in workspace.config.sources.items():
        yield f"  {name}", entry.source.name


def _packages(workspace: Workspace) -> str:
    if not workspace.codebase.packages:
        return "none named"
    try:
        found = workspace.codebase.found
    except MeasureError as error:
        return str(error)
    counts = Counter(
        package
        for module in found.modules
        for package in found.packages
        if f"{module.name}.".startswith(f"{package}.")
    )
    return ", ".join(f"{name} ({plural(counts[name], 'module')})" for name in found.packages)


def _relative(path: Path, workspace: Workspace) -> str:
    return shown_path(path, workspace.root)


def _contracts(workspace: Workspace) -> str:
    path = find_contract_file(workspace.root)
    if path is None:
        return "no file of import-linter"
    try:
        count = len(read_contracts(path).contracts)
    except ConfigError as error:
        return f"{path.name} cannot be used: {error}"
    names = {
        Path(function.options.from_).name
        for function in workspace.config.functions
        if function.kind == "contracts"
    }
    use = "" if path.name in names else ", used by no function"
    return f"{path.name}: {plural(count, 'contract')}{use}"


def _baseline(workspace: Workspace) -> str:
    assert workspace.config.baseline is not None
    path = workspace.config.baseline
    frozen = sum(function.frozen for function in workspace.config.functions)
    if not frozen and not path.exists():
        return "none, and no function needs one"
    try:
        accepted = workspace.baseline.accepted
    except FitnessError as error:
        return str(error)
    size = sum(map(len, accepted.values()))
    return f"{_relative(path, workspace)}: {plural(size, 'violation')} frozen"


def _history(workspace: Workspace) -> str:
    location = workspace.config.history or DEFAULT
    try:
        store = open_existing(location, base=workspace.root)
        if store is None:
            return f"{redact(location)}: not begun yet"
        with store:
            known = store.series()
    except FitnessError as error:
        return str(error)
    most = max(known.values(), default=0)
    return f"{redact(location)}: {len(known):,} series, {plural(most, 'run')}"


def _cache(workspace: Workspace) -> str:
    directory = Path(workspace.shared["cache"])
    try:
        size = sum(path.stat().st_size for path in directory.glob("codebase.sqlite*"))
    except OSError as error:
        return f"cannot be used: {error}"
    return f"{_relative(directory, workspace)}: {size / 1e6:.1f} MB, may be deleted at any time"
