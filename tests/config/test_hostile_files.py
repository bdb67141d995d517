"""Files that are broken, hostile or merely odd: one clear error at the right place, or the text."""

from pathlib import Path

import pytest
from config_samples import problems, read

from pytest_fitness.config import composer
from pytest_fitness.config.composer import MAX_DEPTH
from pytest_fitness.config.document import MAX_BYTES, load
from pytest_fitness.config.nodes import Mapping, Node, Scalar, Sequence
from pytest_fitness.errors import ConfigError

NO_TAGS = "Only plain values, lists and mappings are read; remove the tag."


def tree(tmp_path: Path, text: str | bytes) -> Mapping:
    path = tmp_path / "fitness.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return load(path, "fitness.yaml")


def plain(node: Node | None) -> object:
    if node is None:
        return None
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key.text: plain(value) for key, value in node.entries}


def refusal(tmp_path: Path, text: str | bytes) -> str:
    with pytest.raises(ConfigError) as caught:
        tree(tmp_path, text)
    assert len(caught.value.problems) == 1
    return caught.value.message


def nested(depth: int, core: str = "x") -> str:
    return "[" * depth + core + "]" * depth


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ("!!python/object:os.system", "tag:yaml.org,2002:python/object:os.system"),
        ("!!python/name:os.system", "tag:yaml.org,2002:python/name:os.system"),
        ("!!python/object/new:os.system", "tag:yaml.org,2002:python/object/new:os.system"),
        ("!!binary", "tag:yaml.org,2002:binary"),
        ("!!timestamp", "tag:yaml.org,2002:timestamp"),
        ("!!int", "tag:yaml.org,2002:int"),
        ("!!null", "tag:yaml.org,2002:null"),
        ("!secret", "!secret"),
        ("!<tag:example.org,2000:x>", "tag:example.org,2000:x"),
    ],
)
@pytest.mark.parametrize("value", ["x", "[x]", "{x: y}", "'x'", "|\n  x"])
def test_a_tag_is_refused_where_it_stands_whatever_it_is_on(
    tmp_path: Path, tag: str, shown: str, value: str
) -> None:
    found = refusal(tmp_path, f"a: 1\nbb: {tag} {value}\n")
    assert found == f"fitness.yaml:2:5: the tag {shown!r} is not allowed\n    {NO_TAGS}"


@pytest.mark.parametrize("text", ["!!set {a, b}", "? !x a\n: b", "- !x a", "&a !x a: b"])
def test_a_tag_is_refused_at_the_top_and_on_keys(tmp_path: Path, text: str) -> None:
    assert "is not allowed" in refusal(tmp_path, text)


def test_a_tag_defined_by_the_file_is_refused_by_its_full_name(tmp_path: Path) -> None:
    text = "%TAG !py! tag:yaml.org,2002:python/\n---\na: !py!object:os.system x\n"
    assert "'tag:yaml.org,2002:python/object:os.system'" in refusal(tmp_path, text)


def test_the_tag_that_says_nothing_is_allowed(tmp_path: Path) -> None:
    assert plain(tree(tmp_path, "a: ! 5\n")) == {"a": "5"}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a:\n\t- b\n", "2:1"),
        ("a:\n  \tb: 1\n  c: 2\n", "2:3"),
        ("x:\n  a: 1\n\tb: 1\n", "3:1"),
        ("- \ta: b\n", "1:3"),
        ("a: |\n  x\n\ty\n", "3:1"),
        ("a: {\n\tb: 1\n\tc: 1}\n", "3:1"),
        ("a: 1\r\n\tb: 1\r\n", "2:1"),
    ],
)
def test_a_tab_in_the_indentation_is_told(tmp_path: Path, text: str, place: str) -> None:
    found = refusal(tmp_path, text)
    assert found.startswith(f"fitness.yaml:{place}: a tab stands where YAML wants spaces")
    assert "Indent with spaces." in found


@pytest.mark.parametrize("text", ["a:\tb: c\n", "a: 'x'\t'y'\n", "a: [\t1, 2\nb: 3\n"])
def test_a_tab_that_is_not_the_fault_is_not_blamed(tmp_path: Path, text: str) -> None:
    found = refusal(tmp_path, text)
    assert "not valid YAML" in found
    assert "tab" not in found


