"""How the default branch is known, in repositories made by a real git."""

from pathlib import Path

import pytest

from histories import git, repository
from pytest_fitness.history.repository import default_branch, find_repository


def branch_of(root: Path, **environment: str) -> str | None:
    return default_branch(root, environment)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path / "project", "main")


@pytest.mark.parametrize("name", ["main", "master", "trunk"])
def test_the_usual_name_that_exists(tmp_path: Path, name: str) -> None:
    root = repository(tmp_path / "project", name)
    git(root, "checkout", "--quiet", "-b", "topic/deep")
    assert branch_of(root) == name


def test_main_comes_before_master(root: Path) -> None:
    git(root, "branch", "master")
    assert branch_of(root) == "main"


def test_packed_references_are_seen(root: Path) -> None:
    git(root, "branch", "not-main")
    git(root, "checkout", "--quiet", "-b", "topic")
    git(root, "pack-refs", "--all", "--prune")
    assert not (root / ".git" / "refs" / "heads" / "main").exists()
    assert branch_of(root) == "main"


def test_a_name_that_only_ends_alike_is_no_usual_one(tmp_path: Path) -> None:
    root = repository(tmp_path / "project", "old/main")
    git(root, "pack-refs", "--all", "--prune")
    assert branch_of(root) == "old/main"


def test_a_clone_knows_what_its_origin_had(tmp_path: Path) -> None:
    origin = repository(tmp_path / "origin", "release/next")
    git(origin, "branch", "main")
    git(tmp_path, "clone", "--quiet", str(origin), "clone")
    git(tmp_path / "clone", "checkout", "--quiet", "-b", "topic")
    assert branch_of(tmp_path / "clone") == "release/next"


def test_a_further_work_tree_and_a_folder_deep_inside(root: Path, tmp_path: Path) -> None:
    git(root, "worktree", "add", "--quiet", "-b", "topic", str(tmp_path / "beside"))
    deep = tmp_path / "beside" / "services" / "cart"
    deep.mkdir(parents=True)
    found = find_repository(deep)
    assert found is not None
    assert found.current_branch() == "topic"
    assert found.common.samefile(root / ".git")
    assert branch_of(deep) == "main"


def test_a_submodule_has_branches_of_its_own(root: Path, tmp_path: Path) -> None:
    library = repository(tmp_path / "library", "trunk")
    allow = ("-c", "protocol.file.allow=always")
    git(root, *allow, "submodule", "--quiet", "add", str(library), "library")
    assert branch_of(root / "library") == "trunk"


def test_the_service_knows_better(root: Path) -> None:
    assert branch_of(root, CI_DEFAULT_BRANCH="develop") == "develop"
    assert branch_of(root, CI_DEFAULT_BRANCH="") == "main"


def test_the_branch_that_is_checked_out_is_the_last_resort(tmp_path: Path) -> None:
    root = repository(tmp_path / "project", "odd/one")
    assert branch_of(root) == "odd/one"
    git(root, "checkout", "--quiet", "--detach")
    assert branch_of(root) is None


def test_without_a_repository_there_is_none(tmp_path: Path) -> None:
    assert branch_of(tmp_path) is None
    (tmp_path / ".git").mkdir()
    assert branch_of(tmp_path) is None
    (tmp_path / ".git").rmdir()
    (tmp_path / ".git").write_bytes(b"gitdir: \xff nowhere\n")
    assert branch_of(tmp_path) is None


def test_no_process_is_started(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("subprocess.Popen", None)
    assert branch_of(root) == "main"
