"""The cycles between siblings that break a contract, each with the imports that make it up."""

from collections import deque
from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import grimp

Import = tuple[str, str]
Siblings = dict[str, dict[str, list[Import]]]
"""For each child of a package the siblings that it imports, with the imports behind that."""


def read_cycles(metadata: Mapping[str, Any], graph: "grimp.ImportGraph") -> list[dict[str, Any]]:
    """For each import to cut the cycle that it closes: that import and the shortest way back.

    Args:
        metadata: what the contract reports.
        graph: the graph that it judged, without the imports that it ignores.

    Returns:
        The imports of each cycle, the one to cut first, and the siblings that it passes. Empty
        where the metadata has no shape that is known.
    """
    try:
        nominated = {
            str(package): sorted((str(importer), str(imported)) for importer, imported in breakers)
            for package, breakers in metadata.get("cycle_breakers_by_package", {}).items()
        }
    except (AttributeError, TypeError, ValueError):
        # The user's own contract type uses this name for something else.
        return []
    return [
        _cycle(package, breaker, siblings)
        for package, breakers in sorted(nominated.items())
        for siblings in [_siblings(package, graph)]
        for breaker in breakers
    ]


def _siblings(package: str, graph: "grimp.ImportGraph") -> Siblings:
    found: Siblings = {}
    below = graph.find_descendants(package) if package in graph.modules else set()
    for importer in sorted(below):
        child = _child(package, importer)
        for imported in sorted(graph.find_modules_directly_imported_by(importer) & below):
            other = _child(package, imported)
            if other != child:
                found.setdefault(child, {}).setdefault(other, []).append((importer, imported))
    return found


def _child(package: str, module: str) -> str:
    return f"{package}.{module[len(package) + 1 :].partition('.')[0]}"


def _cycle(package: str, breaker: Import, siblings: Siblings) -> dict[str, Any]:
    start, end = (_child(package, module) for module in breaker)
    way = _shortest(end, start, siblings)
    imports = [breaker]
    for child, other in pairwise(way):
        # An import by the module where the last one ended makes the easier reading.
        last = imports[-1][1]
        imports.append(min(siblings[child][other], key=lambda pair: (pair[0] != last, pair)))
    return {"imports": imports, "siblings": [start, *(way or [end])]}


def _shortest(start: str, end: str, siblings: Siblings) -> list[str]:
    """The siblings on the shortest way, both ends included; of several the first by name."""
    came_from: dict[str, str] = {start: ""}
    queue = deque([start])
    while queue:
        child = queue.popleft()
        if child == end:
            way = [end]
            while came_from[way[-1]]:
                way.append(came_from[way[-1]])
            return way[::-1]
        for other in sorted(siblings.get(child, ())):
            if other not in came_from:
                came_from[other] = child
                queue.append(other)
    return []
