"""What holds of module globs on any names."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fitness.codebase.globs import is_valid, nearest, select_names, select_names_below
from pytest_fitness.errors import MeasureError

law = settings(max_examples=150, deadline=None, derandomize=True)
parts = st.sampled_from(["shop", "a", "ab", "b", "x", "ünï", "a-b", "a_b"])
names = st.lists(parts, min_size=1, max_size=4).map(".".join)
tables = st.sets(names, max_size=25).map(sorted)
globs = (
    st.lists(parts | st.sampled_from(["*", "**"]), min_size=1, max_size=4)
    .map(".".join)
    .filter(is_valid)
)


def chosen(table: list[str], glob: str) -> list[str]:
    return [table[place] for place in select_names(table, glob)]


def matches(name: str, glob: str) -> bool:
    """The meaning as it is told: a star is one part, two are one or more."""
    return _match(name.split("."), glob.split("."))


def _match(given_parts: list[str], wanted: list[str]) -> bool:
    if not wanted:
        return not given_parts
    if not given_parts:
        return False
    first, *rest = wanted
    if first == "**":
        return any(_match(given_parts[n:], rest) for n in range(1, len(given_parts) + 1))
    return first in ("*", given_parts[0]) and _match(given_parts[1:], rest)


@law
@given(tables, globs)
def test_exactly_the_names_that_match_are_selected_in_order(table: list[str], glob: str) -> None:
    assert chosen(table, glob) == [name for name in table if matches(name, glob)]


@law
@given(tables, names)
def test_a_plain_name_stands_for_itself_and_all_below(table: list[str], name: str) -> None:
    assert chosen(table, name) == [name] * (name in table)
    below = [table[place] for place in select_names_below(table, name)]
    assert below == [each for each in table if f"{each}.".startswith(f"{name}.")]


@law
@given(tables, globs)
def test_two_stars_select_no_less_than_one(table: list[str], glob: str) -> None:
    wider = re.sub(r"(?<!\*)\*(?!\*)", "**", glob)
    if is_valid(wider):
        assert set(chosen(table, glob)) <= set(chosen(table, wider))


@law
@given(tables, globs, st.integers(0, 25))
def test_an_end_leaves_out_what_comes_after_it(table: list[str], glob: str, end: int) -> None:
    end = min(end, len(table))
    assert select_names(table, glob, end) == [
        place for place in select_names(table, glob) if place < end
    ]


@law
@given(tables, tables, globs)
def test_more_names_take_none_away(table: list[str], more: list[str], glob: str) -> None:
    both = sorted({*table, *more})
    assert set(chosen(both, glob)) == {*chosen(table, glob), *chosen(more, glob)}


@law
@given(st.text(max_size=12), tables)
def test_any_text_is_a_glob_or_refused(glob: str, table: list[str]) -> None:
    if is_valid(glob):
        assert set(chosen(table, glob)) <= set(table)
    elif glob not in table:
        with pytest.raises(MeasureError, match="is not a module name or glob"):
            select_names(table, glob)


@law
@given(globs, tables)
def test_a_hint_names_only_what_there_is(glob: str, table: list[str]) -> None:
    hint = nearest(glob, table)
    if hint is not None:
        named = hint.removeprefix("did you mean ").removesuffix("?").split(", ")
        assert set(named) <= set(table)
        assert 1 <= len(named) <= 3
