"""What moved a number that follows from the code: functions that grew, imports that were added."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from run_results import report, summary

from pytest_fitness.cli import main

Write = Callable[[Mapping[str, str]], None]

CONFIG = """\
codebase: {packages: [shop]}
functions:
  branches:
    complexity: {measure: cyclomatic}
    max: 20
  fan-out:
    coupling: {measure: fan_out}
    max: 20
"""
PLAIN = "def price(a):\n    return a\n"
GROWN = """\
def price(a):
    if a > 1:
        return 2
    if a > 2:
        return 3
    return a
"""


def git(directory: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Ada Example", "-c", "user.email=ada@example.org")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=directory, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def commit(directory: Path, subject: str) -> None:
    git(directory, "add", "-A")
    git(directory, "commit", "--quiet", "-m", subject)


@pytest.fixture
def grown(pytester: pytest.Pytester, write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose past is known, and whose newest commit made two numbers worse."""
    git(pytester.path, "init", "--quiet", "-b", "main")
    write(
        {
            "fitness.yaml": CONFIG,
            "shop/__init__.py": "",
            "shop/web.py": "from shop import prices\n",
            "shop/prices.py": PLAIN,
            "shop/stock.py": "",
            ".gitignore": ".fitness\nreport.json\n",
        }
    )
    commit(pytester.path, "begin")
    for number in range(4):
        write({"notes.txt": f"{number}\n"})
        commit(pytester.path, f"write {number}")
    write(
        {
            "shop/prices.py": GROWN,
            "shop/web.py": "from shop import prices\n\nfrom shop import stock\n",
        }
    )
    commit(pytester.path, "sell more")
    monkeypatch.chdir(pytester.path)
    assert main(["backfill", "--since=2000-01-01"]) == 0
    return pytester.path


def culprits(pytester: pytest.Pytester, *options: str) -> dict[str, list[str]]:
    pytester.runpytest_inprocess("--fitness", "--fitness-json=report.json", *options)
    found: dict[str, dict[str, Any]] = report(pytester.path / "report.json")
    return {name: each["trend"]["culprits"] for name, each in found.items() if each["trend"]}


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_functions_and_imports_with_their_lines_then_commits(
    pytester: pytest.Pytester, grown: Path, workers: str
) -> None:
    who = f"{git(grown, 'rev-parse', '--short', 'HEAD')} Ada Example: sell more"
    assert culprits(pytester, workers) == {
        "branches": ["shop/prices.py:1: shop.prices.price: 1 -> 3", who],
        "fan-out": ["shop/web.py:3: shop.web -> shop.stock", who],
    }


def test_they_stand_in_the_summary(pytester: pytest.Pytester, grown: Path) -> None:
    lines = summary(pytester.runpytest_inprocess("--fitness", "--color=no"))
    assert any("shop.prices.price: 1 -> 3" in line for line in lines)


def test_what_is_not_committed_counts_too(
    pytester: pytest.Pytester, grown: Path, write: Write
) -> None:
    write({"shop/stock.py": GROWN.replace("price", "count").replace("a > 2", "a > 2 and a < 9")})
    assert culprits(pytester)["branches"][0] == "shop/stock.py:1: shop.stock.count: 4, new"


def test_where_the_commit_is_not_known_only_the_level_is_told(
    pytester: pytest.Pytester, grown: Path
) -> None:
    (grown / ".git").rename(grown / ".elsewhere")
    assert culprits(pytester) == {"branches": [], "fan-out": []}


def test_the_work_tree_is_left_alone(pytester: pytest.Pytester, grown: Path) -> None:
    culprits(pytester)
    assert git(grown, "status", "--porcelain") == ""
