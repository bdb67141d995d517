"""What holds of coupling measures on any graph, whatever its shape."""

import math
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from graph_samples import graph_of
from pytest_fitness.codebase.imports import coupling
from pytest_fitness.codebase.imports.coupling import ElementValue
from pytest_fitness.codebase.imports.cycles import find_cycles
from pytest_fitness.codebase.imports.elements import Elements, all_modules, components
from pytest_fitness.codebase.imports.structure import Structure, measure_structure

law = settings(max_examples=100, deadline=None, derandomize=True)
Pairs = set[tuple[int, int]]
COUNT = 8
numbers = st.integers(0, COUNT - 1)
graphs = st.sets(st.tuples(numbers, numbers).filter(lambda pair: pair[0] != pair[1]), max_size=25)
acyclic = graphs.map(lambda pairs: {(max(pair), min(pair)) for pair in pairs})
PARTS = {"left": ["s.m0", "s.m1", "s.m2"], "right": ["s.m3", "s.m4"], "rest": ["s.m5"]}


def imports(pairs: Pairs) -> dict[str, list[str]]:
    return {
        f"s.m{one}": [f"s.m{other}" for importer, other in sorted(pairs) if importer == one]
        for one in range(COUNT)
    }


def modules(pairs: Pairs) -> Elements:
    """The modules alone, without the package above them, which imports nothing."""
    graph = graph_of(imports(pairs))
    return components(graph, {f"m{one}": [f"s.m{one}"] for one in range(COUNT)})


def parts(pairs: Pairs) -> Elements:
    return components(graph_of(imports(pairs)), PARTS)


def structure(pairs: Pairs) -> Structure:
    return measure_structure(modules(pairs))


def total(found: list[ElementValue]) -> float:
    return sum(each.value for each in found if each.value is not None)


@law
@given(graphs)
def test_what_comes_in_is_what_goes_out(pairs: Pairs) -> None:
    elements = modules(pairs)
    assert total(coupling.afferent(elements)) == len(pairs)
    assert total(coupling.efferent(elements)) == len(pairs)
    assert total(coupling.fan_in(elements)) == total(coupling.fan_out(elements)) == len(pairs)


@law
@given(graphs)
def test_turning_every_import_round_swaps_in_and_out(pairs: Pairs) -> None:
    turned = {(other, one) for one, other in pairs}
    for ingoing, outgoing in (
        (coupling.afferent, coupling.efferent),
        (coupling.fan_in, coupling.fan_out),
    ):
        for build in (modules, parts):
            there = [each.value for each in ingoing(build(pairs))]
            back = [each.value for each in outgoing(build(turned))]
            assert there == back


@law
@given(graphs)
def test_components_are_coupled_by_no_more_than_crosses_between_them(pairs: Pairs) -> None:
    elements = parts(pairs)
    owner = {int(name[-1]): part for part, names in PARTS.items() for name in names}
    for found in coupling.efferent(elements):
        imported = {
            other for one, other in pairs if owner.get(one) == found.element != owner.get(other)
        }
        assert found.value == len(imported)
    for found in coupling.fan_out(elements):
        others = {
            owner[other] for one, other in pairs if owner.get(one) == found.element
            and other in owner
        }  # fmt: skip
        assert found.value == len(others - {found.element})


@law
@given(graphs)
def test_instability_is_a_share_and_that_of_the_turned_graph_is_the_rest(pairs: Pairs) -> None:
    turned = {(other, one) for one, other in pairs}
    there, back = coupling.instability(modules(pairs)), coupling.instability(modules(turned))
    for one, other in zip(there, back, strict=True):
        assert (one.value is None) == (other.value is None)
        if one.value is not None and other.value is not None:
            assert 0 <= one.value <= 1
            assert math.isclose(one.value + other.value, 1)
    used = {f"m{number}" for pair in pairs for number in pair}
    assert {each.element for each in there if each.value is not None} == used


@law
@given(graphs, st.data())
def test_abstractness_and_distance_are_shares(pairs: Pairs, data: st.DataObject) -> None:
    flags = st.lists(st.booleans(), max_size=3)
    classes = {
        f"s.m{number}": [("C", line, flag) for line, flag in enumerate(data.draw(flags))]
        for number in range(COUNT)
    }
    elements = parts(pairs)
    for shares in (
        coupling.abstractness(elements, classes),
        coupling.distance(elements, classes),
        coupling.autonomy(elements),
    ):
        assert all(each.value is None or 0 <= each.value <= 1 for each in shares)
    for each in coupling.abstractness(elements, classes):
        assert (each.value is None) == (not any(classes[name] for name in PARTS[each.element]))


@law
@given(graphs)
def test_sharing_a_component_never_takes_autonomy_away(pairs: Pairs) -> None:
    elements = parts(pairs)
    plain, sharing = coupling.autonomy(elements), coupling.autonomy(elements, ["right"])
    for before, after in zip(plain, sharing, strict=True):
        assert (before.value is None) == (after.value is None)
        assert before.value is None or after.value is None or after.value >= before.value


