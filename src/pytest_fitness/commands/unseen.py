"""What no function sees: code that is there and is not analysed."""

from collections.abc import Iterator

from pytest_fitness.codebase.analysis import Codebase
from pytest_fitness.codebase.modules import find_modules
from pytest_fitness.commands.output import plural
from pytest_fitness.errors import MeasureError
from pytest_fitness.session.workspace import Workspace

Finding = tuple[str, list[str]]


def unseen(workspace: Workspace) -> Iterator[Finding]:
    """Headings, each with a line for each place."""
    found: dict[str, dict[str, None]] = {}
    for codebase in _codebases(workspace):
        for heading, lines in _findings(codebase):
            # Packages may be seen twice, and a dict keeps the order.
            found.setdefault(heading, {}).update(dict.fromkeys(lines))
    for heading, unique in found.items():
        if unique:
            yield f"{heading} ({len(unique):,})", list(unique)


def _codebases(workspace: Workspace) -> Iterator[Codebase]:
    """The codebases that are there."""
    for codebase in workspace.codebases():
        try:
            _ = codebase.found
        except MeasureError:
            continue  # The packages are not there: their functions say so.
        yield codebase


def _findings(codebase: Codebase) -> Iterator[Finding]:
    relative = codebase.relative
    yield (
        "not a module of the import graph",
        [f"{relative(path)}: {reason}" for path, reason in codebase.found.skipped],
    )
    yield (
        "cannot be parsed",
        [f"{path}:{line}: {reason}" for path, line, reason in codebase.unparsed],
    )
    yield "excluded in the configuration", _excluded(codebase)
    yield "imports that only running the code would tell", _dynamic(codebase)


def _excluded(codebase: Codebase) -> list[str]:
    if not codebase.exclude:
        return []
    seen = {module.name for module in codebase.found.modules}
    everything = find_modules(codebase.packages, codebase.roots).modules
    return [codebase.relative(module.path) for module in everything if module.name not in seen]


def _dynamic(codebase: Codebase) -> list[str]:
    counts = {module.path: codebase.facts[module.name].dynamic for module in codebase.found.modules}
    return [
        f"{codebase.relative(path)}: {plural(count, 'call')} of import_module or __import__"
        for path, count in counts.items()
        if count
    ]
