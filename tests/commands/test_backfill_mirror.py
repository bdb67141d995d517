"""The directory that stands for past commits holds what they held, whatever comes after what."""

import os
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from past_repository import PastRepository, branching
from pytest_fitness.codebase.files.reading import digest_file
from pytest_fitness.history.git import Change, Git, GitError
from pytest_fitness.session.past.blobs import Blobs
from pytest_fitness.session.past.mirror import Mirror

Tree = dict[bytes, bytes]
NAMES = [b"a", b"b", b"c.py", b"d.py", b"\xff\n \t.py", b"e.txt", b':"\\.py']
CONTENTS = [b"", b"x = 1\n", b"\0\r\n", b"y = 2", b"#" * 100_000]


def is_possible(paths: Sequence[bytes]) -> bool:
    """Whether no path is both a file and a directory."""
    return not any(
        other.startswith(path + b"/") for path in paths for other in paths if path != other
    )


PATHS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map(b"/".join)
TREES = st.dictionaries(PATHS, st.sampled_from(CONTENTS), max_size=6).filter(
    lambda tree: is_possible(list(tree))
)


def python_files(top: Path) -> Tree:
    """What a directory holds, links and all."""
    files = (Path(directory, name) for directory, _, names in os.walk(top) for name in names)
    return {os.fsencode(path.relative_to(top)): path.read_bytes() for path in files}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(TREES, min_size=1, max_size=5))
@example([{b"a.py": b"1"}, {b"a.py/b.py": b"2"}, {b"a.py": b"3"}, {}])
@example([{b"a/b/c.py": b"1", b"a/b/d.txt": b"2"}, {b"a/b/d.txt": b"2"}])
def test_it_holds_the_python_files_of_each_commit(
    tmp_path_factory: pytest.TempPathFactory, trees: list[Tree]
) -> None:
    with ExitStack() as stack:
        base = Path(stack.enter_context(tempfile.TemporaryDirectory())).resolve()
        loaded = PastRepository(base / "repository")
        loaded.load(trees)
        repository = Git(loaded.root)
        commits = repository.first_parents()
        assert len(commits) == len(trees)
        top = base / "mirror"
        top.mkdir()
        mirror = Mirror(top, stack.enter_context(Blobs(repository)))
        steps = repository.changes([commit.tree for commit in commits], [])
        before: Tree = {}
        for tree, changes in zip(reversed(trees), steps, strict=True):
            changed = mirror.apply(changes)
            wanted = {path: text for path, text in tree.items() if path.endswith(b".py")}
            assert python_files(top) == wanted
            assert changed == (wanted != before)
            before = wanted
            places = [f"{top}/{os.fsdecode(path)}" for path in wanted]
            assert mirror.digests(places) == list(map(digest_file, places))


@pytest.fixture
def repository(tmp_path: Path) -> PastRepository:
    return PastRepository(tmp_path.resolve() / "repository")


def test_only_what_was_asked_for_is_told(repository: PastRepository) -> None:
    repository.load([{b"a/one.py": b"1", b"a.py": b"2", b"ab/two.py": b"3", b"*.py": b"4"}])
    asked = Git(repository.root)
    (commit,) = asked.first_parents()

    for paths, expected in (
        (["a", "a.py"], [b"a.py", b"a/one.py"]),
        (["*.py"], [b"*.py"]),
        ([":(top)"], []),
        (["a/"], [b"a/one.py"]),
    ):
        (changes,) = asked.changes([commit.tree], paths)
        assert [change.path for change in changes] == expected


def test_many_commits_are_asked_for_in_few_questions(repository: PastRepository) -> None:
    trees = [{b"a.py": b"%d" % number} for number in range(150)]
    repository.load(trees)
    asked = Git(repository.root)
    commits = asked.first_parents()

    found = list(asked.changes([commit.tree for commit in commits], ["a.py"]))

    assert [len(changes) for changes in found] == [1] * 150
    with Blobs(asked) as blobs:
        contents = list(blobs.read([changes[0].blob for changes in found]))
    assert contents == [b"%d" % number for number in reversed(range(150))]


