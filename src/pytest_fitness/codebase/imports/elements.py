"""What coupling is measured between: modules, or components made of modules."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from pytest_fitness.codebase.globs import nearest, select, select_packages
from pytest_fitness.codebase.imports.graph import ImportGraph
from pytest_fitness.errors import MeasureError, NoDataError


class Import(NamedTuple):
    """One module that imports another, on these lines: the evidence behind a number."""

    importer: str
    imported: str
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Elements:
    """The elements of a graph that coupling is measured between.

    Attributes:
        graph: the modules and their imports.
        names: the elements.
        owner: for each module of the graph the element that it belongs to, or -1.
    """

    graph: ImportGraph
    names: list[str]
    owner: list[int]

    @cached_property
    def edges(self) -> Counter[tuple[int, int]]:
        """Which element depends on which other, and by how many imports module to module."""
        return Counter(
            (owner, other)
            for importer, imported in self.crossing
            if (owner := self.owner[importer]) >= 0 and (other := self.owner[imported]) >= 0
        )

    @cached_property
    def successors(self) -> list[list[int]]:
        """For each element those that it depends on, in ascending order."""
        rows: list[list[int]] = [[] for _ in self.names]
        for element, other in sorted(self.edges):
            rows[element].append(other)
        return rows

    @cached_property
    def crossing(self) -> list[tuple[int, int]]:
        """The imports, module to module, that leave or enter an element."""
        owner = self.owner
        return [
            (importer, imported)
            for importer, row in enumerate(self.graph.imports)
            for imported in row
            if owner[imported] != owner[importer]
        ]

    @cached_property
    def entering(self) -> list[list[tuple[int, int]]]:
        """For each element the imports that enter it."""
        return self._by_element(1)

    @cached_property
    def leaving(self) -> list[list[tuple[int, int]]]:
        """For each element the imports that leave it."""
        return self._by_element(0)

    @cached_property
    def importers(self) -> list[int]:
        """For each element how many modules outside import a module of it."""
        return [len({importer for importer, _ in pairs}) for pairs in self.entering]

    @cached_property
    def imported(self) -> list[int]:
        """For each element how many modules outside are imported by a module of it."""
        return [len({imported for _, imported in pairs}) for pairs in self.leaving]

    def _by_element(self, end: int) -> list[list[tuple[int, int]]]:
        found: list[list[tuple[int, int]]] = [[] for _ in self.names]
        owner = self.owner
        for pair in self.crossing:
            element = owner[pair[end]]
            if element >= 0:
                found[element].append(pair)
        return found

    def inner_imports(self) -> Iterator[tuple[int, int]]:
        """The imports of modules that belong to an element, of other modules of the codebase."""
        graph, owner = self.graph, self.owner
        for importer, row in enumerate(graph.imports):
            for imported in row if owner[importer] >= 0 else ():
                if imported != importer and imported < graph.internal:
                    yield importer, imported

    def evidence(self, importer: int, imported: int) -> Import:
        """One import with its lines."""
        graph = self.graph
        lines = tuple(graph.import_lines(importer, imported))
        return Import(graph.names[importer], graph.names[imported], lines)


def all_modules(graph: ImportGraph) -> Elements:
    """Every module of the codebase is an element; namespaces hold no code and are none."""
    return _modules(graph, range(graph.internal), "the codebase has no module")


def matching_modules(graph: ImportGraph, glob: str) -> Elements:
    """Every module that matches a glob is an element."""
    return _modules(graph, select(graph, glob), f"no module matches {glob}", glob)


def package_modules(graph: ImportGraph, package: str) -> Elements:
    """The modules of one package are the elements, the package itself included."""
    return _modules(graph, graph.package(package), f"there is no package {package}", package)


def components(graph: ImportGraph, declared: Mapping[str, Sequence[str]]) -> Elements:
    """Each declared component is an element, made of the modules that its globs match.

    A plain name stands for that package with its descendants.

    Raises:
        NoDataError: nothing was declared, or a glob of a component matches no module.
        MeasureError: a module belongs to two components, or a glob is malformed.
    """
    if not declared:
        raise NoDataError("no component was declared")
    names = list(declared)
    owner = [-1] * len(graph.names)
    for element, (name, globs) in enumerate(declared.items()):
        for place in sorted(_members(graph, name, globs)):
            if owner[place] >= 0:
                raise MeasureError(
                    f"{graph.names[place]} is part of two components, "
                    f"{names[owner[place]]} and {name}",
                    "a module belongs to one component at most",
                )
            owner[place] = element
    return Elements(graph, names, owner)


def _modules(
    graph: ImportGraph, places: Sequence[int], complaint: str, wanted: str = ""
) -> Elements:
    files = [place for place in places if graph.paths[place]]
    if not files:
        hint = nearest(wanted, graph.names[: graph.internal]) if wanted else None
        raise NoDataError(complaint, hint)
    owner = [-1] * len(graph.names)
    for element, place in enumerate(files):
        owner[place] = element
    return Elements(graph, [graph.names[place] for place in files], owner)


def _members(graph: ImportGraph, name: str, globs: Sequence[str]) -> set[int]:
    if not globs:
        raise NoDataError(f"component {name} names no module")
    members: set[int] = set()
    for glob in globs:
        matched = select_packages(graph, glob)
        if not matched:
            hint = nearest(glob, graph.names[: graph.internal])
            raise NoDataError(f"component {name}: no module matches {glob}", hint)
        members.update(matched)
    return members
