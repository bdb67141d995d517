import os
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.codebase.files import workers
from pytest_fitness.codebase.files.facts import FileFacts
from pytest_fitness.codebase.files.inspection import analyse
from pytest_fitness.codebase.files.processes import (
    ForkedHelper,
    Helper,
    SpawnedHelper,
    start_helper,
)
from pytest_fitness.codebase.files.reading import digest_of
from pytest_fitness.codebase.files.workers import _shares, analyse_files, usable_cores
from python_programs import law

Analysed = list[tuple[bytes | None, FileFacts]]


@pytest.fixture
def paths(tmp_path: Path) -> list[str]:
    paths = []
    for number in range(20):
        path = tmp_path / f"module_{number}.py"
        path.write_text(f"def f{number}():\n    return a or b\n" * (number + 1))
        paths.append(str(path))
    return paths


def expected(paths: Sequence[str]) -> Analysed:
    contents = [Path(path).read_bytes() for path in paths]
    return [(digest_of(content), analyse(content)) for content in contents]


@pytest.mark.parametrize("processes", [None, 1, 2, 3, 30])
def test_the_result_does_not_depend_on_who_does_the_work(
    paths: list[str], processes: int | None
) -> None:
    assert analyse_files(paths, processes) == expected(paths)


def test_a_parent_with_threads_gets_the_same(paths: list[str]) -> None:
    results: list[Analysed] = []
    thread = threading.Thread(target=lambda: results.append(analyse_files(paths, 2)))
    thread.start()
    thread.join()
    assert results == [expected(paths)]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs signals")
def test_the_share_of_a_dead_helper_is_not_lost(
    paths: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pids = []

    def start_and_kill(share: Sequence[str]) -> Helper | None:
        helper = start_helper(list(share) * 500)
        assert isinstance(helper, ForkedHelper | SpawnedHelper)
        os.kill(helper.pid, signal.SIGKILL)
        pids.append(helper.pid)
        return helper

    monkeypatch.setattr(workers, "start_helper", start_and_kill)
    assert analyse_files(paths, 3) == expected(paths)
    assert len(pids) == 2
    for pid in pids:
        with pytest.raises(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)


def test_a_system_without_room_for_helpers_is_no_obstacle(
    paths: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "start_helper", lambda *_: None)
    assert analyse_files(paths, 3) == expected(paths)


def test_no_files_at_all() -> None:
    assert analyse_files([]) == []


def test_a_missing_file_has_an_error_and_no_digest(tmp_path: Path) -> None:
    [(digest, facts)] = analyse_files([str(tmp_path / "missing.py")])
    assert digest is None
    assert facts.error is not None
    assert "No such file" in facts.error[1]


@law
@given(sizes=st.lists(st.integers(0, 1_000_000)), count=st.integers(1, 9))
def test_shares_are_complete_and_of_like_weight(sizes: list[int], count: int) -> None:
    shares = _shares(sizes, count)
    assert len(shares) == count
    assert sorted(index for share in shares for index in share) == list(range(len(sizes)))
    weights = [sum(sizes[index] for index in share) for share in shares]
    assert max(weights) - min(weights) <= 2 * max(sizes, default=0)


def test_at_least_one_core_is_usable() -> None:
    assert usable_cores() >= 1
