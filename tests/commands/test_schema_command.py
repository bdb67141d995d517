"""``schema``: valid by its own standard, and of one mind with the loader."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from command_samples import config_of, shop, tangled, write
from jsonschema import Draft202012Validator

from pytest_fitness import Record
from pytest_fitness.cli import main
from pytest_fitness.config.questions import _Common as QUESTION
from pytest_fitness.config.schema import json_schema
from pytest_fitness.errors import ConfigError
from pytest_fitness.measures.capacity.options import CapacityOptions
from pytest_fitness.measures.contracts import TYPES
from pytest_fitness.measures.growth.options import ExperimentOptions, ObservedOptions
from pytest_fitness.session.registry import load_registry

OTHERWISE = {
    "metric": QUESTION.keys,
    "capacity": CapacityOptions.keys,
    "growth": ObservedOptions.keys | ExperimentOptions.keys,
}
EXAMPLES = Path(__file__).parents[2] / "examples"
TOP = """\
version: 1
codebase: {packages: shop, source: [src], exclude: [shop.old.**]}
baseline: known.json
history: .fitness/h.db
functions:
  it: {coupling: {measure: cycles}, max: 0}
"""
HEAD = "codebase: {packages: [shop]}\nfunctions:\n  it: "

GOOD = [
    TOP,
    f"{HEAD}{{complexity: {{measure: cyclomatic}}, max: 10, warn: {{max: 8}}}}",
    f"{HEAD}{{complexity: {{measure: sloc, as: share, over: 500}}, max: 5%}}",
    f"{HEAD}{{complexity: {{measure: maintainability}}, between: [20, 100]}}",
    f"{HEAD}{{coupling: {{measure: fan_in, modules: 'shop.*'}}, max: 1, baseline: frozen}}",
    f"{HEAD}{{contracts: {{from: pyproject.toml}}, gates: [ci, scheduled], tags: structure}}",
    f"{HEAD}{{contract: {{type: layers, layers: [shop.web, 'shop.a | shop.b']}}, about: why}}",
    f"{HEAD}{{contract: {{type: mine, contract_types: ['mine: a.B'], other: [deep]}}}}",
    f"{HEAD}{{coupling: {{measure: autonomy, components: {{a: x, b: y}}, shared: b}}, min: 1}}",
]
WRONG = [
    "{}",
    "functions: {}",
    "functions: []",
    "functon: {}",
    "version: 2\nfunctions: {it: {coupling: {measure: cycles}, max: 0}}",
    "codebase: {package: [shop]}\nfunctions: {it: {coupling: {measure: cycles}, max: 0}}",
    "codebase: {packages: [no-name]}\nfunctions: {it: {coupling: {measure: cycles}, max: 0}}",
    "functions: {It: {coupling: {measure: cycles}, max: 0}}",
    f"{HEAD}{{coupling: {{measure: cycle}}, max: 0}}",
    f"{HEAD}{{coupling: {{}}, max: 0}}",
    f"{HEAD}{{max: 0}}",
    f"{HEAD}{{coupling: {{measure: cycles}}, complexity: {{measure: sloc}}, max: 0}}",
    f"{HEAD}{{coupling: {{measure: cycles}}, maximum: 0}}",
    f"{HEAD}{{coupling: {{measure: cycles}}}}",
    f"{HEAD}{{coupling: {{measure: cycles}}, max: 1, min: 0}}",
    f"{HEAD}{{coupling: {{measure: cycles}}, between: [1]}}",
    f"{HEAD}{{coupling: {{measure: cycles}}, max: 0, warn: 1}}",
    f"{HEAD}{{coupling: {{measure: cycles}}, max: 0, baseline: froze}}",
    f"{HEAD}{{coupling: {{measure: cycles}}, max: 0, gates: [never]}}",
    f"{HEAD}{{coupling: {{measure: cycles}}, max: 0, gates: []}}",
    f"{HEAD}{{contracts: {{from: x}}, max: 0}}",
    f"{HEAD}{{contract: {{type: layer, layers: [a]}}}}",
    f"{HEAD}{{contract: {{type: layers}}}}",
    f"{HEAD}{{contract: {{type: layers, layers: [a], exhaustiv: true}}}}",
]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["schema", *arguments]) == 0
    schema: dict[str, Any] = json.loads(capsys.readouterr().out)
    return schema


def is_valid(text: str) -> bool:
    return Draft202012Validator(json_schema(load_registry())).is_valid(yaml.safe_load(text))


def loads(root: Path, text: str) -> bool:
    write(root, {"fitness.yaml": text})
    try:
        config_of(root)
    except ConfigError:
        return False
    return True


def test_it_is_a_valid_schema_of_the_newest_draft(capsys: pytest.CaptureFixture[str]) -> None:
    schema = printed(capsys)

    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("text", GOOD)
def test_what_the_loader_accepts_is_valid(here: Path, text: str) -> None:
    assert loads(here, text)
    assert is_valid(text)


@pytest.mark.parametrize("text", WRONG)
def test_what_the_loader_refuses_is_not_valid(here: Path, text: str) -> None:
    assert not loads(here, text)
    assert not is_valid(text)


def test_the_examples_are_valid() -> None:
    paths = sorted(EXAMPLES.glob("*/fitness.yaml"))

    assert paths
    assert [path for path in paths if not is_valid(path.read_text("utf-8"))] == []


def test_what_init_writes_is_valid(here: Path) -> None:
    shop(here, old=tangled(), broken="(")
    assert main(["init"]) == 0

    assert is_valid((here / "fitness.yaml").read_text("utf-8"))


def properties(schema: Any) -> Iterator[tuple[dict[str, Any], str]]:
    """Every object of a schema with each key it may have."""
    if isinstance(schema, dict):
        for name in schema.get("properties", ()):
            yield schema, name
        for part in schema.values():
            yield from properties(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from properties(part)


def test_every_key_is_described_for_the_editor() -> None:
    schema = json_schema(load_registry())
    function = schema["$defs"]["function"]["properties"]
    described = {**schema["properties"], **function}

    missing = [
        name for name, part in described.items() if "description" not in part and "$ref" not in part
    ]

    assert missing == []


def test_no_object_takes_keys_that_nobody_knows() -> None:
    # The keys of a question are those of its source, which the loader alone knows.
    free = [{"type", "contract_types"}, {"source"}]

    for schema, name in properties(json_schema(load_registry())):
        closed = schema.get("additionalProperties") is False
        assert closed or set(schema.get("required", ())) in free, name


def test_the_loader_knows_every_key_of_a_function(here: Path) -> None:
    for name in json_schema(load_registry())["$defs"]["function"]["properties"]:
        write(here, {"fitness.yaml": f"functions: {{it: {{{name}: [[]]}}}}"})

        with pytest.raises(ConfigError) as caught:
            config_of(here)

        assert f"unknown key {name!r}" not in caught.value.message


@pytest.mark.parametrize("kind", sorted(set(load_registry().kinds) - {"contract"}))
def test_the_loader_and_the_schema_know_the_same_options(kind: str) -> None:
    options = load_registry().kinds[kind].options
    known = options.type.keys if isinstance(options, Record) else OTHERWISE[kind]

    assert keys_of(options.schema()) == set(known)


def keys_of(schema: dict[str, Any]) -> set[str]:
    """The keys of an object, or of all objects that may stand there."""
    return set().union(*(each["properties"] for each in schema.get("anyOf", [schema])))


@pytest.mark.parametrize("name", sorted(TYPES))
def test_the_loader_and_the_schema_know_the_same_contracts(here: Path, name: str) -> None:
    variants = load_registry().kinds["contract"].options.schema()["anyOf"]
    (variant,) = (each for each in variants if _type_of(each) == name)
    samples = {"boolean": True, "integer": 1}
    options = {
        key: schema.get("const", samples.get(str(schema.get("type")), "x"))
        for key, schema in variant["properties"].items()
    }
    text = yaml.safe_dump({"functions": {"it": {"contract": options}}})

    assert loads(here, text)
    assert is_valid(text)


def _type_of(variant: Any) -> str | None:
    name: str | None = variant.get("properties", {}).get("type", {}).get("const")
    return name


def test_the_kinds_of_the_plugins_of_a_configuration_are_in_it(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plugin = """\
from pytest_fitness import Kind, Measurement, hookimpl
from pytest_fitness.config.values import Text

