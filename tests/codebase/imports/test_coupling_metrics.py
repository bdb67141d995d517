import math
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_samples import graph_of
from pytest_fitness.codebase.imports import coupling
from pytest_fitness.codebase.imports.coupling import ElementValue
from pytest_fitness.codebase.imports.cycles import feedback_edges, find_cycles
from pytest_fitness.codebase.imports.elements import (
    Elements,
    Import,
    all_modules,
    components,
    matching_modules,
    package_modules,
)
from pytest_fitness.codebase.imports.graph import ImportGraph, build_graph
from pytest_fitness.codebase.imports.reach import Condensation, strong_components
from pytest_fitness.codebase.imports.structure import Structure, measure_structure
from pytest_fitness.codebase.modules import FoundModules, Module
from pytest_fitness.errors import MeasureError, NoDataError

SHOP = {
    "shop.web.views": ["shop.services.cart", "shop.common.money", "django"],
    "shop.web.forms": ["shop.services.cart"],
    "shop.services.cart": ["shop.storage.db", "shop.services.price", "shop.common.money"],
    "shop.services.price": ["shop.common.money"],
    "shop.storage.db": ["shop.common.money", "sqlite"],
    "shop.common.money": [],
    "shop.lonely": [],
}
PARTS = {name: [f"shop.{name}"] for name in ("web", "services", "storage", "common", "lonely")}
CLASSES = {
    "shop.web.views": [("View", 1, True), ("Page", 9, False)],
    "shop.services.cart": [("Cart", 3, False)],
    "shop.common.money": [("Money", 1, True)],
    "shop": [("Unowned", 1, True)],
}


@pytest.fixture
def graph() -> ImportGraph:
    return graph_of(SHOP, external=["django", "sqlite"])


@pytest.fixture
def shop(graph: ImportGraph) -> Elements:
    return components(graph, PARTS)


def values(found: list[ElementValue]) -> dict[str, float | None]:
    return {each.element: each.value for each in found}


def numbered(edges: set[tuple[int, int]], count: int) -> Elements:
    """Modules m0, m1, ... that import each other."""
    names = [f"m{number:02}" for number in range(count)]
    modules = tuple(Module(name, f"{name}.py", is_package=False) for name in names)
    raw = {
        name: [(names[other], 1, False) for one, other in sorted(edges) if names[one] == name]
        for name in names
    }
    return all_modules(build_graph(FoundModules(tuple(names), modules), raw))


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (
            coupling.afferent,
            {"web": 0, "services": 2, "storage": 1, "common": 4, "lonely": 0},
        ),
        (
            coupling.efferent,
            {"web": 3, "services": 2, "storage": 2, "common": 0, "lonely": 0},
        ),
        (
            coupling.instability,
            {"web": 1, "services": 2 / 4, "storage": 2 / 3, "common": 0, "lonely": None},
        ),
        (coupling.fan_in, {"web": 0, "services": 1, "storage": 1, "common": 3, "lonely": 0}),
        (coupling.fan_out, {"web": 2, "services": 2, "storage": 1, "common": 0, "lonely": 0}),
        (
            coupling.autonomy,
            {"web": 0, "services": 1 / 4, "storage": 0, "common": None, "lonely": None},
        ),
    ],
)
def test_measures_each_component(
    measure: Callable[[Elements], list[ElementValue]],
    expected: dict[str, float | None],
    shop: Elements,
) -> None:
    assert values(measure(shop)) == expected


def test_abstractness_counts_the_classes_of_the_component(shop: Elements) -> None:
    assert values(coupling.abstractness(shop, CLASSES)) == {
        "web": 0.5, "services": 0, "storage": None, "common": 1, "lonely": None,
    }  # fmt: skip


def test_distance_needs_both_abstractness_and_instability(shop: Elements) -> None:
    assert values(coupling.distance(shop, CLASSES)) == {
        "web": 0.5, "services": 0.5, "storage": None, "common": 0, "lonely": None,
    }  # fmt: skip


def test_shared_components_do_not_count_against_autonomy(shop: Elements) -> None:
    found = coupling.autonomy(shop, shared=["common"])

    assert values(found) == {
        "web": 1 / 3, "services": 3 / 4, "storage": 1, "common": None, "lonely": None,
    }  # fmt: skip
    assert found[1].imports == (Import("shop.services.cart", "shop.storage.db", (1,)),)


def test_an_unknown_shared_component_is_an_error(shop: Elements) -> None:
    with pytest.raises(MeasureError) as caught:
        coupling.autonomy(shop, shared=["comon"])

    assert str(caught.value) == ("the shared component comon is not declared\ndid you mean common?")


