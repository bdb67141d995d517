"""Options classes: declared once, and frozen, comparable and told apart by what they are given."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.config.composer import Composer
from pytest_fitness.config.options import Options, Record, key, record_schema
from pytest_fitness.config.reader import INVALID, Reader
from pytest_fitness.config.values import Choice, Integer, ListOf, MapOf, Text


class Base(Options):
    of: str = key(Text(), "What.")
    from_: str = key(Text(), "Whence.", default="here")


class Derived(Base):
    times: int = key(Integer(minimum=0), "How often.", default=1)
    names: tuple[str, ...] = key(ListOf(Choice("a", "b")), "Which.", default=())


class Outer(Options):
    inner: Base = key(Record(Base), "The inner one.")
    others: dict[str, Any] = key(MapOf(Record(Base)), "The others.", default=None)


def decode(options: type[Options], text: str) -> tuple[Any, list[str]]:
    reader = Reader("f.yaml", {})
    found = Record(options).decode(Composer("f.yaml").compose(text), reader)
    assert found is not INVALID or reader.problems
    return found, list(map(str, reader.problems))


def test_keys_of_a_base_class_are_inherited_and_those_of_the_subclass_are_not_its() -> None:
    assert list(Derived.keys) == ["of", "from", "times", "names"]
    assert list(Base.keys) == ["of", "from"]
    assert Options.keys == {}


def test_a_key_that_is_a_python_keyword_has_an_attribute_with_an_underscore() -> None:
    found, _ = decode(Derived, "of: x\nfrom: y\n")
    assert found == Derived(of="x", from_="y")
    assert found.from_ == "y"
    _, told = decode(Derived, "of: x\nfrom_: y\n")
    assert told == ["f.yaml:2:1: unknown key 'from_'\n    Did you mean 'from'?"]


def test_a_required_key_is_told_with_what_it_is_for() -> None:
    assert decode(Base, "from: y\n")[1] == ["f.yaml:1:1: the key 'of' is missing\n    What."]


def test_every_problem_of_nested_options_is_told_in_its_place() -> None:
    _, told = decode(Outer, "inner: {off: x, of: []}\nothers: {b: {}, c: {of: y, from: ~}}\n")
    assert [line.splitlines()[0] for line in told] == [
        "f.yaml:1:9: unknown key 'off'",
        "f.yaml:1:21: expected a text, found an empty list",
        "f.yaml:2:13: the key 'of' is missing",
        "f.yaml:2:34: expected a text, found nothing",
    ]


def test_options_are_made_in_python_as_in_the_file() -> None:
    assert decode(Outer, "inner: {of: x}\n")[0] == Outer(inner=Base(of="x"))
    assert Base(of="x").from_ == "here"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "Base needs 'of'"),
        ({"of": "x", "off": 1}, "Base has no 'off'"),
        ({"of": "x", "from": 1}, "Base has no 'from'"),
    ],
)
def test_options_made_wrongly_are_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        Base(**values)


@pytest.mark.parametrize("name", ["of", "from_", "anything"])
def test_options_cannot_be_changed(name: str) -> None:
    with pytest.raises(AttributeError, match="Base cannot be changed"):
        setattr(Base(of="x"), name, "y")


def test_a_representation_shows_what_was_given() -> None:
    assert repr(Derived(of="x")) == "Derived(of='x')"
    assert repr(Derived(of="x", from_="y", times=0)) == "Derived(of='x', from='y', times=0)"
    assert repr(Outer(inner=Base(of="x"))) == "Outer(inner=Base(of='x'))"


DERIVED = st.builds(
    Derived,
    of=st.sampled_from("xy"),
    from_=st.sampled_from(("here", "there")),
    times=st.integers(0, 2),
    names=st.sampled_from(((), ("a",))),
)


@given(DERIVED, DERIVED)
def test_options_are_equal_exactly_where_they_look_the_same(one: Derived, two: Derived) -> None:
    assert (one == two) == (repr(one) == repr(two))
    assert one != two or hash(one) == hash(two)


def test_options_of_another_class_are_not_equal() -> None:
    assert Base(of="x") != Derived(of="x")
    assert Base(of="x") != "Base(of='x')"


@given(DERIVED)
def test_options_written_down_read_back(options: Derived) -> None:
    text = f"of: {options.of}\nfrom: {options.from_}\ntimes: {options.times}\n"
    names = f"names: [{', '.join(options.names)}]\n" if options.names else ""
    assert decode(Derived, text + names)[0] == options


def test_the_schema_says_what_is_declared() -> None:
    assert record_schema(Derived) == {
        "type": "object",
        "properties": {
            "of": {"type": "string", "minLength": 1, "description": "What."},
            "from": {"type": "string", "minLength": 1, "description": "Whence."},
            "times": {"type": "integer", "minimum": 0, "description": "How often."},
            "names": {
                "anyOf": [
                    {"enum": ["a", "b"]},
                    {"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 1},
                ],
                "description": "Which.",
            },
        },
        "additionalProperties": False,
        "required": ["of"],
    }
    assert "required" not in record_schema(Options)
