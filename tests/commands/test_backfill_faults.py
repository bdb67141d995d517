"""``backfill`` where something is wrong: with git, the repository, the disk, or its own end."""

import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from command_samples import pytest_fitness, write

from past_repository import RULES, PastRepository, branching
from pytest_fitness.cli import main
from pytest_fitness.codebase.files.reading import MAX_FILE_SIZE
from pytest_fitness.commands.past.alone import only_one, stopped_in_order
from pytest_fitness.errors import FitnessError
from pytest_fitness.history.store import open_store

EVER = "1970-01-02"
DEFAULT = ".fitness/history.db"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PastRepository:
    repository = PastRepository(tmp_path / "project")
    repository.write({"shop/other.py": ""})
    for branches in range(3):
        repository.commit({"shop/__init__.py": branching(branches)})
    repository.write({"fitness.yaml": RULES})
    monkeypatch.chdir(repository.root)
    return repository


def values(root: Path, series: str = "complexity") -> list[float | None]:
    with open_store(root / DEFAULT) as store:
        return [point.value for point in store.points(series, 1000)]


def refusal(capsys: pytest.CaptureFixture[str], since: str = EVER) -> str:
    """What is said where nothing can be measured at all."""
    assert main(["backfill", "--since", since]) == 4
    shown = capsys.readouterr()
    assert shown.out == ""
    return shown.err


def test_without_a_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, {"fitness.yaml": RULES})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    shown = refusal(capsys)

    assert f"the past of {tmp_path} cannot be read: not a git repository" in shown
    assert "needs the git repository" in shown


