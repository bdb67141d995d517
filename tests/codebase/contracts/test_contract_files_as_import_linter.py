"""Any contract file is read as import-linter reads it, whether it is TOML or INI."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from importlinter.api import read_configuration

from pytest_fitness.codebase.contracts.config import (
    ContractFile,
    find_contract_file,
    normalise_options,
    read_contracts,
)
from pytest_fitness.errors import ConfigError

law = settings(max_examples=80, deadline=None, derandomize=True)
modules = st.sampled_from(["shop.web", "shop.web | shop.api", "(shop.old)", "shop.*", "shöp.a"])
words = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=8)
names = st.lists(words, min_size=1, max_size=3).map(" ".join)
lists = st.lists(modules, min_size=1, max_size=3)
contracts = st.fixed_dictionaries(
    {"name": names, "type": st.sampled_from(["layers", "independence", "my_own"])},
    optional={
        "layers": lists,
        "containers": lists | modules,
        "exhaustive": st.booleans(),
        "ignore_imports": st.just(["shop.a -> shop.b", "shop.* -> shop.**"]),
        "broken_contract_guidance": names,
    },
)
sessions = st.fixed_dictionaries(
    {},
    optional={
        "include_external_packages": st.booleans(),
        "exclude_type_checking_imports": st.booleans(),
        "contract_types": st.just(["mine: tools.Mine"]),
    },
)
roots = st.sampled_from([{"root_package": "shop"}, {"root_packages": ["shop", "bank"]}])


def toml_lines(options: dict[str, Any]) -> list[str]:
    # JSON's texts, lists and booleans are TOML's too.
    return [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in options.items()]


def ini_lines(options: dict[str, Any]) -> list[str]:
    lines = []
    for name, value in options.items():
        if isinstance(value, list):
            lines += [f"{name} =", *(f"    {item}" for item in value)]
        else:
            lines.append(f"{name} = {value}")
    return lines


def as_toml(session: dict[str, Any], options: list[dict[str, Any]]) -> str:
    lines = ["[tool.importlinter]", *toml_lines(session)]
    for contract in options:
        lines += ["", "[[tool.importlinter.contracts]]", *toml_lines(contract)]
    return "\n".join(lines) + "\n"


def as_ini(session: dict[str, Any], options: list[dict[str, Any]]) -> str:
    lines = ["[importlinter]", *ini_lines(session)]
    for number, contract in enumerate(options):
        lines += ["", f"[importlinter:contract:c{number}]", *ini_lines(contract)]
    return "\n".join(lines) + "\n"


WRITERS = {"contracts.toml": as_toml, "contracts.ini": as_ini}


def read(directory: Path, name: str, text: str) -> ContractFile:
    path = directory / name
    path.write_text(text, encoding="utf-8")
    return read_contracts(path, name)


@pytest.mark.parametrize("name", WRITERS)
@law
@given(session=sessions, root=roots, options=st.lists(contracts, min_size=1, max_size=3))
def test_the_options_are_those_that_import_linter_reads(
    name: str,
    session: dict[str, Any],
    root: dict[str, Any],
    options: list[dict[str, Any]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    directory = tmp_path_factory.getbasetemp()
    ours = read(directory, name, WRITERS[name]({**root, **session}, options))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(directory)
        theirs = read_configuration(name)
    assert ours.session_options == theirs["session_options"]
    assert [contract.options for contract in ours.contracts] == theirs["contracts_options"]
    assert ours.include_external_packages is session.get("include_external_packages", False)
    assert ours.exclude_type_checking_imports is session.get("exclude_type_checking_imports", False)


@pytest.mark.parametrize("name", WRITERS)
@law
@given(root=roots, options=st.lists(contracts, min_size=1, max_size=4))
def test_each_contract_is_placed_where_it_starts_and_named_apart(
    name: str,
    root: dict[str, Any],
    options: list[dict[str, Any]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    text = WRITERS[name](root, options)
    found = read(tmp_path_factory.getbasetemp(), name, text).contracts
    lines = text.split("\n")
    heads = [number for number, line in enumerate(lines, 1) if "contract" in line and "[" in line]
    heads = [number for number in heads if lines[number - 1].startswith("[")]
    assert [contract.location.line for contract in found] == heads
    assert len({contract.id for contract in found}) == len(options)
    assert [contract.name for contract in found] == [contract["name"] for contract in options]


@law
@given(root=roots, session=sessions, options=st.lists(contracts, min_size=1, max_size=3))
def test_both_formats_say_the_same(
    root: dict[str, Any],
    session: dict[str, Any],
    options: list[dict[str, Any]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    directory = tmp_path_factory.getbasetemp()
    toml, ini = (read(directory, name, write({**root, **session}, options))
                 for name, write in WRITERS.items())  # fmt: skip
    assert toml.root_packages == ini.root_packages
    for one, other in zip(toml.contracts, ini.contracts, strict=True):
        listed = {name: _as_list(value) for name, value in one.options.items()}
        assert listed == {
            name: _as_list(value) for name, value in other.options.items() if name != "id"
        }


def _as_list(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [item for item in values if item]


@law
@given(
    st.dictionaries(
        words,
        st.none() | st.booleans() | st.integers() | words | st.lists(words | st.booleans()),
    )
)
def test_normalised_options_are_texts_and_stay_as_they_are(options: dict[str, Any]) -> None:
    found = normalise_options(options)
    assert normalise_options(found) == found
    assert found.keys() == {name for name, value in options.items() if value is not None}
    flat = [item for value in found.values() for item in (value if value == [*value] else [value])]
    assert all(isinstance(item, str) for item in flat)


FRAGMENTS = [
    "[importlinter]", "[tool.importlinter]", "[importlinter:contract:a]", "layers = []", "[",
    "[[tool.importlinter.contracts]]", "root_package = shop", 'root_package = "shop"', "name = a",
    'name = "a"', "type = layers", 'type = "layers"', "    shop.web", "x = %(y)s", "contracts = 3",
    "tool = 1", "\ufeff", "é = ?", "# comment", "",
]  # fmt: skip
texts = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=10), max_size=12).map("\n".join)


def contracts_or_problems(directory: Path, name: str, text: str) -> ContractFile | ConfigError:
    try:
        return read(directory, name, text)
    except ConfigError as error:
        return error


@law
@given(text=texts.filter(lambda text: text.isprintable() or text.isascii()),
       name=st.sampled_from(["a.toml", "a.ini"]))  # fmt: skip
def test_any_text_is_read_or_refused_with_a_place_within_it(
    text: str, name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    found = contracts_or_problems(tmp_path_factory.getbasetemp(), name, text)
    problems = found.problems if isinstance(found, ConfigError) else ()
    for problem in problems:
        assert problem.location.path == name
        assert 1 <= problem.location.line <= len(text.splitlines()) + 1
    assert problems or (isinstance(found, ContractFile) and found.contracts)


@pytest.mark.parametrize("cut", range(0, 240, 12))
@pytest.mark.parametrize("name", WRITERS)
def test_a_file_that_ends_early_is_refused_or_read_as_import_linter_does(
    name: str, cut: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = [
        {"name": "Layers", "type": "layers", "layers": ["shop.a", "shop.b"]},
        {"name": "Apart", "type": "independence", "modules": ["shop.c", "shop.d"]},
    ]
    text = WRITERS[name]({"root_package": "shop"}, options)[:cut]
    monkeypatch.chdir(tmp_path)
    found = contracts_or_problems(tmp_path, name, text)
    if isinstance(found, ConfigError):
        assert {problem.location.path for problem in found.problems} == {name}
    else:
        theirs = read_configuration(name)["contracts_options"]
        assert [contract.options for contract in found.contracts] == theirs


def test_a_directory_in_place_of_a_file_is_passed_over_and_refused(tmp_path: Path) -> None:
    (tmp_path / "setup.cfg").mkdir()
    assert find_contract_file(tmp_path) is None
    with pytest.raises(ConfigError, match=r"setup\.cfg:1:1: cannot be read: .*Is a directory"):
        read_contracts(tmp_path / "setup.cfg")