@pytest.mark.parametrize(
    "text", ["a:\tb\n", "a: b\t# c\n", "a: {\n\tb: 1\n}\n", "a: [\n\t1,\n\t2\n]\n"]
)
def test_a_tab_that_yaml_allows_is_allowed(tmp_path: Path, text: str) -> None:
    assert "a" in str(plain(tree(tmp_path, text)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: @x\n", "fitness.yaml:1:4: not valid YAML: found character that cannot start"),
        ("a: %x\n", "fitness.yaml:1:4: not valid YAML: found character that cannot start"),
        ('a: "\\q"\n', "fitness.yaml:1:5: not valid YAML: found unknown escape character"),
        ('a: "x\n', "not valid YAML: found unexpected end of stream"),
        ("a: [1\nb: 2\n", "not valid YAML: did not find expected ',' or ']'"),
        ("a: 1\n b: 2\n", "fitness.yaml:2:3: not valid YAML: mapping values are not allowed"),
        ("a: &\n", "fitness.yaml:1:5: not valid YAML: did not find expected alphabetic"),
        ("a: !foo!bar x\n", "fitness.yaml:1:4: not valid YAML: found undefined tag handle"),
        ("%YAML 2.0\n---\na: 1\n", "fitness.yaml:1:1: not valid YAML: found incompatible"),
        ("a: 1\n...\n---\nb: 1\n", "a second document starts here; only one is read"),
        ("---\na: 1\n---\n", "fitness.yaml:3:1: a second document starts here"),
        ("just text\n", "fitness.yaml:1:1: expected keys such as `functions:` at the top"),
        ("~\n", "fitness.yaml:1:1: expected keys such as `functions:` at the top"),
        ("---\n", "fitness.yaml:1:1: the file is empty"),
        ("''\n", "fitness.yaml:1:1: the file is empty"),
        ("\n\n   \n# x\n", "fitness.yaml:1:1: the file is empty"),
        ("? {a: b}\n: c\n", "fitness.yaml:1:3: a key must be a plain name"),
        ("a: &x {k: v}\n*x : c\n", "a key must be a plain name"),
        ("{[a]: b}\n", "fitness.yaml:1:2: a key must be a plain name"),
    ],
)
def test_what_yaml_or_we_refuse_is_told_with_its_place(
    tmp_path: Path, text: str, message: str
) -> None:
    assert message in refusal(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: \x00b\n", "1:4"),
        ("ab\x07: 1\n", "1:3"),
        ("ünïcödé: \x1b[31m\n", "1:10"),
        ("é: 1\n\N{GRINNING FACE}: \x01\n", "2:4"),
    ],
)
def test_the_place_of_a_control_character_counts_characters(
    tmp_path: Path, text: str, place: str
) -> None:
    found = refusal(tmp_path, text)
    assert found == f"fitness.yaml:{place}: not valid YAML: control characters are not allowed"


@pytest.mark.parametrize(
    ("data", "place", "byte"),
    [
        (b"\xff\xfea\x00", "1:1", "ff"),
        (b"a: 1\r\nb: \xc3(\n", "2:4", "c3"),
        (b"# \x80\na: 1\n", "1:3", "80"),
        (b"a: \xed\xa0\x80\n", "1:4", "ed"),
        ("a: ä\n".encode("latin-1"), "1:4", "e4"),
    ],
)
def test_the_first_byte_that_is_not_utf8_is_named(
    tmp_path: Path, data: bytes, place: str, byte: str
) -> None:
    assert refusal(tmp_path, data) == (
        f"fitness.yaml:{place}: byte 0x{byte} is not UTF-8\n    Save the file as UTF-8."
    )


def test_line_ends_of_other_systems_do_not_move_places(tmp_path: Path) -> None:
    for end in ("\n", "\r\n", "\r"):
        root = tree(tmp_path, f"a: 1{end}b:{end}  c: 2{end}")
        inner = root.get("b")
        assert isinstance(inner, Mapping)
        name, _ = inner.entries[0]
        assert (name.line, name.column, name.text) == (3, 3, "c")


