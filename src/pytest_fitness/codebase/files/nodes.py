"""What each kind of syntax node stands for: its children, its decisions, its operators.

The counting rules are radon's (`ComplexityVisitor` and `HalsteadVisitor` of radon 6), kept as
tables so that one walk can consult them all.
"""

import ast
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any


def _node_types(base: type[ast.AST]) -> Iterable[type[ast.AST]]:
    for node_type in base.__subclasses__():
        yield node_type
        yield from _node_types(node_type)


# Fields that hold names, flags, operators or a load/store context, never a node worth a visit.
_PLAIN_FIELDS = frozenset(
    {
        *("arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "kind", "kwd_attrs"),
        *("level", "lineno", "module", "name", "names", "op", "ops", "rest", "simple", "str"),
        *("tag", "type_comment", "type_ignores"),
    }
)
_CHILD_FIELDS: dict[type, list[str]] = {
    node_type: [field for field in node_type._fields if field not in _PLAIN_FIELDS]
    for node_type in _node_types(ast.AST)
    if not issubclass(node_type, (ast.Constant, ast.MatchSingleton))
}


def _in_tuple(field: str) -> Callable[[Any], tuple[Any]]:
    get = attrgetter(field)
    return lambda node: (get(node),)


def _count_one(_node: Any) -> int:
    return 1


def _count_loop(node: Any) -> int:
    return 1 + bool(node.orelse)


def _count_match(node: Any) -> int:
    has_irrefutable_case = any(
        isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None
        for case in node.cases
    )
    return len(node.cases) - has_irrefutable_case


# What a node adds to the cyclomatic complexity of its block.
DECISIONS: dict[type, Callable[[Any], int]] = {
    ast.If: _count_one,
    ast.IfExp: _count_one,
    ast.For: _count_loop,
    ast.AsyncFor: _count_loop,
    ast.While: _count_loop,
    ast.Try: lambda node: len(node.handlers) + bool(node.orelse),
    ast.BoolOp: lambda node: len(node.values) - 1,
    ast.comprehension: lambda node: 1 + len(node.ifs),
    ast.Match: _count_match,
}

# The operators and the operands of a node, as Halstead counts them.
OPERATIONS: dict[type, Callable[[Any], tuple[list[Any], list[Any]]]] = {
    ast.BinOp: lambda node: ([node.op], [node.left, node.right]),
    ast.UnaryOp: lambda node: ([node.op], [node.operand]),
    ast.BoolOp: lambda node: ([node.op], node.values),
    ast.AugAssign: lambda node: ([node.op], [node.target, node.value]),
    ast.Compare: lambda node: (node.ops, [node.left, *node.comparators]),
}
# What tells an operand from another; any other kind of operand is unlike all the rest.
OPERAND_KEY = {
    ast.Name: attrgetter("id"),
    ast.Attribute: attrgetter("attr"),
    ast.Constant: attrgetter("value"),
}

_PLAIN_KINDS = _CHILD_FIELDS.keys() - DECISIONS.keys() - OPERATIONS.keys()
# Getters of the children of a node; a child can be a node, a list of nodes, or None.
ONLY_CHILD = {
    kind: attrgetter(*_CHILD_FIELDS[kind]) for kind in _PLAIN_KINDS if len(_CHILD_FIELDS[kind]) == 1
}
CHILDREN = {
    kind: attrgetter(*fields) if len(fields) > 1 else _in_tuple(fields[0])
    for kind, fields in _CHILD_FIELDS.items()
    if fields and kind not in ONLY_CHILD
}
