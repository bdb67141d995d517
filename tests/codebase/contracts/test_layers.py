import contextlib
import copy
from collections.abc import Iterable
from typing import Any

import grimp
import pytest
from grimp import ImportGraph as GrimpGraph
from hypothesis import example, given, settings
from hypothesis import strategies as st
from importlinter.configuration import configure
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.independence import IndependenceContract
from importlinter.contracts.layers import LayersContract
from importlinter.contracts.protected import ProtectedContract
from importlinter.domain.contract import ContractCheck

from graph_samples import graph_of
from pytest_fitness.codebase.contracts.layers import Level, layers_are_kept
from pytest_fitness.codebase.contracts.quick import QuickVerdict, judge

configure()
CONTRACTS: dict[str, Any] = {
    "layers": LayersContract,
    "independence": IndependenceContract,
    "forbidden": ForbiddenContract,
    "protected": ProtectedContract,
}
NAMES = [
    "shop", "shop.a", "shop.a.x", "shop.a.y", "shop.b", "shop.b.x", "shop.c", "shop.c.x", "shop.d",
    "shop.e",
]  # fmt: skip
Pairs = list[tuple[str, str]]


def pairs_graph(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    imports: dict[str, list[str]] = {name: [] for name in NAMES}
    for importer, imported in pairs:
        if imported not in imports[importer]:
            imports[importer].append(imported)
    return imports


def grimp_keeps(graph: GrimpGraph, levels: list[Level]) -> bool | None:
    """What grimp finds; None where it refuses packages that overlap."""
    layers = [grimp.Layer(*level.packages, independent=level.independent) for level in levels]
    with contextlib.suppress(ValueError):
        return not graph.find_illegal_dependencies_for_layers(layers)
    return None


def import_linter(
    graph: GrimpGraph, session: dict[str, Any], options: dict[str, Any]
) -> ContractCheck:
    contract = CONTRACTS[options["type"]](
        name="test", session_options=session, contract_options=options
    )
    check: ContractCheck = contract.check(copy.deepcopy(graph), verbose=False)
    return check


pairs_strategy = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=14)
level_strategy = st.builds(
    lambda packages, independent: Level(tuple(packages), independent),
    st.lists(st.sampled_from([*NAMES[1:], "shop.gone"]), min_size=1, max_size=3, unique=True),
    st.booleans(),
)


@settings(max_examples=200, deadline=None)
@given(pairs=pairs_strategy, levels=st.lists(level_strategy, min_size=1, max_size=4))
@example(  # an indirect chain through a module outside all layers
    pairs=[("shop.b.x", "shop.d"), ("shop.d", "shop.e"), ("shop.e", "shop.a.x")],
    levels=[Level(("shop.a",)), Level(("shop.b",))],
)
@example(  # a chain through another layer is that layer's affair
    pairs=[("shop.c", "shop.b"), ("shop.b", "shop.a")],
    levels=[Level(("shop.a",)), Level(("shop.b",)), Level(("shop.c",))],
)
@example(  # independent siblings that both reach one outside module are kept
    pairs=[("shop.a", "shop.d"), ("shop.b", "shop.d"), ("shop.d", "shop.a.x")],
    levels=[Level(("shop.a", "shop.b"))],
)
def test_agrees_with_grimp_on_layers(pairs: Pairs, levels: list[Level]) -> None:
    packages = [package for level in levels for package in level.packages]
    if len(set(packages)) < len(packages):
        return
    graph = graph_of(pairs_graph(pairs))

    kept = layers_are_kept(graph, graph.imports, levels)

    if kept is not None:
        assert kept == grimp_keeps(graph.to_grimp(), levels)


def test_overlapping_packages_are_left_to_import_linter() -> None:
    graph = graph_of(pairs_graph([]))

    assert layers_are_kept(graph, graph.imports, [Level(("shop.a",)), Level(("shop.a.x",))]) is None


