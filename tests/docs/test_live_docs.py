"""What the docs say of live systems: examples are valid, no option is missing, the plugin works."""

import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pytest_fitness.config.loader import load_config
from pytest_fitness.session.built_in import SOURCES
from pytest_fitness.session.registry import load_registry
from pytest_fitness.sources.support.http_options import HttpOptions

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LIVE_PAGES = ("sources.md", "live.md", "language.md")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)\}")


def blocks(page: Path, language: str) -> list[str]:
    return [body for name, body in BLOCK.findall(page.read_text("utf-8")) if name == language]


LIVE = [
    pytest.param(body, id=f"{page.name}-{number}")
    for page in PAGES
    for number, body in enumerate(blocks(page, "yaml"))
    if "functions:" in body and "sources:" in body and "plugins:" not in body
]


def test_each_page_has_examples() -> None:
    shown = {str(example.id).rpartition("-")[0] for example in LIVE}
    assert {"README.md", *LIVE_PAGES} <= shown


@pytest.mark.parametrize("page", ["sources.md", "live.md"])
def test_no_example_of_these_pages_is_left_out(page: str) -> None:
    wanted = [body for body in blocks(ROOT / "docs" / page, "yaml") if "functions:" in body]
    assert wanted == [example.values[0] for example in LIVE if str(example.id).startswith(page)]


@pytest.mark.parametrize("body", LIVE)
def test_every_live_configuration_is_valid(tmp_path: Path, body: str) -> None:
    path = tmp_path / "fitness.yaml"
    path.write_text(body, "utf-8")
    environment = dict.fromkeys(VARIABLE.findall(body), "given")
    config = load_config(path, load_registry, environment=environment)
    assert config.functions
    assert config.sources


SECTIONS = {
    body.partition("\n")[0].strip("` "): body
    for body in (ROOT / "docs/sources.md").read_text("utf-8").split("\n## ")[1:]
}


def keys_in(section: str, heading: str) -> dict[str, str]:
    """The keys of a table, with what stands for their defaults."""
    found = re.search(
        rf"^\| {heading} \| default \| meaning \|\n\|[-|]+\n((?:\|.*\n)*)", section, re.MULTILINE
    )
    rows = found[1].splitlines() if found else []
    cells = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]
    return {name.strip("`"): default for name, default, *_ in cells}


def missing(keys: Mapping[str, Any], *tables: Mapping[str, str]) -> set[str]:
    return set(keys) - {name for table in tables for name in table}


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_has_a_section_with_all_of_its_keys(name: str) -> None:
    source = load_registry((), ROOT).sources[name]
    options: Any = source.options
    own = keys_in(SECTIONS[name], "option")
    http = keys_in(SECTIONS["Keys of HTTP"], "option")
    is_http = issubclass(options.type, HttpOptions)
    assert not missing(options.type.keys, own, http if is_http else {})
    assert set(own) <= set(options.type.keys)
    query = keys_in(SECTIONS[name], "key of a query")
    assert set(query) == set(source.query.keys)


def test_the_keys_of_http_are_all_there() -> None:
    assert set(keys_in(SECTIONS["Keys of HTTP"], "option")) == set(HttpOptions.keys)


@pytest.fixture
def journal(pytester: pytest.Pytester) -> Path:
    """A project with the live source that the page on plugins shows; where its logs lie."""
    page = ROOT / "docs/plugins.md"
    (module,) = [body for body in blocks(page, "python") if "Client" in body]
    (configuration,) = [body for body in blocks(page, "yaml") if "journal" in body]
    (pytester.path / "journal_plugin.py").write_text(module, "utf-8")
    (pytester.path / "fitness.yaml").write_text(configuration, "utf-8")
    return pytester.path / "logs"


@pytest.mark.parametrize(
    ("ages_and_values", "outcome"),
    [
        ([(900, 500), (60, 7), (5, 3)], {"passed": 1}),
        ([(60, 500), (5, 3)], {"failed": 1}),
        ([], {"failed": 1}),
    ],
    ids=["within", "past", "nothing"],
)
def test_the_live_source_of_the_docs_works(
    pytester: pytest.Pytester,
    journal: Path,
    ages_and_values: list[tuple[int, int]],
    outcome: dict[str, int],
) -> None:
    journal.mkdir()
    lines = [f"{time.time() - age} {value}\n" for age, value in ages_and_values]
    (journal / "queue.log").write_text("".join(lines), "utf-8")
    pytester.runpytest_inprocess("--fitness").assert_outcomes(**outcome)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "*error: worker: there is no directory *"),
        ("today 3\n", "*error: queue.log: could not convert *"),
    ],
    ids=["no directory", "no number"],
)
def test_the_live_source_of_the_docs_says_what_is_wrong(
    pytester: pytest.Pytester, journal: Path, text: str | None, said: str
) -> None:
    if text is not None:
        journal.mkdir()
        (journal / "queue.log").write_text(text, "utf-8")
    result = pytester.runpytest_inprocess("--fitness")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([said])
