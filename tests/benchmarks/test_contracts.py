"""Contracts as two programs judge them: whatever differs is told."""

import tomllib

import pytest

from support import contracts
from support.programs import ProgramError

OUTPUT = """
Analyzed 3 files, 2 dependencies.

Web above storage KEPT
Storage KEPT apart KEPT (3 ignored imports)
Shops are independent BROKEN

Contracts: 2 kept, 1 broken.

Broken contracts
Something else BROKEN
"""
VERDICTS = {
    "Web above storage": "kept",
    "Storage KEPT apart": "kept",
    "Shops are independent": "broken",
}


def test_reads_what_lint_imports_prints() -> None:
    assert contracts.verdicts_in(OUTPUT) == VERDICTS


@pytest.mark.parametrize("printed", ["", OUTPUT.replace("2 kept", "3 kept"), "Contracts: 0 kept"])
def test_refuses_what_it_does_not_understand(printed: str) -> None:
    with pytest.raises(ProgramError, match="not understood"):
        contracts.verdicts_in(printed)


def test_equal_verdicts_do_not_differ() -> None:
    assert contracts.differences(VERDICTS, dict(VERDICTS)) == []


@pytest.mark.parametrize(
    ("ours", "told"),
    [
        ({**VERDICTS, "Web above storage": "broken"}, "Web above storage: broken"),
        ({**VERDICTS, "Web above storage": "error"}, "Web above storage: error"),
        ({"Web above storage": "kept", "Storage KEPT apart": "kept"}, "independent: missing"),
        ({**VERDICTS, "More": "kept"}, "More: kept, import-linter missing"),
    ],
)
def test_tells_each_contract_that_differs(ours: dict[str, str], told: str) -> None:
    (line,) = contracts.differences(ours, VERDICTS)
    assert told in line


def test_takes_the_ignores_out_of_contracts_and_nothing_else() -> None:
    text = """
[project]
name = "shop"
[tool.importlinter]
root_packages = ["shop"]
include_external_packages = true
[[tool.importlinter.contracts]]
name = 'Layers, "all"'
type = "layers"
layers = ["shop.web", "shop.storage"]
ignore_imports = ["shop.storage -> shop.web"]
"""
    assert tomllib.loads(contracts.without_ignores(text)) == {
        "tool": {
            "importlinter": {
                "root_packages": ["shop"],
                "include_external_packages": True,
                "contracts": [
                    {
                        "name": 'Layers, "all"',
                        "type": "layers",
                        "layers": ["shop.web", "shop.storage"],
                    }
                ],
            }
        }
    }