class Mine(Kind):
    name = "mine"
    about = "something of our own"
    options = Text()

    def measure(self, function, check, context):
        return Measurement(1.0)

@hookimpl
def fitness_kinds():
    return [Mine()]
"""
    write(here, {"schema_command_plugin.py": plugin})
    write(here, {"fitness.yaml": "plugins: schema_command_plugin\nfunctions: {a: {mine: 1}}\n"})

    schema = printed(capsys)

    mine = schema["$defs"]["function"]["properties"]["mine"]
    assert mine == {"type": "string", "minLength": 1, "description": "something of our own"}


def test_a_configuration_with_problems_will_do(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, {"fitness.yaml": "functions: {A: 1}\n"})

    assert printed(capsys)["title"] == "fitness.yaml"


@pytest.mark.parametrize("text", ["{", "plugins: nowhere_to_be_found\nfunctions: {a: {x: 1}}\n"])
def test_without_its_plugins_there_is_no_schema(
    here: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, {"fitness.yaml": text})

    assert main(["schema"]) == 4

    assert "fitness.yaml:" in capsys.readouterr().err


def test_a_configuration_elsewhere_is_asked_for_its_plugins(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, {"ci/rules.yaml": "functions: {A: 1}\n"})

    assert printed(capsys, "--config", "ci/rules.yaml")["title"] == "fitness.yaml"
