"""What a contract names that is not there, and contracts that could never be broken.

import-linter keeps those; here a rule that has nothing to judge is never a pass. Where a contract
is wrong in any other way nothing is said: import-linter's own complaint is the better one.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain, product
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pytest_fitness.codebase.contracts.layers import Level
from pytest_fitness.codebase.contracts.quick_case import (
    Case,
    NotQuickError,
    Options,
    matches,
    overlap,
    own_types,
    parse_level,
)
from pytest_fitness.codebase.imports.graph import ImportGraph

if TYPE_CHECKING:
    from importlinter import Contract

_MAY_BE_EMPTY: Final = frozenset({"allowed_importers", "skip_descendants"})
_EXPRESSIONS: Final = {
    "layers": ("containers",),
    "forbidden": ("source_modules", "forbidden_modules"),
    "independence": ("modules",),
    "protected": ("protected_modules", "allowed_importers"),
    "acyclic_siblings": ("ancestors", "skip_descendants"),
}
_REQUIRED: Final = {
    **{kind: {*names} - {"skip_descendants"} for kind, names in _EXPRESSIONS.items()},
    "layers": {"layers"},
}
_DEPTH: Final = "10"


class Unmatched(NamedTuple):
    """Notes on what matches nothing, and the complaint where nothing is left to judge."""

    notes: tuple[str, ...] = ()
    complaint: str | None = None


def find_unmatched(graph: ImportGraph, session: Options, options: Options) -> Unmatched:
    """What a contract of a built-in type names in vain."""
    kind = str(options.get("type"))
    case = Case(graph, graph.imports, session, options)
    try:
        if kind not in _EXPRESSIONS or kind in own_types(session):
            return Unmatched()
        if not _REQUIRED[kind] <= options.keys():
            return Unmatched()
        given = {name: case.lines(name) for name in _EXPRESSIONS[kind] if name in options}
        if kind == "layers":
            given = {name: lines for name, lines in given.items() if lines}
        found = find_unmatched_globs(graph, given)
        if found.complaint is not None:
            return found
        return Unmatched(*_RULES[kind](case, found.notes))
    except (NotQuickError, ValueError):
        return Unmatched()


def find_unmatched_globs(graph: ImportGraph, given: Mapping[str, Sequence[str]]) -> Unmatched:
    """The globs among module expressions, by the option they stand in, that match nothing."""
    notes: list[str] = []
    for name, expressions in given.items():
        empty = [text for text in expressions if "*" in text and not matches(graph, text)]
        notes += [f"{name}: {text} matches no module" for text in empty]
        if name not in _MAY_BE_EMPTY and len(empty) == len(expressions):
            wanted = ", ".join(empty) or "an empty list"
            return Unmatched((), f"{name}: {wanted} matches no module")
    return Unmatched(tuple(notes))


def expressions_of(contract: "Contract") -> dict[str, list[str]]:
    """The module expressions of a contract of any type, by the option they stand in."""
    from importlinter import fields

    found: dict[str, list[str]] = {}
    for name in sorted(vars(type(contract))):
        subfield = getattr(getattr(type(contract), name), "subfield", None)
        value = getattr(contract, name)
        if isinstance(subfield, fields.ModuleExpressionField) and value is not None:
            found[name] = sorted(map(str, value))
    return found


_Found = tuple[tuple[str, ...], str | None]


def _layers(case: Case, notes: tuple[str, ...]) -> _Found:
    levels, required, optional = _layer_names(case)
    exists = case.graph.index.keys()
    containers = [f"{name}." for name in _names(case, "containers", may_be_absent=True)] or [""]
    if not set(map("".join, product(containers, required))) <= exists:
        return notes, None
    rows = [_existing(levels, prefix, exists) for prefix in containers]
    present = {*chain.from_iterable(chain.from_iterable(rows))}
    if not present:
        return notes, "layers: none of them exists"
    exhaustive = case.flag("exhaustive", default=False)
    if not exhaustive and not any(_can_break(levels, row) for row in rows):
        only = ", ".join(sorted(present))
        return notes, f"layers: there is nothing above or below {only}"
    absent = sorted(optional - present)
    return (*notes, *(f"layers: ({name}) does not exist" for name in absent)), None


def _layer_names(case: Case) -> tuple[list[Level], set[str], set[str]]:
    """The levels, the names that must exist, and those that need not."""
    parsed = [parse_level(text) for text in case.lines("layers")]
    levels = [level for level, _ in parsed]
    optional = {*chain.from_iterable(names for _, names in parsed)}
    required = {*chain.from_iterable(level.packages for level in levels)} - optional
    return levels, required, optional


def _existing(levels: Sequence[Level], prefix: str, exists: Collection[str]) -> list[list[str]]:
    """For each level the names on it that a container has."""
    return [[name for name in level.packages if f"{prefix}{name}" in exists] for level in levels]


def _can_break(levels: Sequence[Level], row: Sequence[Sequence[str]]) -> bool:
    """Whether one module may not import another: on two levels, or side by side on one."""
    if sum(map(bool, row)) > 1:
        return True
    return any(
        level.independent and len(names) > 1 for level, names in zip(levels, row, strict=True)
    )


def _forbidden(case: Case, notes: tuple[str, ...]) -> _Found:
    as_packages = case.flag("as_packages", default=True)
    pairs = product(_names(case, "source_modules"), _names(case, "forbidden_modules"))
    if all(overlap(*pair, as_packages=as_packages) for pair in pairs):
        return notes, "forbidden_modules: each of them overlaps with every source module"
    return notes, None


def _independence(case: Case, notes: tuple[str, ...]) -> _Found:
    names = _names(case, "modules")
    if len(names) < 2:
        return notes, f"modules: there is only one, {', '.join(names)}"
    return notes, None


def _acyclic_siblings(case: Case, notes: tuple[str, ...]) -> _Found:
    children: dict[str, list[str]] = {}
    for name in case.graph.names[: case.graph.internal]:
        children.setdefault(name.rpartition(".")[0], []).append(name)
    depth = int(case.options.get("depth", _DEPTH))
    skipped = set(_names(case, "skip_descendants"))
    ancestors = _names(case, "ancestors")
    if any(len(row) > 1 for name in ancestors for row in _rows(name, children, depth, skipped)):
        return notes, None
    return notes, f"ancestors: there are no siblings below {', '.join(ancestors)}"


def _rows(
    name: str, children: Mapping[str, list[str]], depth: int, skipped: set[str]
) -> Iterator[list[str]]:
    """The children of a package, those of each child, and so on as deep as is asked for."""
    level = [name]
    while level and depth >= 0:
        depth -= 1
        rows = [children[parent] for parent in level if parent in children]
        yield from rows
        level = [child for row in rows for child in row if child not in skipped]


def _protected(_case: Case, notes: tuple[str, ...]) -> _Found:
    return notes, None


_RULES: Final[Mapping[str, Any]] = {
    "layers": _layers,
    "forbidden": _forbidden,
    "independence": _independence,
    "protected": _protected,
    "acyclic_siblings": _acyclic_siblings,
}


def _names(case: Case, option: str, *, may_be_absent: bool = False) -> list[str]:
    """The modules that an option names; external ones need not be in the graph.

    Raises:
        NotQuickError: a module of the codebase does not exist, though it has to.
    """
    names: set[str] = set()
    for expression in case.lines(option):
        matched = matches(case.graph, expression)
        if not matched and not may_be_absent and _is_internal(case, expression):
            raise NotQuickError
        names.update(case.graph.names[place] for place in matched)
        if not matched and "*" not in expression:
            names.add(expression)
    return sorted(names)


def _is_internal(case: Case, name: str) -> bool:
    roots = case.session.get("root_packages", ())
    roots = [roots] if isinstance(roots, str) else roots
    return "*" not in name and any(f"{name}.".startswith(f"{root}.") for root in roots)