def test_nesting_is_bounded_to_the_level(tmp_path: Path) -> None:
    deepest = tree(tmp_path, f"a: {nested(MAX_DEPTH - 1)}")
    assert deepest.height == MAX_DEPTH
    place = f"1:{MAX_DEPTH + 3}"
    assert f"{place}: nested more than {MAX_DEPTH} levels deep" in refusal(
        tmp_path, f"a: {nested(MAX_DEPTH)}"
    )


def test_aliases_do_not_nest_deeper_than_brackets_may(tmp_path: Path) -> None:
    half = MAX_DEPTH // 2
    fits = f"a: &a {nested(half)}\nb: {nested(half - 1, '*a')}\n"
    assert tree(tmp_path, fits).height == MAX_DEPTH
    too_deep = f"a: &a {nested(half)}\nb: {nested(half, '*a')}\n"
    message = f"2:{half + 4}: with the alias *a, this is nested more than {MAX_DEPTH} levels deep"
    assert message in refusal(tmp_path, too_deep)


def test_a_chain_of_aliases_is_refused_before_it_exhausts_the_stack(tmp_path: Path) -> None:
    links = [f"a{i}: &a{i} {nested(MAX_DEPTH - 3, f'*a{i - 1}')}" for i in range(1, 100)]
    text = "\n".join(["a0: &a0 [x]", *links, "functions: {it: {rule: *a99}}"])
    (found,) = problems(tmp_path, text)
    assert "levels deep" in found


def test_empty_lists_count_as_values_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composer, "MAX_NODES", 1_000)
    assert plain(tree(tmp_path, "a: [" + "[]," * 990 + "]")) == {"a": [[]] * 990}
    assert "more than 1,000 values" in refusal(tmp_path, "a: [" + "[]," * 1_000 + "]")
    assert "more than 1,000 values" in refusal(tmp_path, "a: [" + "{}," * 1_000 + "]")


def test_merge_keys_do_not_explode_either(tmp_path: Path) -> None:
    lines = ["a0: &a0 {x: [1, 2, 3, 4, 5]}"]
    lines += [f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 20)}]}}" for i in range(1, 9)]
    assert "once its aliases are expanded" in refusal(tmp_path, "\n".join(lines))


def test_a_file_of_the_largest_size_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    largest = b"a: 1\n#" + b"x" * (MAX_BYTES - 6)
    assert plain(tree(tmp_path, largest)) == {"a": "1"}
    found = refusal(tmp_path, largest + b"x")
    assert (
        found == "fitness.yaml:1:1: the file has 16,000,001 bytes; 16,000,000 are read at the most"
    )


@pytest.mark.parametrize(
    "text",
    ["x" * 50 + "{0}: 1\n" + "x" * 50 + "{0}: 2\n", "a: !{0} x\n", "a: *{0}\n", "a: &{0} [*{0}]\n"],
)
def test_a_message_is_short_however_long_a_name_is(tmp_path: Path, text: str) -> None:
    assert len(refusal(tmp_path, text.format("y" * 900))) < 200


def test_a_link_that_leads_nowhere_or_in_a_circle_is_told(tmp_path: Path) -> None:
    path = tmp_path / "fitness.yaml"
    path.symlink_to(path)
    with pytest.raises(ConfigError, match="cannot be read: Too many levels"):
        load(path, "fitness.yaml")


def test_a_control_character_in_a_name_never_reaches_the_terminal(tmp_path: Path) -> None:
    text = r"""
sources: {"\e[31m": 1}
"\e[32m": 1
functions:
  "\e[33m": {rule: x}
  it: {"\e[34m": 1, rule: "\e[35m", tags: "\e[36m", gates: "\e[37m"}
"""
    found = "\n".join(problems(tmp_path, text))
    assert found.count("fitness.yaml:") == 6
    assert "\x1b" not in found


def test_a_plain_file_passes_all_of_this(tmp_path: Path) -> None:
    config = read(tmp_path, "%YAML 1.2\n---\nfunctions: {it: {rule: x}}\n...\n# the end\n")
    assert [function.id for function in config.functions] == ["it"]