SESSION = {"root_packages": ["shop"]}
names_or_globs = st.sampled_from(
    [*NAMES[1:], "shop.*", "shop.a.*", "shop.**", "shop.*.x", "**.x", "shop.gone", "sh op"]
)
some_modules = st.lists(names_or_globs, min_size=0, max_size=3)
ignored = st.lists(
    st.builds("{} -> {}".format, names_or_globs, names_or_globs) | st.just("nonsense"), max_size=2
)
common = {
    "ignore_imports": ignored,
    "unmatched_ignore_imports_alerting": st.sampled_from(["none", "none", "warn", "error", "odd"]),
}
tails = st.sampled_from(["a", "b", "c", "d", "(gone)", "gone", "(e)", "x", "y"])
layer_texts = st.one_of(
    tails, st.lists(tails, min_size=2, max_size=3).map(" | ".join),
    st.lists(tails, min_size=2, max_size=3).map(":".join), st.just("a | b : c"),
)  # fmt: skip
booleans = st.sampled_from(["True", "False", "true", "perhaps"])


def options_of(
    kind: str, needed: dict[str, Any], optional: dict[str, Any]
) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {"type": st.just(kind), "name": st.just("test")} | needed, optional=optional | common
    )


contracts = st.one_of(
    options_of(
        "layers",
        {"layers": st.lists(layer_texts, max_size=4) | layer_texts},
        {
            "containers": st.lists(
                st.sampled_from(["shop", "shop.a", "shop.*", "other"]), max_size=2
            ),
            "exhaustive": booleans,
            "exhaustive_ignores": st.lists(tails, max_size=3),
        },
    ),
    options_of(
        "layers",
        {
            "layers": st.permutations(["shop.a", "shop.b | shop.c", "shop.d : shop.e"]),
        },
        {},
    ),
    options_of("independence", {"modules": some_modules}, {}),
    options_of(
        "forbidden",
        {"source_modules": some_modules, "forbidden_modules": some_modules | st.just(["os"])},
        {"allow_indirect_imports": booleans, "as_packages": booleans},
    ),
    options_of(
        "protected",
        {"protected_modules": some_modules, "allowed_importers": some_modules},
        {"as_packages": booleans},
    ),
)


@settings(max_examples=300, deadline=None)
@given(pairs=pairs_strategy, options=contracts, external=st.booleans())
def test_agrees_with_import_linter_wherever_it_judges(
    pairs: Pairs, options: dict[str, Any], *, external: bool
) -> None:
    imports = pairs_graph(pairs) | {"shop.e": ["os"]}
    graph = graph_of(imports, external=["os"])
    session = SESSION | ({"include_external_packages": "True"} if external else {})

    verdict = judge(graph, session, options)

    if verdict is not None:
        check = import_linter(graph.to_grimp(), session, options)
        assert verdict == QuickVerdict(check.kept, check.ignored_import_count)
        assert check.warnings == []


