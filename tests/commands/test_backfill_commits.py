"""In which order past commits are remembered, whatever the clocks said."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from past_repository import DAY, MONDAY, PastRepository
from pytest_fitness.commands.past.commits import commits_since, dated
from pytest_fitness.errors import FitnessError
from pytest_fitness.history.git import Git, PastCommit

NOW = (MONDAY + 1000 * DAY) * 1000


def moments(*committed: int) -> list[int]:
    """Milliseconds for commit times in seconds, both oldest first."""
    commits = [PastCommit(str(each), "", each, has_parents=True) for each in reversed(committed)]
    return [each.started_ms for each in reversed(dated(commits, NOW))]


def seconds(*times: int) -> list[int]:
    return [time * 1000 for time in times]


@given(st.lists(st.integers(-(10**12), 10**12), max_size=50))
@example([])
@example([0, 0, 0])
@example([5, 4, 3, 2, 1])
def test_moments_rise_with_the_order_of_the_commits(committed: list[int]) -> None:
    found = moments(*committed)

    assert len(found) == len(committed)
    assert all(older < newer for older, newer in pairwise(found))


@given(st.lists(st.integers(0, MONDAY), max_size=50, unique=True).map(sorted))
def test_clocks_that_agree_with_the_order_are_believed(committed: Sequence[int]) -> None:
    assert moments(*committed) == seconds(*committed)


@given(
    st.lists(st.integers(10_000, MONDAY), min_size=3, max_size=30, unique=True).map(sorted),
    st.integers(0, 10**10),
    st.data(),
)
def test_one_clock_that_is_wrong_moves_no_other_commit(
    committed: list[int], wrong: int, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(committed) - 1))
    skewed = [*committed]
    skewed[place] = wrong

    found = moments(*skewed)

    right = seconds(*committed)
    moved = [at for at in range(len(committed)) if found[at] != right[at] and at != place]
    # It may look right in the place of another, and have the very second of yet another.
    assert len(moved) <= 2


@pytest.mark.parametrize(
    ("committed", "expected"),
    [
        ([100, 100, 100, 200], [100_000, 100_001, 100_002, 200_000]),
        ([100, 200, 0, 300, 400], [100_000, 200_000, 200_001, 300_000, 400_000]),
        ([100, 200, 9000, 300, 400], [100_000, 200_000, 200_001, 300_000, 400_000]),
        ([9000, 100, 200, 300], [99_999, 100_000, 200_000, 300_000]),
        ([100, 200, 300, 0], [100_000, 200_000, 300_000, 300_001]),
        ([NOW, 100], [99_999, 100_000]),
        ([100, 2 * NOW], [100_000, NOW]),
        ([-5], [0]),
    ],
)
def test_a_clock_that_is_wrong_gives_way_to_the_order(
    committed: list[int], expected: list[int]
) -> None:
    assert moments(*committed) == expected


def test_commits_of_one_second_are_remembered_in_their_order(tmp_path: Path) -> None:
    repository = PastRepository(tmp_path)
    ids = [repository.commit({"a": str(number)}, moment=MONDAY) for number in range(5)]

    found = commits_since(Git(tmp_path), "1970-01-02", 1)

    assert [each.commit.id for each in found] == ids[::-1]
    assert [each.started_ms for each in found] == [MONDAY * 1000 + n for n in range(4, -1, -1)]


def test_a_branch_that_went_its_own_way_leaves_what_both_have(tmp_path: Path) -> None:
    repository = PastRepository(tmp_path)
    repository.commit()
    repository.git("checkout", "--quiet", "-b", "topic")
    repository.commit()
    repository.git("checkout", "--quiet", "main")
    own = [repository.commit(), repository.commit()]

    found = commits_since(Git(tmp_path), "topic", 1)

    assert [each.commit.id for each in found] == own[::-1]


def test_a_tag_that_looks_like_a_date_is_a_tag(tmp_path: Path) -> None:
    repository = PastRepository(tmp_path)
    repository.commit()
    repository.git("tag", "--annotate", "--message", "x", "2023-11-01", "HEAD")
    newer = repository.commit()

    found = commits_since(Git(tmp_path), "2023-11-01", 1)

    assert [each.commit.id for each in found] == [newer]


@pytest.mark.parametrize("name", ["plain", "with space", "new\nline", "ümläut", "trailing\n"])
def test_the_directory_may_have_any_name(tmp_path: Path, name: str) -> None:
    repository = PastRepository(tmp_path.resolve() / name)
    repository.commit({f"{name}/inner/file": "x"})

    found = Git(repository.root / name / "inner")

    assert found.top == repository.root
    assert Path(found.prefix) == Path(name, "inner")


def test_a_branch_of_any_name_is_text(tmp_path: Path) -> None:
    repository = PastRepository(tmp_path)
    repository.commit()
    repository.git("checkout", "--quiet", "-b", "topic/\udcff")

    assert Git(tmp_path).branch == "topic/\ufffd"


def test_a_bare_commit_has_the_branch_that_the_service_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = PastRepository(tmp_path)
    repository.commit()
    repository.git("checkout", "--quiet", "--detach")
    monkeypatch.delenv("GITHUB_HEAD_REF", raising=False)
    monkeypatch.setenv("GITHUB_REF_NAME", "release")

    assert Git(tmp_path).branch == "release"


def test_a_file_of_the_name_of_a_revision_confuses_nobody(tmp_path: Path) -> None:
    repository = PastRepository(tmp_path)
    repository.commit({"main": "x", "v1": "y", "HEAD": "z"})
    repository.git("tag", "v1")
    newer = repository.commit()

    found = commits_since(Git(tmp_path), "v1", 1)

    assert [each.commit.id for each in found] == [newer]


def test_the_date_may_have_no_commit_on_it_and_must_be_one(tmp_path: Path) -> None:
    repository = PastRepository(tmp_path)
    repository.commit()

    assert commits_since(Git(tmp_path), "2199-12-31", 1) == []
    for text in ("2023-02-30", "12", "now", "9999-12-31T23:59:59.1234567x"):
        with pytest.raises(FitnessError, match="no date such as"):
            commits_since(Git(tmp_path), text, 1)
