import os
import signal
import threading
from pathlib import Path

import pytest

from pytest_fitness.codebase.files.analysing import PackedFile, analyse_each
from pytest_fitness.codebase.files.facts import FileFacts
from pytest_fitness.codebase.files.processes import (
    ForkedHelper,
    SpawnedHelper,
    can_fork,
    unwrap,
    wrap,
)

KINDS = [
    pytest.param(
        ForkedHelper, marks=pytest.mark.skipif(not hasattr(os, "fork"), reason="cannot fork")
    ),
    SpawnedHelper,
]
AnyHelper = type[ForkedHelper] | type[SpawnedHelper]


@pytest.fixture
def paths(tmp_path: Path) -> list[str]:
    paths = [tmp_path / f"module {number}.py" for number in range(3)]
    for number, path in enumerate(paths):
        path.write_text(f"def f{number}(): return a or b\n")
    return [*map(str, paths), str(tmp_path / "missing\udcff.py")]


def assert_gone(pid: int) -> None:
    """A child that was waited for is no longer there to be waited for."""
    with pytest.raises(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


@pytest.mark.parametrize("kind", KINDS)
def test_a_helper_finds_what_this_process_would(kind: AnyHelper, paths: list[str]) -> None:
    helper = kind(paths)
    assert helper.result() == analyse_each(paths)
    helper.stop()
    assert_gone(helper.pid)


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_larger_than_a_pipe_arrives_whole(kind: AnyHelper, tmp_path: Path) -> None:
    path = tmp_path / "large.py"
    path.write_text("".join(f"def function_{number}(): pass\n" for number in range(5_000)))
    helper = kind([str(path)])
    answer = helper.result()
    helper.stop()
    assert answer is not None
    assert len(FileFacts.unpack(answer[0][1]).functions) == 5_000


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs signals")
@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_helper_has_no_result_and_leaves_no_zombie(
    kind: AnyHelper, tmp_path: Path
) -> None:
    path = tmp_path / "large.py"
    path.write_text("def f(a, b): return a + b\n" * 20_000)
    helper = kind([str(path)])
    os.kill(helper.pid, signal.SIGKILL)
    assert helper.result() is None
    helper.stop()
    assert_gone(helper.pid)


@pytest.mark.parametrize("kind", KINDS)
def test_a_helper_can_be_stopped_before_it_is_done(kind: AnyHelper, paths: list[str]) -> None:
    helper = kind(paths * 1_000)
    helper.stop()
    assert_gone(helper.pid)


def test_a_cut_answer_is_no_answer() -> None:
    files: list[PackedFile] = [(b"digest", (1, 2)), (None, ())]
    answer = wrap(files)
    assert unwrap(answer) == files
    assert all(unwrap(answer[:length]) is None for length in range(len(answer)))


def test_a_process_with_threads_is_not_forked() -> None:
    release = threading.Event()
    thread = threading.Thread(target=release.wait)
    thread.start()
    try:
        assert not can_fork()
    finally:
        release.set()
        thread.join()