CHAIN = [("shop.c", "shop.d"), ("shop.d", "shop.b.x"), ("shop.b", "shop.a"), ("shop.a", "shop.e")]


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ({"type": "layers", "layers": ["shop.c", "shop.b", "shop.a"]}, True),
        ({"type": "layers", "layers": ["shop.a", "shop.b", "shop.c"]}, False),
        ({"type": "layers", "layers": ["shop.b", "shop.c"]}, False),
        ({"type": "layers", "layers": ["c", "b | e"], "containers": "shop"}, False),
        ({"type": "layers", "layers": ["c", "(zero)", "b"], "containers": ["shop"]}, True),
        (
            {"type": "layers", "layers": ["a"], "containers": "shop", "exhaustive": "True"},
            False,
        ),
        (
            {
                "type": "layers", "layers": ["c", "b", "a"], "containers": ["shop"],
                "exhaustive": "true", "exhaustive_ignores": ["d", "e"],
            },
            True,
        ),
        ({"type": "independence", "modules": ["shop.c", "shop.e"]}, True),
        ({"type": "independence", "modules": ["shop.c", "shop.b"]}, False),
        ({"type": "forbidden", "source_modules": "shop.a", "forbidden_modules": "shop.b"}, True),
        ({"type": "forbidden", "source_modules": "shop.c", "forbidden_modules": "shop.b"}, False),
        (
            {
                "type": "forbidden", "source_modules": "shop.c", "forbidden_modules": "shop.b",
                "allow_indirect_imports": "True",
            },
            True,
        ),
        (
            {
                "type": "forbidden", "source_modules": "shop.c", "forbidden_modules": "shop.b",
                "as_packages": "False",
            },
            True,
        ),
        (
            {"type": "protected", "protected_modules": ["shop.b"], "allowed_importers": "shop.d"},
            True,
        ),
        (
            {"type": "protected", "protected_modules": ["shop.b"], "allowed_importers": "shop.c"},
            False,
        ),
    ],
)  # fmt: skip
def test_judges_the_usual_contracts(options: dict[str, Any], *, kept: bool) -> None:
    verdict = judge(graph_of(pairs_graph(CHAIN)), SESSION, options)

    assert verdict == QuickVerdict(kept, 0)


def test_counts_the_imports_that_are_ignored() -> None:
    graph = graph_of(pairs_graph([("shop.b", "shop.a"), ("shop.b.x", "shop.a.x")]))
    options = {
        "type": "layers",
        "layers": ["shop.a", "shop.b"],
        "ignore_imports": ["shop.b -> shop.a", "shop.b.* -> shop.**"],
    }

    assert judge(graph, SESSION, options) == QuickVerdict(True, 2)


@pytest.mark.parametrize(
    "options",
    [
        {"type": "acyclic_siblings", "ancestors": "shop"},
        {"type": "layers", "layers": ["shop.a", "shop.gone"]},
        {"type": "layers", "layers": ["shop.a", "shop.b"], "exhaustiv": "True"},
        {"type": "layers", "layers": ["shop.a", "shop.b"], "exhaustive": "True"},
        {"type": "layers", "layers": ["shop.a", "shop.a"]},
        {"type": "layers", "layers": ["shop.a | shop.b : shop.c"]},
        {"type": "layers", "layers": ["a", "gone"], "containers": ["shop"]},
        {"type": "layers", "layers": ["x"], "containers": ["other"]},
        {"type": "layers", "layers": ["a", "a.x"], "containers": ["shop"]},
        {"type": "layers", "layers": [1]},
        {"type": "independence", "modules": ["shop.gone.*"]},
        {"type": "independence", "modules": []},
        {"type": "independence", "modules": ["shop.a*"]},
        {"type": "independence", "modules": ["shop.a"], "ignore_imports": ["shop.a -> shop.gone"]},
        {"type": "independence", "modules": ["shop.a"], "unmatched_ignore_imports_alerting": "no"},
        {"type": "forbidden", "source_modules": "shop.a", "forbidden_modules": "os"},
        {"type": "forbidden", "source_modules": "shop.a", "forbidden_modules": "shop.gone"},
        {"type": "forbidden", "source_modules": "shop.a", "forbidden_modules": []},
        {"type": "forbidden", "source_modules": "shop.a", "forbidden_modules": "shop.gone.*"},
        {
            "type": "forbidden", "source_modules": "shop.a", "forbidden_modules": "shop.b",
            "as_packages": True,
        },
        {"type": "mine"},
        {},
    ],
)  # fmt: skip
def test_leaves_the_unusual_to_import_linter(options: dict[str, Any]) -> None:
    assert judge(graph_of(pairs_graph(CHAIN)), SESSION, options) is None


def test_an_external_module_that_nobody_imports_may_be_forbidden() -> None:
    graph = graph_of(pairs_graph(CHAIN))
    options = {"type": "forbidden", "source_modules": "shop.a", "forbidden_modules": "django"}

    assert judge(graph, SESSION | {"include_external_packages": "True"}, options) == (True, 0)
