"""``contracts`` and ``contract``: import-linter's contracts, each link with its line."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from importlinter.contracts.acyclic_siblings import AcyclicSiblingsContract
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.independence import IndependenceContract
from importlinter.contracts.layers import LayersContract
from importlinter.contracts.protected import ProtectedContract
from importlinter.domain import fields
from judging import verdict, verdicts, write_files

from pytest_fitness.codebase.contracts import check
from pytest_fitness.codebase.contracts import judges as judging_linter
from pytest_fitness.codebase.contracts.check import check_contracts
from pytest_fitness.errors import ConfigError
from pytest_fitness.measures.contract_options import TYPES
from pytest_fitness.model import Outcome

FILES = {
    "shop/__init__.py": "",
    "shop/web.py": "from shop import services\n",
    "shop/services.py": "import json\n\nfrom shop import util\n",
    "shop/storage.py": "\n\nfrom shop import util\n",
    "shop/util.py": "from shop import (\n    web,\n)\n",
}
PYPROJECT = """\
[tool.importlinter]
root_package = "shop"

[[tool.importlinter.contracts]]
name = "Web above storage"
type = "layers"
layers = ["shop.web", "shop.storage"]

[[tool.importlinter.contracts]]
id = "apart"
name = "Services and storage are apart"
type = "independence"
modules = ["shop.services", "shop.storage"]
ignore_imports = ["shop.util -> shop.web"]
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    write_files(tmp_path, FILES)
    return tmp_path


def test_contracts_of_a_file_are_checks_of_their_own(shop: Path) -> None:
    write_files(shop, {"pyproject.toml": PYPROJECT})
    layers, apart = verdicts(shop, "all:\n  contracts: {from: pyproject.toml}", top="version: 1")
    assert (layers.series, layers.outcome) == ("all::web-above-storage", Outcome.FAILED)
    assert (apart.series, apart.outcome) == ("all::apart", Outcome.PASSED)
    assert layers.subject == "the contract 'Web above storage'"
    assert apart.notes == ("1 import ignored by ignore_imports",)


def test_a_broken_contract_shows_every_link_with_its_line(shop: Path) -> None:
    found = verdict(shop, "contract: {type: layers, layers: [shop.web, shop.storage]}")
    assert found.outcome is Outcome.FAILED
    (violation,) = found.violations
    assert violation.key == "shop.storage -> ... -> shop.web"
    assert [(link.importer, link.imported, link.path, link.line) for link in violation.chain] == [
        ("shop.storage", "shop.util", "shop/storage.py", 3),
        ("shop.util", "shop.web", "shop/util.py", 1),
    ]


def test_an_ini_file_says_the_same(shop: Path) -> None:
    text = """\
        [importlinter]
        root_package = shop

        [importlinter:contract:core]
        name = Web above storage
        type = layers
        layers =
            shop.web
            shop.storage
        """
    for name in (".importlinter", "setup.cfg"):
        write_files(shop, {name: text})
        (found,) = verdicts(shop, f"all:\n  contracts: {{from: {name}}}", top="version: 1")
        assert (found.series, found.outcome) == ("all::core", Outcome.FAILED)


FORBIDDEN = "type: forbidden, source_modules: [shop.services], forbidden_modules:"


@pytest.mark.parametrize(
    ("contract", "outcome"),
    [
        ("type: layers, layers: [shop.web, shop.services]", Outcome.FAILED),
        ("type: layers, layers: [shop.storage, shop.web]", Outcome.PASSED),
        (
            "type: layers, layers: [web, storage, util], containers: shop, exhaustive: true",
            Outcome.FAILED,
        ),
        (
            "type: forbidden, source_modules: [shop.services], forbidden_modules: [shop.storage]",
            Outcome.PASSED,
        ),
        (
            "type: forbidden, source_modules: [shop.services], forbidden_modules: [shop.web]",
            Outcome.FAILED,
        ),
        (
            f"{FORBIDDEN} [shop.web], allow_indirect_imports: true",
            Outcome.PASSED,
        ),
        (
            f"{FORBIDDEN} [json], include_external_packages: true",
            Outcome.FAILED,
        ),
        ("type: independence, modules: [shop.services, shop.storage]", Outcome.FAILED),
        (
            "type: protected, protected_modules: [shop.util], allowed_importers: [shop.services]",
            Outcome.FAILED,
        ),
        (
            "type: protected, protected_modules: [shop.web], allowed_importers: [shop.util]",
            Outcome.PASSED,
        ),
        ("type: acyclic_siblings, ancestors: [shop]", Outcome.FAILED),
    ],
)
def test_each_type_written_in_the_file(shop: Path, contract: str, outcome: Outcome) -> None:
    found = verdict(shop, f"contract: {{{contract}}}")
    assert found.outcome is outcome
    assert all(v.path and v.line for v in found.violations)


