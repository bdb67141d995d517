"""The import graph of a codebase: compact, quick to build, and quick to load from a cache."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from pytest_fitness.codebase.modules import FoundModules

if TYPE_CHECKING:
    import grimp

RawImport = tuple[str, int, bool]
"""An imported object as it is written, its line, and whether only type checkers follow it."""


@dataclass(frozen=True)
class ImportGraph:
    """Who imports whom, and on which lines.

    Attributes:
        names: the modules of the codebase in the order of their names, then the external ones.
        imports: for each module, the indices of the modules that it imports, ascending.
        lines: for each module and each of its imports, the lines on which they stand, ascending.
        internal: how many of the names belong to the codebase.
        paths: for each module of the codebase its file; empty for a namespace.
    """

    names: list[str]
    imports: list[list[int]]
    lines: list[list[list[int]]] = field(repr=False)
    internal: int
    paths: list[str] = field(repr=False)

    @cached_property
    def index(self) -> dict[str, int]:
        """The place of each name in ``names``."""
        return {name: place for place, name in enumerate(self.names)}

    def descendants(self, name: str) -> range:
        """The modules of the codebase below a package; names are sorted, so they are adjacent."""
        low = bisect_left(self.names, f"{name}.", 0, self.internal)
        return range(low, bisect_left(self.names, f"{name}/", low, self.internal))

    def package(self, name: str) -> list[int]:
        """The module of this name, if it exists, and its descendants."""
        place = self.index.get(name)
        below = self.descendants(name)
        return list(below) if place is None else [place, *below]

    def import_lines(self, importer: int, imported: int) -> list[int]:
        """The lines on which one module imports another; empty where it does not."""
        row = self.imports[importer]
        place = bisect_left(row, imported)
        found = place < len(row) and row[place] == imported
        return self.lines[importer][place] if found else []

    def pack(self) -> tuple[Any, ...]:
        """The graph as builtins, for :mod:`marshal`."""
        return (self.names, self.imports, self.lines, self.internal, self.paths)

    @classmethod
    def unpack(cls, packed: Sequence[Any]) -> Self:
        """The graph that :meth:`pack` took apart."""
        return cls(*packed)

    def to_grimp(self) -> "grimp.ImportGraph":
        """The same graph as grimp builds it, but for the text of the lines."""
        import grimp

        graph = grimp.ImportGraph()
        for place, name in enumerate(self.names):
            graph.add_module(name, is_squashed=place >= self.internal)
        names = self.names
        for importer, row, lines_of_row in zip(names, self.imports, self.lines, strict=True):
            for imported, lines in zip(row, lines_of_row, strict=True):
                for line in lines:
                    graph.add_import(
                        importer=importer,
                        imported=names[imported],
                        line_number=line,
                        line_contents="",
                    )
        return graph


def build_graph(
    found: FoundModules,
    imports_by_module: Mapping[str, Iterable[RawImport]],
    *,
    include_external: bool = False,
    exclude_type_checking: bool = False,
) -> ImportGraph:
    """Resolve what the modules import to modules, by grimp's rules.

    Args:
        found: the modules of the codebase.
        imports_by_module: what stands in each module; one that is missing imports nothing.
        include_external: keep packages outside the codebase, each as a single module.
        exclude_type_checking: leave out imports under ``if TYPE_CHECKING:``.
    """
    paths = dict.fromkeys(found.namespaces, "") | {m.name: m.path for m in found.modules}
    distil = _Distiller(found.packages).distil if include_external else _nowhere
    resolved: dict[str, dict[str, list[int]]] = {}
    for module, _, is_package in found.modules:
        base = module if is_package else module.rpartition(".")[0]
        targets: dict[str, list[int]] = {}
        for raw, line, type_checking in imports_by_module.get(module, ()):
            if type_checking and exclude_type_checking:
                continue
            name = _absolute(raw, base) if raw[0] == "." else raw
            target: str | None = name
            if name not in paths and (target := name.rpartition(".")[0]) not in paths:
                target = distil(name)
            if target:
                targets.setdefault(target, []).append(line)
        resolved[module] = targets
    return _assemble(paths, resolved)


def _assemble(paths: dict[str, str], resolved: dict[str, dict[str, list[int]]]) -> ImportGraph:
    internal = sorted(paths)
    external = {name for targets in resolved.values() for name in targets} - paths.keys()
    names = internal + sorted(external)
    index = {name: place for place, name in enumerate(names)}
    imports: list[list[int]] = [[] for _ in names]
    lines: list[list[list[int]]] = [[] for _ in names]
    for module, targets in resolved.items():
        found = {index[target]: written for target, written in targets.items()}
        row = sorted(found)
        imports[index[module]] = row
        lines[index[module]] = [_distinct(found[target]) for target in row]
    return ImportGraph(names, imports, lines, len(internal), [paths[name] for name in internal])


def _distinct(lines: list[int]) -> list[int]:
    return lines if len(lines) == 1 else sorted(set(lines))


def _absolute(raw: str, base: str) -> str:
    """The full name of a relative import; empty where it leaves the top-level package."""
    name = raw.lstrip(".")
    for _ in range(len(raw) - len(name) - 1):
        base = base.rpartition(".")[0]
    return f"{base}.{name}" if base else ""


def _nowhere(_name: str) -> None:
    return None


class _Distiller:
    """Turns an external object into the module that stands for it: usually its top package.

    Where an external package shares a namespace with one of the codebase, the module is the
    shallowest name that does not clash with the codebase.
    """

    def __init__(self, packages: Sequence[str]) -> None:
        self._packages = [package.split(".") for package in packages]
        self._roots = {parts[0] for parts in self._packages if len(parts) > 1}

    def distil(self, name: str) -> str | None:
        """The module that stands for an external object.

        None where it is but a namespace, or an object of the codebase that was not found.
        """
        root = name.partition(".")[0]
        if root not in self._roots:
            return root
        parts = name.split(".")
        shared = [_common(parts, package) for package in self._packages]
        inside = any(map(int.__eq__, shared, map(len, self._packages)))
        depth = max(shared)
        return None if inside or depth == len(parts) else ".".join(parts[: depth + 1])


def _common(parts: list[str], others: list[str]) -> int:
    """How many leading parts two names share."""
    length = 0
    for one, other in zip(parts, others, strict=False):
        if one != other:
            break
        length += 1
    return length
