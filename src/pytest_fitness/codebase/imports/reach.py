"""Strongly connected components and reachability of large graphs, without recursion."""

from collections.abc import Iterator, Sequence

Successors = Sequence[Sequence[int]]


def strong_components(successors: Successors) -> list[list[int]]:
    """The strongly connected components, each after all those that it leads to.

    Tarjan, Depth-First Search and Linear Graph Algorithms, 1972, with a stack of its own.
    """
    order = [0] * len(successors)
    lowest = [0] * len(successors)
    open_nodes: list[int] = []
    components: list[list[int]] = []
    count = 0
    for root in range(len(successors)):
        if order[root]:
            continue
        count += 1
        order[root] = lowest[root] = count
        open_nodes.append(root)
        path: list[tuple[int, Iterator[int]]] = [(root, iter(successors[root]))]
        while path:
            node, rest = path[-1]
            for following in rest:
                if not order[following]:
                    count += 1
                    order[following] = lowest[following] = count
                    open_nodes.append(following)
                    path.append((following, iter(successors[following])))
                    break
                lowest[node] = min(lowest[node], lowest[following])
            else:
                path.pop()
                if path and lowest[node] < lowest[path[-1][0]]:
                    lowest[path[-1][0]] = lowest[node]
                if lowest[node] == order[node]:
                    components.append(_close(node, open_nodes, lowest))
    return components


def _close(node: int, open_nodes: list[int], lowest: list[int]) -> list[int]:
    """Take a finished component off the stack; nothing leads on through it any more."""
    component = []
    member = -1
    while member != node:
        member = open_nodes.pop()
        lowest[member] = len(lowest) + 1
        component.append(member)
    return sorted(component)


class Condensation:
    """A graph with each strongly connected component drawn together, which leaves no cycle.

    Attributes:
        components: the components, each after all those that it depends on.
        successors: for each component those that it depends on directly.
    """

    def __init__(self, successors: Successors) -> None:
        self.components = strong_components(successors)
        owner = [0] * len(successors)
        for place, members in enumerate(self.components):
            for member in members:
                owner[member] = place
        self.successors = [
            {owner[following] for member in members for following in successors[member]} - {place}
            for place, members in enumerate(self.components)
        ]

    def levels(self) -> list[int]:
        """For each component the number of components on the longest path down from it."""
        levels: list[int] = []
        for successors in self.successors:
            levels.append(1 + max((levels[following] for following in successors), default=0))
        return levels

    def reach_counts(self) -> list[int]:
        """For each component how many nodes can be reached from it, its own included.

        The nodes reached are bits of one integer, kept for as long as somebody above still needs
        it. Components come bottom up, so those near the bottom have short integers.
        """
        waiting = [0] * len(self.components)
        for successors in self.successors:
            for following in successors:
                waiting[following] += 1
        reached: dict[int, int] = {}
        counts = []
        first_bit = 0
        for place, (members, successors) in enumerate(
            zip(self.components, self.successors, strict=True)
        ):
            bits = ((1 << len(members)) - 1) << first_bit
            first_bit += len(members)
            for following in successors:
                bits |= reached[following]
                waiting[following] -= 1
                if not waiting[following]:
                    del reached[following]
            counts.append(bits.bit_count())
            if waiting[place]:
                reached[place] = bits
        return counts
