import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_fitness.codebase.cache import Cache
from pytest_fitness.codebase.files.facts import FileFacts
from pytest_fitness.codebase.files.inspection import analyse
from pytest_fitness.codebase.files.scan import digest_files, load_facts, scan


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    cache = Cache(tmp_path / "cache")
    yield cache
    cache.close()


def write(directory: Path, **sources: str) -> list[str]:
    paths = []
    for name, source in sources.items():
        path = directory / f"{name}.py"
        path.write_text(source)
        paths.append(str(path))
    return paths


def test_facts_come_in_the_order_of_the_paths(tmp_path: Path, cache: Cache) -> None:
    paths = write(tmp_path, a="def a(): pass", b="", c="def c(): pass", d="")
    expected = [analyse(Path(path).read_bytes()) for path in paths]
    assert scan(paths) == expected
    assert scan(paths, cache) == expected
    assert scan(paths, cache) == expected
    assert scan(paths[::-1], cache) == expected[::-1]
    assert scan([], cache) == []


def test_known_content_is_not_analysed_again(tmp_path: Path, cache: Cache) -> None:
    paths = write(tmp_path, a="x = 1")
    digests = digest_files(paths)
    assert isinstance(digests[0], bytes)
    remembered = FileFacts.broken(7, "remembered, not analysed")
    cache.save_facts({digests[0]: remembered})
    assert scan(paths, cache) == [remembered]


def test_only_content_counts(tmp_path: Path, cache: Cache) -> None:
    paths = write(tmp_path, a="def before(): pass")
    scan(paths, cache)
    stamp = Path(paths[0]).stat().st_mtime_ns
    write(tmp_path, a="def change(): pass")
    os.utime(paths[0], ns=(stamp, stamp))
    assert scan(paths, cache)[0].functions[0][0] == "change"


def test_a_file_that_changes_meanwhile_does_not_spoil_the_cache(
    tmp_path: Path, cache: Cache
) -> None:
    paths = write(tmp_path, a="def before(): pass")
    digests = digest_files(paths)
    write(tmp_path, a="def after(): pass")
    assert load_facts(paths, digests, cache) == [analyse(b"def after(): pass")]
    write(tmp_path, a="def before(): pass")
    assert load_facts(paths, digests, cache) == [analyse(b"def before(): pass")]


def test_a_file_that_vanishes_meanwhile_has_an_error(tmp_path: Path, cache: Cache) -> None:
    paths = write(tmp_path, a="x = 1")
    digests = digest_files(paths)
    Path(paths[0]).unlink()
    [facts] = load_facts(paths, digests, cache)
    assert facts.error is not None
    assert cache.facts(digest for digest in digests if isinstance(digest, bytes)) == {}


def test_unreadable_and_broken_files_stand_beside_the_others(tmp_path: Path, cache: Cache) -> None:
    good, bad = write(tmp_path, good="def f(): pass", bad="def f(: pass")
    paths = [str(tmp_path / "missing.py"), good, str(tmp_path), bad]
    for _ in range(2):
        missing, fine, directory, broken = scan(paths, cache)
        assert missing.error == (1, "cannot be read: No such file or directory")
        assert fine.error is None
        assert directory.error == (1, "cannot be read: Is a directory")
        assert broken.error == (1, "invalid syntax")


def test_an_unusable_cache_is_no_obstacle(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    paths = write(tmp_path, a="def f(): pass")
    assert scan(paths, Cache(blocked / "cache")) == scan(paths)
