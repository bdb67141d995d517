"""What the scalars of YAML mean where a number, a flag, a name or a text is expected."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pytest_fitness import units
from pytest_fitness.config.composer import Composer
from pytest_fitness.config.nodes import Node, Scalar
from pytest_fitness.config.reader import INVALID, Reader, suggest
from pytest_fitness.config.values import (
    Amount,
    Anything,
    Choice,
    Flag,
    Integer,
    ListOf,
    MapOf,
    Text,
    Value,
)


def node(text: str) -> Node:
    found = Composer("f.yaml").compose(f"v: {text}\n").get("v")
    assert found is not None
    return found


def decode(value: Value, text: str, **environment: str) -> Any:
    reader = Reader("f.yaml", environment)
    decoded = value.decode(node(text), reader)
    assert (decoded is INVALID) == bool(reader.problems)
    return decoded


def problem(value: Value, text: str, **environment: str) -> str:
    reader = Reader("f.yaml", environment)
    assert value.decode(node(text), reader) is INVALID
    return "\n".join(map(str, reader.problems))


NULLS = ["", "~", "null", "Null", "NULL"]


@pytest.mark.parametrize("text", NULLS)
@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (Text(), "a text"),
        (Flag(), "true or false"),
        (Integer(), "a whole number"),
        (Amount(units.SECONDS), "a time such as 500ms, 2s or 5m"),
        (Choice("a", "b"), "one of a, b"),
        (ListOf(Text()), "a text"),
    ],
)
def test_a_value_left_out_is_nothing_in_each_of_its_spellings(
    text: str, value: Value, wanted: str
) -> None:
    assert problem(value, text) == f"f.yaml:1:{4 if text else 3}: expected {wanted}, found nothing"


@pytest.mark.parametrize("text", NULLS[1:])
def test_quoted_it_is_a_text_like_any_other(text: str) -> None:
    assert decode(Text(), f"'{text}'") == text


@pytest.mark.parametrize(
    "text", ["no", "yes", "on", "Off", "true", "010", "0o7", "2026-01-31", "1e400", ".inf", "12:30"]
)
def test_what_other_readers_of_yaml_convert_stays_the_text_it_is(text: str) -> None:
    assert decode(Text(), text) == text
    assert decode(Choice(text), text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'a ''b'''", "a 'b'"),
        (r'"a\tb\u00e9"', "a\tbé"),
        ("|\n  a\n  b\n", "a\nb\n"),
        (">-\n  a\n  b\n", "a b"),
        ("a # comment", "a"),
        ("a#b", "a#b"),
        ("'# a'", "# a"),
        ("' '", " "),
    ],
)
def test_the_styles_of_yaml_texts(text: str, expected: str) -> None:
    assert decode(Text(), text) == expected


@pytest.mark.parametrize(
    ("text", "found"), [("''", "''"), ("[a]", "a list of 1"), ("{}", "an empty mapping")]
)
def test_a_text_is_not_empty_and_not_a_collection(text: str, found: str) -> None:
    assert problem(Text("a path"), text) == f"f.yaml:1:4: expected a path, found {found}"


def test_a_pattern_must_match_all_of_the_text() -> None:
    digits_or_x = Text("digits", r"\d+|x")
    assert [decode(digits_or_x, text) for text in ("12", "x")] == ["12", "x"]
    for text in ("12y", "yx", '"12\\n"', "' 1'"):
        assert "expected digits" in problem(digits_or_x, text)
        valid = Draft202012Validator(digits_or_x.schema()).is_valid
        assert not valid(text.strip("'\""))


@pytest.mark.parametrize(
    ("text", "expected"), [("true", True), ("True", True), ("FALSE", False), ("'true'", True)]
)
def test_a_flag_is_true_or_false(text: str, expected: bool) -> None:
    assert decode(Flag(), text) is expected


@pytest.mark.parametrize("text", ["yes", "no", "on", "off", "1", "0", "y", "t", "''"])
def test_a_flag_is_nothing_else(text: str) -> None:
    assert "expected true or false, found" in problem(Flag(), text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0", 0), ("-3", -3), ("+3", 3), ("010", 10), ("'7'", 7), ("9" * 18, 10**18 - 1)],
)
def test_whole_numbers_are_decimal(text: str, expected: int) -> None:
    assert decode(Integer(), text) == expected


@pytest.mark.parametrize(
    "text", ["0x10", "0o10", "0b1", "1_000", "1.0", "1e3", ".nan", "true", "1 000", "9" * 19, "--1"]
)
def test_whole_numbers_are_written_in_no_other_way(text: str) -> None:
    assert problem(Integer(), text).startswith("f.yaml:1:4: expected a whole number, found")


def test_the_bounds_of_a_whole_number_are_within_it() -> None:
    dice = Integer(1, 6)
    assert [decode(dice, str(number)) for number in (1, 6)] == [1, 6]
    assert problem(dice, "0") == "f.yaml:1:4: '0' is less than 1"
    assert problem(dice, "7") == "f.yaml:1:4: '7' is more than 6"


@given(st.integers(-20, 20), st.integers(-20, 20), st.integers(-20, 20))
def test_a_whole_number_is_within_its_bounds_exactly_where_its_schema_says_so(
    one: int, two: int, number: int
) -> None:
    value = Integer(min(one, two), max(one, two))
    decoded = value.decode(node(str(number)), Reader("f.yaml", {}))
    valid = Draft202012Validator(value.schema()).is_valid(number)
    assert valid == (decoded is not INVALID)
    assert decoded is INVALID or decoded == number


@pytest.mark.parametrize("text", [".nan", "NaN", ".inf", "-.inf", "Infinity", "1e400", "-1e999999"])
def test_an_amount_is_finite(text: str) -> None:
    for unit in (units.COUNT, units.SECONDS, units.RATIO):
        assert problem(Amount(unit), text).startswith(f"f.yaml:1:4: '{text}' is ")


@pytest.mark.parametrize(
    ("unit", "text", "message"),
    [
        (units.COUNT, "5ms", "'5ms' is not a plain number such as 10"),
        (units.COUNT, "80%", "'80%' is not a plain number such as 10"),
        (units.SECONDS, "5", "'5' is not a time such as 500ms, 2s or 5m"),
        (units.SECONDS, "5 parsec", "'5 parsec' has an unknown unit; known are ms, s"),
        (units.BYTES, "5m", "'5m' is not a size such as 512kB, 8GB or 1GiB"),
        (units.RATE, "5s", "'5s' is not a rate such as 100/s or 5/min"),
        (units.FACTOR, "80%", "'80%' is not a factor such as 10x"),
        ("$", "€5", "'€5' is not an amount such as $0.01"),
        (units.RATIO, "80", "'80' is not a share: write 0% to 100%, or a number from 0 to 1"),
        (units.RATIO, "101%", "'101%' is not a share"),
        (units.RATIO, "-1%", "'-1%' is not a share"),
        (units.RATIO, "1s", "'1s' is not a share such as 80% (or 0.8)"),
        (units.COUNT, "true", "'true' is not a quantity such as 500ms"),
        (units.COUNT, "0x10", "'0x10' is not a quantity such as 500ms"),
        (units.COUNT, "2026-01-31", "'2026-01-31' is not a quantity such as 500ms"),
        (units.COUNT, "12:30", "'12:30' is not a quantity such as 500ms"),
        (units.COUNT, "1,5", "'1,5' is not a quantity such as 500ms"),
    ],
)
def test_an_amount_of_another_unit_is_told_what_is_wanted(
    unit: str, text: str, message: str
) -> None:
    found = problem(Amount(unit), text)
    assert found.startswith(f"f.yaml:1:4: {message}")
    assert "such as" in found or "share" in found


@pytest.mark.parametrize(
    ("text", "value"), [("0%", 0), ("100%", 1), ("0", 0), ("1", 1), ("1.0", 1)]
)
def test_the_ends_of_a_share_are_shares(text: str, value: float) -> None:
    assert decode(Amount(units.RATIO), text) == value


def test_a_choice_is_answered_with_the_nearest_or_with_all() -> None:
    colours = Choice("red", "green", what="colour")
    assert problem(colours, "gren") == (
        "f.yaml:1:4: unknown colour 'gren'\n    Did you mean 'green'?"
    )
    assert problem(colours, "Xylo").endswith("Known: green, red.")
    assert "unknown colour 'RED'" in problem(colours, "RED")


def test_very_many_known_names_are_not_all_listed() -> None:
    told = suggest("zzzz", (f"name{number}" for number in range(1_000)))
    assert told.endswith(", ….")
    assert told.count("name") == 30
    assert suggest("x", []) == "There are none."


def test_a_list_tells_of_each_item_that_is_wrong() -> None:
    assert decode(ListOf(Integer()), "[1, 2]") == (1, 2)
    assert decode(ListOf(Integer()), "7") == (7,)
    found = problem(ListOf(Integer()), "[1, x, 2, y]").splitlines()
    assert [line.split(": ")[0] for line in found] == ["f.yaml:1:8", "f.yaml:1:14"]


@pytest.mark.parametrize(
    ("value", "text", "message"),
    [
        (ListOf(Text(), lone=False), "a", "expected a list, found 'a'"),
        (ListOf(Text()), "{a: b}", "expected a list, found a mapping"),
        (ListOf(Text()), "[]", "the list is empty"),
        (ListOf(Text()), "[a, [b]]", "expected a text, found a list of 1"),
        (ListOf(Text()), "[a, ~]", "expected a text, found nothing"),
        (MapOf(Text()), "[a]", "expected a mapping, found a list of 1"),
        (MapOf(Text()), "{}", "the mapping is empty"),
        (MapOf(Text()), "{a: [b]}", "expected a text, found a list of 1"),
        (MapOf(Text(), "colour", "[a-z]+"), "{A: b, c: d}", "'A' is not a valid colour"),
    ],
)
def test_a_collection_of_another_shape_is_told(value: Value, text: str, message: str) -> None:
    reader = Reader("f.yaml", {})
    value.decode(node(text), reader)
    assert [found.message for found in reader.problems] == [message]
    plain = Anything().decode(node(text), Reader("f.yaml", {}))
    assert not Draft202012Validator(value.schema()).is_valid(plain)


def test_an_empty_list_is_one_where_it_may_be() -> None:
    assert decode(ListOf(Text(), empty=True), "[]") == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", 1),
        ("-1.50", -1.5),
        ("true", True),
        ("False", False),
        ("'1'", "1"),
        ("'null'", "null"),
        ("no", "no"),
        ("1e3", "1e3"),
        ("0x10", "0x10"),
        ("2026-01-31", "2026-01-31"),
        ("9" * 30, "9" * 30),
        ("[1, a, [true]]", [1, "a", [True]]),
        ("{a: {b: 1}, c: []}", {"a": {"b": 1}, "c": []}),
        ("${N}", 5),
        ("'${N}'", "5"),
    ],
)
def test_anything_is_read_by_the_core_rules_of_yaml(text: str, expected: object) -> None:
    found = Anything().decode(node(text), Reader("f.yaml", {"N": "5"}))
    assert found == expected
    assert type(found) is type(expected)


def test_anything_is_something() -> None:
    assert problem(Anything(), "[1, null]") == "f.yaml:1:8: expected a value, found nothing"


def test_anything_is_invalid_where_a_variable_deep_in_it_is_not_set() -> None:
    assert problem(Anything(), "{a: [1, {b: '${NOWHERE}'}]}").startswith(
        "f.yaml:1:16: the environment variable NOWHERE is not set, or empty"
    )


@given(st.text(max_size=70), st.sampled_from([Text(), Flag(), Integer(), Amount("%"), Choice("a")]))
def test_any_text_is_decoded_or_refused_in_one_line(text: str, value: Value) -> None:
    reader = Reader("f.yaml", {})
    decoded = value.decode(Scalar(text, 1, 1, quoted=True), reader)
    assert (decoded is INVALID) == (len(reader.problems) == 1)
    assert all("\n" not in each.message and len(each.message) < 300 for each in reader.problems)
