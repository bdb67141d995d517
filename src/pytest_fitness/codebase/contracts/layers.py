"""Whether layers are kept, decided in one pass over the graph.

import-linter searches chains between every two layers. Whether there is any takes less: layers are
broken exactly where a module of one reaches, directly or through modules outside all layers, a
module of a layer that it must not reach. (On any longer chain the part from the last module of the
importing layer to the first of the imported one is such a chain already.)
"""

from collections.abc import Sequence
from functools import reduce
from itertools import chain
from typing import Final, NamedTuple

from pytest_fitness.codebase.imports.graph import ImportGraph
from pytest_fitness.codebase.imports.reach import Condensation, Successors

_NOTHING: Final = (1 << 60, -1)
_SEVERAL: Final = -2
Reached = tuple[int, int]
"""The highest level that is reached and the package reached there, or _SEVERAL."""


class Level(NamedTuple):
    """Packages that stand side by side; independent ones must not reach each other."""

    packages: tuple[str, ...]
    independent: bool = True


def layers_are_kept(
    graph: ImportGraph, imports: Successors, levels: Sequence[Level]
) -> bool | None:
    """Whether no package reaches one on a higher level or an independent one beside it.

    Args:
        graph: names the modules; packages that it does not have are left out.
        imports: the imports to judge by, as indices; those of the graph less the ignored ones.
        levels: from the highest to the lowest.

    Returns:
        None where packages overlap, which import-linter has to make sense of.
    """
    placed = _place(graph, levels)
    if placed is None:
        return None
    level_of, package_of = placed
    independent = [level.independent for level in levels]
    reached = _reached_outside(imports, level_of, package_of)
    for module, level in enumerate(level_of):
        for imported in imports[module] if level >= 0 else ():
            other = level_of[imported]
            found, package = (
                (other, package_of[imported]) if other >= 0 else reached.get(imported, _NOTHING)
            )
            if found < level:
                return False
            if found == level and package != package_of[module] and independent[level]:
                return False
    return True


def _place(graph: ImportGraph, levels: Sequence[Level]) -> tuple[list[int], list[int]] | None:
    """For each module its level and its package, or -1; None where packages overlap."""
    level_of = [-1] * len(graph.names)
    package_of = [-1] * len(graph.names)
    number = 0
    for depth, level in enumerate(levels):
        for package in level.packages:
            if package not in graph.index:
                continue
            for module in graph.package(package):
                if level_of[module] >= 0:
                    return None
                level_of[module] = depth
                package_of[module] = number
            number += 1
    return level_of, package_of


def _reached_outside(
    imports: Successors, level_of: Sequence[int], package_of: Sequence[int]
) -> dict[int, Reached]:
    """What modules outside all levels reach without passing through a level."""
    outside = [module for module, level in enumerate(level_of) if level < 0 and imports[module]]
    condensed = Condensation(_among(outside, imports))
    reached: list[Reached] = []
    for members, below in zip(condensed.components, condensed.successors, strict=True):
        direct = (
            (level_of[imported], package_of[imported])
            for member in members
            for imported in imports[outside[member]]
            if level_of[imported] >= 0
        )
        found = chain(direct, (reached[following] for following in below))
        reached.append(reduce(_merge, found, _NOTHING))
    return {
        outside[member]: found
        for members, found in zip(condensed.components, reached, strict=True)
        for member in members
    }


def _among(modules: Sequence[int], imports: Successors) -> list[list[int]]:
    """The imports between some modules, each module under its place among them."""
    number = {module: place for place, module in enumerate(modules)}
    return [[number[other] for other in imports[module] if other in number] for module in modules]


def _merge(one: Reached, other: Reached) -> Reached:
    if one[0] == other[0] and one[1] != other[1]:
        return one[0], _SEVERAL
    return min(one, other)
