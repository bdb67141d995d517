"""Frozen contracts: a direct import is another violation than a chain between the same modules."""

import json
import sys
from pathlib import Path

import pytest
from judging import write_files

FILE = "fitness-baseline.json"
DIRECT = {"shop.storage -> shop.web": None}
INDIRECT = {"shop.storage -> ... -> shop.web": None}
CONFIG = """\
codebase: {packages: [shop]}
functions:
  layers:
    contract: {type: layers, layers: [shop.web, shop.storage]}
    baseline: frozen
"""
IMPORTS = {
    "chain": {"storage": "from shop import util\n", "util": "from shop import web\n"},
    "direct": {"storage": "\nimport shop.web\n", "util": "from shop import web\n"},
    "both": {"storage": "from shop import util\nimport shop.web\n", "util": "import shop.web\n"},
    "other chain": {"storage": "import shop.glue\n", "util": "", "glue": "import shop.web\n"},
    "neither": {"storage": "from shop import util\n", "util": ""},
}


@pytest.fixture
def shop(pytester: pytest.Pytester) -> pytest.Pytester:
    files = dict.fromkeys(("shop/__init__.py", "shop/web.py", "shop/glue.py"), "")
    write_files(pytester.path, {**files, "fitness.yaml": CONFIG, "pytest.ini": "[pytest]\n"})
    return pytester


def write_imports(shop: pytest.Pytester, shape: str) -> None:
    write_files(shop.path, {f"shop/{name}.py": text for name, text in IMPORTS[shape].items()})


def freeze(root: Path, keys: dict[str, None]) -> None:
    text = json.dumps({"format": 1, "functions": {"layers": keys}})
    (root / FILE).write_text(text, "utf-8")


def frozen(root: Path) -> dict[str, None]:
    keys: dict[str, None] = json.loads((root / FILE).read_text("utf-8"))["functions"]["layers"]
    return keys


def command(shop: pytest.Pytester, *options: str) -> pytest.RunResult:
    return shop.run(sys.executable, "-m", "pytest_fitness", "baseline", *options)


def test_a_direct_import_beside_a_frozen_chain_fails_where_it_stands(
    shop: pytest.Pytester,
) -> None:
    write_imports(shop, "chain")
    assert command(shop, "--accept").ret == 0
    assert frozen(shop.path) == INDIRECT
    assert shop.runpytest_inprocess("--fitness").ret == pytest.ExitCode.OK
    write_imports(shop, "both")
    result = shop.runpytest_inprocess("--fitness")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*shop/storage.py:2: shop.storage imports shop.web*"])


@pytest.mark.parametrize(
    ("accepted", "shape", "is_green"),
    [
        (INDIRECT, "chain", True),
        (INDIRECT, "other chain", True),
        (INDIRECT, "direct", False),
        (INDIRECT, "both", False),
        (DIRECT, "direct", True),
        (DIRECT, "both", True),
        (DIRECT, "chain", True),
        (DIRECT, "other chain", True),
        ({}, "chain", False),
        ({}, "direct", False),
        (DIRECT | INDIRECT, "both", True),
        (DIRECT | INDIRECT, "chain", True),
    ],
)
def test_what_is_frozen_covers_no_more_than_was_accepted(
    shop: pytest.Pytester, accepted: dict[str, None], shape: str, is_green: bool
) -> None:
    freeze(shop.path, accepted)
    write_imports(shop, shape)
    result = shop.runpytest_inprocess("--fitness")
    assert result.ret == (pytest.ExitCode.OK if is_green else pytest.ExitCode.TESTS_FAILED)


@pytest.mark.parametrize(
    ("accepted", "shape", "left"),
    [
        (DIRECT, "neither", {}),
        (INDIRECT, "neither", {}),
        (DIRECT, "chain", DIRECT),
        (DIRECT | INDIRECT, "chain", INDIRECT),
        (DIRECT | INDIRECT, "neither", {}),
        # Whether the chain is gone cannot be told while the direct import stands.
        (INDIRECT, "both", INDIRECT),
        (INDIRECT, "chain", INDIRECT),
    ],
)
def test_pruning_removes_what_is_not_needed_any_more(
    shop: pytest.Pytester, accepted: dict[str, None], shape: str, left: dict[str, None]
) -> None:
    freeze(shop.path, accepted)
    write_imports(shop, shape)
    assert command(shop, "--prune").ret == 0
    assert frozen(shop.path) == left


def test_updating_during_a_run_removes_the_same(shop: pytest.Pytester) -> None:
    freeze(shop.path, DIRECT | INDIRECT)
    write_imports(shop, "chain")
    result = shop.runpytest_inprocess("--fitness", "--fitness-update-baseline")
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines([f"{FILE}: 1 fixed removed, 0 tightened; commit it"])
    assert frozen(shop.path) == INDIRECT


def test_accepting_anew_narrows_a_direct_import_to_the_chain_that_is_left(
    shop: pytest.Pytester,
) -> None:
    freeze(shop.path, DIRECT)
    write_imports(shop, "chain")
    assert command(shop, "--accept").ret == 0
    assert frozen(shop.path) == INDIRECT


def test_accepting_a_direct_import_accepts_the_chains_with_it(shop: pytest.Pytester) -> None:
    freeze(shop.path, INDIRECT)
    write_imports(shop, "both")
    assert command(shop, "--accept").ret == 0
    assert frozen(shop.path) == DIRECT
    write_imports(shop, "chain")
    assert shop.runpytest_inprocess("--fitness").ret == pytest.ExitCode.OK
