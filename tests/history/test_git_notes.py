"""A history in the notes of a real repository: written at once, shared between clones, mended."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from histories import MACHINE, NOTES, git, recorded, repository, result
from pytest_fitness.errors import HistoryError
from pytest_fitness.history import git_notes
from pytest_fitness.history.lines import read_line
from pytest_fitness.history.records import Commit, Reference, Run
from pytest_fitness.history.store import Store, open_existing, open_store

REFERENCE = "refs/notes/fitness"
PAGE = Path(__file__).parents[2] / "docs" / "history.md"
SIMPLE, MERGING = [
    [shlex.split(line)[1:] for line in block.splitlines()]
    for block in re.findall(r"^```sh\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    if "refs/notes" in block
]
PUSH = SIMPLE[-1]

WRITER = """
import sys
from pathlib import Path
from pytest_fitness.history.records import Commit, Environment, Result, Run
from pytest_fitness.history.store import open_store

directory, commit, name = sys.argv[1:]
with open_store("git:refs/notes/fitness", Path(directory)) as store:
    for moment in range(8):
        run = Run(moment, Environment("m"), Commit(commit, "main", dirty=False))
        store.append(run, [Result(name, moment, "s", "passed")])
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path / "project")


def head(root: Path) -> str:
    return git(root, "rev-parse", "HEAD")


def store_of(root: Path) -> Store:
    return open_store(NOTES, root)


def remember(root: Path, name: str, *moments: int) -> None:
    with store_of(root) as store:
        for moment in moments:
            run = Run(moment, MACHINE, Commit(head(root), "main", dirty=False))
            store.append(run, [result(name, moment)])


def values(root: Path, name: str) -> tuple[float | None, ...]:
    with store_of(root) as store:
        return store.trails([name], 99, Reference("main"))[name].values


def note(root: Path, commit: str = "HEAD") -> list[str]:
    return git(root, "notes", "--ref=fitness", "show", commit).splitlines()


def write_note(root: Path, *lines: str) -> None:
    path = root.parent / "note"
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    git(
        root,
        "notes",
        "--ref=fitness",
        "add",
        "--force",
        "-C",
        git(root, "hash-object", "-w", str(path)),
    )


def test_a_run_is_a_line_of_the_note_of_its_commit(root: Path) -> None:
    remember(root, "a", 1, 2)
    first, second = note(root)
    assert read_line(first).results == (result("a", 1.0),)
    assert json.loads(second)["started_ms"] == 2
    assert git(root, "status", "--porcelain") == ""


def test_each_commit_has_a_note_of_its_own(root: Path) -> None:
    remember(root, "a", 1)
    git(root, "commit", "--quiet", "--allow-empty", "--message", "second")
    remember(root, "a", 2, 3)
    assert (len(note(root, "HEAD~1")), len(note(root))) == (1, 2)
    assert values(root, "a") == (1.0, 2.0, 3.0)


def test_notes_of_people_stay_as_they_are(root: Path) -> None:
    git(root, "notes", "add", "--message", "reviewed")
    remember(root, "a", 1)
    assert git(root, "notes", "show") == "reviewed"


def test_a_line_of_git_itself_is_continued(root: Path) -> None:
    """As after `git notes append`, which ends no line and leaves empty ones."""
    remember(root, "a", 1)
    (line,) = note(root)
    git(
        root,
        "notes",
        "--ref=fitness",
        "append",
        "--message",
        line.replace('"started_ms":1', '"started_ms":2'),
    )
    remember(root, "a", 3)
    assert len([each for each in note(root) if each]) == 3
    assert values(root, "a") == (1.0, 1.0, 3.0)


def test_packed_references_and_a_further_work_tree(root: Path, tmp_path: Path) -> None:
    remember(root, "a", 1)
    git(root, "pack-refs", "--all", "--prune")
    git(root, "worktree", "add", "--quiet", str(tmp_path / "beside"), "-b", "topic")
    remember(tmp_path / "beside", "a", 2)
    assert values(root, "a") == (1.0, 2.0)


def test_a_folder_of_the_repository_keeps_its_index_beside_it(root: Path) -> None:
    (root / "services").mkdir()
    remember(root / "services", "a", 1)
    assert (root / "services" / ".fitness" / "notes-fitness.db").is_file()
    assert git(root, "status", "--porcelain") == ""


def test_what_did_not_change_is_not_read_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remember(root, "a", 1)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("subprocess.Popen", None)
    assert values(root, "a") == (1.0,)


@pytest.mark.parametrize("lost", ["notes-fitness.db", "notes-fitness.json"])
def test_the_index_may_be_deleted(root: Path, lost: str) -> None:
    remember(root, "a", 1, 2)
    (root / ".fitness" / lost).unlink()
    assert values(root, "a") == (1.0, 2.0)


