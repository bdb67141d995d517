"""What a contract names that matches no module: such a contract could never be broken.

import-linter keeps it; here a rule that matched nothing is never a pass.
"""

from itertools import product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import grimp
    from importlinter import Contract

_MAY_BE_EMPTY = {"allowed_importers", "skip_descendants"}


def find_unmatched(
    contract: "Contract", graph: "grimp.ImportGraph"
) -> tuple[list[str], str | None]:
    """Notes on globs that match no module, and the complaint where nothing is left to check."""
    notes: list[str] = []
    for name, expressions in _expressions(contract):
        globs = [text for text in expressions if "*" in text]
        empty = [text for text in globs if not graph.find_matching_modules(text)]
        notes += [f"{name}: {text} matches no module" for text in empty]
        if name not in _MAY_BE_EMPTY and len(empty) == len(expressions):
            return notes, f"{name}: {', '.join(empty) or 'an empty list'} matches no module"
    return notes, _absent_layers(contract, graph)


def _expressions(contract: "Contract") -> "Iterator[tuple[str, list[str]]]":
    """The fields that hold module expressions, where they are given."""
    from importlinter import fields

    for name in sorted(vars(type(contract))):
        subfield = getattr(getattr(type(contract), name), "subfield", None)
        value = getattr(contract, name)
        if isinstance(subfield, fields.ModuleExpressionField) and value is not None:
            yield name, sorted(map(str, value))


def _absent_layers(contract: "Contract", graph: "grimp.ImportGraph") -> str | None:
    from importlinter.contracts.layers import LayersContract

    if not isinstance(contract, LayersContract):
        return None
    options: Any = contract
    tails = [tail for layer in options.layers for tail in layer.module_tails]
    containers: set[str] = set()
    for expression in map(str, options.containers or ()):
        containers |= graph.find_matching_modules(expression)
    names = (
        {f"{container}.{tail.name}" for container, tail in product(containers, tails)}
        if options.containers
        else {tail.name for tail in tails}
    )
    required = any(not tail.is_optional for tail in tails)
    # A required layer that is absent is import-linter's own complaint, and a better one.
    return None if required or names & graph.modules else "layers: none of them exists"
