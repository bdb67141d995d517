"""A cache that is damaged, forbidden or shared only costs time; results are the same."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fault_samples import EXPECTED, SHOP, as_anybody, edges, open_to_all, posix, view

from graph_samples import write_tree


@pytest.fixture
def place() -> Iterator[Path]:
    with open_to_all() as directory:
        yield directory


@posix
@pytest.mark.parametrize("mode", [0o555, 0o000])
def test_a_cache_directory_that_may_not_be_written_only_costs_time(place: Path, mode: int) -> None:
    write_tree(place, SHOP)
    (place / "cache").mkdir()
    (place / "cache").chmod(mode)
    with as_anybody():
        assert edges(view(place)) == EXPECTED
        assert edges(view(place)) == EXPECTED
    assert list((place / "cache").iterdir()) == []


@posix
def test_a_cache_file_that_may_not_be_written_is_still_read(place: Path) -> None:
    write_tree(place, SHOP)
    first = view(place)
    first.keep("key", "kept")
    first.cache.close()
    for path in (place / "cache").iterdir():
        path.chmod(0o444)
    (place / "cache").chmod(0o555)
    with as_anybody():
        again = view(place)
        again.keep("key", "changed")
        assert again.recall("key") in ("kept", None)
        assert edges(again) == EXPECTED


def truncate(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def overwrite_the_middle(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(path.stat().st_size - 4096))


def empty(path: Path) -> None:
    path.write_bytes(b"")


def write_text(path: Path) -> None:
    path.write_text("this was a cache once\n" * 1000)


def turn_into_a_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def shorten_every_entry(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        changed = connection.execute("UPDATE entry SET body = substr(body, 1, length(body) / 2)")
        assert changed.rowcount > 1
    connection.close()


@pytest.mark.parametrize(
    "spoil",
    [truncate, overwrite_the_middle, empty, write_text, turn_into_a_directory, shorten_every_entry],
)
def test_a_damaged_cache_only_costs_time(place: Path, spoil: Callable[[Path], None]) -> None:
    write_tree(place, SHOP)
    assert edges(view(place)) == EXPECTED
    spoil(place / "cache/codebase.sqlite")
    for suffix in ("-wal", "-shm"):
        (place / f"cache/codebase.sqlite{suffix}").unlink(missing_ok=True)
    assert edges(view(place)) == EXPECTED
    assert edges(view(place)) == EXPECTED


_PROGRAM = """
import sys
from pathlib import Path
from pytest_fitness.codebase.analysis import Codebase
from pytest_fitness.codebase.cache import Cache

root = Path(sys.argv[1])
sys.stdin.readline()
codebase = Codebase(root, ["shop"], ["."], [], Cache(root / "cache"))
codebase.remember(sys.argv[2], lambda: sys.argv[2])
print(codebase.graph(external=True).pack())
codebase.close()
"""


def test_processes_that_start_at_once_find_the_same_and_lose_nothing(place: Path) -> None:
    write_tree(place, SHOP | {f"shop/m{n}.py": f"import shop.m{n // 2}\n" for n in range(200)})
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, str(place), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two", "three")
    ]
    answers = [process.communicate("go\n") for process in processes]
    assert [error for _, error in answers] == [""] * 3
    assert len({output for output, _ in answers}) == 1
    assert "shop.m99" in answers[0][0]
    again = view(place)
    for name in ("one", "two", "three"):
        assert again.remember(name, lambda: "lost") == name
    again.cache.close()
