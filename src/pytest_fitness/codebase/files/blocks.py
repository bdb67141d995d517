"""The named blocks of a file (functions, methods, closures, classes) and what is said of them."""

import ast
from collections import Counter
from collections.abc import Iterable
from typing import Any, Literal

BlockKind = Literal["module", "class", "function", "method", "closure"]

_ABSTRACT_BASES = frozenset({"ABC", "Protocol"})
_ABSTRACT_MARKS = frozenset(
    {"abstractmethod", "abstractproperty", "abstractclassmethod", "abstractstaticmethod"}
)


class Block:
    """A piece of code that has a complexity of its own; `decisions` grows during the walk."""

    __slots__ = ("decisions", "is_abstract", "kind", "line", "name", "node", "parent")

    def __init__(self, parent: "Block | None", kind: BlockKind, node: Any = None) -> None:
        self.parent = parent
        self.kind = kind
        self.node = node
        self.line: int = node.lineno if node is not None else 0
        self.name = _dotted(parent, node)
        self.decisions = 0
        self.is_abstract = False

    def share_of_total(self) -> int:
        """Return what radon adds to the total complexity of a file for this block.

        It adds the decisions of top-level functions, and of top-level classes with the methods
        right inside them, each method for one more; closures, nested classes and classes within
        functions are left out.
        """
        if self.kind == "method":
            assert self.parent is not None
            return 1 + self.decisions if self.parent.is_top_level() else 0
        return self.decisions if self.is_top_level() else 0

    def is_top_level(self) -> bool:
        """Tell whether only the module is around this block."""
        return self.parent is not None and self.parent.kind == "module"


def _dotted(parent: Block | None, node: Any) -> str:
    if parent is None:
        return ""
    name: str = node.name
    return f"{parent.name}.{name}" if parent.name else name


def function_kind(parent: Block) -> BlockKind:
    """Return what a function defined right inside the parent block is called."""
    if parent.kind == "module":
        return "function"
    return "method" if parent.kind == "class" else "closure"


def class_is_abstract(node: ast.ClassDef) -> bool:
    """Tell whether a class says in its header that it is not meant to be instantiated."""
    return any(_last_name(base) in _ABSTRACT_BASES for base in node.bases) or any(
        keyword.arg == "metaclass" and _last_name(keyword.value) == "ABCMeta"
        for keyword in node.keywords
    )


def has_abstract_mark(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Tell whether a method is decorated with `abstractmethod` or one of its older kin."""
    return any(_last_name(decorator) in _ABSTRACT_MARKS for decorator in node.decorator_list)


def _last_name(node: ast.expr) -> str | None:
    if isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def unique_names(blocks: Iterable[Block]) -> list[str]:
    """Return the names in order, the second and later uses of one marked `#2`, `#3`."""
    uses: Counter[str] = Counter()
    unique = []
    for block in blocks:
        name = block.name
        uses[name] += 1
        unique.append(name if uses[name] == 1 else f"{name}#{uses[name]}")
    return unique
