"""Files that others write: read whole, or refused."""

import os
from pathlib import Path

import pytest

from pytest_fitness.errors import MeasureError
from pytest_fitness.sources.support.bounded_files import read_bounded, stamp


def test_all_of_a_file_and_when_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x\r\n\0\xff")
    os.utime(path, (5.0, 1234.5))
    assert read_bounded(path, "a") == (b"x\r\n\0\xff", 1234.5)


@pytest.mark.parametrize(("size", "limit", "fits"), [(10, 10, True), (11, 10, False), (0, 0, True)])
def test_the_bound(tmp_path: Path, size: int, limit: int, fits: bool) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * size)
    if fits:
        assert len(read_bounded(path, "a", limit).body) == size
    else:
        with pytest.raises(MeasureError, match="a is too large"):
            read_bounded(path, "a", limit)


def test_a_link_is_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "link").symlink_to("a")
    (tmp_path / "dead").symlink_to("missing")
    (tmp_path / "loop").symlink_to("loop")
    assert read_bounded(tmp_path / "link", "link").body == b"x"
    with pytest.raises(MeasureError, match="there is no file dead"):
        read_bounded(tmp_path / "dead", "dead")
    with pytest.raises(MeasureError, match="loop cannot be read: "):
        read_bounded(tmp_path / "loop", "loop")


@pytest.mark.parametrize("read", [read_bounded, stamp])
def test_what_is_not_there(tmp_path: Path, read: object) -> None:
    assert callable(read)
    for name in ("missing", "missing/below"):
        with pytest.raises(MeasureError) as caught:
            read(tmp_path / name, name)
        assert caught.value.message == f"there is no file {name}"
        assert caught.value.hint is not None
        assert "fitness.yaml" in caught.value.hint


def test_the_stamp_changes_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x")
    os.utime(path, (5.0, 5.0))
    first = stamp(path, "a")
    assert stamp(path, "a") == first
    os.utime(path, (5.0, 6.0))
    touched = stamp(path, "a")
    path.write_bytes(b"xy")
    os.utime(path, (5.0, 6.0))
    longer = stamp(path, "a")
    (tmp_path / "b").write_bytes(b"xz")
    os.utime(tmp_path / "b", (5.0, 6.0))
    (tmp_path / "b").replace(path)
    assert len({first, touched, longer, stamp(path, "a")}) == 4


def test_a_pipe_and_a_folder_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(MeasureError, match="it is no file"):
            read_bounded(path, "it")
