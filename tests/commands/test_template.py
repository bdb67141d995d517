"""The generated text is valid whatever names and messages it has to hold."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from command_samples import config_of
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pytest_fitness.commands.template import (
    Draft,
    comment,
    contracts_rule,
    render,
    standard_rules,
)
from pytest_fitness.config.loader import Config

repeatable = settings(derandomize=True, deadline=None)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
EMPTY = Draft(("shop",), None, {}, {}, standard_rules(None))


def load(draft: Draft) -> Config:
    with TemporaryDirectory() as directory:
        Path(directory, "fitness.yaml").write_text(render(draft, "fitness-baseline.json"), "utf-8")
        return config_of(Path(directory))


def test_every_rule_is_valid_frozen_and_explained() -> None:
    config = load(EMPTY._replace(rules=(contracts_rule(".importlinter"), *EMPTY.rules)))

    ids = [function.id for function in config.functions]
    assert ids == ["contracts", *(rule.id for rule in EMPTY.rules)]
    assert all(function.frozen for function in config.functions)
    assert all("To tighten" in " ".join(rule.comment) for rule in EMPTY.rules)


def test_it_is_short_and_no_line_is_too_long() -> None:
    lines = render(EMPTY, "fitness-baseline.json").splitlines()

    assert len(lines) < 60
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize(
    ("measured", "line"),
    [(None, 1.0), (0.0, 0.10), (0.07, 0.10), (0.081, 0.15), (0.23, 0.25), (0.99, 1.0), (1.0, 1.0)],
)
def test_the_limit_for_the_reach_leaves_some_room(measured: float | None, line: float) -> None:
    function = load(EMPTY._replace(rules=standard_rules(measured))).functions[-1]

    assert function.limit is not None
    assert function.limit.high == pytest.approx(line)


def test_a_rule_with_problems_is_a_comment_with_the_reason() -> None:
    draft = EMPTY.without({"complexity": ["there is\nnothing"]})

    text = render(draft, "fitness-baseline.json")

    assert "  #   there is\\nnothing\n  # complexity:\n  #   complexity: {measure: cyclo" in text
    assert "complexity" not in {function.id for function in load(draft).functions}


def test_a_rule_that_is_a_comment_is_valid_once_the_marks_are_removed() -> None:
    rules = (contracts_rule("setup.cfg", ["broken"]), *EMPTY.rules)
    text = render(EMPTY._replace(rules=rules), "b.json")
    start = text.index("  # contracts:")
    end = text.index("\n\n", start)
    mended = text[:start] + text[start:end].replace("  # ", "  ") + text[end:]

    functions = yaml.safe_load(mended)["functions"]

    assert functions["contracts"] == {"contracts": {"from": "setup.cfg"}, "baseline": "frozen"}


@pytest.mark.parametrize("name", ["on", "No", "null", "true", "y", "größe", "_", "日本", "class"])
def test_names_stay_names_for_every_reader(name: str) -> None:
    draft = EMPTY._replace(packages=(name,))

    assert load(draft).codebase.packages == (name,)
    assert yaml.safe_load(render(draft, "b"))["codebase"]["packages"] == [name]


def test_many_packages_are_listed_below_each_other() -> None:
    names = tuple(f"package_number_{number}" for number in range(40))
    draft = EMPTY._replace(packages=names)

    assert load(draft).codebase.packages == names
    assert max(map(len, render(draft, "b").splitlines())) <= 100


@repeatable
@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1), st.text()
)
def test_no_message_from_outside_breaks_the_file(reasons: list[str], odd: str) -> None:
    draft = Draft(
        ("shop",),
        None,
        {f"shop.m{number}": reason for number, reason in enumerate(reasons)},
        {"gone": odd},
        EMPTY.without({"complexity": reasons}).rules,
    )

    config = load(draft)

    assert config.codebase.exclude == tuple(draft.exclude)
    assert config.codebase.packages == ("shop",)


@repeatable
@given(TEXT)
@example("${HOME}")
@example("a$$${b:-c}")
def test_any_name_is_read_as_it_was(name: str) -> None:
    assert load(EMPTY._replace(exclude={name: ""})).codebase.exclude == (name,)


@repeatable
@given(st.text())
def test_a_comment_is_one_printable_line(text: str) -> None:
    assert comment(text).isprintable()