def test_the_evidence_is_the_imports_that_make_up_the_number(shop: Elements) -> None:
    afferent, efferent = coupling.afferent(shop)[2], coupling.efferent(shop)[2]

    assert afferent.imports == (Import("shop.services.cart", "shop.storage.db", (1,)),)
    assert efferent.imports == (
        Import("shop.storage.db", "shop.common.money", (1,)),
        Import("shop.storage.db", "sqlite", (2,)),
    )
    assert coupling.fan_in(shop)[2].imports == afferent.imports
    assert coupling.fan_out(shop)[2].imports == efferent.imports[:1]


def test_modules_are_elements_too(graph: ImportGraph) -> None:
    found = values(coupling.efferent(all_modules(graph)))

    assert list(found) == graph.names[: graph.internal]
    assert (found["shop.services.cart"], found["shop.lonely"]) == (3, 0)


def test_modules_that_match_a_glob_are_measured_against_all(graph: ImportGraph) -> None:
    elements = matching_modules(graph, "shop.services.*")

    assert values(coupling.afferent(elements)) == {
        "shop.services.cart": 2, "shop.services.price": 1,
    }  # fmt: skip
    assert values(coupling.fan_in(elements)) == {
        "shop.services.cart": 0, "shop.services.price": 1,
    }  # fmt: skip


def test_a_package_is_its_modules(graph: ImportGraph) -> None:
    assert package_modules(graph, "shop.web").names == [
        "shop.web",
        "shop.web.forms",
        "shop.web.views",
    ]


def test_a_namespace_holds_no_code_and_is_no_element() -> None:
    modules = (Module("ns.shop", "/ns/shop.py", is_package=False),)
    graph = build_graph(FoundModules(("ns",), modules, namespaces=("ns",)), {})

    assert all_modules(graph).names == ["ns.shop"]


def test_a_self_import_is_no_dependency() -> None:
    graph = graph_of({"shop.a": ["shop.a"]})

    assert values(coupling.instability(all_modules(graph))) == {"shop": None, "shop.a": None}
    assert values(coupling.autonomy(all_modules(graph))) == {"shop": None, "shop.a": None}
    assert find_cycles(all_modules(graph)) == []


@pytest.mark.parametrize(
    ("choose", "message", "hint"),
    [
        (
            lambda graph: matching_modules(graph, "shop.servces.*"),
            "no module matches shop.servces.*",
            "did you mean shop.services, shop.services.cart, shop.services.price?",
        ),
        (
            lambda graph: package_modules(graph, "shop.wbe"),
            "there is no package shop.wbe",
            "did you mean shop.web, shop, shop.web.views?",
        ),
        (lambda graph: components(graph, {}), "no component was declared", None),
        (
            lambda graph: components(graph, {"web": ["shop.webb"]}),
            "component web: no module matches shop.webb",
            "did you mean shop.web, shop.web.views, shop.web.forms?",
        ),
        (
            lambda graph: components(graph, {"web": []}),
            "component web names no module",
            None,
        ),
        (
            lambda graph: components(graph, {"web": ["zzz.**"]}),
            "component web: no module matches zzz.**",
            None,
        ),
    ],
)
def test_a_choice_that_matches_nothing_is_no_data(
    choose: Callable[[ImportGraph], Any], message: str, hint: str | None, graph: ImportGraph
) -> None:
    with pytest.raises(NoDataError) as caught:
        choose(graph)

    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_an_empty_graph_is_no_data() -> None:
    with pytest.raises(NoDataError, match="no module"):
        all_modules(build_graph(FoundModules((), ()), {}))


def test_a_module_in_two_components_is_an_error(graph: ImportGraph) -> None:
    with pytest.raises(MeasureError, match=r"shop\.web is part of two components, web and all"):
        components(graph, {"web": ["shop.web"], "all": ["shop.**"]})


def test_a_component_may_name_a_module_twice(graph: ImportGraph) -> None:
    elements = components(graph, {"web": ["shop.web", "shop.web.*"]})

    assert values(coupling.efferent(elements)) == {"web": 3}


KNOT = {
    "shop.a": ["shop.b", "shop.d"],
    "shop.b": ["shop.c"],
    "shop.c": ["shop.a"],
    "shop.d": ["shop.e"],
    "shop.e": ["shop.d", "shop.f"],
    "shop.f": [],
}


def test_cycles_come_largest_first_with_their_imports() -> None:
    first, second = find_cycles(all_modules(graph_of(KNOT)))

    assert first.elements == ("shop.a", "shop.b", "shop.c")
    assert [each[:2] for each in first.imports] == [
        ("shop.a", "shop.b"), ("shop.b", "shop.c"), ("shop.c", "shop.a"),
    ]  # fmt: skip
    assert len(first.cuts) == 1
    assert second.elements == ("shop.d", "shop.e")


def test_the_cut_is_where_the_fewest_imports_are() -> None:
    graph = graph_of(
        {
            "shop.web.a": ["shop.db.x", "shop.db.y"],
            "shop.web.b": ["shop.db.x"],
            "shop.db.x": ["shop.web.a"],
        }
    )

    (cycle,) = find_cycles(components(graph, {"web": ["shop.web"], "db": ["shop.db"]}))

    assert cycle.cuts == (Import("shop.db.x", "shop.web.a", (1,)),)
    assert len(cycle.imports) == 4


