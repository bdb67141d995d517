"""The markers of a test file: which tests carry one, and what each says."""

import ast
import warnings
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, TypeGuard

MARKER: Final = "fitness"
_Definition = ast.FunctionDef | ast.AsyncFunctionDef
_DEFINITIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)


class MarkedDefinition(NamedTuple):
    """A test and its marker, as they are written.

    Attributes:
        name: as pytest selects it: ``TestSearch::test_speed``.
        markers: what stands in the file; more than one is a mistake.
    """

    name: str
    definition: _Definition
    markers: tuple[ast.expr, ...]


class Markers(NamedTuple):
    """What a file holds.

    Attributes:
        tests: those that carry a marker.
        strays: where else the marker stands.
        constants: the names that the file gives a value once, at its top level.
    """

    tests: tuple[MarkedDefinition, ...]
    strays: tuple[ast.expr, ...]
    constants: Mapping[str, ast.expr]


def read_markers(source: bytes) -> Markers:
    """The markers of a source.

    Raises:
        SyntaxError: it is no Python of this version.
        ValueError: it cannot be parsed at all.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # whoever runs the file is told of them
            tree = ast.parse(source)
            tests = tuple(_tests(tree.body, ()))
            read = {id(_name_of(marker)) for test in tests for marker in test.markers}
            strays = [node for node in ast.walk(tree) if _is_marker(node) and id(node) not in read]
    except (RecursionError, MemoryError) as error:
        raise ValueError("is nested too deeply to be read") from error
    strays.sort(key=lambda node: (node.lineno, node.col_offset))
    return Markers(tests, tuple(strays), _constants(tree))


def _tests(body: list[ast.stmt], classes: tuple[str, ...]) -> Iterator[MarkedDefinition]:
    """The marked tests of a module or class, also those defined under a condition."""
    for statement in body:
        if isinstance(statement, _DEFINITIONS):
            markers = tuple(d for d in statement.decorator_list if _is_marker(_name_of(d)))
            if markers:
                yield MarkedDefinition("::".join((*classes, statement.name)), statement, markers)
        elif isinstance(statement, ast.ClassDef):
            yield from _tests(statement.body, (*classes, statement.name))
        else:
            for _, inner in ast.iter_fields(statement):
                if isinstance(inner, list):
                    yield from _tests(
                        [each for each in inner if isinstance(each, ast.stmt)], classes
                    )


def _name_of(decorator: ast.expr) -> ast.expr:
    return decorator.func if isinstance(decorator, ast.Call) else decorator


def _is_marker(node: ast.AST) -> TypeGuard[ast.Attribute]:
    """Whether it is ``pytest.mark.fitness`` or ``mark.fitness``."""
    if not isinstance(node, ast.Attribute) or node.attr != MARKER:
        return False
    owner = node.value
    return (isinstance(owner, ast.Attribute) and owner.attr == "mark") or (
        isinstance(owner, ast.Name) and owner.id == "mark"
    )


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    values: dict[str, ast.expr] = {}
    several: set[str] = set()
    for statement in tree.body:
        for name, value in _assigned(statement):
            if name in values:
                several.add(name)
            values[name] = value
    return {name: value for name, value in values.items() if name not in several}


def _assigned(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Name):
                yield target.id, statement.value
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        if isinstance(statement.target, ast.Name):
            yield statement.target.id, statement.value
    elif isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        # Twice, as it is no constant.
        yield statement.target.id, statement.value
        yield statement.target.id, statement.value
