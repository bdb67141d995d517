"""The arguments of a marker as the nodes that ``fitness.yaml`` is made of."""

import ast
from collections.abc import Mapping as Names

from pytest_fitness.config.nodes import Mapping, Node, Scalar, Sequence
from pytest_fitness.config.reader import INVALID, Invalid, Reader

_PLAIN = "Write the value itself, or a constant of this file: the file is read, not run."
_DEEPEST = 8


def marker_node(marker: ast.expr, constants: Names[str, ast.expr], reader: Reader) -> Mapping:
    """The keyword arguments of a marker as a mapping; problems are reported."""
    line, column = _place(marker)
    node = Mapping(line, column)
    if not isinstance(marker, ast.Call):
        return node
    for argument in marker.args:
        hint = 'Name what it is: `max="500ms"`.'
        reader.problem(_at(argument), "the marker takes keyword arguments only", hint)
    for keyword in marker.keywords:
        if keyword.arg is None:
            _spread(keyword.value, constants, reader, node)
            continue
        value = _node(keyword.value, constants, reader)
        if not isinstance(value, Invalid):
            node.entries.append((Scalar(keyword.arg, *_place(keyword)), value))
    return node


def _spread(
    value: ast.expr, constants: Names[str, ast.expr], reader: Reader, node: Mapping
) -> None:
    """The arguments of ``**LIMITS``; none of them may be given beside it."""
    found = _node(value, constants, reader)
    if isinstance(found, Mapping):
        for name, given in found.entries:
            if node.get(name.text) is None:
                node.entries.append((name, given))
            else:
                reader.problem(name, f"{name.text!r} is given twice")
    elif not isinstance(found, Invalid):
        reader.problem(found, "only a dict can stand behind `**`")


def _node(
    value: ast.expr, constants: Names[str, ast.expr], reader: Reader, depth: int = 0
) -> Node | Invalid:
    line, column = _place(value)
    if depth > _DEEPEST:
        return reader.problem(_at(value), "this is nested too deeply")
    if isinstance(value, ast.Name) and value.id in constants:
        return _node(constants[value.id], constants, reader, depth + 1)
    if isinstance(value, ast.Dict):
        return _mapping(value, constants, reader, depth)
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        sequence = Sequence(line, column)
        items = [_node(item, constants, reader, depth + 1) for item in value.elts]
        sequence.items += [item for item in items if not isinstance(item, Invalid)]
        return INVALID if len(sequence.items) < len(items) else sequence
    text = _text(value)
    if text is None:
        shown = ast.unparse(value)
        return reader.problem(_at(value), f"{shown[:60]!r} is no plain value", _PLAIN)
    return Scalar(text, line, column, quoted=_is_text(value))


def _mapping(
    value: ast.Dict, constants: Names[str, ast.expr], reader: Reader, depth: int
) -> Mapping | Invalid:
    node = Mapping(*_place(value))
    whole = True
    for key, inner in zip(value.keys, value.values, strict=True):
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            reader.problem(_at(key or inner), "a key is no plain text", _PLAIN)
            whole = False
            continue
        name = Scalar(key.value, *_place(key), quoted=True)
        if node.get(name.text) is not None:
            reader.problem(name, f"{name.text!r} is given twice")
        found = _node(inner, constants, reader, depth + 1)
        if isinstance(found, Invalid):
            whole = False
        else:
            node.entries.append((name, found))
    return node if whole else INVALID


def _text(value: ast.expr) -> str | None:
    """A plain value as YAML would have it written; None where it is none."""
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub | ast.UAdd):
        text = None if _is_text(value.operand) else _text(value.operand)
        return text and ("-" if isinstance(value.op, ast.USub) else "") + text
    if not isinstance(value, ast.Constant):
        return None
    constant = value.value
    if constant is None:
        return "null"
    if isinstance(constant, bool):
        return str(constant).lower()
    return str(constant) if isinstance(constant, str | int | float) else None


def _is_text(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _place(node: ast.expr | ast.keyword) -> tuple[int, int]:
    return node.lineno, node.col_offset + 1


def _at(node: ast.expr) -> Scalar:
    """Something that stands where the node does, for a problem to point to."""
    return Scalar("", *_place(node))
