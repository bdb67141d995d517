"""Sample projects that the functional tests run `pytest --fitness` in."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml  # noqa: F401 - its C part does not survive being imported anew for each run

import pytest_fitness.session.controller
import pytest_fitness.session.start  # noqa: F401 - loaded once, not once a run

ASSETS = Path(__file__).parent.parent / "assets"
Write = Callable[[Mapping[str, str]], None]

SHOP = {
    "shop/__init__.py": "",
    "shop/web.py": (
        "from shop import orders\n\n\ndef page(a):\n    if a:\n        return 1\n    return 2\n"
    ),
    "shop/orders.py": "from shop import prices\n",
    "shop/prices.py": "from shop import orders\n",
}
# One function of each outcome that code alone can have, and one with two checks.
CONFIG = """\
codebase: {packages: [shop]}
functions:
  layers:
    contract: {type: layers, layers: [shop.web, shop.orders]}
    tags: [structure]
  no-cycles:
    coupling: {measure: cycles}
    max: 0
    tags: [structure]
  size:
    complexity: {measure: loc}
    max: 100
    gates: [ci, pre-deploy]
  branches:
    complexity: {measure: cyclomatic}
    max: 5
    warn: {max: 1}
  architecture:
    contracts: {from: setup.cfg}
"""
CONTRACTS = """\
[importlinter]
root_package = shop

[importlinter:contract:core]
name = Core layers
type = layers
layers =
    shop.web
    shop.orders

[importlinter:contract:prices]
name = Prices stand alone
type = forbidden
source_modules = shop.prices
forbidden_modules = shop.web
"""


@pytest.fixture
def write(pytester: pytest.Pytester) -> Write:
    """Writes files into the project."""

    def write_files(files: Mapping[str, str]) -> None:
        for name, text in files.items():
            path = pytester.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    return write_files


@pytest.fixture
def shop(pytester: pytest.Pytester, write: Write) -> pytest.Pytester:
    """A small shop with a cycle, and a function for it that fails."""
    write({**SHOP, "fitness.yaml": CONFIG, "setup.cfg": CONTRACTS, "pytest.ini": "[pytest]\n"})
    return pytester


@pytest.fixture
def words(pytester: pytest.Pytester, write: Write) -> Callable[..., None]:
    """Writes a project whose functions count the words of texts, by a plugin of its own."""

    def write_project(functions: str, **texts: str) -> None:
        shutil.copy(ASSETS / "words_plugin" / "words_plugin.py", pytester.path / "words_local.py")
        head = "plugins: [words_local]\nsources: {docs: {folder: {path: docs}}}\nfunctions:\n"
        write({"fitness.yaml": head + functions, "docs/.keep": "", "pytest.ini": "[pytest]\n"})
        write({f"docs/{name}.txt": text for name, text in texts.items()})

    return write_project


@pytest.fixture
def work(pytester: pytest.Pytester, write: Write) -> Callable[[str], None]:
    """Writes a project whose functions write down when they begin and end."""

    def write_project(functions: str) -> None:
        shutil.copy(ASSETS / "work_plugin" / "work_local.py", pytester.path / "work_local.py")
        head = "plugins: [work_local]\nfunctions:\n"
        write({"fitness.yaml": head + functions, "pytest.ini": "[pytest]\n"})

    return write_project
