"""YAML to a tree with places; whatever is hostile or broken is one clear error."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.config import nodes
from pytest_fitness.config.document import load
from pytest_fitness.config.nodes import Mapping, Scalar, Sequence
from pytest_fitness.config.variables import expand
from pytest_fitness.errors import ConfigError


def read(tmp_path: Path, text: str | bytes) -> Mapping:
    path = tmp_path / "fitness.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return load(path, "fitness.yaml")


def refusal(tmp_path: Path, text: str | bytes) -> str:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    return str(caught.value)


def plain(node: nodes.Node) -> object:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key.text: plain(value) for key, value in node.entries}


def test_values_stay_text_and_know_where_they_stand(tmp_path: Path) -> None:
    root = read(tmp_path, "version: 1\nfunctions:\n  no:\n    tags: [a, 'b']\n    max: 1.10\n")
    assert plain(root) == {"version": "1", "functions": {"no": {"tags": ["a", "b"], "max": "1.10"}}}
    functions = root.get("functions")
    assert isinstance(functions, Mapping)
    name, function = functions.entries[0]
    assert (name.line, name.column) == (3, 3)
    assert isinstance(function, Mapping)
    tags = function.get("tags")
    assert isinstance(tags, Sequence)
    first, second = tags.items
    assert isinstance(first, Scalar)
    assert isinstance(second, Scalar)
    assert (first.line, first.column, first.quoted) == (4, 12, False)
    assert (second.line, second.column, second.quoted) == (4, 15, True)


def test_a_missing_key_is_none(tmp_path: Path) -> None:
    assert read(tmp_path, "a: 1").get("b") is None


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    assert plain(read(tmp_path, b"\xef\xbb\xbfa: 1")) == {"a": "1"}


def test_anchors_and_merge_keys_share_what_several_functions_have(tmp_path: Path) -> None:
    text = "base: &b {max: 1, warn: 2}\none: {<<: *b, max: 3}\ntwo: {<<: [*b, {own: 4}]}\n"
    assert plain(read(tmp_path, text)) == {
        "base": {"max": "1", "warn": "2"},
        "one": {"max": "3", "warn": "2"},
        "two": {"max": "1", "warn": "2", "own": "4"},
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "fitness.yaml:1:1: the file is empty"),
        ("# nothing but a comment\n", "fitness.yaml:1:1: the file is empty"),
        ("- a\n- b\n", "fitness.yaml:1:1: expected keys such as `functions:`"),
        ("a: 1\nb:\n\tc: 1\n", "fitness.yaml:3:1: a tab stands where YAML wants spaces"),
        ("a: 1\nb: 2\na: 3\n", "fitness.yaml:3:1: the key 'a' stands here a second time"),
        ("a: [1, 2\n", "not valid YAML"),
        ("a: b: c\n", "fitness.yaml:1:5: not valid YAML"),
        ("a: !!python/object:os.system x\n", "fitness.yaml:1:4: the tag"),
        ("a: !!python/object/apply:os.system [x]\n", "fitness.yaml:1:4: the tag"),
        ("a: !!str 1\n", "fitness.yaml:1:4: the tag"),
        ("a: *nowhere\n", "fitness.yaml:1:4: the alias *nowhere is not defined above"),
        ("a: &x [*x]\n", "fitness.yaml:1:8: the alias *x contains itself"),
        ("a: 1\n---\nb: 2\n", "fitness.yaml:2:1: a second document"),
        ("? [a]\n: b\n", "fitness.yaml:1:3: a key must be a plain name"),
        ("a: &b 1\nc: {<<: *b}\n", "`<<` merges mappings only"),
        ("a: \x00b\n", "fitness.yaml:1:4: not valid YAML"),
        ("[" * 10_000, "nested more than 40 levels deep"),
    ],
)
def test_what_is_broken_is_one_clear_error(tmp_path: Path, text: str, message: str) -> None:
    assert message in refusal(tmp_path, text)


def test_every_duplicate_key_is_told(tmp_path: Path) -> None:
    found = refusal(tmp_path, "a: 1\na: 2\nb: {c: 1, c: 2}\n")
    assert "fitness.yaml:2:1" in found
    assert "fitness.yaml:3:11" in found
    assert "first given in line 1" in found


def test_bytes_that_are_not_utf8_are_told_with_their_place(tmp_path: Path) -> None:
    found = refusal(tmp_path, b"a: 1\nb: caf\xe9\n")
    assert "fitness.yaml:2:7: byte 0xe9 is not UTF-8" in found


def test_a_billion_laughs_cost_nothing(tmp_path: Path) -> None:
    lines = ["a: &a [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    lines += [
        f"{b}: &{b} [{', '.join([f'*{a}'] * 10)}]"
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    assert "once its aliases are expanded" in refusal(tmp_path, "\n".join(lines))


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "fitness.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(ConfigError, match="50,000,000 bytes"):
        load(path, "fitness.yaml")


def test_a_directory_or_a_missing_file_is_told(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.yaml"):
        with pytest.raises(ConfigError, match="cannot be read"):
            load(path, "fitness.yaml")


def test_variables_are_filled_in() -> None:
    environment = {"HOST": "db", "EMPTY": ""}
    assert expand("http://${HOST}:${PORT:-80}/", environment) == "http://db:80/"
    assert expand("${EMPTY:-none}", environment) == "none"
    assert expand("$${HOST} $HOST", environment) == "${HOST} $HOST"
    assert expand("${OTHER:-}", environment) == ""
    with pytest.raises(KeyError, match="OTHER"):
        expand("${OTHER}", environment)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_file_is_read_or_refused_with_a_place(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(data)
    try:
        load(path, "any.yaml")
        lines = [1]
    except ConfigError as error:
        lines = [problem.location.line for problem in error.problems]
    assert min(lines) >= 1
