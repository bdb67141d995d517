"""Coupling of a codebase, as measurements."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from pytest_fitness.codebase.analysis import Codebase
from pytest_fitness.codebase.imports import coupling as metrics
from pytest_fitness.codebase.imports.cycles import Cycle, find_cycles
from pytest_fitness.codebase.imports.elements import (
    Elements,
    Import,
    all_modules,
    components,
    matching_modules,
    package_modules,
)
from pytest_fitness.codebase.imports.graph import ImportGraph
from pytest_fitness.codebase.imports.structure import Structure, measure_structure
from pytest_fitness.errors import NoDataError
from pytest_fitness.measures.coupling.options import OF_ELEMENT, OF_GRAPH, CouplingOptions, unit_of
from pytest_fitness.measures.measured import any_past, is_past, worst
from pytest_fitness.model import Check, Link, Measurement, Place

_MOST_NAMED: Final = 8


def measure_coupling(options: CouplingOptions, check: Check, codebase: Codebase) -> Measurement:
    """The measurement that the options ask for.

    Raises:
        NoDataError: nothing matches, or the measure is defined for none of it.
        MeasureError: the code cannot be analysed.
    """
    graph = codebase.graph(type_checking=options.type_checking)
    elements = _elements(options, graph, codebase)
    if options.measure in OF_GRAPH and len(elements.names) < 2:
        noun = _noun(options).removesuffix("s")
        raise NoDataError(f"only one {noun}: nothing can depend on anything")
    if options.measure == "cycles":
        return _cycles(options, elements, codebase)
    if options.measure in OF_GRAPH:
        return _structure(options, elements)
    return _worst_element(options, check, elements, codebase)


def _elements(options: CouplingOptions, graph: ImportGraph, codebase: Codebase) -> Elements:
    if options.components:
        return components(graph, options.components)
    if options.modules:
        return matching_modules(graph, options.modules)
    if options.package:
        if options.measure in OF_GRAPH:
            return package_modules(graph, options.package)
        return components(graph, {options.package: (options.package,)})
    # Most functions look at all modules: what is told of them is told once.
    whole = f"elements {options.type_checking}"
    elements: Elements = codebase.memo(whole, lambda: all_modules(graph))
    return elements


def _cycles(options: CouplingOptions, elements: Elements, codebase: Codebase) -> Measurement:
    cycles = find_cycles(elements)
    return Measurement(
        value=len(cycles),
        places=tuple(
            place for cycle in cycles for place in _cycle_places(cycle, elements, codebase)
        ),
        samples=len(elements.names),
        subject=f"the imports between {len(elements.names):,} {_noun(options)}",
        notes=tuple(map(_describe_cycle, cycles[:_MOST_NAMED])),
    )


def _cycle_places(cycle: Cycle, elements: Elements, codebase: Codebase) -> Iterator[Place]:
    """The imports of a cycle, those first that are the cheapest to cut."""
    cuts = frozenset(cycle.cuts)
    for found in (*cycle.cuts, *(each for each in cycle.imports if each not in cuts)):
        advice = "; cutting it helps to break the cycle" if found in cuts else ""
        link = _link(found, elements.graph, codebase)
        yield Place(
            key=f"{found.importer} -> {found.imported}",
            message=f"{found.importer} imports {found.imported}{advice}",
            path=link.path,
            line=link.line,
        )


def _describe_cycle(cycle: Cycle) -> str:
    names = ", ".join(cycle.elements[:_MOST_NAMED])
    more = len(cycle.elements) - _MOST_NAMED
    tail = f" and {more} more" if more > 0 else ""
    cuts = len(cycle.cuts)
    return (
        f"a cycle of {len(cycle.elements)}: {names}{tail}; "
        f"cutting {cuts} import{'s' if cuts > 1 else ''} breaks it"
    )


def _structure(options: CouplingOptions, elements: Elements) -> Measurement:
    found = measure_structure(elements)
    measure = options.measure
    return Measurement(
        value=float(getattr(found, measure)),
        unit=unit_of(options),
        samples=found.elements,
        subject=f"the dependencies of {found.elements:,} {_noun(options)}",
        notes=(_farthest(measure, found),),
    )


def _farthest(measure: str, found: Structure) -> str:
    by, what = (found.levels, "deepest") if measure == "depth" else (found.reach, "reach most")
    top = sorted(by, key=lambda name: (-by[name], name))[:3]
    return f"{what}: {', '.join(f'{name} ({by[name]})' for name in top)}"


def _worst_element(
    options: CouplingOptions, check: Check, elements: Elements, codebase: Codebase
) -> Measurement:
    assert check.limit is not None
    found = _values(options, elements, codebase)
    values = {each.element: each.value for each in found if each.value is not None}
    noun = _noun(options)
    if not values:
        raise NoDataError(f"{options.measure} is not defined for any of {len(found):,} {noun}")
    undefined = len(found) - len(values)
    excess = check.limit.excess
    past = []
    if any_past(values.values(), check):
        past = [each for each in found if each.value is not None and is_past(each.value, check)]
        past.sort(key=lambda each: (-excess(values[each.element]), each.element))
    return Measurement(
        value=worst(values.values(), check.limit),
        unit=unit_of(options),
        places=tuple(_element_place(each, elements, codebase) for each in past),
        judged_by_place=True,
        samples=len(values),
        subject=f"{len(values):,} {noun}",
        notes=(f"{undefined} without a value: nothing to divide by",) if undefined else (),
    )


def all_imports(options: CouplingOptions, codebase: Codebase) -> Iterator[Place]:
    """Each import between the elements that the options choose."""
    elements = _elements(options, codebase.graph(type_checking=options.type_checking), codebase)
    names = elements.graph.names
    for importer, imported in elements.crossing:
        link = _link(elements.evidence(importer, imported), elements.graph, codebase)
        key = f"{names[importer]} -> {names[imported]}"
        yield Place(key, key, path=link.path, line=link.line)


def _noun(options: CouplingOptions) -> str:
    if options.components:
        return "components"
    return "packages" if options.package and options.measure in OF_ELEMENT else "modules"


def _values(
    options: CouplingOptions, elements: Elements, codebase: Codebase
) -> list[metrics.ElementValue]:
    measure = options.measure
    if measure in ("abstractness", "distance"):
        classes = {name: facts.classes for name, facts in codebase.facts.items()}
        of_classes: Callable[..., list[metrics.ElementValue]] = getattr(metrics, measure)
        return of_classes(elements, classes)
    if measure == "autonomy":
        found = metrics.autonomy(elements, options.shared)
        return [each for each in found if each.element not in options.shared]
    of_imports: Callable[[Any], list[metrics.ElementValue]] = getattr(metrics, measure)
    return of_imports(elements)


def _element_place(found: metrics.ElementValue, elements: Elements, codebase: Codebase) -> Place:
    graph = elements.graph
    module = graph.index.get(found.element)
    path = codebase.relative(graph.paths[module]) if module is not None else None
    links = _links(found.imports, graph, codebase)
    return Place(found.element, found.element, found.value, path or None, chain=tuple(links))


def _links(imports: Iterable[Import], graph: ImportGraph, codebase: Codebase) -> Iterator[Link]:
    return (_link(found, graph, codebase) for found in imports)


def _link(found: Import, graph: ImportGraph, codebase: Codebase) -> Link:
    path = graph.paths[graph.index[found.importer]]
    line = found.lines[0] if found.lines else None
    return Link(found.importer, found.imported, codebase.relative(path) or None, line)
