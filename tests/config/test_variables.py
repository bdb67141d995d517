"""``${NAME}`` and ``${NAME:-default}``: filled in from the environment, once, in values only."""

from pathlib import Path

import pytest
from config_samples import function, problems, read, register
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.config.loader import load_config
from pytest_fitness.config.variables import expand
from pytest_fitness.model import Limit

ENVIRONMENT = {"A": "1", "_b2": "two", "EMPTY": "", "REF": "${A}", "BRACES": "}{"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${A}", "1"),
        ("${_b2}", "two"),
        ("x${A}y${A}z", "x1y1z"),
        ("${A}${_b2}", "1two"),
        ("${NONE:-d}", "d"),
        ("${EMPTY:-d}", "d"),
        ("${A:-d}", "1"),
        ("${NONE:-}", ""),
        ("${NONE:-a b:c}", "a b:c"),
        ("${NONE:-a\nb}", "a\nb"),
        ("${REF}", "${A}"),
        ("${BRACES}", "}{"),
        ("$${A}", "${A}"),
        ("$$${A}", "$${A}"),
        ("$A", "$A"),
        ("$5", "$5"),
        ("{A}", "{A}"),
        ("", ""),
    ],
)
def test_a_variable_is_filled_in_once(text: str, expected: str) -> None:
    assert expand(text, ENVIRONMENT) == expected


@pytest.mark.parametrize("text", ["${NONE}", "${EMPTY}", "x${A}${NONE}", "${a}"])
def test_a_variable_that_is_not_set_is_named(text: str) -> None:
    with pytest.raises(KeyError) as caught:
        expand(text, ENVIRONMENT)
    assert caught.value.args[0] in text


@given(st.text(max_size=60))
def test_a_text_without_variables_is_left_alone(text: str) -> None:
    assert expand(text.replace("${", ""), {}) == text.replace("${", "")


@given(st.text(max_size=60))
def test_what_a_variable_holds_is_never_read_again(held: str) -> None:
    assert expand("${V:-d}", {"V": held}) == (held or "d")


@given(st.text(max_size=60))
def test_a_text_whose_braces_are_escaped_comes_out_as_it_was(text: str) -> None:
    assert expand(text.replace("${", "$${"), {}) == text


@pytest.mark.parametrize(
    ("text", "place", "name"),
    [
        ("functions: {it: {rule: '${X}'}}", "1:24", "X"),
        ("functions:\n  it:\n    rule: a\n    gates: [ci, '${GATE}']\n", "4:17", "GATE"),
        ("functions: {it: {speed: {of: a}, max: '${MAX}'}}", "1:39", "MAX"),
        ("functions: {it: {speed: {of: a}, between: [1s, '${MAX}']}}", "1:48", "MAX"),
        ("functions: {it: {speed: {of: a, rounds: '${N}'}, max: 1s}}", "1:41", "N"),
        ("baseline: ${FILE}\nfunctions: {it: {rule: x}}", "1:11", "FILE"),
        ("plugins: ['${P}']\nfunctions: {it: {rule: x}}", "1:11", "P"),
        ("sources: {a: {numbers: {of: '${URL}'}}}\nfunctions: {it: {rule: x}}", "1:29", "URL"),
    ],
)
def test_a_variable_that_is_not_set_is_told_where_it_stands(
    tmp_path: Path, text: str, place: str, name: str
) -> None:
    (found,) = problems(tmp_path, text)
    assert found == (
        f"fitness.yaml:{place}: the environment variable {name} is not set, or empty\n"
        f"    Set {name}, or give a default: ${{{name}:-default}}."
    )


def test_a_name_is_not_filled_in(tmp_path: Path) -> None:
    found = problems(tmp_path, "functions: {'${ID}': {rule: x}, it: {'${KIND}': x}}")
    assert "'${ID}' is not a valid id" in found[0]
    assert "unknown key '${KIND}'" in found[1]


def test_limits_and_options_take_variables(tmp_path: Path) -> None:
    found = function(
        tmp_path,
        "speed: {of: '${OF}', rounds: '${N}'}\nbetween: ['${LOW}', '${HIGH:-2s}']\n"
        "warn: {max: '${WARN}'}\ntags: '${TAG}'",
        OF="x", N="7", LOW="1s", WARN="1.5s", TAG="slow",
    )  # fmt: skip
    assert (found.options.of, found.options.rounds) == ("x", 7)
    assert (found.limit, found.warn) == (Limit(1, 2), Limit(high=1.5))
    assert found.tags == ("slow",)


def test_a_variable_holds_one_value_and_never_yaml(tmp_path: Path) -> None:
    config = read(tmp_path, "functions: {it: {rule: '${V}'}}", V="[a, b]: {c}\nrule: y")
    assert config.functions[0].options == "[a, b]: {c}\nrule: y"


def test_without_an_environment_it_is_that_of_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FITNESS_TEST_RULE", "holds")
    path = tmp_path / "fitness.yaml"
    path.write_text("functions: {it: {rule: '${FITNESS_TEST_RULE}'}}", "utf-8")
    assert load_config(path, register).functions[0].options == "holds"
