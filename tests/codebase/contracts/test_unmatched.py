"""Contracts that could never be broken are invalid, whoever would judge them."""

from pathlib import Path
from typing import Any

import pytest

from graph_samples import graph_of
from pytest_fitness.codebase.contracts.check import check_contracts
from pytest_fitness.codebase.contracts.unmatched import find_unmatched

GRAPH = graph_of(
    {
        "shop.a.x": ["shop.b"], "shop.a.y": [], "shop.b": [], "shop.c.only": ["json"],
        "shop.d.e.f": [], "shop.d.e.g": [],
    },
    external=["json"],
)  # fmt: skip
SESSION = {"root_packages": ["shop"], "include_external_packages": "True"}


def layers(*names: str, **others: Any) -> dict[str, Any]:
    return {"type": "layers", "layers": list(names), **others}


def forbidden(sources: list[str], targets: list[str], **others: Any) -> dict[str, Any]:
    return {
        "type": "forbidden", "source_modules": sources, "forbidden_modules": targets, **others,
    }  # fmt: skip


def acyclic(*ancestors: str, **others: Any) -> dict[str, Any]:
    return {"type": "acyclic_siblings", "ancestors": list(ancestors), **others}


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (layers("shop.a"), "layers: there is nothing above or below shop.a"),
        (layers("shop.a", "(shop.aa)"), "layers: there is nothing above or below shop.a"),
        (layers("shop.a : shop.b"), "layers: there is nothing above or below shop.a, shop.b"),
        (layers("a", containers=["shop"]), "layers: there is nothing above or below a"),
        (layers("(x)", "(y)"), "layers: none of them exists"),
        (layers("(x)", "(y)", containers="shop.gone"), "layers: none of them exists"),
        (layers("(x)", "(only)", containers="shop.*"), "layers: there is nothing above or below"),
        ({"type": "independence", "modules": ["shop.a"]}, "modules: there is only one, shop.a"),
        ({"type": "independence", "modules": "shop.a.x*"}, None),
        (
            {"type": "independence", "modules": ["shop.b", "gone.*"]},
            "modules: there is only one, shop.b",
        ),
        (acyclic("shop.c"), "ancestors: there are no siblings below shop.c"),
        (acyclic("shop.d", depth=0), "ancestors: there are no siblings below shop.d"),
        (
            acyclic("shop.d", skip_descendants=["shop.d.e"]),
            "ancestors: there are no siblings below shop.d",
        ),
        (forbidden(["shop.a"], ["shop.a.x", "shop"]), "forbidden_modules: each of them overlaps"),
        (
            forbidden(["shop.a"], ["shop.a"], as_packages=False),
            "forbidden_modules: each of them overlaps",
        ),
        (forbidden(["shop.gone.*"], ["shop"]), "source_modules: shop.gone.* matches no module"),
    ],
)
def test_a_contract_that_could_never_be_broken_is_invalid(
    options: dict[str, Any], complaint: str | None, tmp_path: Path
) -> None:
    contract = {"name": "test"} | options
    (found,) = check_contracts(GRAPH, SESSION, [contract], root_dir=tmp_path)
    assert found.outcome == "invalid"
    if complaint is not None:
        assert found.message.startswith(complaint)
        assert found.hint == "it could never be broken"


@pytest.mark.parametrize(
    "options",
    [
        layers("shop.a | shop.b"),
        layers("shop.b", "shop.a", "shop.gone"),  # import-linter says which layer is missing
        layers("a", containers="shop", exhaustive="True"),
        layers("x", "(y)", containers=["shop.a"]),
        layers("a | b : c"),
        {"type": "independence", "modules": ["shop.gone"]},
        {"type": "independence"},
        {"type": "protected", "protected_modules": "shop.b", "allowed_importers": []},
        acyclic("shop"),
        acyclic("shop.d"),
        acyclic("shop.d", depth="deep"),
        acyclic("shop.c", "shop.a"),
        forbidden(["shop.a"], ["shop.a.x", "shop.b"]),
        forbidden(["shop.a"], ["shop.a.x"], as_packages="False"),
        forbidden(["shop"], ["django"]),
        forbidden(["shop"], ["shop.gone"]),
        {"type": "mine"},
    ],
)
def test_nothing_is_said_of_contracts_that_can_be_broken_or_are_wrong_otherwise(
    options: dict[str, Any],
) -> None:
    assert find_unmatched(GRAPH, SESSION, options) == ((), None)


def test_types_of_the_projects_own_are_no_affair_of_ours() -> None:
    session = SESSION | {"contract_types": ["layers: my.Layers"]}
    assert find_unmatched(GRAPH, session, layers("shop.a")) == ((), None)


def test_an_optional_layer_that_does_not_exist_is_noted(tmp_path: Path) -> None:
    kept = {"name": "kept"} | layers("shop.a", "(shop.aa)", "shop.b")
    broken = {"name": "broken"} | layers("shop.b", "(shop.aa)", "shop.a")
    for found in check_contracts(GRAPH, SESSION, [kept, broken], root_dir=tmp_path):
        assert found.notes == ("layers: (shop.aa) does not exist",)


def test_an_optional_layer_that_some_container_has_is_not_noted() -> None:
    options = layers("(x)", "(y)", "(e)", "(zz)", containers=["shop.a", "shop.d"])
    assert find_unmatched(GRAPH, SESSION, options).notes == ("layers: (zz) does not exist",)
