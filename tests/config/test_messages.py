"""Whole files with all that is wrong in them, and every word that their author is told."""

from pathlib import Path

import pytest
from config_samples import problems, read, register

from pytest_fitness.config.loader import load_config
from pytest_fitness.errors import ConfigError

COMMON = "about, baseline, better, between, compare, confidence, equals, every, for, from_users"
KEYS = (
    f"{COMMON}, gates, limits, link, max, min, on_inconclusive, on_no_data, owner, rule, speed,"
    " tags, trend, warn"
)


def told(tmp_path: Path, text: str) -> str:
    return "\n".join(problems(tmp_path, text.lstrip("\n")))


def test_a_function_with_everything_wrong(tmp_path: Path) -> None:
    assert told(
        tmp_path,
        """
functions:
  checkout:
    speed: {off: search, rounds: 0}
    maxi: 500ms
    gates: [ci, nightly]
    tags: [ok, xfail, "no good"]
    baseline: frosen
    on_no_data: ignore
    owner:
""",
    ) == (
        "fitness.yaml:3:12: the key 'of' is missing\n"
        "    What is timed.\n"
        "fitness.yaml:3:13: unknown key 'off'\n"
        "    Did you mean 'of'?\n"
        "fitness.yaml:3:34: '0' is less than 1\n"
        "fitness.yaml:4:5: unknown key 'maxi'\n"
        "    Did you mean 'max'?\n"
        "fitness.yaml:5:17: unknown gate 'nightly'\n"
        "    Known: ci, pre-deploy, scheduled.\n"
        "fitness.yaml:6:16: the tag 'xfail' has a meaning of its own to pytest\n"
        "fitness.yaml:6:23: expected a tag such as checkout or team-a, found 'no good'\n"
        "fitness.yaml:7:15: unknown baseline 'frosen'\n"
        "    Did you mean 'frozen'?\n"
        "fitness.yaml:8:17: unknown effect 'ignore'\n"
        "    Known: fail, skip, warn.\n"
        "fitness.yaml:9:11: expected a text, found nothing"
    )


def test_functions_that_measure_nothing_or_too_much(tmp_path: Path) -> None:
    assert told(
        tmp_path,
        """
functions:
  nothing: {max: 1s}
  empty: {}
  both: {rule: x, speed: {of: x}, max: 1s}
  three: {speed: {of: x}, rule: x, speed : {of: y}}
""",
    ) == (
        "fitness.yaml:5:36: the key 'speed' stands here a second time\n"
        "    It was first given in line 5; keep one of them."
    )
    assert told(
        tmp_path,
        """
functions:
  nothing: {max: 1s}
  empty: {}
  both: {rule: x, speed: {of: x}, max: 1s}
  strange: {ruler: x, colour: red}
""",
    ) == (
        "fitness.yaml:2:3: nothing says nothing to measure\n"
        "    Give one of: rule, speed.\n"
        "fitness.yaml:3:3: empty says nothing to measure\n"
        "    Give one of: rule, speed.\n"
        "fitness.yaml:4:19: two kinds: rule and speed\n"
        "    A function has one kind; make two functions of it.\n"
        "fitness.yaml:5:13: unknown key 'ruler'\n"
        "    Did you mean 'rule'?\n"
        "fitness.yaml:5:23: unknown key 'colour'\n"
        f"    Known: {KEYS}."
    )


