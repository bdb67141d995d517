"""Histories of each kind, for tests that hold for all of them."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from pytest_fitness.history.records import Commit, Environment, Recorded, Result, Run
from pytest_fitness.history.store import Store, open_store

MACHINE = Environment("3f2a", '{"cpus": 2}')
NOTES = "git:refs/notes/fitness"


class History(NamedTuple):
    """Where a history is, and how it is opened."""

    url: str
    base: Path

    def open(self) -> Store:
        return open_store(self.url, self.base)


def git(directory: Path, *arguments: str) -> str:
    """What git prints, whatever the settings of the machine."""
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        ["git", *who, *arguments],
        cwd=directory,
        env={**os.environ, **quiet},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"git {' '.join(arguments)}: {done.stdout}{done.stderr}"
    return done.stdout.strip()


def repository(root: Path, branch: str = "main") -> Path:
    """A repository with one commit."""
    root.mkdir(parents=True, exist_ok=True)
    git(root, "init", "--quiet")
    git(root, "symbolic-ref", "HEAD", f"refs/heads/{branch}")
    git(root, "commit", "--quiet", "--allow-empty", "--message", "first")
    return root


def run(started_ms: int, branch: str | None = "main", *, dirty: bool | None = False) -> Run:
    """A run that is told from others by its start."""
    return Run(started_ms, MACHINE, Commit("c0ffee" * 6 + "0000", branch, dirty))


def result(series: str, value: float | None = 1.0, outcome: str = "passed") -> Result:
    return Result(series, value, "s", outcome)


def recorded(started_ms: int, **values: float | None) -> Recorded:
    return Recorded(run(started_ms), tuple(result(*each) for each in values.items()))


@pytest.fixture(params=["sqlite", "postgresql", "git"])
def history(request: pytest.FixtureRequest, tmp_path: Path) -> History:
    """An empty history of each kind."""
    if request.param == "postgresql":
        return History(request.getfixturevalue("postgres_database").dsn, tmp_path)
    if request.param == "git":
        return History(NOTES, repository(tmp_path / "repository"))
    return History("history.db", tmp_path)


@pytest.fixture
def store(history: History) -> Iterator[Store]:
    with history.open() as opened:
        yield opened


@pytest.fixture
def opening() -> Iterator[Callable[[History], Store]]:
    """Opens histories that are closed at the end."""
    with ExitStack() as opened:
        yield lambda history: opened.enter_context(history.open())
