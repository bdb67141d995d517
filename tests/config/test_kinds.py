"""What a kind says of its limits is held against what the file says."""

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pytest_fitness import units
from pytest_fitness.config.kinds import Context, Kind
from pytest_fitness.config.loader import Config, Registry, load_config
from pytest_fitness.config.schema import json_schema
from pytest_fitness.config.values import Text
from pytest_fitness.errors import ConfigError
from pytest_fitness.model import Check, FitnessFunction, Limit, Measurement
from pytest_fitness.session.registry import load_registry


class Single(Kind):
    name = "single"
    about = "one number"
    options = Text()

    def measure(self, function: FitnessFunction, check: Check, context: Context) -> Measurement:
        return Measurement(1.0)


class Several(Single):
    name = "several"
    about = "a time and a share, and no number of its own"
    takes_several = True

    def unit(self, options: str, part: str | None) -> str:
        if part not in ("time", "share"):
            raise ValueError(f"name what is limited, time or share, not {part!r}")
        return units.SECONDS if part == "time" else units.RATIO


class Holds(Single):
    name = "holds"
    about = "something that holds or not"
    takes_limit = False
    gates = ("scheduled",)


REGISTRY = Registry({kind.name: kind for kind in (Single(), Several(), Holds())}, {})


def read(tmp_path: Path, function: str) -> Config:
    path = tmp_path / "fitness.yaml"
    path.write_text(f"functions:\n  it: {{{function}}}\n", "utf-8")
    return load_config(path, lambda plugins, root: REGISTRY, environment={})


def told(tmp_path: Path, function: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, function)
    return [str(problem) for problem in caught.value.problems]


def checks(function: FitnessFunction) -> list[Check]:
    context: Context = None  # type: ignore[assignment]  # no kind here asks for anything
    return list(REGISTRY.kinds[function.kind].checks(function, context))


def test_a_kind_with_one_number_is_one_check(tmp_path: Path) -> None:
    (function,) = read(tmp_path, "single: x, max: 3, warn: {max: 2}").functions
    assert checks(function) == [Check(None, Limit(high=3), Limit(high=2), units.COUNT)]
    assert function.gates == ("ci",)


def test_a_kind_with_several_numbers_is_a_check_for_each_that_is_limited(tmp_path: Path) -> None:
    text = "several: x, limits: {share: {min: 80%}, time: {max: 2s, warn: {max: 1s}}}"
    (function,) = read(tmp_path, text).functions
    assert checks(function) == [
        Check("share", Limit(low=0.8), None, units.RATIO),
        Check("time", Limit(high=2), Limit(high=1), units.SECONDS),
    ]


def test_a_kind_that_holds_or_not_is_one_check_without_a_limit(tmp_path: Path) -> None:
    (function,) = read(tmp_path, "holds: x").functions
    assert checks(function) == [Check()]
    assert function.gates == ("scheduled",)


def test_limits_on_one_number_are_told_where_they_stand(tmp_path: Path) -> None:
    (found,) = told(tmp_path, "single: x, limits: {p95: {max: 1}}")
    assert found == (
        "fitness.yaml:2:19: `single` measures one number only\n"
        "    Write the limit beside it: `max: 10`."
    )


@pytest.mark.parametrize("limit", ["max: 1s", "between: [1s, 2s]", "warn: {max: 1s}"])
def test_one_limit_on_several_numbers_is_told_as_the_kind_says_it(
    tmp_path: Path, limit: str
) -> None:
    assert told(tmp_path, f"several: x, {limit}") == [
        "fitness.yaml:2:20: name what is limited, time or share, not None"
    ]


def test_no_limit_on_several_numbers_is_told_too(tmp_path: Path) -> None:
    assert told(tmp_path, "several: x") == [
        "fitness.yaml:2:3: name what is limited, time or share, not None"
    ]


@pytest.mark.parametrize("key", ["max", "min", "between", "equals", "warn", "limits"])
def test_each_limit_on_what_holds_or_not_is_told(tmp_path: Path, key: str) -> None:
    (found,) = told(tmp_path, f"holds: x, {key}: 1")
    assert found == (
        "fitness.yaml:2:18: `holds` takes no limit\n"
        "    It fails on any violation; `baseline: frozen` accepts the known ones."
    )


@pytest.mark.parametrize(
    ("function", "valid"),
    [
        ({"single": "x", "max": 1}, True),
        ({"single": "x", "limits": {"p95": {"max": 1}}}, False),
        ({"single": "x"}, False),
        ({"several": "x", "limits": {"time": {"max": "1s"}}}, True),
        ({"several": "x", "limits": {"time": {"max": "1s"}}, "warn": {"max": 1}}, False),
        ({"several": "x", "limits": {"time": {"max": "1s"}}, "max": "1s"}, False),
        ({"holds": "x"}, True),
        ({"holds": "x", "max": 1}, False),
        ({"holds": "x", "limits": {"time": {"max": "1s"}}}, False),
    ],
)
def test_the_schema_knows_which_limits_a_kind_takes(function: object, valid: bool) -> None:
    validator = Draft202012Validator(json_schema(REGISTRY))
    assert validator.is_valid({"functions": {"it": function}}) is valid


@pytest.mark.parametrize("kind", sorted(load_registry().kinds))
def test_limits_are_told_of_every_kind_that_is_built_in(tmp_path: Path, kind: str) -> None:
    options = {
        "contract": "{type: layers, layers: [a]}",
        "contracts": "{from: setup.cfg}",
        "complexity": "{measure: cyclomatic}",
        "coupling": "{measure: cycles}",
        "metric": "{source: app, metric: up}",
        "ratio": "{good: {source: app, metric: a}, total: {source: app, metric: b}}",
        "growth": "{of: {source: app, metric: a}, per: {source: app, metric: b}}",
        "benchmark": "{callable: 'shop:total'}",
        "load": "{url: 'http://localhost:8000', users: 5}",
        "capacity": "{url: 'http://localhost', steps: [1, 2], budget: {p95: {max: 1s}}}",
        "recorded": "{file: k6.json, format: k6}",
    }
    path = tmp_path / "fitness.yaml"
    text = (
        "sources: {app: {openmetrics: {file: m.txt}}}\n"
        f"functions: {{it: {{{kind}: {options[kind]}, limits: {{nonsense: {{max: 1}}}}}}}}\n"
    )
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(path, load_registry)
    (problem,) = caught.value.problems
    assert problem.location.line == 2
    line = text.splitlines()[1]
    assert problem.location.column in (line.index("limits") + 1, line.index("nonsense") + 1)
    told = ("one number only", "takes no limit", "nonsense")
    assert any(words in problem.message for words in told)
