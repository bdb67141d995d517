"""From what a repository holds to a first ``fitness.yaml`` that it passes."""

import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

from pytest_fitness.codebase.analysis import Codebase
from pytest_fitness.codebase.contracts.config import (
    ContractFile,
    find_contract_file,
    read_contracts,
)
from pytest_fitness.commands.baseline import UNJUDGED, freeze
from pytest_fitness.commands.discovery import Discovery
from pytest_fitness.commands.template import Draft, Rule, contracts_rule, render, standard_rules
from pytest_fitness.errors import ConfigError, FitnessError, MeasureError
from pytest_fitness.model import Verdict
from pytest_fitness.session.opening import open_workspace
from pytest_fitness.session.workspace import Workspace

_REACH: Final = "change-stays-local"
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class Contracts(NamedTuple):
    """The contract file of a repository: what it holds, or why it cannot be used."""

    path: Path
    file: ContractFile | None
    problem: str = ""


class Drafted(NamedTuple):
    """A draft that its own repository passes, and both files as texts."""

    draft: Draft
    config: str
    baseline: str
    modules: int
    verdicts: tuple[Verdict, ...]


def find_contracts(root: Path) -> Contracts | None:
    """The contracts of import-linter in the root, if there are any."""
    path = find_contract_file(root)
    if path is None:
        return None
    try:
        return Contracts(path, read_contracts(path))
    except ConfigError as error:
        return Contracts(path, None, _without_root(error.message, root))


def draft_for(
    root: Path, discovery: Discovery, contracts: Contracts | None, baseline: str
) -> Drafted:
    """Draft, judge by the draft, and write down what it found; all in files that are then removed.

    Raises:
        FitnessError: a package cannot be found, or nothing of any can be analysed.
    """
    draft = Draft(discovery.packages, discovery.source, {}, {}, standard_rules(None))
    with _opened(draft, root, baseline) as workspace:
        draft = _without_unparsed(draft, _unparsed(workspace, contracts))
    draft = draft._replace(rules=(*_contract_rules(contracts), *draft.rules))
    with _opened(draft, root, baseline) as workspace:
        verdicts = freeze(workspace)
    draft = _settled(draft, verdicts, contracts, root)
    with _opened(draft, root, baseline) as workspace:
        modules = len(workspace.codebase.found.modules)
        verdicts = freeze(workspace)
        assert workspace.config.baseline is not None
        frozen = workspace.config.baseline.read_text("utf-8")
    return Drafted(draft, render(draft, baseline), frozen, modules, tuple(verdicts))


@contextmanager
def _opened(draft: Draft, root: Path, baseline: str) -> Iterator[Workspace]:
    """A workspace of a draft, read by our own loader from a file beside the one to be."""
    with _scratch(root, ".yaml") as config, _scratch(root, ".json") as frozen:
        config.write_text(render(draft, baseline), "utf-8")
        workspace = open_workspace(config, root)
        workspace.config = workspace.config._replace(baseline=frozen)
        try:
            yield workspace
        finally:
            workspace.close()


@contextmanager
def _scratch(directory: Path, suffix: str) -> Iterator[Path]:
    try:
        handle, name = tempfile.mkstemp(dir=directory, prefix=".fitness-init-", suffix=suffix)
    except OSError as error:
        reason = error.strerror or error
        raise FitnessError(f"nothing can be written in {directory}: {reason}") from error
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _contract_rules(contracts: Contracts | None) -> Iterator[Rule]:
    if contracts is not None:
        problems = [contracts.problem] if contracts.problem else []
        yield contracts_rule(contracts.path.name, problems)


def _unparsed(workspace: Workspace, contracts: Contracts | None) -> dict[str, str]:
    """The reason for each module that cannot be analysed."""
    found = _reasons(workspace.codebase)
    if contracts is not None and contracts.file is not None:
        # Where they speak of a package that is not here, their own verdict says so later.
        with suppress(MeasureError):
            found |= _reasons(workspace.codebase.of(contracts.file.root_packages))
    if found and len(found) == len(workspace.codebase.found.modules):
        module, reason = next(iter(found.items()))
        raise FitnessError(f"no module can be analysed, {module} among them: {reason}")
    return found


def _reasons(codebase: Codebase) -> dict[str, str]:
    reasons = {}
    for module in codebase.found.modules:
        error = codebase.facts[module.name].error
        if error is not None:
            line, message = error
            reasons[module.name] = f"{codebase.relative(module.path)}:{line}: {message}"
    return reasons


def _without_unparsed(draft: Draft, reasons: dict[str, str]) -> Draft:
    exclude: dict[str, str] = {}
    for module, reason in sorted(reasons.items()):
        name = _nameable(module)
        if not any(_lies_in(name, other) for other in exclude):
            exclude = {key: why for key, why in exclude.items() if not _lies_in(key, name)}
            exclude[name] = reason
    dropped = {
        package: reason
        for package in draft.packages
        for name, reason in exclude.items()
        if _lies_in(package, name)
    }
    if len(dropped) == len(draft.packages):
        package, reason = next(iter(dropped.items()))
        hint = "A package cannot do without its `__init__.py`: mend it first."
        raise FitnessError(f"nothing of {package} can be analysed: {reason}", hint)
    packages = tuple(package for package in draft.packages if package not in dropped)
    return draft._replace(packages=packages, exclude=exclude, dropped=dropped)


def _nameable(module: str) -> str:
    """The module, or the package around it where its file name is not UTF-8."""
    parent, _, name = module.rpartition(".")
    return module if name.isascii() or not _SURROGATE.search(name) else parent


def _lies_in(name: str, package: str) -> bool:
    return f"{name}.".startswith(f"{package}.")


def _settled(
    draft: Draft, verdicts: Iterable[Verdict], contracts: Contracts | None, root: Path
) -> Draft:
    """The draft without what could not be judged, and with a fitting limit for the reach."""
    problems: dict[str, list[str]] = {}
    reach = None
    for verdict in verdicts:
        if verdict.outcome in UNJUDGED:
            reason = _without_root(verdict.reason, root)
            if reason not in problems.setdefault(verdict.function, []):
                problems[verdict.function].append(reason)
        elif verdict.function == _REACH:
            reach = verdict.value
    rules = (*_contract_rules(contracts), *standard_rules(reach))
    return draft._replace(rules=rules).without(problems)


def _without_root(text: str, root: Path) -> str:
    """The text with paths relative: the file is committed, and others work elsewhere."""
    return text.replace(f"{root}/", "").replace(str(root), ".")
