"""A cycle between siblings is shown whole: the import to cut and the shortest way back."""

from itertools import pairwise
from pathlib import Path
from typing import Any

from graph_samples import graph_of
from pytest_fitness.codebase.contracts.check import check_contracts
from pytest_fitness.codebase.contracts.cycle_chains import read_cycles

IMPORTS = {
    "shop.a.x": ["shop.b.y"],
    "shop.b.y": [],
    "shop.b.z": ["shop.c", "shop.d"],
    "shop.c": ["shop.d"],
    "shop.d": ["shop.a"],
}


def test_the_chain_shows_every_link_of_the_cycle(tmp_path: Path) -> None:
    graph = graph_of(IMPORTS)
    contract = {"name": "test", "type": "acyclic_siblings", "ancestors": ["shop"]}
    (found,) = check_contracts(graph, {"root_packages": ["shop"]}, [contract], root_dir=tmp_path)
    assert found.outcome == "broken"
    for place in found.places:
        first, *_, last = place.chain
        assert place.key == f"{first.importer} -> {first.imported}"
        assert (place.path, place.line) == (first.path, first.line)
        assert all(link.path and link.line for link in place.chain)
        children = [link.importer[:6] for link in place.chain]
        assert all(link.imported[:6] == child for link, child in zip(
            place.chain, [*children[1:], children[0]], strict=True
        ))  # fmt: skip
        assert last.imported[:6] == first.importer[:6]
        cycle = place.message.partition("closes the cycle ")[2].split(" -> ")
        assert list(pairwise(cycle)) == [(li.importer[:6], li.imported[:6]) for li in place.chain]


def test_the_way_back_is_the_shortest() -> None:
    metadata = {"cycle_breakers_by_package": {"shop": {("shop.a.x", "shop.b.y")}}}
    assert read_cycles(metadata, graph_of(IMPORTS).to_grimp()) == [
        {
            "imports": [
                ("shop.a.x", "shop.b.y"), ("shop.b.z", "shop.d"), ("shop.d", "shop.a"),
            ],
            "siblings": ["shop.a", "shop.b", "shop.d", "shop.a"],
        }
    ]  # fmt: skip


def test_an_import_without_a_way_back_stands_alone() -> None:
    metadata = {"cycle_breakers_by_package": {"gone": [("gone.a", "gone.b")]}}
    (cycle,) = read_cycles(metadata, graph_of(IMPORTS).to_grimp())
    assert cycle == {"imports": [("gone.a", "gone.b")], "siblings": ["gone.a", "gone.b"]}


def test_metadata_of_another_shape_is_no_cycle() -> None:
    graph = graph_of(IMPORTS).to_grimp()
    others: list[Any] = [
        {},
        {"cycle_breakers_by_package": "x"},
        {"cycle_breakers_by_package": {1: 2}},
    ]
    for metadata in others:
        assert read_cycles(metadata, graph) == []
