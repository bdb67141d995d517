"""Builds the import graph of real packages and compares it with the graph that grimp builds.

    python benchmarks/corpus_imports.py SOURCE_ROOT PACKAGE [PACKAGE ...]

Modules, imports and line numbers have to be the same, with and without external packages and with
and without imports for type checkers. Exits with 1 where anything differs.
"""

import argparse
import marshal
import sys
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import TypeVar

import grimp

from pytest_fitness.codebase.facts import analyse
from pytest_fitness.codebase.graph import ImportGraph, RawImport, build_graph
from pytest_fitness.codebase.modules import FoundModules, find_modules

T = TypeVar("T")
Edges = dict[tuple[str, str], list[int]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("root", type=Path)
    parser.add_argument("packages", nargs="+")
    options = parser.parse_args()
    # grimp finds packages through sys.path.
    sys.path.insert(0, str(options.root))

    found = timed("find modules", lambda: find_modules(options.packages, [options.root]))
    print(f"    {len(found.modules):,} modules, {len(found.skipped):,} things skipped")
    raw = {module.name: analyse(Path(module.path).read_bytes()).imports for module in found.modules}
    print(f"    {sum(map(len, raw.values())):,} imported objects")
    equal = [
        compare(found, raw, external=external, exclude=exclude)
        for external, exclude in product((False, True), repeat=2)
    ]
    return 0 if all(equal) else 1


def compare(
    found: FoundModules, raw: dict[str, list[RawImport]], *, external: bool, exclude: bool
) -> bool:
    print(f"external packages: {external}, without type checking imports: {exclude}")
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
    our_edges, their_edges = edges(converted), edges(theirs)
    different = converted.modules ^ theirs.modules
    changed = {
        edge
        for edge in our_edges.keys() | their_edges.keys()
        if our_edges.get(edge) != their_edges.get(edge)
    }
    print(f"    {len(theirs.modules):,} modules, {len(different):,} differ")
    print(f"    {len(their_edges):,} imports with their lines, {len(changed):,} differ")
    for name in [*sorted(different), *sorted(map(str, changed))][:10]:
        print(f"        {name}")
    return not different and not changed


def edges(graph: grimp.ImportGraph) -> Edges:
    return {
        (importer, imported): sorted(
            detail["line_number"]
            for detail in graph.get_import_details(importer=importer, imported=imported)
        )
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
    }


def timed(label: str, action: Callable[[], T]) -> T:
    start = time.perf_counter()
    result = action()
    print(f"    {label}: {(time.perf_counter() - start) * 1000:,.1f} ms")
    return result


if __name__ == "__main__":
    sys.exit(main())
