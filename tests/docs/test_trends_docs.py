"""What the page on trends shows is what is printed, and its examples do what it says."""

import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_fitness.config.loader import Config, load_config
from pytest_fitness.history.provenance import environment
from pytest_fitness.history.records import Commit, Result, Run
from pytest_fitness.history.store import open_store
from pytest_fitness.session.registry import load_registry
from pytest_fitness.trends import Better, Comparison, TrendRule

PAGE = Path(__file__).parents[2] / "docs" / "trends.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
START, DAY = 1_780_272_000_000, 86_400_000  # 2026-06-01
COMMITS = ("4be1f3a02c", "c1d12ba9e5")


def blocks(language: str) -> list[str]:
    return [body for name, body in BLOCK.findall(PAGE.read_text("utf-8")) if name == language]


def remembered(project: Path) -> None:
    """Forty days: a step of one function, a drift of another, a third that stays as it is."""
    generator = random.Random(7)
    with open_store(project / ".fitness" / "history.db") as store:
        for day in range(40):
            slow = day >= 34
            commit = Commit(COMMITS[slow].ljust(40, "0"), "main", dirty=False)
            values = {
                "search-p95": 0.26 if slow else 0.2,
                "report-p95": 0.25 + 0.0035 * day,
                "index-p95": 0.05,
            }
            noise = {name: value * generator.gauss(1, 0.02) for name, value in values.items()}
            results = [Result(name, value, "s", "passed") for name, value in noise.items()]
            store.append(Run(START + day * DAY, environment(), commit), results)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "fitness.yaml").write_text(blocks("yaml")[0], "utf-8")
    (tmp_path / ".fitness").mkdir()
    remembered(tmp_path)
    return tmp_path


@pytest.mark.parametrize("shown", blocks("console"), ids=lambda shown: shown.partition("\n")[0][2:])
def test_what_is_shown_is_what_is_printed(project: Path, shown: str) -> None:
    command, _, expected = shown.partition("\n")
    program, *arguments = command.removeprefix("$ ").split()
    assert program == "pytest-fitness"
    printed = subprocess.run(
        [sys.executable, "-m", "pytest_fitness", *arguments],
        cwd=project,
        env={"PATH": "", "PYTHONIOENCODING": "utf-8", "COLUMNS": "80", "HOME": str(project)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert printed.stderr == ""
    assert printed.stdout == expected


def test_the_page_shows_the_list_a_chart_and_the_self_test() -> None:
    commands = [shown.partition("\n")[0] for shown in blocks("console")]
    assert commands == [
        "$ pytest-fitness trend",
        "$ pytest-fitness trend report-p95",
        "$ pytest-fitness trend --self-test",
    ]


def config(tmp_path: Path, number: int) -> Config:
    (tmp_path / "fitness.yaml").write_text(blocks("yaml")[number], "utf-8")
    return load_config(tmp_path / "fitness.yaml", load_registry)


def test_the_examples_of_what_is_done_mean_what_they_say(tmp_path: Path) -> None:
    found = {each.id: each for each in config(tmp_path, 1).functions}
    assert found["search-p95"].trend == TrendRule("fail", least=0.05)
    assert found["queue"].trend == TrendRule("off")
    assert found["users-online"].better is Better.HIGHER
    assert found["latency"].trend == TrendRule(over=30 * 86_400.0)


def test_the_examples_of_comparisons_mean_what_they_say(tmp_path: Path) -> None:
    found = {each.id: each for each in config(tmp_path, 2).functions}
    assert found["search-p95"].compare == Comparison("rolling", max_increase=0.1)
    assert found["start-up"].compare == Comparison("v1.0", factor=5.0)
    assert found["start-up"].better is Better.LOWER
    assert found["coverage"].compare == Comparison("v1.0", max_decrease=0.0)
    assert found["checkout"].comparison("p95") == Comparison("v1.0", max_increase=0.2)
    assert found["checkout"].comparison("p99") is None
