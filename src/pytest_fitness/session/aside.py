"""What a run leaves aside: code that no function looked at, entries that no check needs."""

from pathlib import Path

from pytest_fitness.codebase.analysis import Codebase
from pytest_fitness.history.baseline import Baseline
from pytest_fitness.model import series_of
from pytest_fitness.session.workspace import Workspace


def orphans(workspace: Workspace, baseline: Baseline) -> list[str]:
    """What a baseline lists though no such check is frozen any more."""
    frozen = {
        series_of(function.id, check.part)
        for _, function, checks in workspace.plan
        if function.frozen
        for check in checks
    }
    return [series for series in baseline.accepted if series not in frozen]


def not_analysed(workspace: Workspace) -> list[tuple[str, str]]:
    """What lies among the modules that were looked at and is none itself, and why."""
    if not workspace.has_read_code:
        return []  # no function asked for code
    found: dict[tuple[str, str], None] = {}
    for codebase in workspace.codebases():
        if "found" not in vars(codebase):
            continue
        for path, reason in codebase.found.skipped:
            if not _is_excluded(path, codebase):
                found[codebase.relative(path), codebase.relative(reason)] = None
    return sorted(found)


def _is_excluded(path: str, codebase: Codebase) -> bool:
    """Whether the configuration leaves out what would be the module at this path."""
    if not codebase.exclude:
        return False
    from pytest_fitness.codebase.globs import select_names_below

    root = next((root for root in codebase.roots if Path(path).is_relative_to(root)), None)
    if root is None:
        return False
    name = ".".join(Path(path).relative_to(root).with_suffix("").parts)
    return any(select_names_below([name], glob) for glob in codebase.exclude)