BASELINE = '{"format": 1, "functions": {"it": {"shop.storage -> shop.web": null}}}'


def test_a_frozen_contract_passes_until_there_is_a_new_import(shop: Path) -> None:
    body = "contract: {type: layers, layers: [shop.web, shop.storage]}\nbaseline: frozen"
    write_files(
        shop,
        {"fitness-baseline.json": BASELINE},
    )
    assert verdict(shop, body).outcome is Outcome.PASSED
    write_files(shop, {"shop/storage.py": "from shop import util, web\n", "shop/util.py": ""})
    assert verdict(shop, body).outcome is Outcome.PASSED
    write_files(
        shop,
        {"shop/storage/__init__.py": "", "shop/storage/db.py": "import shop.web\n"},
    )
    (shop / "shop/storage.py").unlink()
    found = verdict(shop, body)
    assert [violation.key for violation in found.violations] == ["shop.storage.db -> shop.web"]
    assert found.fixed == ("shop.storage -> shop.web",)


def test_a_type_of_the_projects_own(shop: Path) -> None:
    write_files(
        shop,
        {
            "rules.py": """\
                from importlinter import Contract, ContractCheck, fields, output

                print("noise on import")


                class AtMost(Contract):
                    type_name = "at_most"
                    modules = fields.IntegerField()

                    def check(self, graph, verbose):
                        print("noise on check")
                        return ContractCheck(len(graph.modules) <= self.modules)

                    def render_broken_contract(self, check):
                        output.print_error("there are too many modules")
                """
        },
    )
    contract = "type: at_most, contract_types: ['at_most: rules.AtMost'], modules: {}"
    assert verdict(shop, f"contract: {{{contract.format(9)}}}").outcome is Outcome.PASSED
    found = verdict(shop, f"contract: {{{contract.format(2)}}}")
    assert found.outcome is Outcome.FAILED
    assert "there are too many modules" in found.violations[0].message


@pytest.mark.parametrize(
    ("contract", "message"),
    [
        ("type: layers, layers: [shop.web, shop.nowhere]", "shop.nowhere"),
        (
            "type: layers, layers: [shop.web, shop.util], ignore_imports: ['shop.a -> shop.b']",
            "shop.a -> shop.b",
        ),
        (
            "type: forbidden, source_modules: [shop], forbidden_modules: [django]",
            "include_external_packages",
        ),
        ("type: mine, contract_types: ['mine: nowhere.Mine']", "nowhere.Mine"),
    ],
)
def test_a_contract_that_cannot_be_checked_is_an_error(
    shop: Path, contract: str, message: str
) -> None:
    found = verdict(shop, f"contract: {{{contract}}}")
    assert found.outcome is Outcome.ERROR
    assert message in found.reason


@pytest.mark.parametrize(
    ("contract", "message"),
    [
        ("layers: [shop.web]", "the contract has no type"),
        ("type: layer, layers: [shop.web]", "Did you mean 'layers'?"),
        ("type: layers, layer: [shop.web]", "Did you mean 'layers'?"),
        ("type: layers", "a contract of type layers needs the key 'layers'"),
        ("[layers]", "expected a mapping"),
    ],
)
def test_a_contract_that_is_written_wrongly_is_refused(
    shop: Path, contract: str, message: str
) -> None:
    body = contract if contract.startswith("[") else f"{{{contract}}}"
    with pytest.raises(ConfigError) as caught:
        verdict(shop, f"contract: {body}")
    assert message in str(caught.value)


