"""The JSON Schema and the loader are of one mind.

The documents are written as JSON, which is YAML too, so that both see the same values.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from config_samples import register
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pytest_fitness.config.loader import Config, load_config
from pytest_fitness.config.schema import json_schema
from pytest_fitness.errors import ConfigError
from pytest_fitness.model import FitnessFunction, Limit

SCHEMA = json_schema(register((), Path()))
VALID = Draft202012Validator(SCHEMA).is_valid
SPEED = {"speed": {"of": "x"}}
SECOND = {"max": "1s"}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("schema") / "fitness.yaml"


def loaded(file: Path, document: object) -> Config | None:
    file.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    try:
        return load_config(file, register, environment={})
    except ConfigError:
        return None


def of_functions(**functions: object) -> dict[str, object]:
    return {"functions": functions}


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "function",
    [
        SPEED | {"max": "1s"},
        SPEED | {"between": ["1s", "2s"], "warn": {"equals": "1s"}},
        SPEED | {"limits": {"p95": {"max": "2s", "warn": {"max": "1s"}}, "error_rate": {"max": 0}}},
        {"rule": "x", "tags": "skipped", "gates": "ci"},
        {"rule": "x", "tags": ["a-b", "_c"], "gates": ["ci", "pre-deploy"]},
        {"rule": " "},
    ],
)
def test_both_accept(file: Path, function: object) -> None:
    document = of_functions(it=function)
    assert VALID(document)
    assert loaded(file, document) is not None


@pytest.mark.parametrize(
    "function",
    [
        {"rule": "x", "tags": "skip"},
        {"rule": "x", "tags": ["a", "parametrize"]},
        {"rule": "x", "tags": ["a b"]},
        {"rule": "x", "tags": []},
        {"rule": "x", "about": ""},
        {"rule": ""},
        {"rule": "x", "max": 1},
        {"rule": "x", "warn": {"max": 1}},
        {"rule": "x", "limits": {"p95": {"max": 1}}},
        {"rule": "x", "on_no_data": "pass"},
        {"rule": "x", "baseline": True},
        {"rule": "x"} | SPEED,
        {"rule": "x"} | SPEED | SECOND,
        SPEED,
        SPEED | {"warn": {"max": "1s"}},
        SPEED | {"limits": {}},
        SPEED | {"limits": {"p95": {}}},
        SPEED | {"limits": {"p95": {"warn": {"max": "1s"}}}},
        SPEED | {"limits": {"p95": {"max": "1s", "min": "0s"}}},
        SPEED | {"limits": {"p95": {"max": "1s"}}, "max": "1s"},
        SPEED | {"limits": {"p95": {"max": "2s"}}, "warn": {"max": "1s"}},
        SPEED | {"limits": {"p95": {"max": "1s"}, "p99": "1s"}},
        SPEED | {"max": True},
        SPEED | {"max": None},
        SPEED | {"max": ""},
        SPEED | {"max": "soon"},
        SPEED | {"between": ["1s"]},
        SPEED | {"max": "2s", "warn": {}},
        SPEED | {"max": "2s", "warn": {"max": "1s", "min": "0s"}},
        {"speed": {"of": "x", "rounds": 0}} | SECOND,
        {"speed": {"of": "x", "rounds": 1.5}} | SECOND,
        {"speed": {"of": "x", "clock": "sun"}} | SECOND,
        {"speed": {}} | SECOND,
        {"speed": None} | SECOND,
        {"SPEED": {"of": "x"}} | SECOND,
        {},
        [],
        None,
    ],
)
def test_both_refuse(file: Path, function: object) -> None:
    document = of_functions(it=function)
    assert not VALID(document)
    assert loaded(file, document) is None


@pytest.mark.parametrize("name", ["It", "-a", "a b", "", "é", "a" * 101, "a::b", "a\n"])
def test_both_refuse_an_id(file: Path, name: str) -> None:
    document = of_functions(**{name: {"rule": "x"}})
    assert loaded(file, document) is None
    # Python's `$` also matches before a line break at the end, that of an editor does not.
    assert not VALID(document) or name.endswith("\n")


@pytest.mark.parametrize(
    "function",
    [
        SPEED | {"max": "5MB"},
        SPEED | {"between": ["2s", "1s"]},
        SPEED | {"max": "1s", "warn": {"max": "2s"}},
        SPEED | {"limits": {"p42": {"max": "1s"}}},
        {"speed": {"of": "x", "rounds": 101}} | SECOND,
        {"rule": "${NOWHERE}"},
    ],
)
def test_units_sense_and_the_environment_are_for_the_loader_alone(
    file: Path, function: object
) -> None:
    document = of_functions(it=function)
    assert VALID(document)
    assert loaded(file, document) is None


AMOUNT = st.sampled_from(["1s", "2s", "500ms", "3min"])
LIMIT = st.fixed_dictionaries({}, optional={"max": AMOUNT, "min": AMOUNT, "equals": AMOUNT})
NAME = st.text("abz09_.-A \n", max_size=4)
NO_TEXT: st.SearchStrategy[object] = (
    st.none() | st.just([]) | st.just({}) | st.just("") | st.just([[]])
)
JUNK = NO_TEXT | st.booleans()
# The loader reads `false` as a name where it expects one; an editor takes it for a flag.
TEXT = st.sampled_from(["x", "ci", "frozen", "skip", "warn", "xfail", "scheduled"]) | NO_TEXT
TEXTS = TEXT | st.lists(TEXT, max_size=2)
FUNCTION = st.fixed_dictionaries(
    {},
    optional={
        "speed": st.fixed_dictionaries(
            {},
            optional={
                "of": TEXT,
                "rounds": st.integers(-1, 3) | JUNK,
                "clock": st.sampled_from(["wall", "sun"]) | JUNK,
            },
        )
        | JUNK,
        "rule": TEXT,
        "max": AMOUNT | JUNK,
        "between": st.lists(AMOUNT, max_size=3) | JUNK,
        "limits": st.dictionaries(st.sampled_from(["p95", "p99"]), LIMIT | JUNK, max_size=2) | JUNK,
        "about": TEXT,
        "tags": TEXTS,
        "gates": TEXTS,
        "baseline": TEXT,
        "on_no_data": TEXT,
        "unknown": TEXT,
    },
)


KEYS = ["speed", "rule", "max", "between", "limits", "about", "tags", "gates", "on_no_data"]


def _in_order(function: object) -> bool:
    """Whether no range is written from above to below, which no schema can tell."""
    between = function.get("between") if isinstance(function, Mapping) else None
    order = ["500ms", "1s", "2s", "3min"]
    if not isinstance(between, list) or len(between) != 2:
        return True
    return order.index(between[0]) <= order.index(between[1])


@given(
    st.sampled_from([{}, {"rule": "x"}, SPEED, SPEED | SECOND]),
    FUNCTION,
    st.sets(st.sampled_from(KEYS), max_size=2),
)
def test_a_function_loads_exactly_where_it_is_valid(
    file: Path, base: dict[str, Any], others: dict[str, Any], picked: set[str]
) -> None:
    function = base | {name: others[name] for name in picked if name in others}
    document = of_functions(it=function)
    assert (loaded(file, document) is not None) == (VALID(document) and _in_order(function))


TOP = st.fixed_dictionaries(
    {"functions": st.just({"it": {"rule": "x"}}) | JUNK},
    optional={
        "version": st.sampled_from([1, 2]) | JUNK,
        "codebase": st.fixed_dictionaries(
            {},
            optional={
                "packages": st.sampled_from(["a", "a.b", "a-b", "1a", "a..b", ["a", "b"], [""]])
                | JUNK,
                "source": TEXTS,
                "exclude": TEXTS,
                "excluded": TEXTS,
            },
        )
        | JUNK,
        "baseline": TEXT,
        "history": TEXT,
        "sources": st.dictionaries(
            st.sampled_from("ab"),
            st.dictionaries(
                st.sampled_from(["numbers", "others"]),
                st.just({"of": "x"}) | st.just({"of": "x", "off": 1}) | JUNK,
                max_size=2,
            )
            | JUNK,
            max_size=2,
        )
        | JUNK,
    },
)


@given(TOP)
def test_a_file_loads_exactly_where_it_is_valid(file: Path, document: dict[str, Any]) -> None:
    assert (loaded(file, document) is not None) == VALID(document)


GOOD_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), min_size=1
).filter(lambda text: "${" not in text)
TAG = st.from_regex(r"[a-z_][a-z0-9_-]{0,9}", fullmatch=True).filter(lambda tag: "skip" not in tag)
COMMON = st.fixed_dictionaries(
    {
        "about": GOOD_TEXT,
        "owner": GOOD_TEXT,
        "link": GOOD_TEXT,
        "tags": st.lists(TAG, min_size=1, max_size=3),
        "gates": st.lists(st.sampled_from(["ci", "pre-deploy", "scheduled"]), min_size=1),
        "on_no_data": st.sampled_from(["fail", "warn", "skip"]),
        "on_inconclusive": st.sampled_from(["fail", "warn", "skip"]),
    }
)


@given(COMMON, st.integers(1, 100), st.integers(0, 10**9))
def test_what_is_written_is_what_is_loaded(
    file: Path, common: dict[str, Any], rounds: int, limit: int
) -> None:
    options = {"speed": {"of": common["about"], "rounds": rounds}}
    document = of_functions(it=common | options | {"max": f"{limit}ms"})
    assert VALID(document)
    config = loaded(file, document)
    assert config is not None
    (function,) = config.functions
    assert {name: _plain(function, name) for name in common} == common
    assert (function.options.of, function.options.rounds) == (common["about"], rounds)
    assert function.limit == Limit(high=float(Decimal(limit) / 1000))


def _plain(function: FitnessFunction, name: str) -> object:
    value = getattr(function, name)
    return list(value) if isinstance(value, tuple) else value
