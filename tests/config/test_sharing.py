"""Anchors, aliases and merge keys: what several functions share is written once."""

from pathlib import Path

import pytest
from config_samples import problems, read
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.config.composer import Composer
from pytest_fitness.config.nodes import Mapping, Scalar
from pytest_fitness.model import Limit


def entries(text: str, key: str) -> dict[str, str]:
    node = Composer("f").compose(text).get(key)
    assert isinstance(node, Mapping)
    return {name.text: value.text for name, value in node.entries if isinstance(value, Scalar)}


def test_functions_share_what_was_anchored_in_the_first(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        """
functions:
  one: &common
    rule: a
    owner: team
    tags: &tags [x, y]
  two:
    <<: *common
    rule: b
  three:
    speed: {of: x}
    max: 1s
    tags: *tags
""",
    )
    one, two, three = config.functions
    assert (one.options, one.owner, one.tags) == ("a", "team", ("x", "y"))
    assert (two.options, two.owner, two.tags) == ("b", "team", ("x", "y"))
    assert (three.tags, three.limit) == (("x", "y"), Limit(high=1))


@pytest.mark.parametrize(
    ("merge", "expected"),
    [
        ("{<<: *b}", {"x": "1", "y": "2"}),
        ("{<<: *b, x: 9}", {"x": "9", "y": "2"}),
        ("{x: 9, <<: *b}", {"x": "9", "y": "2"}),
        ("{<<: [*b, *c]}", {"x": "1", "y": "2", "z": "4"}),
        ("{<<: [*c, *b]}", {"x": "1", "y": "3", "z": "4"}),
        ("{<<: *b, <<: *c}", {"x": "1", "y": "2", "z": "4"}),
        ("{<<: {x: 5}}", {"x": "5"}),
        ("{<<: {}, x: 9}", {"x": "9"}),
        ("{<<: [], x: 9}", {"x": "9"}),
        ("{<<: {}}", {}),
        ("{<<: {<<: *b, y: 7}}", {"x": "1", "y": "7"}),
        ('{"<<": v}', {"<<": "v"}),
        ('{"<<": v, <<: {x: 5}}', {"<<": "v", "x": "5"}),
    ],
)
def test_a_merge_fills_in_what_is_not_written(merge: str, expected: dict[str, str]) -> None:
    assert entries(f"b: &b {{x: 1, y: 2}}\nc: &c {{y: 3, z: 4}}\nd: {merge}\n", "d") == expected


KEYS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 9).map(str))


@given(KEYS, st.lists(KEYS, max_size=3))
def test_a_merge_is_what_python_makes_of_it(
    own: dict[str, str], bases: list[dict[str, str]]
) -> None:
    def flow(values: dict[str, str]) -> str:
        return ", ".join(f"{name}: {value}" for name, value in values.items())

    merge = f"<<: [{', '.join(f'{{{flow(base)}}}' for base in bases)}]"
    expected: dict[str, str] = {}
    for base in reversed(bases):
        expected |= base
    assert entries(f"d: {{{', '.join(filter(None, [merge, flow(own)]))}}}", "d") == expected | own


@pytest.mark.parametrize("value", ["1", "[1]", "[[]]", "~", "[{a: 1}, 2]", ""])
def test_only_mappings_are_merged(tmp_path: Path, value: str) -> None:
    (found,) = problems(tmp_path, f"functions:\n  it:\n    <<: {value}\n    rule: x\n")
    assert "`<<` merges mappings only" in found


def test_the_last_anchor_of_a_name_holds_from_there_on() -> None:
    text = "a: &x 1\nd: {one: *x, two: &x 2, three: *x}\n"
    assert entries(text, "d") == {"one": "1", "two": "2", "three": "2"}


def test_an_anchor_serves_as_a_key() -> None:
    assert entries("a: &name owner\nd: {*name : team}\n", "d") == {"owner": "team"}


def test_a_problem_in_what_is_shared_is_told_where_it_was_written(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        """functions:
  one: &common
    rule: a
    gates: [night]
  two: {<<: *common, rule: b}
""",
    )
    assert [line.split(": ")[0] for line in found] == ["fitness.yaml:4:13"] * 2


def test_a_key_twice_is_told_beside_a_merge_too(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "functions: {it: {<<: {rule: y}, rule: x, rule: z}}\n")
    assert found == (
        "fitness.yaml:1:42: the key 'rule' stands here a second time\n"
        "    It was first given in line 1; keep one of them."
    )


def test_an_alias_of_a_mapping_that_is_still_open_is_refused(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "functions: &f\n  it: {<<: *f}\n")
    assert found == "fitness.yaml:2:12: the alias *f contains itself"