def test_a_damaged_mark_is_read_anew(root: Path) -> None:
    remember(root, "a", 1, 2)
    (root / ".fitness" / "notes-fitness.json").write_text('{"file": 3}', "utf-8")
    assert values(root, "a") == (1.0, 2.0)


def share(clone: Path) -> None:
    """What the documentation says that always works."""
    for command in MERGING:
        git(clone, *command)


def clones(tmp_path: Path) -> tuple[Path, Path]:
    origin = repository(tmp_path / "origin")
    git(tmp_path, "clone", "--quiet", "--bare", str(origin), "shared.git")
    for name in ("one", "two"):
        git(tmp_path, "clone", "--quiet", "shared.git", name)
    return tmp_path / "one", tmp_path / "two"


def test_two_clones_that_both_wrote_on_the_same_commit(tmp_path: Path) -> None:
    one, two = clones(tmp_path)
    remember(one, "a", 1, 2)
    remember(two, "a", 2, 3)
    git(one, *PUSH)
    share(two)
    share(one)
    assert values(one, "a") == values(two, "a") == (1.0, 2.0, 3.0)
    assert note(one) == note(two) == sorted(note(one))


def test_two_clones_on_commits_of_their_own_again_and_again(tmp_path: Path) -> None:
    one, two = clones(tmp_path)
    for turn in range(3):
        for place, clone in enumerate((one, two)):
            git(clone, "commit", "--quiet", "--allow-empty", "--message", f"{turn} {place}")
            remember(clone, "a", 10 * turn + place)
        git(one, *PUSH)
        share(two)
        share(one)
    assert values(one, "a") == values(two, "a") == (0.0, 1.0, 10.0, 11.0, 20.0, 21.0)


def test_a_fresh_clone_gets_the_history_by_one_fetch(tmp_path: Path) -> None:
    one, two = clones(tmp_path)
    remember(one, "a", 1)
    git(one, *PUSH)
    for command in SIMPLE:
        git(two, *command)
    assert values(two, "a") == (1.0,)


def test_a_clone_without_notes_of_its_own_may_merge_as_well(tmp_path: Path) -> None:
    one, two = clones(tmp_path)
    remember(one, "a", 1)
    git(one, *PUSH)
    share(two)
    assert values(two, "a") == (1.0,)


def test_a_shallow_clone_can_read_and_write(tmp_path: Path) -> None:
    one, _ = clones(tmp_path)
    remember(one, "a", 1)
    git(one, "commit", "--quiet", "--allow-empty", "--message", "second")
    git(one, "push", "--quiet", "origin", "HEAD")
    git(one, *PUSH)
    address = (tmp_path / "shared.git").as_uri()
    git(tmp_path, "clone", "--quiet", "--depth=1", address, "shallow")
    share(tmp_path / "shallow")
    remember(tmp_path / "shallow", "a", 2)
    share(tmp_path / "shallow")
    share(one)
    assert values(one, "a") == (1.0, 2.0)


def test_writers_at_once_lose_no_line(root: Path) -> None:
    argv = [sys.executable, "-c", WRITER, str(root), head(root)]
    writers = [subprocess.Popen([*argv, f"series-{number}"]) for number in range(3)]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    assert len(note(root)) == 24
    with store_of(root) as store:
        assert store.series() == {f"series-{number}": 8 for number in range(3)}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("<<<<<<< HEAD", "it is not JSON"),
        ('{"format": 1, "started_ms": 5', "it is not JSON"),
        ('{"format": 1}', "it is not the line of a run"),
        ('{"format": 2}', "its format is 2, known here is 1"),
    ],
    ids=["conflict", "half", "empty", "newer"],
)
def test_a_damaged_line_is_told_and_harms_no_other(root: Path, line: str, why: str) -> None:
    remember(root, "a", 1)
    write_note(root, note(root)[0], "", line)
    remember(root, "a", 2)
    for _ in range(2):  # what was told once is told again, when nothing is read anew
        with store_of(root) as store:
            (told,) = store.problems
            assert store.series() == {"a": 2}
        assert f"the note of commit {head(root)[:12]}: line 3 is damaged: {why}" in told
        assert "the line was left out" in told
        assert f"git notes --ref=fitness show {head(root)[:12]}" in told


def test_bytes_that_are_no_text_are_told(root: Path) -> None:
    remember(root, "a", 1)
    path = root.parent / "note"
    path.write_bytes(note(root)[0].encode() + b"\n\xff\xfe\n")
    blob = git(root, "hash-object", "-w", str(path))
    git(root, "notes", "--ref=fitness", "add", "--force", "-C", blob)
    with store_of(root) as store:
        assert "line 2 is damaged: it is not UTF-8" in store.problems[0]
        assert store.series() == {"a": 1}


