"""Contracts judged on the graph itself, so that a run where all are kept need not load more.

Each verdict equals that of import-linter. Where a contract uses anything unusual, is wrong in any
way, or would have something to say beside its verdict, there is no quick verdict: import-linter
then gives the full one.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from pytest_fitness.codebase.contracts.layers import Level, layers_are_kept
from pytest_fitness.codebase.contracts.quick_case import (
    Case,
    NotQuickError,
    Options,
    lines_of,
    matches,
    overlap,
    own_types,
    parse_level,
    without_ignored,
)
from pytest_fitness.codebase.imports.graph import ImportGraph
from pytest_fitness.codebase.imports.reach import Condensation, Successors


class QuickVerdict(NamedTuple):
    """Whether the contract is kept, and how many imports it was told to ignore."""

    kept: bool
    ignored_imports: int


def judge(graph: ImportGraph, session_options: Options, options: Options) -> QuickVerdict | None:
    """The verdict on a contract, or None where import-linter has to give it."""
    kind = str(options.get("type"))
    rule = _RULES.get(kind)
    if rule is None or not options.keys() <= _COMMON | rule.options:
        return None
    try:
        if kind in own_types(session_options):
            return None
        imports, ignored = without_ignored(graph, options)
        kept = rule.keeps(Case(graph, imports, session_options, options))
    except NotQuickError:
        return None
    return None if kept is None else QuickVerdict(kept, ignored)


def _layers(case: Case) -> bool | None:
    parsed = [parse_level(text) for text in case.lines("layers")]
    levels = [level for level, _ in parsed]
    flat = [name for level in levels for name in level.packages]
    if len(set(flat)) < len(flat):
        raise NotQuickError
    optional = {name for _, names in parsed for name in names}
    if case.lines("containers"):
        return _containers_are_kept(case, levels, optional)
    if case.flag("exhaustive", default=False):
        raise NotQuickError
    return _levels_are_kept(case, levels, optional)


def _containers_are_kept(case: Case, levels: Sequence[Level], optional: set[str]) -> bool:
    exhaustive = case.flag("exhaustive", default=False)
    declared = {name for level in levels for name in level.packages}
    declared.update(case.lines("exhaustive_ignores"))
    kept = True
    for container in sorted(case.modules("containers")):
        name = case.graph.names[container]
        inside = [_inside(name, level) for level in levels]
        kept &= _levels_are_kept(case, inside, {f"{name}.{tail}" for tail in optional})
        if exhaustive:
            kept &= _children(case.graph, name) <= declared
    return kept


def _levels_are_kept(case: Case, levels: Sequence[Level], optional: set[str]) -> bool:
    if not _usable(case.graph, levels, optional):
        raise NotQuickError
    kept = layers_are_kept(case.graph, case.imports, levels)
    if kept is None:
        raise NotQuickError
    return kept


def _independence(case: Case) -> bool | None:
    names = [case.graph.names[module] for module in sorted(case.modules("modules"))]
    return layers_are_kept(case.graph, case.imports, [Level(tuple(names))])


def _forbidden(case: Case) -> bool:
    graph = case.graph
    as_packages = case.flag("as_packages", default=True)
    direct = case.flag("allow_indirect_imports", default=False)
    sources = case.modules("source_modules")
    forbidden = _present_forbidden(case)
    marks = [0] * len(graph.names)
    for number, module in enumerate(forbidden):
        for member in case.within({module}, as_packages=as_packages):
            marks[member] |= 1 << number
    reached = _reached_marks(case.imports, marks, direct=direct)
    for source in sources:
        allowed = 0
        for number, module in enumerate(forbidden):
            if overlap(graph.names[source], graph.names[module], as_packages=as_packages):
                allowed |= 1 << number
        members = case.within({source}, as_packages=as_packages)
        if any(reached[member] & ~allowed for member in members):
            return False
    return True


def _protected(case: Case) -> bool:
    as_packages = case.flag("as_packages", default=True)
    allowed = case.within(case.modules("allowed_importers"), as_packages=as_packages)
    protected = [
        case.within({module}, as_packages=as_packages)
        for module in case.modules("protected_modules")
    ]
    packages: dict[int, list[set[int]]] = {}
    for members in protected:
        for member in members:
            packages.setdefault(member, []).append(members)
    return not any(
        importer not in members
        for importer, row in enumerate(case.imports)
        if importer not in allowed
        for imported in row
        for members in packages.get(imported, ())
    )


class _Rule(NamedTuple):
    options: frozenset[str]
    keeps: Callable[[Case], bool | None]


_COMMON: Final = frozenset(
    {
        "id", "name", "type", "ignore_imports", "unmatched_ignore_imports_alerting",
        "broken_contract_guidance",
    }
)  # fmt: skip
_RULES: Final = {
    "layers": _Rule(
        frozenset({"layers", "containers", "exhaustive", "exhaustive_ignores"}), _layers
    ),
    "independence": _Rule(frozenset({"modules"}), _independence),
    "forbidden": _Rule(
        frozenset({"source_modules", "forbidden_modules", "allow_indirect_imports", "as_packages"}),
        _forbidden,
    ),
    "protected": _Rule(
        frozenset({"protected_modules", "allowed_importers", "as_packages"}), _protected
    ),
}


def _inside(container: str, level: Level) -> Level:
    return Level(tuple(f"{container}.{name}" for name in level.packages), level.independent)


def _usable(graph: ImportGraph, levels: Sequence[Level], optional: set[str]) -> bool:
    """Whether some layers exist, and all of them but for the optional ones."""
    names = {name for level in levels for name in level.packages}
    absent = names - graph.index.keys()
    return absent < names and absent <= optional


def _children(graph: ImportGraph, package: str) -> set[str]:
    start = len(package) + 1
    below = (graph.names[module][start:] for module in graph.descendants(package))
    return {tail for tail in below if "." not in tail}


def _present_forbidden(case: Case) -> list[int]:
    """The forbidden modules that the graph has; an external one need not be imported at all."""
    expressions = case.lines("forbidden_modules")
    if not expressions:
        raise NotQuickError
    present = []
    for expression in expressions:
        found = matches(case.graph, expression)
        names = [case.graph.names[module] for module in found] or [expression]
        if not all(_may_be_forbidden(case, name, exists=bool(found)) for name in names):
            raise NotQuickError
        present += found
    return sorted(set(present))


def _may_be_forbidden(case: Case, name: str, *, exists: bool) -> bool:
    """Whether import-linter takes a module to forbid: one that exists, or an external package."""
    roots = lines_of(case.session, "root_packages")
    if any(f"{name}.".startswith(f"{root}.") for root in roots):
        return exists
    external = str(case.session.get("include_external_packages")).lower() == "true"
    return external and "." not in name and "*" not in name


def _reached_marks(imports: Successors, marks: Sequence[int], *, direct: bool) -> list[int]:
    """For each module the marks of what it imports; of what it reaches, unless ``direct``."""
    if direct:
        reached = [0] * len(imports)
        for module, row in enumerate(imports):
            for imported in row:
                reached[module] |= marks[imported]
        return reached
    condensed = Condensation(imports)
    found: list[int] = []
    reached = [0] * len(imports)
    for members, successors in zip(condensed.components, condensed.successors, strict=True):
        bits = 0
        for following in successors:
            bits |= found[following]
        for member in members:
            bits |= marks[member]
        found.append(bits)
        for member in members:
            reached[member] = bits
    return reached
