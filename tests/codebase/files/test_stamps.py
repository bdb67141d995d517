"""A digest is taken from memory only where the file cannot have changed."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fitness.codebase.cache import Cache
from pytest_fitness.codebase.files import reading, stamps
from pytest_fitness.codebase.files.reading import digest_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="files are always read there")


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    cache = Cache(tmp_path / "cache")
    yield cache
    cache.close()


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as settled as soon as they are written."""
    monkeypatch.setattr(stamps, "_SETTLED_NS", -(10**12))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    read: list[str] = []
    digest_file = reading.digest_file

    def noted(path: str) -> reading.Digest:
        read.append(Path(path).name)
        return digest_file(path)

    monkeypatch.setattr(stamps, "digest_file", noted)
    return read


def written(path: Path, text: str = "x = 1\n") -> str:
    path.write_text(text)
    return str(path)


@pytest.mark.usefixtures("settled")
def test_an_untouched_file_is_not_read_again(
    tmp_path: Path, cache: Cache, reads: list[str]
) -> None:
    paths = [written(tmp_path / "a.py"), written(tmp_path / "b.py", "y = 2\n")]
    first = stamps.known_digests(paths, cache)
    assert reads == ["a.py", "b.py"]
    assert (
        stamps.known_digests(paths, cache)
        == first
        == [digest_of(b"x = 1\n"), digest_of(b"y = 2\n")]
    )
    assert reads == ["a.py", "b.py"]


def test_a_file_that_changed_just_now_is_read_each_time(
    tmp_path: Path, cache: Cache, reads: list[str]
) -> None:
    paths = [written(tmp_path / "a.py")]
    stamps.known_digests(paths, cache)
    stamps.known_digests(paths, cache)
    assert reads == ["a.py", "a.py"]


@pytest.mark.usefixtures("settled")
def test_same_size_and_same_time_stamp_do_not_hide_a_change(tmp_path: Path, cache: Cache) -> None:
    path = tmp_path / "a.py"
    before = stamps.known_digests([written(path, "a = 1\n")], cache)
    times = path.stat()
    path.write_text("b = 2\n")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert path.stat().st_mtime_ns == times.st_mtime_ns
    assert stamps.known_digests([str(path)], cache) == [digest_of(b"b = 2\n")] != before


@pytest.mark.usefixtures("settled")
def test_a_file_put_in_place_of_another_is_read(tmp_path: Path, cache: Cache) -> None:
    path, other = tmp_path / "a.py", tmp_path / "other"
    other.write_text("b = 2\n")
    stamps.known_digests([written(path, "a = 1\n")], cache)
    other.replace(path)
    assert stamps.known_digests([str(path)], cache) == [digest_of(b"b = 2\n")]


@pytest.mark.usefixtures("settled")
def test_a_link_that_points_elsewhere_is_read(tmp_path: Path, cache: Cache) -> None:
    link = tmp_path / "link.py"
    targets = [Path(written(tmp_path / name, text)) for name, text in (("a", "1"), ("b", "2"))]
    for target in targets:
        link.unlink(missing_ok=True)
        link.symlink_to(target)
        assert stamps.known_digests([str(link)], cache) == [digest_of(target.read_bytes())]


@pytest.mark.usefixtures("settled")
def test_a_file_that_cannot_be_read_is_never_remembered(tmp_path: Path, cache: Cache) -> None:
    path = tmp_path / "gone.py"
    (facts,) = stamps.known_digests([str(path)], cache)
    assert not isinstance(facts, bytes)
    assert stamps.known_digests([written(path)], cache) == [digest_of(b"x = 1\n")]
    path.unlink()
    (facts,) = stamps.known_digests([str(path)], cache)
    assert not isinstance(facts, bytes)


@pytest.mark.usefixtures("settled")
def test_a_file_that_changes_while_it_is_read_is_read_again(
    tmp_path: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.py"
    written(path, "a = 1\n")
    digest_file = reading.digest_file

    def raced(name: str) -> reading.Digest:
        found = digest_file(name)
        path.write_text("b = 22\n")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(stamps, "digest_file", raced)
        assert stamps.known_digests([str(path)], cache) == [digest_of(b"a = 1\n")]
    assert stamps.known_digests([str(path)], cache) == [digest_of(b"b = 22\n")]


@pytest.mark.usefixtures("settled")
def test_without_a_usable_cache_every_file_is_read(tmp_path: Path, reads: list[str]) -> None:
    (tmp_path / "cache").write_text("a file where a directory should be")
    cache = Cache(tmp_path / "cache")
    paths = [written(tmp_path / "a.py")]
    for _ in range(2):
        assert stamps.known_digests(paths, cache) == [digest_of(b"x = 1\n")]
    assert reads == ["a.py", "a.py"]


def test_a_time_stamp_in_the_future_is_not_trusted(
    tmp_path: Path, cache: Cache, reads: list[str]
) -> None:
    path = written(tmp_path / "a.py")
    future = time.time() + 1e6
    os.utime(path, (future, future))
    stamps.known_digests([path], cache)
    stamps.known_digests([path], cache)
    assert reads == ["a.py", "a.py"]


steps = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["1", "22", "333", None])), max_size=12
)


@pytest.mark.usefixtures("settled")
@settings(deadline=None, max_examples=15)
@given(steps)
def test_whatever_is_written_and_removed_the_digests_are_those_of_the_files(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[str, str | None]]
) -> None:
    directory = tmp_path_factory.mktemp("tree")
    cache = Cache(directory / "cache")
    paths = [str(directory / name) for name in "abc"]
    for name, text in changes:
        path = directory / name
        path.unlink(missing_ok=True)
        if text is not None:
            path.write_text(text)
        found = stamps.known_digests(paths, cache)
        for place, digest in zip(paths, found, strict=True):
            content = Path(place)
            if content.exists():
                assert digest == digest_of(content.read_bytes())
            else:
                assert not isinstance(digest, bytes)
    cache.close()
