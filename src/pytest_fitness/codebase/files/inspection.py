"""One file, from its content to its facts."""

import ast
import sys
import warnings

from pytest_fitness.codebase.files.blocks import unique_names
from pytest_fitness.codebase.files.decoding import normalised
from pytest_fitness.codebase.files.facts import FileFacts
from pytest_fitness.codebase.files.raw import count_lines
from pytest_fitness.codebase.files.walk import Findings, walk

# Nesting that is tried beyond the interpreter's own limit; sums of thousands of terms need it.
_MORE_NESTING = 3_000


def analyse(source: bytes) -> FileFacts:
    """Learn all there is to know of a file from its content.

    Never raises for what a file may hold: one that cannot be parsed has an `error`.
    """
    try:
        tree = _parse(source)
        text = normalised(source)
    except SyntaxError as error:
        return FileFacts.broken(error.lineno or 1, error.msg)
    except (ValueError, LookupError) as error:
        return FileFacts.broken(1, str(error))
    except (RecursionError, MemoryError):
        return FileFacts.broken(1, "the code is nested too deeply for Python's parser")
    found = walk(tree)
    return FileFacts(
        functions=_functions(found),
        classes=_classes(found),
        halstead=found.halstead,
        raw=(*count_lines(text),),
        total_complexity=found.total_complexity,
        imports=found.imports,
        dynamic=_count_dynamic_imports(source, tree),
        error=None,
    )


def _parse(source: bytes) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(source)
        except RecursionError:
            limit = sys.getrecursionlimit()
            sys.setrecursionlimit(limit + _MORE_NESTING)
            try:
                return ast.parse(source)
            finally:
                sys.setrecursionlimit(limit)


def _functions(found: Findings) -> list[tuple[str, str, int, int, int]]:
    blocks = [block for block in found.blocks if block.kind != "class"]
    return [
        (name, block.kind, block.line, block.node.end_lineno, 1 + block.decisions)
        for name, block in zip(unique_names(blocks), blocks, strict=True)
    ]


def _classes(found: Findings) -> list[tuple[str, int, bool]]:
    blocks = [block for block in found.blocks if block.kind == "class"]
    return [
        (name, block.line, block.is_abstract)
        for name, block in zip(unique_names(blocks), blocks, strict=True)
    ]


def _count_dynamic_imports(source: bytes, tree: ast.Module) -> int:
    if b"import_module" not in source and b"__import__" not in source:
        return 0
    return sum(
        _called_name(node.func) in ("import_module", "__import__")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    )


def _called_name(function: ast.expr) -> str | None:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else None
