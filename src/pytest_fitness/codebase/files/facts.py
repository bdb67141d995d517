"""Everything that is learnt of a Python file from its content alone."""

from typing import Any, NamedTuple, Self

# To be raised whenever the same content gives other facts than before.
FACTS_VERSION = 1


class FileFacts(NamedTuple):
    """What is known of one file. Holds plain builtins only, fit for `marshal`.

    Attributes:
        functions: `(qualname, kind, line, end_line, complexity)` of each, in source order. The kind
            is `function`, `method` or `closure`; a name that is defined again is marked `#2`, `#3`.
        classes: `(qualname, line, is_abstract)` of each, in source order.
        halstead: Distinct operators and operands, total operators and operands.
        raw: `(loc, lloc, sloc, comments, multi, blank, single_comments)`.
        total_complexity: Cyclomatic complexity of the whole file.
        imports: `(name, line, type_checking)` of each imported object, leading dots kept.
        dynamic: How many calls import something that only running the code would tell.
        error: `(line, message)` for a file that cannot be analysed; all else is then empty.
    """

    functions: list[tuple[str, str, int, int, int]]
    classes: list[tuple[str, int, bool]]
    halstead: tuple[int, int, int, int]
    raw: tuple[int, int, int, int, int, int, int]
    total_complexity: int
    imports: list[tuple[str, int, bool]]
    dynamic: int
    error: tuple[int, str] | None

    @classmethod
    def broken(cls, line: int, message: str) -> Self:
        """Return the facts of a file that cannot be analysed."""
        return cls([], [], (0, 0, 0, 0), (0, 0, 0, 0, 0, 0, 0), 0, [], 0, (line, message))

    def pack(self) -> tuple[Any, ...]:
        """Return the same as a plain tuple."""
        return tuple(self)

    @classmethod
    def unpack(cls, packed: tuple[Any, ...]) -> Self:
        """Return what `pack` was called on."""
        return cls._make(packed)
