import os
import re
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
    slugs,
)
from pytest_fitness.errors import ConfigError, Location

TOML = """
[project]
name = "shop"

[tool.importlinter]
root_package = "shop"
include_external_packages = true
exclude_type_checking_imports = false
contract_types = ["mine: tools.contracts.Mine"]

[[tool.importlinter.contracts]]
name = "Layers of the shop"
type = "layers"
layers = ["shop.web", "shop.storage"]
exhaustive = true

[[ tool.importlinter.contracts ]]  # the second
id = "no_web"
name = "No web"
type = "forbidden"
source_modules = ["shop.storage"]
forbidden_modules = "shop.web"
"""

INI = """
[metadata]
name = shop

[importlinter]
root_packages =
    shop
    bank
include_external_packages = True

[importlinter:contract:layers]
name = Layers of the shop
type = layers
layers =
    shop.web | shop.api
    (shop.storage)

[importlinter:contract:One Two]
name = Nothing shared
type = independence
modules =
    shop.web
    shop.storage
ignore_imports =
    shop.web -> shop.storage
"""

SINGLE = """
[importlinter]
root_package = shop
[importlinter:contract:1]
name = one
type = forbidden
source_modules = shop.a
forbidden_modules = shop.b
allow_indirect_imports = True
"""

INLINE = """
tool.importlinter = { root_packages = ["shop"], contracts = [
    { name = "a", type = "layers", layers = ["shop.a"], depth = 3 },
] }
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(name: str, text: str) -> ContractFile:
    Path(name).write_text(text, encoding="utf-8")
    return read_contracts(Path(name))


def problems(name: str, text: str) -> list[tuple[str, str, str | None]]:
    with pytest.raises(ConfigError) as caught:
        read(name, text)
    return [(str(each.location), each.message, each.hint) for each in caught.value.problems]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", TOML), ("other.toml", INLINE), ("setup.cfg", INI),
        (".importlinter", INI), (".importlinter", SINGLE), ("contracts.ini", SINGLE),
    ],
)  # fmt: skip
def test_reads_what_import_linter_reads(name: str, text: str) -> None:
    ours = read(name, text)
    theirs = read_configuration(name)

    assert ours.session_options == theirs["session_options"]
    assert [contract.options for contract in ours.contracts] == theirs["contracts_options"]


@pytest.mark.parametrize(
    "names",
    [
        ["setup.cfg", ".importlinter", "pyproject.toml"],
        [".importlinter", "pyproject.toml"],
        ["pyproject.toml"],
    ],
)
def test_looks_where_import_linter_looks(names: list[str], project: Path) -> None:
    for name in names:
        Path(name).write_text(
            TOML if name.endswith("toml") else INI.replace("shop.web", name), encoding="utf-8"
        )

    found = find_contract_file(project)

    assert found == project / names[0]
    options = [contract.options for contract in read_contracts(found).contracts]
    assert options == read_configuration()["contracts_options"]


def test_a_file_without_contracts_is_passed_over(project: Path) -> None:
    Path("setup.cfg").write_text("[metadata]\nname = shop\n", encoding="utf-8")
    Path("pyproject.toml").write_text(TOML, encoding="utf-8")

    assert find_contract_file(project) == project / "pyproject.toml"
    assert find_contract_file(project / "nowhere") is None


@pytest.mark.parametrize("text", [INLINE, "[tool.importlinter"])
def test_an_inline_section_and_a_broken_file_are_found(text: str, project: Path) -> None:
    Path("pyproject.toml").write_text(text, encoding="utf-8")

    assert find_contract_file(project) == project / "pyproject.toml"


@pytest.mark.parametrize("text", ["tool = 3", "[tool]\nimportlinter = 1", "# importlinter"])
def test_a_section_that_is_none_is_not_found(text: str, project: Path) -> None:
    assert problems("pyproject.toml", text)[0][1] == "has no [tool.importlinter] section"
    assert find_contract_file(project) is None


def test_each_contract_has_an_id_and_a_place() -> None:
    toml = read("pyproject.toml", TOML).contracts
    ini = read("setup.cfg", INI).contracts

    assert [(each.id, each.name, each.type) for each in toml] == [
        ("layers-of-the-shop", "Layers of the shop", "layers"),
        ("no_web", "No web", "forbidden"),
    ]
    assert [each.location for each in toml] == [
        Location("pyproject.toml", 11), Location("pyproject.toml", 17),
    ]  # fmt: skip
    assert [(each.id, each.location.line) for each in ini] == [("layers", 11), ("one-two", 18)]


def test_says_how_the_graph_has_to_be_built() -> None:
    toml, ini = read("pyproject.toml", TOML), read("setup.cfg", INI)
    single = read("a.ini", SINGLE.replace("root_package", "root_packages"))

    assert (toml.root_packages, ini.root_packages) == (("shop",), ("shop", "bank"))
    assert single.root_packages == ("shop",)
    assert toml.include_external_packages
    assert not toml.exclude_type_checking_imports
    assert not single.include_external_packages


def test_a_missing_file_is_named() -> None:
    with pytest.raises(ConfigError) as caught:
        read_contracts(Path("gone.toml"))

    assert str(caught.value) == (
        "gone.toml:1:1: there is no such file\n"
        "    contracts are read from setup.cfg, .importlinter, pyproject.toml"
    )


def test_a_file_that_is_not_text_is_named() -> None:
    Path("setup.cfg").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ConfigError, match=r"setup\.cfg:1:1: cannot be read: 'utf-8' codec"):
        read_contracts(Path("setup.cfg"))


NO_SECTION = "Add one, or remove this function."
EXAMPLE = "each contract needs a name and a type (layers, forbidden, independence, ...)"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.toml", "[project]\n", ("a.toml:1:1", "has no [tool.importlinter] section", NO_SECTION)),
        ("a.cfg", "[metadata]\n", ("a.cfg:1:1", "has no [importlinter] section", NO_SECTION)),
        (
            "a.toml",
            '\n[tool.importlinter]\nroot_package = "shop"\n',
            (
                "a.toml:2:1",
                "there is no contract",
                "write [[tool.importlinter.contracts]] or [importlinter:contract:<id>]",
            ),
        ),
        (
            "a.cfg",
            "[importlinter]\n[importlinter:contract:a]\nname=a\ntype=layers\n",
            ("a.cfg:1:1", "no root package is named", "add root_package = <your package>"),
        ),
        (
            "a.cfg",
            "[importlinter]\nroot_package=a\n\n[importlinter:contract:a]\nname=a\n",
            ("a.cfg:4:1", "the contract has no type", EXAMPLE),
        ),
        (
            "a.toml",
            '[tool.importlinter]\nroot_package="a"\n[[tool.importlinter.contracts]]\ntype="layers"\n',
            ("a.toml:3:1", "the contract has no name", EXAMPLE),
        ),
        (
            "a.toml",
            '[tool.importlinter]\nroot_package="a"\ncontracts=["layers"]\n',
            ("a.toml:1:1", "a contract has to be a table", EXAMPLE),
        ),
        (
            "a.toml",
            '[tool.importlinter]\nroot_package="a"\ncontracts={}\n',
            ("a.toml:1:1", "tool.importlinter.contracts has to be an array of tables", EXAMPLE),
        ),
    ],
)
def test_says_what_is_wrong_and_where(name: str, text: str, expected: tuple[str, str, str]) -> None:
    assert problems(name, text) == [expected]


def test_gathers_every_problem() -> None:
    text = "[importlinter]\nx=1\n[importlinter:contract:a]\nname=a\n[importlinter:contract:b]\n"

    assert [place for place, _, _ in problems("a.cfg", text)] == [
        "a.cfg:1:1", "a.cfg:3:1", "a.cfg:5:1", "a.cfg:5:1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "place", "message"),
    [
        ("a.toml", "[tool]\nx = \n", "a.toml:2:5", "is not valid TOML: Invalid value"),
        ("a.toml", "[tool]\nx = '''", "a.toml:2:1", "is not valid TOML: Expected"),
        ("a.cfg", "[importlinter]\nx\n", "a.cfg:2:1", "is not a valid INI file: Source contains"),
        ("a.cfg", "x=1\n", "a.cfg:1:1", "is not a valid INI file: File contains no section"),
        ("a.cfg", "[a]\n[a]\n", "a.cfg:2:1", "is not a valid INI file: While reading"),
        ("a.cfg", "[importlinter]\nx=%(y)s\n", "a.cfg:1:1", "is not a valid INI file: Bad value"),
    ],
)
def test_a_syntax_error_has_a_place(name: str, text: str, place: str, message: str) -> None:
    ((found, said, _),) = problems(name, text)

    assert found == place
    assert said.startswith(message)


def test_normalises_options_that_come_from_yaml() -> None:
    options: dict[str, Any] = {
        "type": "forbidden", "as_packages": True, "exhaustive": False, "depth": 3, "ratio": 0.5,
        "layers": ["a", ("b", 1)], "containers": None,
    }  # fmt: skip

    assert normalise_options(options) == {
        "type": "forbidden", "as_packages": "True", "exhaustive": "False", "depth": "3",
        "ratio": "0.5", "layers": ["a", ["b", "1"]],
    }  # fmt: skip


def test_slugs_tell_equal_names_apart() -> None:
    assert slugs(["My layers!", "my layers", "a", "my-layers-2", "**", "Ünï"]) == [
        "my-layers", "my-layers-2", "a", "my-layers-2-2", "contract", "n",
    ]  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.text(max_size=6) | st.sampled_from(["a", "a-2", "A"]), max_size=8))
def test_slugs_are_fit_for_test_ids_and_differ(names: list[str]) -> None:
    found = slugs(names)

    assert len(set(found)) == len(names) == len(found)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9._-]*", slug) for slug in found)


def test_reads_its_file_from_anywhere(project: Path) -> None:
    Path("setup.cfg").write_text(INI, encoding="utf-8")
    os.chdir("/")

    assert len(read_contracts(project / "setup.cfg").contracts) == 2
