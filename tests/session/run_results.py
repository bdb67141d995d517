"""What a run left behind, and what is done to the plugin of its project before."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest


def history(directory: Path, path: str = ".fitness/history.db") -> list[tuple[Any, ...]]:
    """Each run of a history with its status and its number of results, oldest first."""
    with closing(sqlite3.connect(directory / path)) as database:
        return database.execute(
            "SELECT status, count(series_id) FROM run LEFT JOIN measurement ON run.id = run_id"
            " GROUP BY run.id ORDER BY run.id"
        ).fetchall()


def report(path: Path) -> dict[str, dict[str, Any]]:
    """The verdicts of a JSON report by their id."""
    document = json.loads(path.read_text("utf-8"))
    return {verdict["id"]: verdict for verdict in document["verdicts"]}


def insert(directory: Path, code: str) -> None:
    """Let the project's own kind do something first, each time that it measures."""
    plugin = directory / "words_local.py"
    before, start, after = plugin.read_text("utf-8").partition("        files = sorted")
    plugin.write_text(f"{before}        {code}\n{start}{after}", encoding="utf-8")


def edit(directory: Path, old: str, new: str, *, name: str = "words_local.py") -> None:
    """Replace a passage that stands once in a file of the project."""
    path = directory / name
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def summary(result: pytest.RunResult) -> list[str]:
    """The lines of the section `fitness`, without its title."""
    lines = list(result.outlines)
    start = next(i for i, line in enumerate(lines) if line.strip("=") == " fitness ")
    section = lines[start + 1 :]
    end = next(i for i, line in enumerate(section) if line.startswith("==") or " in 0." in line)
    return section[:end]
