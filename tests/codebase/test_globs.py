import grimp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_samples import graph_of
from pytest_fitness.codebase.globs import (
    is_valid,
    nearest,
    select,
    select_names,
    select_names_below,
    select_packages,
)
from pytest_fitness.codebase.imports.graph import ImportGraph
from pytest_fitness.errors import MeasureError

NAMES = [
    "shop",
    "shop.a",
    "shop.a.x",
    "shop.a.x.y",
    "shop.ab",
    "shop.b",
    "shop.b.x",
    "bank",
    "bank.x",
]


def graph() -> ImportGraph:
    return graph_of({name: [] for name in NAMES} | {"bank": ["os"]}, external=["os"])


def named(graph: ImportGraph, places: list[int]) -> list[str]:
    return [graph.names[place] for place in places]


@pytest.mark.parametrize(
    ("glob", "expected"),
    [
        ("shop.a", ["shop.a"]),
        ("shop.*", ["shop.a", "shop.ab", "shop.b"]),
        ("shop.**", ["shop.a", "shop.a.x", "shop.a.x.y", "shop.ab", "shop.b", "shop.b.x"]),
        ("shop.*.x", ["shop.a.x", "shop.b.x"]),
        ("**.x", ["bank.x", "shop.a.x", "shop.b.x"]),
        ("*", ["bank", "shop"]),
        ("shop.a.**.y", ["shop.a.x.y"]),
        ("shop.gone", []),
        ("gone.**", []),
        ("os", []),
    ],
)
def test_selects_by_parts(glob: str, expected: list[str]) -> None:
    assert named(graph(), select(graph(), glob)) == expected


def test_external_modules_are_selected_on_request() -> None:
    assert named(graph(), select(graph(), "os", external=True)) == ["os"]
    assert named(graph(), select(graph(), "*", external=True)) == ["bank", "shop", "os"]


def test_a_plain_name_may_stand_for_its_package() -> None:
    assert named(graph(), select_packages(graph(), "shop.a")) == [
        "shop.a",
        "shop.a.x",
        "shop.a.x.y",
    ]
    assert named(graph(), select_packages(graph(), "shop.a.*")) == ["shop.a.x"]


def test_selects_among_any_sorted_names() -> None:
    names = sorted([*NAMES, "shop.a-b"])

    assert [names[place] for place in select_names(names, "shop.a.**")] == [
        "shop.a.x",
        "shop.a.x.y",
    ]
    assert [names[place] for place in select_names(names, "**")] == names
    assert [names[place] for place in select_names(names, "shop.b.x", end=3)] == []
    assert [names[place] for place in select_names_below(names, "shop.a")] == [
        "shop.a", "shop.a.x", "shop.a.x.y",
    ]  # fmt: skip
    assert [names[place] for place in select_names_below(names, "*.b")] == ["shop.b"]


parts = st.sampled_from(["shop", "a", "ab", "x", "*", "**", "b", "a*", "", "y"])
globs = st.lists(parts, min_size=1, max_size=4).map(".".join)


@settings(deadline=None)
@given(globs)
def test_selects_what_grimp_selects(glob: str) -> None:
    try:
        expected = graph().to_grimp().find_matching_modules(glob)
    except grimp.exceptions.InvalidModuleExpression:
        assert not is_valid(glob)
        return

    assert is_valid(glob)
    assert set(named(graph(), select(graph(), glob, external=True))) == expected


@pytest.mark.parametrize("glob", ["", "shop..a", "shop.a*", "shop.**.*", "a b", ".shop", "shop."])
def test_a_malformed_glob_is_an_error(glob: str) -> None:
    for choose in (select, select_packages):
        with pytest.raises(MeasureError) as caught:
            choose(graph(), glob)

        assert caught.value.hint == "write shop.web, shop.* or shop.**"


def test_names_what_is_near() -> None:
    assert nearest("shop.aa", NAMES) == "did you mean shop.a, shop.ab, shop.a.x?"
    assert nearest("zzz", NAMES) is None