def test_a_contract_file_that_is_not_there_is_refused(shop: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        verdict(shop, "contracts: {from: pyproject.toml}")


def test_a_file_that_cannot_be_parsed_is_an_error(shop: Path) -> None:
    write_files(shop, {"shop/broken.py": "def f(:\n"})
    found = verdict(shop, "contract: {type: layers, layers: [shop.web, shop.storage]}")
    assert found.outcome is Outcome.ERROR
    assert found.reason.startswith("shop/broken.py:1: cannot be analysed")


@pytest.mark.parametrize(
    ("name", "contract"),
    [
        ("layers", LayersContract),
        ("forbidden", ForbiddenContract),
        ("independence", IndependenceContract),
        ("protected", ProtectedContract),
        ("acyclic_siblings", AcyclicSiblingsContract),
    ],
)
def test_the_keys_of_a_type_are_those_of_import_linter(name: str, contract: type) -> None:
    declared = {n: f for n, f in vars(contract).items() if isinstance(f, fields.Field)}
    required, optional = TYPES[name]
    assert {*required, *optional, "broken_contract_guidance"} == declared.keys()
    assert set(required) == {
        n for n, f in declared.items() if f.required and f.default is fields.NotSupplied
    }


@pytest.mark.parametrize(
    ("contract", "message", "position"),
    [
        ("{type: layers, layers: [shop.web, null]}", "found nothing", "4:49"),
        ("{type: layers, layers: [shop.web, {a: 1}]}", "found a mapping", "4:49"),
        ("{type: layers, layers: [shop.web, [a]]}", "found a list", "4:49"),
        ("{type: layers, layers: {a: 1}}", "a whole number or a list of texts", "4:38"),
        ("{type: layers, layers: 1.5}", "found '1.5'", "4:38"),
        ("{type: layers, layers: }", "found nothing", "4:38"),
        (
            "{type: layers, layers: [web], containers: shop, exhaustive: yes}",
            "'exhaustive' has to be true or false, found 'yes'",
            "4:75",
        ),
        (
            "{type: independence, modules: [shop.web, shop.util], include_external_packages: on}",
            "'include_external_packages' has to be true or false, found 'on'",
            "4:95",
        ),
        ("{type: mine, contract_types: [[a]]}", "found a list", "4:45"),
        (
            "{type: mine, contract_types: ['mine: a.B'], exclude_type_checking_imports: 1}",
            "'exclude_type_checking_imports' has to be true or false, found '1'",
            "4:90",
        ),
    ],
)
def test_a_value_that_no_option_takes_is_refused_where_it_stands(
    shop: Path, contract: str, message: str, position: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        verdict(shop, f"contract: {contract}")
    assert message in str(caught.value)
    assert f"fitness.yaml:{position}: " in str(caught.value)


def test_errors_of_a_contract_file_are_shown_as_those_of_the_configuration(shop: Path) -> None:
    write_files(shop, {"rules/contracts.toml": "[project]\n"})
    with pytest.raises(ConfigError) as caught:
        verdict(shop, "contracts: {from: rules/contracts.toml}")
    assert str(caught.value).startswith(
        "rules/contracts.toml:1:1: has no [tool.importlinter] section"
        "\n    Add one, or remove this function."
    )


KEPT_AND_INVALID = """\
kept:
  contract: {type: layers, layers: [shop.storage, shop.web]}
invalid:
  contract: {type: layers, layers: [shop.web, shop.nowhere]}
"""


def test_only_what_could_be_judged_is_kept_for_the_next_run(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(_graph: object, _session: object, contracts: Any, **_: object) -> Any:
        (options,) = contracts
        asked.append(options["name"])
        return check_contracts(_graph, _session, contracts, **_)  # type: ignore[arg-type]

    monkeypatch.setattr(check, "check_contracts", answer)
    for _ in range(2):
        kept, invalid = verdicts(shop, KEPT_AND_INVALID)
        assert (kept.outcome, invalid.outcome) == (Outcome.PASSED, Outcome.ERROR)
    assert asked == ["kept", "invalid", "invalid"]
    monkeypatch.setattr(judging_linter, "judges", lambda: "another import-linter")
    verdicts(shop, KEPT_AND_INVALID)
    assert asked[3:] == ["kept", "invalid"]


def test_what_would_judge_is_told_without_importing_it() -> None:
    program = (
        "import sys; from pytest_fitness.codebase.contracts.judges import judges; print(judges());"
        "assert not {'importlinter', 'grimp', 'importlib.metadata'} & sys.modules.keys()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    for name in ("import-linter", "grimp"):
        assert f"{name.replace('-', '_')}-{version(name)}.dist-info" in done.stdout
