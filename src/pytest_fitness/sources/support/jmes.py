"""JMESPath: where in a document something stands."""

from collections.abc import Iterator
from typing import Any

from pytest_fitness.errors import MeasureError
from pytest_fitness.extras import require


def path_problem(path: str, extra: str) -> str | None:
    """What is wrong with a path; nothing where its library is not installed: asking tells that."""
    try:
        parsed = require("jmespath", extra).compile(path).parsed
        known = require("jmespath.functions", extra).Functions.FUNCTION_TABLE
    except ValueError as error:
        return f"is no JMESPath: {' '.join(str(error).split())}"
    except MeasureError:
        return None
    for name in _functions(parsed):
        if name not in known:
            return f"calls {name}(), which JMESPath does not have"
    return None


def search(path: str, document: Any, shown: str, extra: str) -> Any:
    """What stands at a path; None where there is nothing.

    Raises:
        MeasureError: a function of the path does not fit what it is called with.
    """
    compiled = require("jmespath", extra).compile(path)
    try:
        return compiled.search(document)
    except (ValueError, TypeError, LookupError, RecursionError, ArithmeticError) as error:
        # What jmespath says may hold values of the document.
        name = getattr(error, "function_name", None)
        by = f" by {name}()" if name else ""
        raise MeasureError(
            f"{shown}: {path!r} cannot be found{by}", "Try the path at jmespath.org."
        ) from error


def _functions(node: Any) -> Iterator[str]:
    """The functions that a parsed path calls."""
    if isinstance(node, dict):
        if node.get("type") == "function_expression":
            yield node["value"]
        for child in node.get("children", ()):
            yield from _functions(child)
