"""Builds the import graph of real packages and compares it with the graph that grimp builds.

    python benchmarks/corpus_imports.py SOURCE_ROOT PACKAGE [PACKAGE ...]

Modules, imports and line numbers have to be the same, with and without external packages and with
and without imports for type checkers. Exits with 1 where anything differs.
"""

import argparse
import marshal
import sys
import time
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from typing import NamedTuple, TypeVar

import grimp

from pytest_fitness.codebase.files.inspection import analyse
from pytest_fitness.codebase.imports.graph import ImportGraph, RawImport, build_graph
from pytest_fitness.codebase.modules import FoundModules, find_modules

T = TypeVar("T")
Edges = dict[tuple[str, str], list[int]]
Raw = dict[str, list[RawImport]]


class Compared(NamedTuple):
    """One way to build the graph: its size as grimp sees it, and what differs."""

    title: str
    modules: int
    imports: int
    differences: list[str]
    seconds: dict[str, float]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("root", type=Path)
    parser.add_argument("packages", nargs="+")
    options = parser.parse_args()
    found = compare_all(options.root, options.packages)
    for compared in found:
        print(compared.title)
        for label, seconds in compared.seconds.items():
            print(f"    {label}: {seconds * 1000:,.1f} ms")
        print(f"    {compared.modules:,} modules, {compared.imports:,} imports with their lines")
        print(f"    {len(compared.differences):,} differ")
        for name in compared.differences[:10]:
            print(f"        {name}")
    return 1 if any(compared.differences for compared in found) else 0


def compare_all(root: Path, packages: Sequence[str]) -> list[Compared]:
    """Compare with and without external packages and imports for type checkers."""
    # grimp finds packages through sys.path.
    sys.path.insert(0, str(root))
    found = find_modules(packages, [root])
    raw = {module.name: analyse(Path(module.path).read_bytes()).imports for module in found.modules}
    return [
        compare(found, raw, external=external, exclude=exclude)
        for external, exclude in product((False, True), repeat=2)
    ]


def compare(found: FoundModules, raw: Raw, *, external: bool, exclude: bool) -> Compared:
    """Build the graph twice, ours and grimp's."""
    seconds: dict[str, float] = {}

    def timed(label: str, action: Callable[[], T]) -> T:
        start = time.perf_counter()
        result = action()
        seconds[label] = time.perf_counter() - start
        return result

    ours = timed(
        "build",
        lambda: build_graph(found, raw, include_external=external, exclude_type_checking=exclude),
    )
    packed = marshal.dumps(ours.pack())
    timed("load", lambda: ImportGraph.unpack(marshal.loads(packed)))
    converted = timed("to grimp", ours.to_grimp)
    theirs = timed(
        "grimp's own",
        lambda: grimp.build_graph(
            *found.packages,
            include_external_packages=external,
            exclude_type_checking_imports=exclude,
            cache_dir=None,
        ),
    )
    title = f"external packages: {external}, without type checking imports: {exclude}"
    count = len(edges(theirs))
    return Compared(title, len(theirs.modules), count, differences(converted, theirs), seconds)


def differences(ours: grimp.ImportGraph, theirs: grimp.ImportGraph) -> list[str]:
    """The modules and imports that only one graph has, or has on other lines."""
    our_edges, their_edges = edges(ours), edges(theirs)
    changed = (
        f"{importer} -> {imported}: lines {our_edges.get((importer, imported))},"
        f" grimp {their_edges.get((importer, imported))}"
        for importer, imported in sorted(our_edges.keys() | their_edges.keys())
        if our_edges.get((importer, imported)) != their_edges.get((importer, imported))
    )
    return [*sorted(ours.modules ^ theirs.modules), *changed]


def edges(graph: grimp.ImportGraph) -> Edges:
    return {
        (importer, imported): sorted(
            detail["line_number"]
            for detail in graph.get_import_details(importer=importer, imported=imported)
        )
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
    }


if __name__ == "__main__":
    sys.exit(main())