def test_a_line_that_was_mended_is_told_no_more(root: Path) -> None:
    remember(root, "a", 1)
    good = note(root)[0]
    write_note(root, good[:-5])
    with store_of(root) as store:
        assert len(store.problems) == 1
        assert store.series() == {}
    write_note(root, good)
    with store_of(root) as store:
        assert store.problems == []
        assert store.series() == {"a": 1}


@pytest.mark.parametrize(
    "take_back",
    [
        lambda root: write_note(root, note(root)[0]),
        lambda root: git(root, "update-ref", REFERENCE, f"{REFERENCE}~2"),
    ],
    ids=["edited", "reset"],
)
def test_runs_that_are_taken_back_are_gone(root: Path, take_back: Callable[[Path], object]) -> None:
    remember(root, "a", 1, 2, 3)
    take_back(root)
    assert values(root, "a") == (1.0,)
    remember(root, "a", 4)
    assert values(root, "a") == (1.0, 4.0)
    assert len(list((root / ".fitness").glob("*.db"))) == 1


def test_notes_that_are_removed_leave_an_empty_history(root: Path) -> None:
    remember(root, "a", 1, 2)
    git(root, "update-ref", "-d", REFERENCE)
    assert values(root, "a") == ()
    assert open_existing(NOTES, root) is None
    git(root, "reflog", "expire", "--expire=now", "--all")
    git(root, "gc", "--quiet", "--prune=now")
    remember(root, "a", 5)
    assert values(root, "a") == (5.0,)


def test_a_note_that_is_too_large_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remember(root, "a", 1)
    git(root, "commit", "--quiet", "--allow-empty", "--message", "second")
    remember(root, "a", *range(2, 9))
    for module in ("notes_git", "notes_reading"):
        monkeypatch.setattr(f"pytest_fitness.history.{module}.LARGEST_NOTE", 1000)
    (root / ".fitness" / "notes-fitness.json").unlink()
    (root / ".fitness" / "notes-fitness.db").unlink()
    with store_of(root) as store:
        assert "has over 1,000 bytes; the note was left out" in store.problems[0]
        assert store.series() == {"a": 1}


@pytest.mark.parametrize("size", [100, 400], ids=["is-too-large", "would-be"])
def test_no_note_grows_too_large_and_none_is_cut(
    root: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(root, "a", 1)
    before = note(root)
    monkeypatch.setattr("pytest_fitness.history.notes_git.LARGEST_NOTE", size)
    with pytest.raises(HistoryError, match=f"would have over {size} bytes"):
        remember(root, "a", 2)
    assert note(root) == before


def test_a_run_that_is_too_large_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_notes, "LARGEST_RUN", 100)
    with store_of(root) as store, pytest.raises(HistoryError, match="a note takes 100") as caught:
        store.append(Run(1, MACHINE), [result("a" * 100)])
    assert "PostgreSQL" in str(caught.value.hint)


def test_many_notes_are_read_in_parts(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytest_fitness.history.notes_git._AT_ONCE", 1000)
    commits = [f"{number:040x}" for number in range(1, 20)]
    with store_of(root) as store:
        given = [
            recorded(place, a=place)._replace(run=Run(place, MACHINE, Commit(commit, "main")))
            for place, commit in enumerate(commits)
        ]
        assert store.extend(given) == 19
        assert store.trails(["a"], 99)["a"].values == tuple(range(19))


@pytest.mark.parametrize(
    "reference", ["fitness", "refs/heads/main", "refs/notes/", "refs/notes/../x", "refs/notes/a b"]
)
def test_what_is_no_reference_of_notes_is_refused(root: Path, reference: str) -> None:
    with pytest.raises(HistoryError, match="no reference of notes") as caught:
        open_store(f"git:{reference}", root)
    assert "git:refs/notes/fitness" in str(caught.value.hint)


def test_a_folder_without_a_repository_is_told(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="is in no git repository"):
        open_store(NOTES, tmp_path)


def test_without_git_it_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with store_of(root) as store:
        monkeypatch.setenv("PATH", "")
        with pytest.raises(HistoryError, match=r"refs/notes/fitness cannot be used.*git"):
            store.append(Run(1, MACHINE), [result("a")])


def test_a_repository_that_cannot_be_written_is_told(root: Path) -> None:
    remember(root, "a", 1)
    (root / ".git" / REFERENCE).with_suffix(".lock").touch()
    with store_of(root) as store, pytest.raises(HistoryError, match="fast-import") as caught:
        store.append(Run(2, MACHINE), [result("a", 2)])
    assert "lock" in caught.value.message
    assert values(root, "a") == (1.0,)
