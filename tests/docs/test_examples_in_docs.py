"""What README and docs show is what happens."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_fitness.config.loader import load_config
from pytest_fitness.session.registry import load_registry

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(page: Path, language: str) -> list[str]:
    return [body for name, body in BLOCK.findall(page.read_text("utf-8")) if name == language]


CONFIGURATIONS = [
    pytest.param(body, id=f"{page.name}-{number}")
    for page in PAGES
    for number, body in enumerate(blocks(page, "yaml"))
    if "functions:" in body and "plugins:" not in body and "sources:" not in body
]


@pytest.mark.parametrize("body", CONFIGURATIONS)
def test_every_configuration_is_valid(tmp_path: Path, body: str) -> None:
    path = tmp_path / "fitness.yaml"
    path.write_text(body, "utf-8")
    config = load_config(path, load_registry)
    assert config.functions


def test_there_are_configurations_to_check() -> None:
    assert len(CONFIGURATIONS) >= 3


def test_the_readme_shows_what_is_printed(tmp_path: Path) -> None:
    readme = ROOT / "README.md"
    project = tmp_path / "project"
    shutil.copytree(ROOT / "tests/assets/readme_shop", project)
    shown_configuration = blocks(readme, "yaml")[0].removeprefix("# fitness.yaml\n")
    assert (project / "fitness.yaml").read_text("utf-8") == shown_configuration

    command, _, shown = blocks(readme, "console")[0].partition("\n")
    assert command == "$ pytest --fitness"
    printed = subprocess.run(
        [sys.executable, "-m", "pytest", "--fitness"],
        cwd=project,
        env={"PATH": "", "PYTHONIOENCODING": "utf-8", "COLUMNS": "80", "HOME": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert printed.stderr == ""
    assert printed.returncode == 1
    assert lines_that_matter(printed.stdout) == lines_that_matter(shown)


def lines_that_matter(text: str) -> list[str]:
    """The output without what differs from one machine to the next."""
    machine = "platform|rootdir|configfile|plugins|benchmark"
    local = re.compile(rf"^({machine})\b|^=+ test session starts =+$")
    lines = [re.sub(r" in \d+\.\d+s =+$| =+$|^=+ ", "", line) for line in text.splitlines()]
    return [line for line in lines if line and not local.match(line)]


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_plugin_in_the_docs_is_the_one_that_is_tested() -> None:
    (module,) = (ROOT / "tests/assets/words_plugin").glob("*.py")
    assert module.read_text("utf-8") in blocks(ROOT / "docs/plugins.md", "python")
