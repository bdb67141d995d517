"""Who may have changed a number, asked of real repositories."""

import subprocess
from pathlib import Path

import pytest

from pytest_fitness.history import culprits
from pytest_fitness.history.culprits import Author, Suspects, suspects

WHO = ("-c", "user.name=Ada Example", "-c", "user.email=ada@example.org")


def git(directory: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *WHO, *arguments], cwd=directory, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def commit(directory: Path, subject: str) -> str:
    git(directory, "commit", "--quiet", "--allow-empty", "-m", subject)
    return git(directory, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet", "-b", "main")
    return tmp_path


def test_the_commits_in_between_newest_first(repository: Path) -> None:
    good = commit(repository, "works")
    slow = commit(repository, "make it slow")
    bad = commit(repository, "make it slower")
    commit(repository, "later")
    found = suspects(repository, good, bad)
    assert found == Suspects(
        (
            Author(bad[:7], "Ada Example", "make it slower"),
            Author(slow[:7], "Ada Example", "make it slow"),
        )
    )
    assert found.lines()[0] == f"{bad[:7]} Ada Example: make it slower"


def test_where_no_end_is_named_it_is_what_is_checked_out(repository: Path) -> None:
    good = commit(repository, "works")
    commit(repository, "breaks")
    assert [each.subject for each in suspects(repository, good).shown] == ["breaks"]


def test_of_many_the_newest_are_named_and_the_rest_is_counted(repository: Path) -> None:
    good = commit(repository, "works")
    for number in range(8):
        commit(repository, f"change {number}")
    found = suspects(repository, good)
    assert [each.subject for each in found.shown] == [f"change {n}" for n in (7, 6, 5, 4, 3)]
    assert found.lines()[-1] == "and 3 more commits"


def test_of_just_as_many_as_are_shown_there_are_no_more(repository: Path) -> None:
    good = commit(repository, "works")
    for number in range(5):
        commit(repository, f"change {number}")
    assert len(suspects(repository, good).lines()) == 5


@pytest.mark.parametrize("good", ["0" * 40, "no-such-commit", "--output=stolen", ""])
def test_nobody_is_blamed_for_what_this_clone_does_not_know(repository: Path, good: str) -> None:
    commit(repository, "works")
    assert suspects(repository, good) == Suspects()
    assert not (repository / "stolen").exists()


def test_the_same_commit_again_changed_nothing(repository: Path) -> None:
    good = commit(repository, "works")
    assert suspects(repository, good, good) == Suspects()


def test_without_a_repository_there_is_nobody(tmp_path: Path) -> None:
    assert suspects(tmp_path, "0" * 40) == Suspects()


def test_without_git_there_is_nobody(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = commit(repository, "works")
    commit(repository, "breaks")
    monkeypatch.setenv("PATH", "")
    assert suspects(repository, good) == Suspects()


def test_a_git_that_does_not_answer_is_not_waited_for(
    repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    good = commit(repository, "works")
    tools = tmp_path_factory.mktemp("tools")
    (tools / "git").write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    (tools / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.setattr(culprits, "TIMEOUT", 0.2)
    assert suspects(repository, good) == Suspects()


def test_inside_a_hook_the_directory_counts(
    repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    good = commit(repository, "works")
    commit(repository, "breaks")
    monkeypatch.setenv("GIT_DIR", str(tmp_path_factory.mktemp("elsewhere")))
    assert len(suspects(repository, good).shown) == 1


def test_a_subject_of_several_lines_is_one(repository: Path) -> None:
    good = commit(repository, "works")
    commit(repository, "first\nsecond\n\nbody")
    assert [each.subject for each in suspects(repository, good).shown] == ["first second"]
