"""Which elements of a number moved it."""

from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.judge.moved import Moved, lines, moved
from pytest_fitness.model import Place
from pytest_fitness.trends import Better


def places(**values: float | None) -> dict[str, Place]:
    return {
        name: Place(name, name, value, f"{name}.py", number)
        for number, (name, value) in enumerate(values.items(), 1)
    }


def keys(found: list[Moved]) -> list[str]:
    return [each.place.key for each in found]


def test_what_grew_most_comes_first() -> None:
    found = moved(places(a=1, b=1, c=1), places(a=2, b=9, c=1), 1, Better.LOWER)
    assert keys(found) == ["b", "a"]
    assert lines(found, "") == ("b.py:2: b: 1 -> 9", "a.py:1: a: 1 -> 2")


def test_where_more_is_better_what_fell_is_told() -> None:
    found = moved(places(a=80, b=50), places(a=60, b=90), 80, Better.HIGHER)
    assert lines(found, "") == ("a.py:1: a: 80 -> 60",)


def test_what_is_new_counts_as_a_whole() -> None:
    found = moved(places(a=1), places(a=3, b=14), 2, Better.LOWER)
    assert lines(found, "") == ("b.py:2: b: 14, new", "a.py:1: a: 1 -> 3")


def test_imports_have_no_value() -> None:
    found = moved(places(a=None), places(a=None, b=None), 1, Better.LOWER)
    assert lines(found, "") == ("b.py:2: b",)


def test_of_many_the_rest_is_counted() -> None:
    found = moved({}, places(**{f"f{n}": float(n) for n in range(9)}), -1, Better.LOWER)
    assert lines(found, "")[-1] == "and 4 more"
    assert len(lines(found, "")) == 6


def test_a_place_without_a_file_is_told_by_its_name() -> None:
    assert lines([Moved(Place("shop", "shop", 0.5))], "%") == ("shop: 50%, new",)


VALUES = st.dictionaries(st.sampled_from("abcdef"), st.one_of(st.none(), st.floats(0, 100)))


@given(VALUES, st.floats(0, 100), st.sampled_from(Better))
def test_nothing_moves_what_stays_the_same(
    values: dict[str, float | None], level: float, better: Better
) -> None:
    assert moved(places(**values), places(**values), level, better) == []


@given(VALUES, VALUES)
def test_what_got_worse_one_way_got_better_the_other(
    before: dict[str, float | None], now: dict[str, float | None]
) -> None:
    then, later = places(**before), places(**now)
    valued = {key for key, place in then.items() if place.value is not None} & later.keys()
    up = {key for key in keys(moved(then, later, -1, Better.LOWER)) if key in valued}
    down = {key for key in keys(moved(then, later, 101, Better.HIGHER)) if key in valued}
    assert not up & down


def test_what_is_no_worse_than_the_level_did_not_move_it() -> None:
    before, now = places(a=3, b=9), places(a=8, b=9, c=9, d=12)
    assert keys(moved(before, now, 9, Better.LOWER)) == ["d"]
