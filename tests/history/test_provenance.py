"""What git is asked, with a real git; where it misbehaves, a small script stands in its place."""

import json
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_fitness.history.provenance import BRANCH_VARIABLES, Provenance, environment
from pytest_fitness.history.records import Commit

NOTHING = Commit(id=None, branch=None, dirty=None)


@pytest.fixture(autouse=True)
def _no_service_and_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*BRANCH_VARIABLES, "GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


def git(directory: Path, *args: str) -> str:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *who, *args], cwd=directory, check=True, capture_output=True)
    return done.stdout.decode().strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit on ``main``."""
    root = tmp_path / "project"
    (root / ".fitness").mkdir(parents=True)
    git(root, "init", "--quiet")
    git(root, "symbolic-ref", "HEAD", "refs/heads/main")
    (root / "shop.py").write_text("price = 1\n", encoding="utf-8")
    (root / ".fitness" / "baseline.json").write_text("{}\n", encoding="utf-8")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message", "first")
    return root


def ask(directory: Path) -> Commit:
    return Provenance.start(directory).collect()


def test_a_clean_work_tree(repository: Path) -> None:
    assert ask(repository) == Commit(git(repository, "rev-parse", "HEAD"), "main", dirty=False)


def test_a_changed_file_makes_it_dirty(repository: Path) -> None:
    (repository / "shop.py").write_text("price = 2\n", encoding="utf-8")
    assert ask(repository).dirty is True


def test_a_staged_change_makes_it_dirty(repository: Path) -> None:
    (repository / "cart.py").touch()
    git(repository, "add", "cart.py")
    assert ask(repository).dirty is True


def test_a_file_that_git_does_not_know_leaves_it_clean(repository: Path) -> None:
    (repository / "notes.txt").touch()
    assert ask(repository).dirty is False


@pytest.mark.parametrize("directory", [".", "services/cart"])
def test_the_files_of_fitness_leave_it_clean(repository: Path, directory: str) -> None:
    remembered = repository / directory / ".fitness" / "baseline.json"
    remembered.parent.mkdir(parents=True, exist_ok=True)
    remembered.touch()
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--allow-empty", "--message", "baseline")
    remembered.write_text('{"changed": 1}\n', encoding="utf-8")
    assert ask(repository).dirty is False


def test_a_folder_is_as_dirty_as_the_whole_work_tree(repository: Path) -> None:
    (repository / "services").mkdir()
    (repository / "shop.py").write_text("price = 2\n", encoding="utf-8")
    assert ask(repository / "services").dirty is True


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "symbolic-ref", "HEAD", "refs/heads/main")
    assert ask(tmp_path) == Commit(None, "main", dirty=False)


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert ask(tmp_path) == NOTHING


def test_no_directory(tmp_path: Path) -> None:
    assert ask(tmp_path / "nowhere") == NOTHING


def test_no_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository))
    assert ask(repository) == NOTHING


def test_a_detached_head_has_no_branch(repository: Path) -> None:
    git(repository, "checkout", "--quiet", "--detach")
    head = git(repository, "rev-parse", "HEAD")
    assert ask(repository) == Commit(head, None, dirty=False)


@pytest.mark.parametrize(
    ("variables", "branch"),
    [
        ({"GITHUB_REF_NAME": "main", "GITHUB_HEAD_REF": ""}, "main"),
        ({"GITHUB_REF_NAME": "7/merge", "GITHUB_HEAD_REF": "feature"}, "feature"),
        ({"CI_COMMIT_REF_NAME": "feature"}, "feature"),
    ],
)
def test_the_service_knows_the_branch_of_a_detached_head(
    repository: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], branch: str
) -> None:
    for name, text in variables.items():
        monkeypatch.setenv(name, text)
    assert ask(repository).branch == "main"
    git(repository, "checkout", "--quiet", "--detach")
    assert ask(repository).branch == branch


def test_a_hook_of_another_repository_does_not_mislead(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "init", "--quiet", "other")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "other" / "index"))
    assert ask(repository).branch == "main"


def test_looking_changes_nothing(repository: Path) -> None:
    # A touched file makes git refresh its index, unless it is told not to.
    os.utime(repository / "shop.py", (1, 1))
    before = (repository / ".git" / "index").read_bytes()
    ask(repository)
    assert (repository / ".git" / "index").read_bytes() == before


def test_no_program_named_by_the_repository_is_run(repository: Path, tmp_path: Path) -> None:
    monitor = tmp_path / "monitor"
    monitor.write_text(f"#!/bin/sh\ntouch '{tmp_path}/ran'\n", encoding="utf-8")
    monitor.chmod(0o755)
    git(repository, "config", "core.fsmonitor", str(monitor))
    assert ask(repository).branch == "main"
    assert not (tmp_path / "ran").exists()


def test_the_answer_is_given_again(repository: Path) -> None:
    provenance = Provenance.start(repository)
    first = provenance.collect()
    shutil.rmtree(repository / ".git")
    assert provenance.collect() is first


@pytest.fixture
def other_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a shell script in the place of git."""
    if not shutil.which("sh"):
        pytest.skip("needs a shell")

    def put(script: str) -> None:
        (tmp_path / "git").write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (tmp_path / "git").chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    return put


