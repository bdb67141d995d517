import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.codebase import cache_store
from pytest_fitness.codebase.cache import Cache
from pytest_fitness.codebase.files.facts import FileFacts
from pytest_fitness.codebase.files.inspection import analyse
from python_programs import law

DIGEST = b"0123456789abcdef"
FACTS = analyse(b"import a\ndef f(): return a or b\n")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "some" / "cache"


@pytest.fixture
def cache(directory: Path) -> Iterator[Cache]:
    cache = Cache(directory)
    yield cache
    cache.close()


def file_of(directory: Path) -> Path:
    return directory / "codebase.sqlite"


def python(code: str, directory: Path) -> "subprocess.Popen[str]":
    """Run code in another process, with a cache at hand."""
    prelude = (
        "import sys, pathlib; from pytest_fitness.codebase.cache import Cache; "
        "cache = Cache(pathlib.Path(sys.argv[1]))\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", prelude + code, str(directory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def line_from(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_facts_are_remembered_by_digest(cache: Cache, directory: Path) -> None:
    assert cache.facts([DIGEST]) == {}
    cache.save_facts({DIGEST: FACTS})
    assert cache.facts([DIGEST, b"another digest.."]) == {DIGEST: FACTS}
    with closing(Cache(directory)) as another:
        assert another.facts([DIGEST]) == {DIGEST: FACTS}


def test_thousands_of_facts_at_once(cache: Cache) -> None:
    many = {number.to_bytes(16, "big"): FACTS for number in range(5_000)}
    cache.save_facts(many)
    assert cache.facts(many) == many


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
    max_leaves=5,
)


@law
@given(value=VALUES, key=st.text(st.characters(exclude_categories=["Cs"])))
def test_results_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, value: object, key: str
) -> None:
    cache = Cache(tmp_path_factory.getbasetemp() / "results")
    cache.put(key, value)
    assert cache.get(key) == value
    cache.close()


def test_results_and_facts_do_not_meet(cache: Cache) -> None:
    cache.put("key", 1)
    assert cache.facts([b"key"]) == {}
    assert cache.get("no key") is None


def test_a_closed_cache_opens_again(cache: Cache) -> None:
    cache.put("key", 1)
    cache.close()
    assert cache.get("key") == 1


def test_a_shared_result_is_computed_once(cache: Cache, directory: Path) -> None:
    calls = []

    def compute() -> list[int]:
        calls.append(1)
        return [1, 2]

    with closing(Cache(directory)) as another:
        for one in (cache, cache, another):
            assert one.shared("key", compute) == [1, 2]
    assert calls == [1]


def test_processes_that_share_a_result_compute_it_once(cache: Cache, directory: Path) -> None:
    code = "print(cache.shared('key', lambda: print('computed') or 5))"
    processes = [python(code, directory) for _ in range(4)]
    answers = [process.communicate()[0].split() for process in processes]
    assert sorted(answers) == [["5"], ["5"], ["5"], ["computed", "5"]]
    assert list(directory.glob("*.lock")) == []


def test_one_shared_result_may_need_another(cache: Cache) -> None:
    assert cache.shared("outer", lambda: [cache.shared("inner", lambda: 1)]) == [1]
    assert cache.get("inner") == 1


def test_a_damaged_value_is_not_read(cache: Cache, directory: Path) -> None:
    cache.put("key", "value")
    cache.put("other", "value")
    with sqlite3.connect(file_of(directory)) as connection:
        connection.execute("UPDATE entry SET body = X'FFFF' WHERE key = ?", [b"rkey"])
    connection.close()
    assert cache.get("key") is None
    assert cache.get("other") == "value"


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0" * 500, b""])
def test_a_damaged_file_is_replaced(directory: Path, content: bytes) -> None:
    directory.mkdir(parents=True)
    file_of(directory).write_bytes(content)
    cache = Cache(directory)
    assert cache.get("key") is None
    cache.put("key", 1)
    assert cache.get("key") == 1
    cache.close()


def test_a_file_damaged_in_use_is_replaced(cache: Cache, directory: Path) -> None:
    cache.put("key", "x" * 100_000)
    cache.close()
    content = bytearray(file_of(directory).read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    file_of(directory).write_bytes(content)
    assert cache.get("key") is None
    cache.put("key", 1)
    assert cache.get("key") == 1


def test_a_database_of_another_application_is_left_alone(directory: Path) -> None:
    directory.mkdir(parents=True)
    with sqlite3.connect(file_of(directory)) as connection:
        connection.execute("CREATE TABLE precious (value)")
    connection.close()
    before = file_of(directory).read_bytes()
    cache = Cache(directory)
    cache.put("key", 1)
    assert cache.get("key") is None
    assert file_of(directory).read_bytes() == before


def test_entries_of_another_format_are_dropped(cache: Cache, directory: Path) -> None:
    cache.put("key", 1)
    cache.close()
    with sqlite3.connect(file_of(directory)) as connection:
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    assert cache.get("key") is None
    cache.put("key", 2)
    assert cache.get("key") == 2


def test_a_cache_that_cannot_be_written_is_bypassed(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    cache = Cache(blocked / "cache")
    cache.put("key", 1)
    assert cache.get("key") is None
    assert cache.shared("key", lambda: 2) == 2
    with cache.exclusive("name") as held:
        assert not held


def test_the_size_is_bounded(directory: Path) -> None:
    limit = 1_000_000
    cache = Cache(directory, limit)
    for number in range(200):
        cache.put(str(number), os.urandom(20_000))
    cache.close()
    assert file_of(directory).stat().st_size < 2 * limit
    assert cache.get("199") is not None
    assert cache.get("0") is None
    cache.close()


def test_what_was_not_used_for_longest_goes_first(directory: Path) -> None:
    with closing(Cache(directory, 1_000_000)) as cache:
        cache.put("used", b"u" * 1_000)
        for number in range(40):
            cache.put(str(number), os.urandom(20_000))
        with closing(sqlite3.connect(file_of(directory))) as connection:
            connection.execute("UPDATE entry SET used = used - 30")
            connection.commit()
        assert cache.get("used") is not None
        cache.put("new", os.urandom(300_000))
        kept = [number for number in range(40) if cache.get(str(number)) is not None]
        assert cache.get("used") is not None
        assert cache.get("new") is not None
        assert 0 < len(kept) < 40


def test_a_value_larger_than_the_cache_is_not_kept(directory: Path) -> None:
    cache = Cache(directory, 100_000)
    cache.put("large", b"x" * 1_000_000)
    assert cache.get("large") is None
    cache.put("small", 1)
    assert cache.get("small") == 1
    cache.close()


def test_many_processes_write_at_once(cache: Cache, directory: Path) -> None:
    writers = [
        python(f"for n in range(50): cache.put(f'{number} {{n}}', n)", directory)
        for number in range(4)
    ]
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    for number in range(4):
        assert [cache.get(f"{number} {n}") for n in range(50)] == list(range(50))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs signals")
def test_a_writer_killed_at_work_leaves_a_sound_cache(cache: Cache, directory: Path) -> None:
    cache.put("before", 1)
    code = "for n in range(10**9): cache.put(str(n % 100), 'x' * 50_000); print(n, flush=True)"
    for _ in range(3):
        writer = python(code, directory)
        assert line_from(writer) == "0"
        writer.kill()
        writer.communicate()
        assert cache.get("before") == 1
        assert cache.get("0") == "x" * 50_000
        cache.put("after", 2)
        assert cache.get("after") == 2


def test_others_wait_for_the_holder_of_a_lock(directory: Path) -> None:
    holder = python(
        "with cache.exclusive('work'):\n"
        "    print('in', flush=True); sys.stdin.readline(); cache.put('key', 'done')",
        directory,
    )
    assert line_from(holder) == "in"
    waiter = python(
        "print('trying', flush=True)\n"
        "with cache.exclusive('work') as held: print(held, cache.get('key'))",
        directory,
    )
    assert line_from(waiter) == "trying"
    holder.communicate("go on\n")
    answer, _ = waiter.communicate()
    assert answer.strip() == "True done"


def test_locks_of_other_names_do_not_wait(cache: Cache) -> None:
    with cache.exclusive("one") as one, cache.exclusive("other") as other:
        assert one
        assert other


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs signals")
def test_the_lock_of_a_killed_process_is_free(cache: Cache, directory: Path) -> None:
    code = "with cache.exclusive('work'): print('in', flush=True); sys.stdin.readline()"
    holder = python(code, directory)
    assert line_from(holder) == "in"
    holder.kill()
    holder.communicate()
    with cache.exclusive("work") as held:
        assert held


def test_a_lock_is_released_by_an_error(cache: Cache) -> None:
    with pytest.raises(ZeroDivisionError), cache.exclusive("work"):
        raise ZeroDivisionError
    with cache.exclusive("work") as held:
        assert held


def test_a_computation_that_fails_leaves_no_lock_behind(cache: Cache, directory: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        cache.shared("work", lambda: 1 // 0)
    assert list(directory.glob("*.lock*")) == []
    assert cache.shared("work", lambda: 2) == 2


def test_the_format_tells_pythons_apart() -> None:
    assert sys.version_info[0] * 1_000 + sys.version_info[1] == cache_store._FORMAT % 100_000
    assert cache_store._FORMAT < 2**31


def test_broken_files_are_remembered_too(cache: Cache) -> None:
    broken = FileFacts.broken(3, "invalid syntax")
    cache.save_facts({DIGEST: broken})
    assert cache.facts([DIGEST]) == {DIGEST: broken}
