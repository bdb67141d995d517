"""Files are replaced whole or not at all."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.files import replace_text


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=200))
def test_what_is_written_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "replaced.txt"
    replace_text(path, text)
    assert path.read_text("utf-8") == text


def test_directories_are_made_on_the_way_and_nothing_else_is_left(tmp_path: Path) -> None:
    replace_text(tmp_path / "a/b/c.json", "{}")
    assert names(tmp_path / "a/b") == ["c.json"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
def test_the_permissions_of_the_file_that_was_there_are_kept(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "file"
    path.write_text("old", "utf-8")
    path.chmod(mode)
    replace_text(path, "new")
    assert (path.read_text("utf-8"), mode_of(path)) == ("new", mode)


def test_a_new_file_may_be_read_by_all(tmp_path: Path) -> None:
    replace_text(tmp_path / "file", "x")
    assert mode_of(tmp_path / "file") == 0o644


def test_a_text_that_cannot_be_written_leaves_all_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old", "utf-8")
    with pytest.raises(UnicodeEncodeError):
        replace_text(path, "half of it \ud800")
    assert path.read_text("utf-8") == "old"
    assert names(tmp_path) == ["file"]


def test_a_directory_in_its_place_is_told_and_kept(tmp_path: Path) -> None:
    (tmp_path / "there/inside").mkdir(parents=True)
    with pytest.raises(OSError, match="there"):
        replace_text(tmp_path / "there", "x")
    assert names(tmp_path) == ["there"]
    assert names(tmp_path / "there") == ["inside"]


def test_a_file_where_a_directory_has_to_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("x", "utf-8")
    with pytest.raises(OSError, match="there"):
        replace_text(tmp_path / "there/file", "x")
    assert (tmp_path / "there").read_text("utf-8") == "x"


def test_who_reads_while_it_is_replaced_reads_all_of_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "file"
    replace_text(path, "old " * 10_000)
    with path.open(encoding="utf-8") as reading:
        first = reading.read(4)
        replace_text(path, "new")
        assert first + reading.read() == "old " * 10_000
    assert path.read_text("utf-8") == "new"


def test_a_name_that_fills_a_path_component_is_told_not_cut(tmp_path: Path) -> None:
    longest = os.pathconf(tmp_path, "PC_NAME_MAX")
    with pytest.raises(OSError, match="too long"):
        replace_text(tmp_path / ("x" * longest), "x")
    assert names(tmp_path) == []
