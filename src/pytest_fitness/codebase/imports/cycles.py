"""Cycles between elements, and which imports are the cheapest to cut."""

import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pytest_fitness.codebase.imports.elements import Elements, Import
from pytest_fitness.codebase.imports.reach import strong_components

Edge = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cycle:
    """A knot of elements that all depend on each other.

    Attributes:
        elements: the elements, by name.
        imports: the imports between them.
        cuts: imports whose removal leaves no cycle: few, though not always the fewest.
    """

    elements: tuple[str, ...]
    imports: tuple[Import, ...]
    cuts: tuple[Import, ...]


def find_cycles(elements: Elements) -> list[Cycle]:
    """The cycles between elements: strongly connected components of more than one of them.

    Their number is 0 exactly where the dependencies form no cycle (the Acyclic Dependencies
    Principle of Martin, Granularity, 1996). The largest comes first.
    """
    knots = [knot for knot in strong_components(elements.successors) if len(knot) > 1]
    place = {element: number for number, knot in enumerate(knots) for element in knot}
    edges: list[dict[Edge, int]] = [{} for _ in knots]
    for (element, other), weight in elements.edges.items():
        if element in place and place[element] == place.get(other):
            edges[place[element]][element, other] = weight
    imports = _imports_by_edge(elements, {edge for found in edges for edge in found})
    cycles = [_describe(elements, *pair, imports) for pair in zip(knots, edges, strict=True)]
    return sorted(cycles, key=lambda cycle: (-len(cycle.elements), cycle.elements))


def feedback_edges(knot: Sequence[int], weights: Mapping[Edge, int]) -> list[Edge]:
    """Edges whose removal leaves no cycle, light ones where possible.

    The greedy heuristic of Eades, Lin and Smyth, A Fast and Effective Heuristic for the Feedback
    Arc Set Problem, 1993, weighted: elements are put in an order, those that nobody needs any more
    first, those that need nobody any more last, and else the one that gives most more than it
    takes. The edges that point back in that order are cut. Ties go to the first by name.
    """
    position = _order(knot, weights)
    return sorted(edge for edge in weights if position[edge[0]] > position[edge[1]])


def _order(knot: Sequence[int], weights: Mapping[Edge, int]) -> dict[int, int]:
    outgoing: defaultdict[int, dict[int, int]] = defaultdict(dict)
    incoming: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for (element, other), weight in weights.items():
        outgoing[element][other] = weight
        incoming[other][element] = weight
    queue = [_entry(element, outgoing[element], incoming[element]) for element in knot]
    heapq.heapify(queue)
    latest = {element: key for key, element in queue}
    position: dict[int, int] = {}
    first, last = 0, len(knot) - 1
    while queue:
        key, element = heapq.heappop(queue)
        if latest.get(element) != key:
            continue
        del latest[element]
        if key[0] == _SINK:
            position[element], last = last, last - 1
        else:
            position[element], first = first, first + 1
        touched = {*outgoing[element], *incoming[element]}
        for other in outgoing.pop(element):
            del incoming[other][element]
        for other in incoming.pop(element):
            del outgoing[other][element]
        for other in touched:
            entry = _entry(other, outgoing[other], incoming[other])
            latest[other] = entry[0]
            heapq.heappush(queue, entry)
    return position


_SINK, _SOURCE, _BETWEEN = range(3)


def _entry(
    element: int, outgoing: Mapping[int, int], incoming: Mapping[int, int]
) -> tuple[tuple[int, int], int]:
    """What comes next in the order has the least entry."""
    if not outgoing:
        return (_SINK, 0), element
    if not incoming:
        return (_SOURCE, 0), element
    return (_BETWEEN, sum(incoming.values()) - sum(outgoing.values())), element


def _imports_by_edge(elements: Elements, wanted: set[Edge]) -> dict[Edge, list[Import]]:
    imports: dict[Edge, list[Import]] = {edge: [] for edge in wanted}
    owner = elements.owner
    for importer, imported in elements.crossing if wanted else ():
        found = imports.get((owner[importer], owner[imported]))
        if found is not None:
            found.append(elements.evidence(importer, imported))
    return imports


def _describe(
    elements: Elements,
    knot: Sequence[int],
    weights: Mapping[Edge, int],
    imports: Mapping[Edge, list[Import]],
) -> Cycle:
    cuts = feedback_edges(knot, weights)
    return Cycle(
        elements=tuple(elements.names[element] for element in knot),
        imports=tuple(sorted(found for edge in weights for found in imports[edge])),
        cuts=tuple(sorted(found for edge in cuts for found in imports[edge])),
    )
