import os
from pathlib import Path

import pytest

from pytest_fitness.codebase.files import reading
from pytest_fitness.codebase.files.facts import FileFacts
from pytest_fitness.codebase.files.reading import digest_file, digest_of, read_file


def reason(content: object) -> str:
    assert isinstance(content, FileFacts)
    assert content.error is not None
    return content.error[1]


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 3_000_000])
def test_a_file_is_read_whole(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a.py"
    content = os.urandom(size)
    path.write_bytes(content)
    assert read_file(str(path)) == content
    assert digest_file(str(path)) == digest_of(content)


def test_digests_tell_contents_apart() -> None:
    assert digest_of(b"a") == digest_of(b"a")
    assert digest_of(b"a") != digest_of(b"b")
    assert len(digest_of(b"")) == reading.DIGEST_SIZE


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    assert "Is a directory" in reason(read_file(str(tmp_path)))
    assert "No such file" in reason(read_file(str(tmp_path / "missing.py")))
    assert "null" in reason(read_file("a\0.py"))
    loop = tmp_path / "loop.py"
    loop.symlink_to(loop)
    assert "symbolic links" in reason(digest_file(str(loop)))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_forbidden_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.touch(mode=0)
    assert "Permission denied" in reason(read_file(str(path)))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = str(tmp_path / "pipe.py")
    os.mkfifo(path)
    assert read_file(path) == b""


def test_a_file_may_be_as_large_as_the_bound(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    with path.open("wb") as file:
        file.truncate(reading.MAX_FILE_SIZE)
    content = read_file(str(path))
    assert isinstance(content, bytes)
    assert len(content) == reading.MAX_FILE_SIZE
    with path.open("wb") as file:
        file.truncate(reading.MAX_FILE_SIZE + 1)
    assert reason(read_file(str(path))) == "larger than 32 MiB, which is too large to be analysed"
