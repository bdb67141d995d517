"""A contract's options, read against a graph, for verdicts that need no import-linter."""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from pytest_fitness.codebase import globs
from pytest_fitness.codebase.contracts.layers import Level
from pytest_fitness.codebase.imports.graph import ImportGraph
from pytest_fitness.codebase.imports.reach import Successors

Options = Mapping[str, Any]
_PLAIN: Final = re.compile(r"[\w.*]+")


class NotQuickError(Exception):
    """The contract needs import-linter's own judgement."""


class Case(NamedTuple):
    """One contract on one graph; ``imports`` are those of the graph less the ignored ones."""

    graph: ImportGraph
    imports: Successors
    session: Options
    options: Options

    def lines(self, option: str) -> list[str]:
        """The values of an option that takes several."""
        return lines_of(self.options, option)

    def flag(self, option: str, *, default: bool) -> bool:
        """The value of an option that is a boolean, written as text."""
        return _flag(self.options, option, default=default)

    def modules(self, option: str) -> set[int]:
        """The modules of the codebase that an option names, at least one by each expression."""
        found: set[int] = set()
        for expression in self.lines(option):
            matched = matches(self.graph, expression)
            if not matched or matched[-1] >= self.graph.internal:
                raise NotQuickError
            found.update(matched)
        if not found:
            raise NotQuickError
        return found

    def within(self, modules: set[int], *, as_packages: bool) -> set[int]:
        """The modules, with all below them where they stand for packages."""
        if not as_packages:
            return modules
        names = self.graph.names
        return modules.union(*(self.graph.descendants(names[module]) for module in modules))


def lines_of(options: Options, option: str) -> list[str]:
    """The values of an option that takes several; a single one may stand alone."""
    value = options.get(option, ())
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not all(isinstance(item, str) for item in values):
        raise NotQuickError
    return [item for item in values if item.strip()]


def _flag(options: Options, option: str, *, default: bool) -> bool:
    value = options.get(option, str(default))
    if not isinstance(value, str) or value.lower() not in {"true", "false"}:
        raise NotQuickError
    return value.lower() == "true"


def matches(graph: ImportGraph, expression: str) -> list[int]:
    """The modules that an expression matches, external ones included."""
    if not _PLAIN.fullmatch(expression) or not globs.is_valid(expression):
        raise NotQuickError
    return globs.select(graph, expression, external=True)


def own_types(session_options: Options) -> dict[str, str]:
    """Contract types of the project's own, and where each is; one may replace a built-in type."""
    entries = lines_of(session_options, "contract_types")
    pairs = (entry.partition(":") for entry in entries)
    return {name.strip(): path.strip() for name, _, path in pairs}


def parse_level(text: str) -> tuple[Level, set[str]]:
    """A level and the names on it that need not exist."""
    if "|" in text and ":" in text:
        raise NotQuickError
    separator = ":" if ":" in text else "|"
    names, optional = [], set()
    for item in text.split(separator):
        name = item.strip()
        if name.startswith("(") and name.endswith(")"):
            name = name[1:-1]
            optional.add(name)
        names.append(name)
    return Level(tuple(names), independent=separator == "|"), optional


def overlap(source: str, forbidden: str, *, as_packages: bool) -> bool:
    """Whether import-linter skips a pair, since a module cannot be forbidden to import itself."""
    if not as_packages:
        return source == forbidden
    one, other = f"{source}.", f"{forbidden}."
    return one.startswith(other) or other.startswith(one)


def without_ignored(graph: ImportGraph, options: Options) -> tuple[Successors, int]:
    """The imports of the graph without those to ignore, and how many these are."""
    unmatched = options.get("unmatched_ignore_imports_alerting", "error")
    if unmatched not in ("none", "warn", "error"):
        raise NotQuickError
    removed: dict[int, set[int]] = {}
    for expression in lines_of(options, "ignore_imports"):
        importers, _, imported = expression.partition("->")
        targets = set(matches(graph, imported.strip()))
        found = [
            (importer, target)
            for importer in matches(graph, importers.strip())
            for target in targets.intersection(graph.imports[importer])
        ]
        if not found and unmatched != "none":
            raise NotQuickError
        for importer, target in found:
            removed.setdefault(importer, set()).add(target)
    if not removed:
        return graph.imports, 0
    imports = list(graph.imports)
    for importer, ignored in removed.items():
        imports[importer] = [target for target in imports[importer] if target not in ignored]
    return imports, sum(map(len, removed.values()))
