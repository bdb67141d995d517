"""The chains of imports that break a contract, out of what each contract type reports."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

Chain = tuple[str, ...]
"""Modules from the one that must not import to the one that must not be imported."""


def read_chains(metadata: Mapping[str, Any]) -> tuple[list[Chain], list[str]]:
    """The chains, one for each pair of ends, and the modules that are wrong by themselves.

    Of several chains between the same two modules the shortest is kept, then the first by name.
    Both are empty where the metadata has no shape that is known.
    """
    best: dict[tuple[str, str], Chain] = {}
    try:
        for names in _all_chains(metadata):
            chain = tuple(map(str, names))
            ends = chain[0], chain[-1]
            best[ends] = min(best.get(ends, chain), chain, key=lambda each: (len(each), each))
        modules = sorted(map(str, metadata.get("undeclared_modules", ())))
    except (AttributeError, KeyError, IndexError, TypeError):
        # The user's own contract type uses one of these names for something else.
        return [], []
    return sorted(best.values(), key=lambda each: (each[0], each[-1])), modules


def _all_chains(metadata: Mapping[str, Any]) -> Iterator[Chain]:
    for dependency in metadata.get("invalid_dependencies", ()):
        for route in dependency["routes"]:
            yield from _expand(route)
    for dependency in metadata.get("invalid_chains", ()):
        for chain in dependency["chains"]:
            yield from _expand(chain)
    for broken in metadata.get("illegal_imports", ()):
        for link in broken.illegal_links:
            yield link["importer"], link["imported"]


def _expand(chain: Any) -> Iterator[Chain]:
    """One chain for each head and each tail, so that mending one leaves the others as they are."""
    if isinstance(chain, list):
        yield _names(chain)
        return
    names = _names(chain["chain"])
    heads = [names[0], *(link["importer"] for link in chain["extra_firsts"])]
    tails = [names[-1], *(link["imported"] for link in chain["extra_lasts"])]
    for head, tail in product(heads, tails):
        yield head, *names[1:-1], tail


def _names(links: Any) -> Chain:
    return (links[0]["importer"], *(link["imported"] for link in links))