@law
@given(graphs)
def test_the_evidence_is_as_many_imports_as_lead_in_or_out(pairs: Pairs) -> None:
    elements = modules(pairs)
    for found in (*coupling.afferent(elements), *coupling.efferent(elements)):
        assert len(found.imports) == found.value
    for each in coupling.afferent(elements):
        assert all(import_.imported == f"s.{each.element}" for import_ in each.imports)


@law
@given(graphs)
def test_cost_and_depth_stay_within_their_bounds(pairs: Pairs) -> None:
    found = structure(pairs)
    assert 1 / COUNT <= found.propagation_cost <= 1
    assert COUNT <= found.ccd <= COUNT**2
    assert math.isclose(found.acd, found.ccd / COUNT)
    assert math.isclose(found.propagation_cost, found.acd / COUNT)
    assert 1 <= found.depth <= COUNT
    assert found.ccd == sum(found.reach.values())
    assert max(found.reach.values()) >= found.depth


@law
@given(graphs, numbers, numbers)
def test_one_more_import_never_makes_anything_less(pairs: Pairs, one: int, other: int) -> None:
    assume(one != other)
    before, after = structure(pairs), structure(pairs | {(one, other)})
    assert after.ccd >= before.ccd
    assert all(after.reach[name] >= reach for name, reach in before.reach.items())
    if (one, other) not in pairs and before.reach[f"m{one}"] == 1:
        assert after.ccd > before.ccd


@law
@given(acyclic)
def test_without_cycles_at_most_half_of_all_pairs_depend_on_each_other(pairs: Pairs) -> None:
    found = structure(pairs)
    assert find_cycles(modules(pairs)) == []
    assert found.ccd <= COUNT * (COUNT + 1) // 2
    assert all(found.levels[f"m{one}"] > found.levels[f"m{other}"] for one, other in pairs)


@law
@given(acyclic, st.permutations(range(COUNT)))
def test_a_ring_through_all_makes_each_reach_all(pairs: Pairs, ring: list[int]) -> None:
    closed = pairs | set(pairwise([*ring, ring[0]]))
    found = structure(closed)
    assert (found.ccd, found.depth, found.propagation_cost) == (COUNT**2, 1, 1)
    (cycle,) = find_cycles(modules(closed))
    assert len(cycle.elements) == COUNT
    assert len(cycle.imports) == len(closed)


@law
@given(graphs, st.permutations(range(COUNT)))
def test_names_do_not_matter(pairs: Pairs, order: list[int]) -> None:
    renamed = {(order[one], order[other]) for one, other in pairs}
    one, other = structure(pairs), structure(renamed)
    assert (one.ccd, one.depth) == (other.ccd, other.depth)
    assert [one.reach[f"m{n}"] for n in range(COUNT)] == [
        other.reach[f"m{order[n]}"] for n in range(COUNT)
    ]
    assert sorted(len(cycle.elements) for cycle in find_cycles(modules(pairs))) == sorted(
        len(cycle.elements) for cycle in find_cycles(modules(renamed))
    )


@law
@given(graphs)
def test_cutting_what_is_advised_leaves_no_cycle_and_advises_no_more(pairs: Pairs) -> None:
    cuts = {
        (int(cut.importer[-1]), int(cut.imported[-1]))
        for cycle in find_cycles(modules(pairs))
        for cut in cycle.cuts
    }
    assert cuts <= pairs
    assert find_cycles(modules(pairs - cuts)) == []
    assert len(cuts) <= len(pairs) // 2


@law
@given(graphs, st.integers(1, 6))
def test_a_module_that_stands_alone_adds_itself_and_nothing_else(pairs: Pairs, more: int) -> None:
    graph = graph_of(imports(pairs) | {f"s.alone{number}": [] for number in range(more)})
    found = measure_structure(all_modules(graph))
    # The package itself stands alone too.
    assert found.ccd == structure(pairs).ccd + more + 1
    assert found.depth == structure(pairs).depth


@pytest.mark.parametrize("count", [1, 2, 3, 10, 100])
def test_a_chain_has_the_sum_of_all_lengths_and_a_star_twice_its_points(count: int) -> None:
    names = [f"s.m{number:03}" for number in range(count)]
    chain = {name: [following] for name, following in pairwise(names)} | {names[-1]: []}
    star = {names[0]: names[1:]} | {name: [] for name in names[1:]}
    for shape, ccd, depth in (
        (chain, count * (count + 1) // 2, count),
        (star, 2 * count - 1, min(count, 2)),
    ):
        graph = graph_of(shape)
        found = measure_structure(components(graph, {name: [name] for name in names}))
        assert (found.ccd, found.depth, found.elements) == (ccd, depth, count)
