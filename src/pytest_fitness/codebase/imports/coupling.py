"""Coupling of single elements: how much each depends on others, and others on it.

All counts are of modules of the codebase, and of external ones where the graph holds them. A value
of None means that the measure is not defined for the element: that is neither zero nor a pass.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from pytest_fitness.codebase.globs import nearest
from pytest_fitness.codebase.imports.elements import Elements, Import
from pytest_fitness.errors import MeasureError

Classes = Mapping[str, Sequence[tuple[str, int, bool]]]
"""For each module its classes: qualified name, line, and whether it is abstract."""


class Evidence(NamedTuple):
    """Some imports of a graph, named only where they are asked for: most are never shown."""

    elements: Elements
    pairs: Sequence[tuple[int, int]]

    def imports(self) -> tuple[Import, ...]:
        """The imports with their lines, by name."""
        return tuple(sorted(self.elements.evidence(*pair) for pair in self.pairs))


class ElementValue(NamedTuple):
    """The value of one element and what makes it up."""

    element: str
    value: float | None
    evidence: Evidence | None = None

    @property
    def imports(self) -> tuple[Import, ...]:
        """The imports that make up the value."""
        return self.evidence.imports() if self.evidence is not None else ()


def afferent(elements: Elements) -> list[ElementValue]:
    """Afferent coupling, Ca: how many modules outside an element import a module of it.

    Martin, OO Design Quality Metrics, 1994, where classes are counted; here modules are.
    """
    return _coupling(elements, incoming=True)


def efferent(elements: Elements) -> list[ElementValue]:
    """Efferent coupling, Ce: how many modules outside an element are imported by a module of it.

    Martin, Agile Software Development, 2002, where classes are counted; here modules are.
    """
    return _coupling(elements, incoming=False)


def fan_in(elements: Elements) -> list[ElementValue]:
    """Fan-in: how many other elements depend directly on an element.

    After Henry and Kafura, Software Structure Metrics Based on Information Flow, 1981; the flows
    counted are imports.
    """
    return _neighbours(elements, incoming=True)


def fan_out(elements: Elements) -> list[ElementValue]:
    """Fan-out: on how many other elements an element depends directly.

    After Henry and Kafura, Software Structure Metrics Based on Information Flow, 1981; the flows
    counted are imports.
    """
    return _neighbours(elements, incoming=False)


def instability(elements: Elements) -> list[ElementValue]:
    """Instability, I = Ce / (Ca + Ce): 0 is depended upon only, 1 depends only.

    Martin, OO Design Quality Metrics, 1994. None where nothing depends either way.
    """
    return [
        ElementValue(
            outgoing.element,
            _share(outgoing.value, outgoing.value + incoming.value),
            outgoing.evidence,
        )
        for incoming, outgoing in zip(afferent(elements), efferent(elements), strict=True)
        if incoming.value is not None and outgoing.value is not None
    ]


def abstractness(elements: Elements, classes: Classes) -> list[ElementValue]:
    """Abstractness, A = abstract classes / classes, of the modules of an element.

    Martin, OO Design Quality Metrics, 1994. None where the element has no class.
    """
    abstract, total = [0] * len(elements.names), [0] * len(elements.names)
    for name, owner in zip(elements.graph.names, elements.owner, strict=True):
        if owner >= 0:
            found = classes.get(name, ())
            total[owner] += len(found)
            abstract[owner] += sum(is_abstract for _, _, is_abstract in found)
    pairs = zip(elements.names, abstract, total, strict=True)
    return [ElementValue(name, _share(some, every)) for name, some, every in pairs]


def distance(elements: Elements, classes: Classes) -> list[ElementValue]:
    """Distance from the main sequence, D = ``|A + I - 1|``: 0 is on it, 1 as far as can be.

    Martin, OO Design Quality Metrics, 1994. None where abstractness or instability is.
    """
    pairs = zip(abstractness(elements, classes), instability(elements), strict=True)
    return [
        ElementValue(
            stable.element,
            None
            if abstract.value is None or stable.value is None
            else abs(abstract.value + stable.value - 1),
            stable.evidence,
        )
        for abstract, stable in pairs
    ]


def autonomy(elements: Elements, shared: Collection[str] = ()) -> list[ElementValue]:
    """Autonomy: the share of an element's imports that stay inside it or go to shared elements.

    Counted are distinct imports module to module within the codebase. It is the ratio of cohesion
    to all coupling that Bunch's modularization quality is made of (Mancoridis et al., 1998), seen
    from the importing side. None where the element imports nothing; the evidence is what leaves.

    Raises:
        MeasureError: a shared element is not declared.
    """
    for name in shared:
        if name not in elements.names:
            hint = nearest(name, elements.names)
            raise MeasureError(f"the shared component {name} is not declared", hint)
    owner = elements.owner
    common = {place for place, name in enumerate(elements.names) if name in shared}
    kept, total = [0] * len(elements.names), [0] * len(elements.names)
    leaving = _lists(elements)
    for importer, imported in elements.inner_imports():
        element = owner[importer]
        total[element] += 1
        if owner[imported] == element or owner[imported] in common:
            kept[element] += 1
        else:
            leaving[element].append((importer, imported))
    return [
        ElementValue(name, _share(kept[place], total[place]), Evidence(elements, leaving[place]))
        for place, name in enumerate(elements.names)
    ]


def _coupling(elements: Elements, *, incoming: bool) -> list[ElementValue]:
    found = elements.entering if incoming else elements.leaving
    counts = elements.importers if incoming else elements.imported
    return [
        ElementValue(name, count, Evidence(elements, pairs))
        for name, count, pairs in zip(elements.names, counts, found, strict=True)
    ]


def _neighbours(elements: Elements, *, incoming: bool) -> list[ElementValue]:
    found = elements.entering if incoming else elements.leaving
    owner, far = elements.owner, 0 if incoming else 1
    values = []
    for name, crossing in zip(elements.names, found, strict=True):
        pairs = [pair for pair in crossing if owner[pair[far]] >= 0]
        others = {owner[pair[far]] for pair in pairs}
        values.append(ElementValue(name, len(others), Evidence(elements, pairs)))
    return values


def _lists(elements: Elements) -> list[list[tuple[int, int]]]:
    return [[] for _ in elements.names]


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