small_graphs = st.integers(1, 9).flatmap(
    lambda count: st.tuples(
        st.just(count),
        st.sets(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=24),
    )
)


def reachable(count: int, edges: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Warshall's closure, each node reaching itself."""
    pairs = edges | {(node, node) for node in range(count)}
    for middle in range(count):
        pairs |= {
            (one, other)
            for one, other in product(range(count), repeat=2)
            if (one, middle) in pairs and (middle, other) in pairs
        }
    return pairs


@settings(deadline=None)
@given(small_graphs)
def test_components_are_those_that_reach_each_other_bottom_up(
    sample: tuple[int, set[tuple[int, int]]],
) -> None:
    count, edges = sample
    closure = reachable(count, edges)
    successors = [
        [other for other in range(count) if (one, other) in edges] for one in range(count)
    ]

    found = strong_components(successors)

    expected = {
        tuple(other for other in range(count) if {(one, other), (other, one)} <= closure)
        for one in range(count)
    }
    assert {tuple(members) for members in found} == expected
    place = {member: number for number, members in enumerate(found) for member in members}
    assert all(place[one] >= place[other] for one, other in edges)


@settings(deadline=None)
@given(small_graphs)
def test_reachability_is_that_of_the_closure(sample: tuple[int, set[tuple[int, int]]]) -> None:
    count, edges = sample
    closure = reachable(count, edges)

    structure = measure_structure(numbered(edges, count))

    assert structure.ccd == len(closure)
    assert structure.propagation_cost == len(closure) / count**2
    assert structure.reach == {
        f"m{one:02}": sum((one, other) in closure for other in range(count)) for one in range(count)
    }


@settings(deadline=None)
@given(small_graphs)
def test_levels_rise_along_every_dependency_but_in_cycles(
    sample: tuple[int, set[tuple[int, int]]],
) -> None:
    count, edges = sample
    closure = reachable(count, edges)

    structure = measure_structure(numbered(edges, count))

    levels = [structure.levels[f"m{number:02}"] for number in range(count)]
    assert structure.depth == max(levels)
    for one, other in edges:
        if (other, one) in closure:
            assert levels[one] == levels[other]
        else:
            assert levels[one] > levels[other]


@settings(deadline=None)
@given(small_graphs, st.data())
def test_no_cycle_is_left_without_the_feedback_edges(
    sample: tuple[int, set[tuple[int, int]]], data: st.DataObject
) -> None:
    count, edges = sample
    weights = {edge: data.draw(st.integers(1, 5)) for edge in sorted(edges) if edge[0] != edge[1]}

    cut = feedback_edges(range(count), weights)

    closure = reachable(count, set(weights) - set(cut))
    assert all((other, one) not in closure for one, other in closure if one != other)
    if all((other, one) not in reachable(count, edges) for one, other in weights):
        assert cut == []


@settings(max_examples=50, deadline=None)
@given(small_graphs)
def test_there_are_cycles_exactly_where_elements_reach_each_other(
    sample: tuple[int, set[tuple[int, int]]],
) -> None:
    count, edges = sample
    closure = reachable(count, edges)

    cycles = find_cycles(numbered(edges, count))

    knotted = {one for one, other in closure if one != other and (other, one) in closure}
    assert {name for cycle in cycles for name in cycle.elements} == {
        f"m{one:02}" for one in knotted
    }
    assert [len(cycle.elements) for cycle in cycles] == sorted(
        (len(cycle.elements) for cycle in cycles), reverse=True
    )


def test_a_balanced_tree_has_nccd_one() -> None:
    edges = {
        (node, child) for node in range(7) for child in (2 * node + 1, 2 * node + 2) if child < 15
    }

    structure = measure_structure(numbered(edges, 15))

    assert (structure.depth, structure.ccd, structure.acd) == (4, 49, 49 / 15)
    assert math.isclose(structure.nccd, 1)


def test_a_cycle_of_all_has_full_cost() -> None:
    structure = measure_structure(numbered({(0, 1), (1, 2), (2, 0)}, 3))

    assert (structure.depth, structure.ccd, structure.propagation_cost) == (1, 9, 1)


def test_a_single_element_sees_only_itself() -> None:
    structure = measure_structure(numbered(set(), 1))

    assert (structure.propagation_cost, structure.acd, structure.nccd) == (1, 1, 1)
    assert structure == Structure(1, 1, 1, {"m00": 1}, {"m00": 1})


def test_a_long_chain_needs_no_recursion() -> None:
    count = 5000
    successors = [[number + 1] for number in range(count - 1)] + [[]]

    condensed = Condensation(successors)

    assert condensed.levels() == list(range(1, count + 1))
    assert condensed.reach_counts() == list(range(1, count + 1))
