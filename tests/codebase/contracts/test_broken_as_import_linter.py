"""Every contract on random graphs ends as import-linter ends it, and names imports that exist."""

import copy
import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from importlinter.configuration import configure

from graph_samples import graph_of
from pytest_fitness.codebase.contracts.check import ContractResult, check_contracts
from pytest_fitness.codebase.contracts.worker import _BUILT_IN
from pytest_fitness.codebase.imports.graph import ImportGraph
from pytest_fitness.model import INDIRECT, Place

configure()
NAMES = [
    "shop", "shop.a", "shop.a.x", "shop.a.y", "shop.b", "shop.b.x", "shop.c", "shop.c.x", "shop.d",
    "shop.e", "shop.f",
]  # fmt: skip
NOTHING: dict[str, list[str]] = {name: [] for name in NAMES}
SESSION = {"root_packages": ["shop"]}
CONTRACTS: dict[str, dict[str, Any]] = {
    "layers": {"type": "layers", "layers": ["shop.a", "shop.b", "shop.c"]},
    "independent": {"type": "layers", "layers": ["shop.a | shop.b", "shop.c : shop.d"]},
    "containers": {
        "type": "layers", "layers": ["a", "b", "(zz)"], "containers": ["shop"],
    },
    "exhaustive": {
        "type": "layers", "layers": ["a", "b", "c"], "containers": ["shop"], "exhaustive": "True",
        "exhaustive_ignores": ["e"],
    },
    "independence": {"type": "independence", "modules": ["shop.a", "shop.b", "shop.c"]},
    "siblings": {"type": "independence", "modules": ["shop.a.*", "shop.f"]},
    "forbidden": {
        "type": "forbidden", "source_modules": ["shop.c", "shop.d"],
        "forbidden_modules": ["shop.a", "shop.b.x"],
    },
    "directly": {
        "type": "forbidden", "source_modules": ["shop.c"], "forbidden_modules": ["shop.a"],
        "allow_indirect_imports": "True",
    },
    "modules": {
        "type": "forbidden", "source_modules": ["shop.c"], "forbidden_modules": ["shop.a"],
        "as_packages": "False",
    },
    "ignoring": {
        "type": "forbidden", "source_modules": ["shop.c"], "forbidden_modules": ["shop.a"],
        "ignore_imports": ["shop.c -> shop.a", "shop.c.x -> shop.a.*"],
        "unmatched_ignore_imports_alerting": "none",
    },
    "protected": {
        "type": "protected", "protected_modules": ["shop.a", "shop.d"],
        "allowed_importers": ["shop.b"],
    },
    "acyclic": {"type": "acyclic_siblings", "ancestors": ["shop"], "depth": "2"},
}  # fmt: skip
IGNORED = {
    ("shop.c", "shop.a"), ("shop.c.x", "shop.a.x"), ("shop.c.x", "shop.a.y"),
}  # fmt: skip
Imports = dict[str, list[str]]


@st.composite
def imports_between_modules(draw: st.DrawFn) -> Imports:
    edge = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES))
    edges = draw(st.sets(edge, max_size=18))
    return {
        name: sorted(imported for importer, imported in edges if importer == name != imported)
        for name in NAMES
    }


def is_kept_by_import_linter(graph: ImportGraph, options: Mapping[str, Any]) -> bool:
    module, _, name = _BUILT_IN[options["type"]].rpartition(".")
    contract = getattr(importlib.import_module(module), name)(
        name="test", session_options=SESSION, contract_options={"name": "test", **options}
    )
    return bool(contract.check(copy.deepcopy(graph.to_grimp()), verbose=False).kept)


def check_all(graph: ImportGraph, root: Path) -> dict[str, ContractResult]:
    contracts = [{"name": name, **options} for name, options in CONTRACTS.items()]
    found = check_contracts(graph, SESSION, contracts, root_dir=root)
    return dict(zip(CONTRACTS, found, strict=True))


def imports_of(name: str, imports: Imports) -> set[tuple[str, str]]:
    """The imports that a contract looks at."""
    found = {(importer, imported) for importer, row in imports.items() for imported in row}
    return found - IGNORED if name == "ignoring" else found


def assert_is_a_way(place: Place, existing: set[tuple[str, str]]) -> None:
    assert all((link.importer, link.imported) in existing for link in place.chain)
    for link, following in zip(place.chain, place.chain[1:], strict=False):
        assert link.imported == following.importer


@settings(max_examples=30, deadline=None, derandomize=True)
@given(imports=imports_between_modules())
def test_kept_and_broken_are_those_of_import_linter(imports: Imports) -> None:
    graph = graph_of(imports)
    results = check_all(graph, Path.cwd())
    expected = {
        name: "kept" if is_kept_by_import_linter(graph, options) else "broken"
        for name, options in CONTRACTS.items()
    }
    assert {name: result.outcome for name, result in results.items()} == expected


@settings(max_examples=30, deadline=None, derandomize=True)
@given(imports=imports_between_modules())
def test_a_broken_contract_names_imports_that_exist_and_ways_that_connect(imports: Imports) -> None:
    for name, result in check_all(graph_of(imports), Path.cwd()).items():
        assert bool(result.places) == (result.outcome == "broken")
        assert len({place.key for place in result.places}) == len(result.places)
        for place in result.places if name != "acyclic" else ():
            assert_is_a_way(place, imports_of(name, imports))


@settings(max_examples=30, deadline=None, derandomize=True)
@given(imports=imports_between_modules())
def test_a_key_says_whether_one_module_imports_the_other_itself(imports: Imports) -> None:
    for name, result in check_all(graph_of(imports), Path.cwd()).items():
        existing = imports_of(name, imports)
        for place in result.places:
            if name == "acyclic" or not place.chain:
                assert INDIRECT not in place.key
                continue
            ends = place.chain[0].importer, place.chain[-1].imported
            separator = " -> " if ends in existing else INDIRECT
            assert place.key == separator.join(ends)
            assert (len(place.chain) == 1) == (ends in existing)
            assert ("indirectly" in place.message) == (ends not in existing)


@pytest.mark.parametrize("name", ["layers", "forbidden", "independence", "containers"])
def test_a_direct_import_beside_a_chain_is_the_one_that_is_named(name: str, tmp_path: Path) -> None:
    both: Imports = {"shop.c": ["shop.a", "shop.e"], "shop.e": ["shop.a"], "shop.b": ["shop.a"]}
    chain = both | {"shop.c": ["shop.e"]}
    keys = []
    for imports in (both, chain):
        result = check_all(graph_of({**NOTHING, **imports}), tmp_path)[name]
        keys.append({place.key for place in result.places if "shop.c" in place.key})
    expected: list[set[str]] = [{"shop.c -> shop.a"}, {"shop.c -> ... -> shop.a"}]
    assert keys == ([set(), set()] if name == "containers" else expected)


def test_ignoring_the_direct_import_leaves_the_chain_a_violation_of_its_own(tmp_path: Path) -> None:
    imports = {**NOTHING, "shop.c": ["shop.a", "shop.e"], "shop.e": ["shop.a"]}
    results = check_all(graph_of(imports), tmp_path)
    assert [place.key for place in results["forbidden"].places] == ["shop.c -> shop.a"]
    assert [place.key for place in results["ignoring"].places] == ["shop.c -> ... -> shop.a"]
    assert results["directly"].outcome == "broken"
    assert results["ignoring"].notes == ("1 import ignored by ignore_imports",)