def test_the_top_of_a_file(tmp_path: Path) -> None:
    assert told(
        tmp_path,
        """
version: 1.0
code: {}
codebase: {packages: [shop, 1shop, shop.], source: [], excludes: x}
sources:
  a: {numbers: {of: x}, others: {}}
  b: {numbers: {clock: moon}}
  c: numbers
  d: {number: {}}
baseline: []
functions:
""",
    ) == (
        "fitness.yaml:1:10: unknown version '1.0'\n"
        "    Known: 1.\n"
        "fitness.yaml:2:1: unknown key 'code'\n"
        "    Did you mean 'codebase'?\n"
        "fitness.yaml:3:29: expected a package such as shop or shop.web, found '1shop'\n"
        "fitness.yaml:3:36: expected a package such as shop or shop.web, found 'shop.'\n"
        "fitness.yaml:3:52: the list is empty\n"
        "fitness.yaml:3:56: unknown key 'excludes'\n"
        "    Did you mean 'exclude'?\n"
        "fitness.yaml:5:6: expected one type of source\n"
        "    Write `NAME: {TYPE: {…}}` with one type of source.\n"
        "fitness.yaml:6:16: the key 'of' is missing\n"
        "    What is timed.\n"
        "fitness.yaml:6:24: unknown clock 'moon'\n"
        "    Known: cpu, wall.\n"
        "fitness.yaml:7:6: expected one type of source\n"
        "    Write `NAME: {TYPE: {…}}` with one type of source.\n"
        "fitness.yaml:8:7: unknown source 'number'\n"
        "    Did you mean 'numbers'?\n"
        "fitness.yaml:9:11: expected a path, found an empty list\n"
        "fitness.yaml:10:11: expected a mapping of functions, found nothing\n"
        "    Write one rule a key: `functions: {no-cycles: {…}}`."
    )


@pytest.mark.parametrize(
    "name",
    ["A", "a b", "-a", ".a", "_a", "a/b", "a::b", "é", "''", "~", "a" * 101, "'a\n\n  b'", "'a '"],
)
def test_a_name_that_is_no_id_is_told_with_an_example(tmp_path: Path, name: str) -> None:
    found = told(tmp_path, f"functions:\n  ? {name}\n  : {{rule: x}}\n")
    assert found.startswith("fitness.yaml:2:5: ")
    assert "is not a valid id\n    Ids are lower-case letters, digits, `.`, `_` and `-`" in found
    assert len(found) < 250


@pytest.mark.parametrize(
    "name", ["a", "0", "007", "no", "null", "2026-01-31", "a.b_c-d", "a" * 100]
)
def test_a_name_is_kept_as_it_is_written(tmp_path: Path, name: str) -> None:
    config = read(tmp_path, f"functions: {{{name}: {{rule: x}}}}")
    assert [function.id for function in config.functions] == [name]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("abuot", "about"),
        ("onwer", "owner"),
        ("tag", "tags"),
        ("gate", "gates"),
        ("on-no-data", "on_no_data"),
        ("base_line", "baseline"),
        ("warning", "warn"),
        ("limit", "limits"),
        ("Max", "max"),
        ("equal", "equals"),
        ("beetween", "between"),
        ("rules", "rule"),
    ],
)
def test_a_misspelt_key_is_answered_with_the_right_one(
    tmp_path: Path, typed: str, meant: str
) -> None:
    assert told(tmp_path, f"functions: {{it: {{rule: x, {typed}: 1}}}}") == (
        f"fitness.yaml:1:27: unknown key {typed!r}\n    Did you mean {meant!r}?"
    )


def test_a_problem_of_one_function_hides_none_of_another(tmp_path: Path) -> None:
    lines = [f"  f{number}: {{rule: [], gates: x, max: 1}}" for number in range(50)]
    found = problems(tmp_path, "\n".join(["functions:", *lines]))
    places = [line.split(": ")[0] for line in found]
    assert len(places) == 100
    assert {place.split(":")[1] for place in places} == {str(line) for line in range(2, 52)}


def test_an_error_shows_the_name_by_which_the_file_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("functions: 1", "utf-8")
    for shown, expected in ((None, "rules.yaml:1:12"), ("ci/rules.yaml", "ci/rules.yaml:1:12")):
        with pytest.raises(ConfigError) as caught:
            load_config(path, register, shown=shown)
        assert str(caught.value).startswith(f"{expected}: expected a mapping of functions, found")


def test_a_long_value_is_quoted_in_part(tmp_path: Path) -> None:
    found = told(tmp_path, f"functions: {{it: {{rule: x, gates: {'y' * 5_000}}}}}")
    assert f"unknown gate '{'y' * 59}…'" in found
    assert len(found) < 200
