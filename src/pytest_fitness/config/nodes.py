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
