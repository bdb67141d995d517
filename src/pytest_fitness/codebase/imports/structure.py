"""Measures of a whole graph of elements: depth, and how far a change can travel."""

import math
from dataclasses import dataclass

from pytest_fitness.codebase.imports.elements import Elements
from pytest_fitness.codebase.imports.reach import Condensation


@dataclass(frozen=True, slots=True)
class Structure:
    """What the shape of a dependency graph amounts to.

    Attributes:
        elements: how many elements the graph has.
        depth: how many levels it has.
        cumulative: over all elements, how many elements each can reach, itself included.
        reach: for each element by name how many it can reach, itself included.
        levels: for each element by name its level; those that depend on nothing are on level 1.
    """

    elements: int
    depth: int
    cumulative: int
    reach: dict[str, int]
    levels: dict[str, int]

    @property
    def propagation_cost(self) -> float:
        """The share of all pairs of elements that depend on each other, directly or not.

        The density of the visibility matrix of MacCormack, Rusnak and Baldwin, Exploring the
        Structure of Complex Software Designs, 2006. As in the paper the matrix sums all powers
        from the zeroth on, so that each element sees itself: the diagonal counts, and the least
        value is 1 / n.
        """
        return self.cumulative / self.elements**2

    @property
    def ccd(self) -> int:
        """Cumulative component dependency: sum of what each element needs, itself included.

        Lakos, Large-Scale C++ Software Design, 1996.
        """
        return self.cumulative

    @property
    def acd(self) -> float:
        """Average component dependency, CCD / n (Lakos, 1996)."""
        return self.cumulative / self.elements

    @property
    def nccd(self) -> float:
        """Normalised CCD: CCD over that of a balanced binary tree with as many elements.

        Lakos, 1996; the CCD of the tree is (n + 1) * log2(n + 1) - n. Above 1 the graph is more
        vertical than the tree, far above 1 it is cyclic or tangled.
        """
        count = self.elements
        return self.cumulative / ((count + 1) * math.log2(count + 1) - count)


def measure_structure(elements: Elements) -> Structure:
    """Depth and reachability of the elements.

    The depth is the number of elements on the longest chain of dependencies, where a cycle counts
    as one.
    """
    condensed = Condensation(elements.successors)
    levels, counts = condensed.levels(), condensed.reach_counts()
    parts = list(zip(condensed.components, levels, counts, strict=True))
    names = elements.names
    return Structure(
        elements=len(names),
        depth=max(levels),
        cumulative=sum(len(members) * count for members, _, count in parts),
        reach={names[member]: count for members, _, count in parts for member in members},
        levels={names[member]: level for members, level, _ in parts for member in members},
    )