def test_a_hanging_git_is_killed_with_all_that_it_started(
    tmp_path: Path, other_git: Callable[[str], None]
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    other_git(f"exec 3>'{pipe}'; echo x >&3; sleep 600 & sleep 600")
    provenance = Provenance.start(tmp_path, timeout=600)
    select.select([reader], [], [], 60)
    assert os.read(reader, 10) == b"x\n"
    provenance.close()
    assert provenance.collect() == NOTHING
    # The pipe ends when the last process that could write to it is gone.
    assert select.select([reader], [], [], 60)[0] == [reader]
    assert os.read(reader, 10) == b""
    os.close(reader)


def test_the_wait_ends_with_the_timeout(tmp_path: Path, other_git: Callable[[str], None]) -> None:
    other_git("sleep 600")
    assert Provenance.start(tmp_path, timeout=0.01).collect() == NOTHING


def test_any_amount_of_output_is_taken_before_it_is_collected(
    tmp_path: Path, other_git: Callable[[str], None]
) -> None:
    head = "echo '# branch.oid c0ffee'; echo '# branch.head main'"
    other_git(f"{head}; yes '1 .M N... shop.py' | head -c 1000000; touch '{tmp_path}/done'")
    provenance = Provenance.start(tmp_path, timeout=60)
    while not (tmp_path / "done").exists():
        select.select([], [], [], 0.01)
    assert provenance.collect() == Commit("c0ffee", "main", dirty=True)


@pytest.mark.parametrize("script", ["exit 1", "echo nonsense", "printf '\\377\\n'", ":"])
def test_nonsense_is_no_exception(
    tmp_path: Path, other_git: Callable[[str], None], script: str
) -> None:
    other_git(script)
    commit = ask(tmp_path)
    assert (commit.id, commit.branch) == (None, None)


def test_a_branch_name_in_no_known_encoding_is_readable(
    tmp_path: Path, other_git: Callable[[str], None]
) -> None:
    other_git("echo '# branch.oid c0ffee'; printf '# branch.head f\\374r\\n'")
    assert ask(tmp_path) == Commit("c0ffee", "f\N{REPLACEMENT CHARACTER}r", dirty=False)


def test_the_machine_has_a_short_stable_name() -> None:
    here = environment()
    assert here == environment()
    assert len(here.fingerprint) == 12
    assert int(here.fingerprint, 16) >= 0


def test_the_name_can_be_read_out_in_full() -> None:
    details = json.loads(environment().details)
    assert details["system"] == sys.platform
    assert details["cpus"] >= 1
    assert details["python"].startswith(sys.implementation.name)
    assert set(details) == {"system", "machine", "cpus", "python"}


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cannot be restricted here")
def test_a_machine_with_fewer_processors_is_another() -> None:
    everything = os.sched_getaffinity(0)
    if len(everything) < 2:
        pytest.skip("there is one processor only")
    whole = environment()
    os.sched_setaffinity(0, list(everything)[:1])
    try:
        assert environment().fingerprint != whole.fingerprint
    finally:
        os.sched_setaffinity(0, everything)


def test_importing_it_costs_little() -> None:
    heavy = "importlib.metadata platform sqlite3 subprocess numpy psutil"
    script = (
        "import sys, pytest_fitness.history.provenance;"
        f"print(*sorted(set({heavy.split()!r}) & set(sys.modules)))"
    )
    argv = [sys.executable, "-S", "-c", script]
    source = Path(__file__).parents[2] / "src"
    done = subprocess.run(
        argv, env=os.environ | {"PYTHONPATH": str(source)}, check=True, capture_output=True
    )
    assert done.stdout.decode().strip() == ""