def test_equal_trees_differ_by_nothing(repository: PastRepository) -> None:
    repository.load([{b"a.py": b"1"}] * 3)
    asked = Git(repository.root)

    found = list(asked.changes([commit.tree for commit in asked.first_parents()], []))

    assert [len(changes) for changes in found] == [1, 0, 0]


def test_contents_are_read_in_any_number_and_size(repository: PastRepository) -> None:
    tree = {b"%d.py" % number: b"%d\n" % number * number for number in range(1, 700)}
    tree[b"large.py"] = b"x" * 3_000_000
    repository.load([tree])
    asked = Git(repository.root)
    (commit,) = asked.first_parents()
    (changes,) = asked.changes([commit.tree], [])

    with Blobs(asked) as blobs:
        contents = list(blobs.read([change.blob for change in changes]))

    assert dict(zip((change.path for change in changes), contents, strict=True)) == tree


def test_after_one_that_is_missing_git_can_still_be_asked(repository: PastRepository) -> None:
    repository.load([{b"a.py": b"1"}])
    asked = Git(repository.root)
    blob = repository.git("rev-parse", "main:a.py")

    with Blobs(asked) as blobs:
        with pytest.raises(GitError, match="lacks the object 000000"):
            list(blobs.read(["0" * 40]))
        assert list(blobs.read([blob])) == [b"1"]


def test_a_git_that_ends_early_is_told(repository: PastRepository) -> None:
    repository.load([{b"a.py": b"1"}])
    blob = repository.git("rev-parse", "main:a.py")

    with Blobs(Git(repository.root)) as blobs:
        blobs._process.kill()
        blobs._process.wait()
        with pytest.raises(GitError, match="ended early"):
            list(blobs.read([blob]))


def link(path: str, target: str, repository: PastRepository) -> Change:
    blob = repository.git("hash-object", "-w", "--stdin", given=target.encode())
    return Change(path.encode(), 0o120000, blob)


@pytest.mark.parametrize(
    ("path", "target", "is_kept"),
    [
        ("a.py", "b.py", True),
        ("x/a.py", "../b.py", True),
        ("x/y/a.py", "../../z/b.py", True),
        ("x/a.py", "./.././b.py", True),
        ("x/a.py", "..", True),
        ("a.py", "x//b.py", True),
        ("a.py", "../b.py", False),
        ("a.py", "..", False),
        ("x/a.py", "../../b.py", False),
        ("x/a.py", "y/../b.py", False),
        ("a.py", "/etc/passwd", False),
        ("a.py", "//b", False),
    ],
)
def test_a_link_is_kept_where_it_stays_within(
    repository: PastRepository, tmp_path: Path, path: str, target: str, is_kept: bool
) -> None:
    top = tmp_path / "mirror"
    top.mkdir()
    with Blobs(Git(repository.root)) as blobs:
        Mirror(top, blobs).apply([link(path, target, repository)])

    assert (top / path).is_symlink() is is_kept


def test_a_chain_of_links_that_would_lead_out_does_not(
    repository: PastRepository, tmp_path: Path
) -> None:
    top = tmp_path / "mirror"
    top.mkdir()
    with Blobs(Git(repository.root)) as blobs:
        Mirror(top, blobs).apply([link("d/l", "..", repository), link("q", "d/l/..", repository)])

    assert (top / "d/l").resolve() == top
    assert not (top / "q").is_symlink()


def test_what_is_no_file_of_any_repository_is_left_out(
    repository: PastRepository, tmp_path: Path
) -> None:
    top = tmp_path / "mirror"
    top.mkdir()
    blob = repository.git("hash-object", "-w", "--stdin", given=branching(1).encode())
    paths = [b"../a.py", b"/a.py", b"x//a.py", b".git/a.py", b"x/./a.py", b"x/../../a.py"]
    with Blobs(Git(repository.root)) as blobs:
        changed = Mirror(top, blobs).apply([Change(path, 0o100644, blob) for path in paths])

    assert not changed
    assert list(tmp_path.rglob("a.py")) == []
