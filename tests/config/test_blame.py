"""Problems of keys that are each valid by themselves are told where the key to blame stands."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from config_samples import Speed
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fitness.config.kinds import Kind, Source
from pytest_fitness.config.loader import Registry, load_config
from pytest_fitness.config.nodes import Mapping, Scalar, find_entry
from pytest_fitness.config.options import Options, Record, key
from pytest_fitness.config.reader import Reader
from pytest_fitness.config.values import Integer, Text
from pytest_fitness.errors import ConfigError
from pytest_fitness.model import FitnessFunction

TEXT = """\
sources:
  fast:
    wire:
      speed: 9
functions:
  slow:
    about: it has to be
    speed:
      of: search
      rounds: 5
    limits:
      rounds: {max: 1s}
    every: 1d
"""


class Blaming(Speed):
    """Says what a test wants it to say."""

    def __init__(self, message: str) -> None:
        self._message = message

    def unit(self, options: Any, part: str | None) -> str:
        return super().unit(options, None)

    def problems(self, function: FitnessFunction) -> Iterable[str]:
        yield self._message


class WireOptions(Options):
    speed: int = key(Integer(), "How fast it is.", default=1)
    of: str = key(Text(), "Where it leads.", default="")


class Wire(Source):
    name = "wire"
    about = "a wire"
    options = Record(WireOptions)

    def open(self, options: Any, root: Path) -> Any:
        raise NotImplementedError

    def problems(self, options: WireOptions) -> Iterable[str]:
        if options.speed > 8:
            yield "`speed` is at most 8"
        if options.speed > 7:
            yield "`of` needs less speed"


def told(tmp_path: Path, message: str, text: str = TEXT) -> list[str]:
    path = tmp_path / "fitness.yaml"
    path.write_text(text, "utf-8")
    kinds: dict[str, Kind] = {"speed": Blaming(message)}
    with pytest.raises(ConfigError) as caught:
        load_config(path, lambda *_: Registry(kinds, {"wire": Wire()}))
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("message", "place"),
    [
        ("`rounds` is odd", "10:7"),
        ("`rounds: 5` is odd", "10:7"),
        ("`limits.rounds` is odd", "12:7"),
        ("`limits.rounds`: `rounds` is odd", "12:7"),
        ("`limits.rounds.max` is odd", "12:16"),
        ("`every` comes too often", "13:5"),
        ("`speed` is odd", "8:5"),
        ("`clock` was left out", "6:3"),
        ("`limits.clock` was left out", "6:3"),
        ("takes `rounds` that are odd", "6:3"),
        ("a word", "6:3"),
        ("", "6:3"),
        ("`", "6:3"),
        ("``", "6:3"),
        ("`.`", "6:3"),
        ("`rounds", "6:3"),
    ],
)
def test_a_problem_of_a_function(tmp_path: Path, message: str, place: str) -> None:
    assert told(tmp_path, message)[-1] == f"fitness.yaml:{place}: slow: {message}"


def test_a_problem_of_a_source(tmp_path: Path) -> None:
    assert told(tmp_path, "")[:2] == [
        "fitness.yaml:3:5: fast: `of` needs less speed",
        "fitness.yaml:4:7: fast: `speed` is at most 8",
    ]


def test_a_common_key_is_looked_for_beside_the_kind(tmp_path: Path) -> None:
    text = TEXT.replace("every: 1d", "confidence: 30%")
    assert "fitness.yaml:13:5: slow: `confidence` lies between 50% and 100%: 95% is usual" in (
        told(tmp_path, "", text)
    )


keys = st.sampled_from(["a", "b", "c", "d"])
trees: st.SearchStrategy[Any] = st.recursive(
    st.just("1"),
    lambda inner: st.dictionaries(keys, inner, min_size=1) | st.lists(inner, min_size=1),
)


def depth_of(tree: Any, name: str) -> float:
    """How deep the nearest key of that name lies."""
    if isinstance(tree, list):
        return min((depth_of(each, name) for each in tree), default=float("inf")) + 1
    if not isinstance(tree, dict):
        return float("inf")
    return 0 if name in tree else min(depth_of(each, name) for each in tree.values()) + 1


def as_nodes(tree: Any, line: int = 0) -> Any:
    """The tree as nodes; the line of each is how deep it lies."""
    from pytest_fitness.config.nodes import Sequence

    if isinstance(tree, dict):
        mapping = Mapping(line, 1)
        mapping.entries = [
            (Scalar(name, line, 1), as_nodes(each, line + 1)) for name, each in tree.items()
        ]
        return mapping
    if isinstance(tree, list):
        sequence = Sequence(line, 1)
        sequence.items = [as_nodes(each, line + 1) for each in tree]
        return sequence
    return Scalar(tree, line, 1)


@settings(deadline=None)
@given(trees, keys)
def test_a_key_is_found_where_it_is_nearest_to_the_top(tree: Any, name: str) -> None:
    found = find_entry(as_nodes(tree), name)
    depth = depth_of(tree, name)
    assert (found is None) == (depth == float("inf"))
    if found is not None:
        assert (found[0].text, found[0].line) == (name, depth)


@settings(deadline=None)
@given(st.text())
def test_no_message_is_too_odd_to_be_told(message: str) -> None:
    nowhere = Scalar("x", 7, 1)
    assert Reader("fitness.yaml", {}).blame(message, [as_nodes({"a": "1"})], nowhere).line in (0, 7)
