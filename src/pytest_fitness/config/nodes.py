"""The tree of a YAML document; every node knows where it stands."""

from typing import Final


class Scalar:
    """A single value; ``text`` is what was written, ``${VAR}`` included."""

    __slots__ = ("column", "line", "quoted", "text")
    weight: Final = 1
    height: Final = 0

    def __init__(self, text: str, line: int, column: int, *, quoted: bool = False) -> None:
        self.text = text
        self.line = line
        self.column = column
        self.quoted = quoted


class _Branch:
    """A node that holds others; ``weight`` counts them all, ``height`` how deep they are nested.

    Both with aliases expanded.
    """

    __slots__ = ("column", "height", "line", "weight")

    def __init__(self, line: int, column: int) -> None:
        self.line = line
        self.column = column
        self.weight = 1
        self.height = 1


class Sequence(_Branch):
    """A list."""

    __slots__ = ("items",)

    def __init__(self, line: int, column: int) -> None:
        super().__init__(line, column)
        self.items: list[Node] = []


class Mapping(_Branch):
    """Keys and values, in the order of the file."""

    __slots__ = ("entries",)

    def __init__(self, line: int, column: int) -> None:
        super().__init__(line, column)
        self.entries: list[tuple[Scalar, Node]] = []

    def get(self, key: str) -> "Node | None":
        """The value of a key, or None."""
        return next((value for name, value in self.entries if name.text == key), None)


Node = Scalar | Sequence | Mapping


def find_entry(node: Node, path: str) -> tuple[Scalar, Node] | None:
    """The key at ``limits.p95``, say, and its value; each name where it is nearest to the top."""
    found: tuple[Scalar, Node] | None = None
    for name in path.split("."):
        found = _nearest(node, name)
        if found is None:
            return None
        node = found[1]
    return found


def _nearest(node: Node, name: str) -> tuple[Scalar, Node] | None:
    level = [node]
    while level:
        entries = [entry for each in level if isinstance(each, Mapping) for entry in each.entries]
        for entry in entries:
            if entry[0].text == name:
                return entry
        items = [item for each in level if isinstance(each, Sequence) for item in each.items]
        level = [*(value for _, value in entries), *items]
    return None