def test_without_git(
    repository: PastRepository,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PATH", str(repository.root))

    assert "git is not installed" in refusal(capsys)


def test_without_a_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    PastRepository(tmp_path).write({"fitness.yaml": RULES})
    monkeypatch.chdir(tmp_path)

    assert "there is no commit yet" in refusal(capsys)


@pytest.mark.parametrize(
    "since", ["v9", "", "-x", "--all", "2026-13-01", "yesterday", "0" * 40, "HEAD..main", "\x1b[2J"]
)
def test_a_revision_that_is_not_there(
    repository: PastRepository, since: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backfill", f"--since={since}"]) == 4

    shown = capsys.readouterr().err
    assert "is no commit, branch or tag, and no date such as 2026-01-31" in shown
    assert "\x1b" not in shown


def test_a_revision_that_has_nothing_to_do_with_head(
    repository: PastRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.git("checkout", "--quiet", "--orphan", "other")
    repository.record()
    repository.git("checkout", "--quiet", "main")

    assert "HEAD and other have no commit in common" in refusal(capsys, "other")


def test_a_shallow_clone_says_so(
    repository: PastRepository,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    oldest = repository.git("rev-parse", "HEAD~2")
    clone = tmp_path / "clone"
    repository.git("clone", "--quiet", "--depth=2", repository.root.as_uri(), str(clone))
    write(clone, {"fitness.yaml": RULES})
    monkeypatch.chdir(clone)

    for since in (EVER, oldest, "v1"):
        assert "git fetch --unshallow" in refusal(capsys, since)
    assert main(["backfill", "--since", "HEAD~1"]) == 0
    assert values(clone) == [3]

    repository.git("-C", str(clone), "fetch", "--quiet", "--unshallow")
    assert main(["backfill", "--since", EVER]) == 0
    assert values(clone) == [1, 2, 3]


def test_an_object_that_is_lost_is_named(
    repository: PastRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    blob = repository.git("rev-parse", "HEAD~1:shop/__init__.py")
    (repository.root / ".git/objects" / blob[:2] / blob[2:]).unlink()

    shown = refusal(capsys)

    assert f"the repository lacks the object {blob}" in shown
    assert "git fsck" in shown
    assert values(repository.root) == [3]


def test_a_tree_that_is_lost_is_told(
    repository: PastRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    tree = repository.git("rev-parse", "HEAD~1:shop")
    (repository.root / ".git/objects" / tree[:2] / tree[2:]).unlink()

    assert "git diff-tree failed" in refusal(capsys)


def test_no_program_of_the_repository_is_run(repository: PastRepository) -> None:
    evil = repository.root / "evil.sh"
    seen = repository.root / ".git" / "seen"
    repository.write({"evil.sh": f"#!/bin/sh\necho $0 $* >> {seen}\ncat\n"})
    evil.chmod(0o755)
    repository.commit({".gitattributes": "*.py filter=evil diff=evil\n"})
    for name in ("post-checkout", "post-index-change", "reference-transaction"):
        (repository.root / ".git/hooks").mkdir(exist_ok=True)
        (repository.root / ".git/hooks" / name).symlink_to(evil)
    for key in (
        *("filter.evil.smudge", "filter.evil.process", "diff.evil.textconv", "diff.evil.command"),
        *("core.fsmonitor", "core.pager", "gpg.program", "diff.external", "core.sshCommand"),
    ):
        repository.git("config", key, str(evil))
    repository.git("config", "filter.evil.required", "true")
    repository.git("config", "log.showSignature", "true")

    assert main(["backfill", "--since", EVER]) == 0

    assert not seen.exists()
    assert values(repository.root) == [1, 2, 3, 3]


NAMES = ["with space.py", "new\nline.py", "tab\t.py", "ümläut.py", '"quoted".py', ":(top).py"]


def test_files_of_any_name_are_followed(repository: PastRepository) -> None:
    for number, name in enumerate(NAMES, start=10):
        repository.commit({f"shop/{name}": branching(number)})
    repository.commit({f"shop/{NAMES[-1]}": None})
    odd = os.fsencode(repository.root) + b"/shop/\xff\xfe.py"
    with open(odd, "w") as file:  # noqa: PTH123
        file.write(branching(30))
    repository.commit()

    assert main(["backfill", "--since", "HEAD~8"]) == 0

    assert values(repository.root) == [11, 12, 13, 14, 15, 16, 15, 31]


def test_a_submodule_is_left_out(repository: PastRepository) -> None:
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{repository.head},shop/inner")
    repository.record()

    assert main(["backfill", "--since", "HEAD~2"]) == 0

    assert values(repository.root) == [3, 3]


def test_files_that_are_no_code_are_not_written(
    repository: PastRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit({"shop/movie.mp4": b"\0" * 2_000_000, "data.bin": b"\1" * 2_000_000})
    limit = 1_000_000
    done = pytest_fitness_with(
        repository.root, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    )

    assert done.returncode == 0, done.stderr
    assert values(repository.root) == [1, 2, 3, 3]


def test_a_module_too_large_to_be_analysed_is_a_gap(
    repository: PastRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.commit({"shop/data.py": b"#" * (MAX_FILE_SIZE + 1)})
    repository.commit({"shop/data.py": branching(7)})

    assert main(["backfill", "--since", "HEAD~3"]) == 0

    assert values(repository.root) == [3, None, 8]
    assert "shop/data.py:1: cannot be analysed: larger than 32 MiB" in capsys.readouterr().out


def test_a_full_disk_ends_it_with_what_to_do(repository: PastRepository, tmp_path: Path) -> None:
    repository.commit({"shop/large.py": "x = 1\n" * 300_000})
    aside = tmp_path / "aside"
    aside.mkdir()
    limit = 1_000_000
    done = pytest_fitness_with(
        repository.root,
        lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        TMPDIR=str(aside),
    )

    assert done.returncode == 4
    assert "the files of a past commit cannot be written: File too large" in done.stderr
    assert "TMPDIR" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(aside.iterdir()) == []


def pytest_fitness_with(
    root: Path, prepare: Callable[[], None], **environment: str
) -> subprocess.CompletedProcess[str]:
    """The command in a process whose means are limited before it begins."""
    return subprocess.run(
        [sys.executable, "-m", "pytest_fitness", "backfill", "--since", EVER],
        cwd=root,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"} | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
        preexec_fn=prepare,
    )


def test_a_history_that_cannot_be_used_is_told_before_anything_is_measured(
    repository: PastRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    write(repository.root, {DEFAULT: b"not a history"})

    assert "history.db" in refusal(capsys)


def test_links_that_lead_out_are_left_out(repository: PastRepository, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    write(outside, {"__init__.py": branching(40), "secret.py": branching(50)})
    for name, target in {
        "absolute.py": str(outside / "secret.py"),
        "up.py": "../../outside/secret.py",
        "nowhere.py": "missing.py",
        "circle.py": "circle.py",
        "package": str(outside),
        "through": "../shop/../../outside",
    }.items():
        (repository.root / "shop" / name).symlink_to(target)
    repository.commit()
    for name in ("nowhere.py", "circle.py"):
        (repository.root / "shop" / name).unlink()
    repository.commit()

    assert main(["backfill", "--since", "HEAD~2"]) == 0

    assert values(repository.root) == [None, 3]


def test_a_file_turns_into_a_directory_and_back(repository: PastRepository) -> None:
    repository.commit({"shop/part.py": branching(5)})
    repository.commit({"shop/part.py": None, "shop/part.py/__init__.py": branching(9)})
    repository.commit({"shop/part.py/__init__.py": None})
    (repository.root / "shop/part.py").rmdir()
    repository.commit({"shop/part.py": branching(6)})

    assert main(["backfill", "--since", "HEAD~4"]) == 0

    assert values(repository.root) == [6, 3, 3, 7]


def test_a_tree_that_no_git_would_write_harms_nothing(
    repository: PastRepository, tmp_path: Path
) -> None:
    blob = repository.git("hash-object", "-w", "--stdin", given=branching(60).encode())
    inner = raw_tree(repository, ("100644", "escaped.py", blob))
    evil = raw_tree(
        repository,
        ("40000", "..", inner),
        ("40000", ".git", inner),
        ("100644", "__init__.py", blob),
    )
    top = raw_tree(repository, ("40000", "shop", evil))
    commit = repository.git("commit-tree", top, "-m", "evil", "-p", "HEAD")
    repository.git("update-ref", "refs/heads/main", commit)
    aside = tmp_path / "aside"
    aside.mkdir()

    done = pytest_fitness(repository.root, "backfill", "--since", "HEAD~1", TMPDIR=str(aside))

    assert done.returncode == 0, done.stderr
    assert values(repository.root) == [61]
    assert list(tmp_path.rglob("escaped.py")) == []


def raw_tree(repository: PastRepository, *entries: tuple[str, str, str]) -> str:
    """A tree object as it is asked for, whatever git thinks of it."""
    content = b"".join(
        f"{mode} {name}\0".encode() + bytes.fromhex(target) for mode, name, target in entries
    )
    return repository.git(
        "hash-object", "-t", "tree", "-w", "--literally", "--stdin", given=content
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_after_an_interruption_it_goes_on_where_it_was(
    repository: PastRepository, tmp_path: Path, number: signal.Signals
) -> None:
    for branches in range(3, 12):
        repository.commit({"shop/__init__.py": branching(branches)})
    aside = tmp_path / "aside"
    aside.mkdir()
    process = stopping_after(repository.root, 5, number, TMPDIR=str(aside))
    _, complaint = process.communicate()

    assert process.returncode == 128 + signal.SIGINT
    assert "what was measured is kept" in complaint
    assert "Traceback" not in complaint
    assert list(aside.iterdir()) == []
    assert values(repository.root) == [8, 9, 10, 11, 12]

    done = pytest_fitness(repository.root, "backfill", "--since", EVER)

    assert done.stdout.splitlines() == [
        "5 commits of 12 had been measured before",
        "measured 7 commits: 21 numbers",
    ]
    assert values(repository.root) == list(range(1, 13))


def stopping_after(
    root: Path, commits: int, number: signal.Signals, **environment: str
) -> "subprocess.Popen[str]":
    """A backfill that is sent a signal once so many commits are remembered."""
    program = f"""
import os, sys
from pytest_fitness import cli
from pytest_fitness.history.sqlite import SqliteStore

append, done = SqliteStore.append, []

def counted(self, run, results):
    found = append(self, run, results)
    done.append(found)
    if len(done) == {commits}:
        os.kill(os.getpid(), {int(number)})
    return found

SqliteStore.append = counted
sys.exit(cli.main(["backfill", "--since", "{EVER}"]))
"""
    return subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=root,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def test_killed_it_has_all_of_each_commit_or_nothing(
    repository: PastRepository, tmp_path: Path
) -> None:
    process = stopping_after(repository.root, 2, signal.SIGKILL, TMPDIR=str(tmp_path))
    process.communicate()
    assert values(repository.root) == [2, 3]

    assert main(["backfill", "--since", EVER]) == 0

    assert values(repository.root) == [1, 2, 3]


def test_of_two_at_once_the_second_is_told(
    repository: PastRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository.root / ".fitness").mkdir()

    with only_one(repository.root / ".fitness/backfill.lock"):
        assert "another backfill of this project is at work" in refusal(capsys)

    assert main(["backfill", "--since", EVER]) == 0
    assert values(repository.root) == [1, 2, 3]


def test_two_processes_at_once_measure_each_commit_once(repository: PastRepository) -> None:
    for branches in range(3, 15):
        repository.commit({"shop/__init__.py": branching(branches)})
    command = [sys.executable, "-m", "pytest_fitness", "backfill", "--since", EVER]
    both = [
        subprocess.Popen(
            command, cwd=repository.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]
    for process in both:
        process.communicate()

    assert {process.returncode for process in both} <= {0, 4}
    assert 0 in {process.returncode for process in both}
    assert values(repository.root) == list(range(1, 16))


def test_the_lock_of_a_process_that_died_is_free(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    program = (
        "import os, sys, signal; from pathlib import Path\n"
        "from pytest_fitness.commands.past.alone import only_one\n"
        f"with only_one(Path({str(lock)!r})): os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=False)

    with only_one(lock), pytest.raises(FitnessError, match="another backfill"), only_one(lock):
        pass


def test_the_signal_that_ends_is_given_back_as_it_was() -> None:
    before = signal.getsignal(signal.SIGTERM)

    with pytest.raises(KeyboardInterrupt), stopped_in_order():
        os.kill(os.getpid(), signal.SIGTERM)

    assert signal.getsignal(signal.SIGTERM) is before


def test_beside_the_main_thread_signals_are_left_alone() -> None:
    seen = []

    def look() -> None:
        with stopped_in_order():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert seen == [signal.getsignal(signal.SIGTERM)]
