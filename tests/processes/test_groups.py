"""Commands and what they start, ended in every way in which a run may end."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from families import Family, assert_gone, is_alive, lives, wait_for
from pytest_fitness.errors import MeasureError
from pytest_fitness.processes.groups import Group, ending, last_lines
from pytest_fitness.processes.running import Finished, Runner, failure

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no process groups there")
MANNERS = [(), ("deaf",), ("away",), ("deaf", "away")]
LIMIT = 1_000_000


@pytest.fixture
def runner() -> Runner:
    return Runner(LIMIT)


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def run(runner: Runner, argv: list[str], timeout: float = 60) -> Finished:
    return runner.run(argv, cwd=Path(), env={}, timeout=timeout)


@pytest.mark.parametrize("manners", MANNERS, ids="-".join)
def test_a_group_is_ended_with_children_that_are_deaf_or_went_away(
    tmp_path: Path, manners: tuple[str, ...]
) -> None:
    family = Family(tmp_path, *manners)
    with Group(family.argv, cwd=tmp_path, env={}, grace=0.3) as group:
        members = family.processes()
        assert all(map(lives, members))
    assert_gone(members)
    assert group.process.returncode == -(signal.SIGKILL if "deaf" in manners else signal.SIGTERM)


def test_a_group_that_listens_has_the_time_to_end_by_itself(tmp_path: Path) -> None:
    code = (
        "import signal, sys, time, pathlib\n"
        "def end(*_):\n    time.sleep(0.2); pathlib.Path('tidy').touch(); sys.exit(7)\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "pathlib.Path('up').touch()\n"
        "time.sleep(1000)"
    )
    group = Group(python(code), cwd=tmp_path, env={}, grace=30)
    wait_for((tmp_path / "up").exists)
    group.end()
    group.end()
    assert (tmp_path / "tidy").exists()
    assert group.status() == 7


def test_what_an_ended_parent_left_behind_is_ended_when_that_is_noticed(tmp_path: Path) -> None:
    family = Family(tmp_path, "leaves", "deaf")
    group = Group(family.argv, cwd=tmp_path, env={}, grace=0.1)
    wait_for(lambda: group.status() is not None)
    assert group.status() == 0
    wait_for(lambda: not any(map(is_alive, family.numbers())))


def test_several_threads_may_end_a_group_at_once(tmp_path: Path) -> None:
    family = Family(tmp_path, "deaf")
    group = Group(family.argv, cwd=tmp_path, env={}, grace=0.1)
    members = family.processes()
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(group.end) for _ in range(4)]:
            done.result()
    assert_gone(members)
    assert group.status() == -signal.SIGKILL


def test_a_stopped_process_is_ended_too(tmp_path: Path) -> None:
    family = Family(tmp_path)
    group = Group(family.argv, cwd=tmp_path, env={}, grace=0.1)
    members = family.processes()
    os.killpg(group.process.pid, signal.SIGSTOP)
    group.end()
    assert_gone(members)


def test_output_and_errors_arrive_whole(runner: Runner) -> None:
    code = "import sys; print('x' * 900_000); print('why', file=sys.stderr); sys.exit(3)"
    finished = run(runner, python(code))
    assert finished.output == b"x" * 900_000 + b"\n"
    assert (finished.status, finished.errors, finished.how) == (3, "why\n", "itself")


def test_the_limit_is_exact(runner: Runner) -> None:
    for size, how in ((LIMIT, "itself"), (LIMIT + 1, "output")):
        code = f"import os; os.write(1, b'x' * {size // 2}); os.write(1, b'x' * {size - size // 2})"
        assert run(runner, python(code)).how == how


def test_an_endless_flood_of_output_is_ended(runner: Runner) -> None:
    finished = run(runner, ["yes"])
    assert finished.how == "output"
    assert len(finished.output) <= LIMIT
    assert "more than 1,000,000 bytes" in str(failure(finished, 1, LIMIT))


def test_of_a_flood_of_errors_the_last_are_kept(runner: Runner) -> None:
    code = "import sys\nfor n in range(200_000): print('error', n, file=sys.stderr)\nprint(5)"
    finished = run(runner, python(code))
    assert finished.output == b"5\n"
    assert finished.errors.endswith("error 199999\n")
    assert len(finished.errors) < 1_000_000


@pytest.mark.parametrize("manners", [("away",), ("deaf", "away")], ids="-".join)
def test_after_its_time_a_command_is_ended_with_all_its_children(
    runner: Runner, tmp_path: Path, manners: tuple[str, ...]
) -> None:
    family = Family(tmp_path, *manners)
    with ThreadPoolExecutor() as pool:
        finished = pool.submit(run, runner, family.argv, 3.0)
        members = family.processes()
        assert finished.result().how == "time"
    assert_gone(members)


def test_children_that_a_command_left_in_the_background_are_ended(
    runner: Runner, tmp_path: Path
) -> None:
    family = Family(tmp_path, "leaves")
    finished = run(runner, family.argv)
    assert (finished.how, finished.status) == ("itself", 0)
    wait_for(lambda: not any(map(is_alive, family.numbers())))


def test_a_daemon_that_keeps_the_pipe_open_is_not_waited_for(
    runner: Runner, tmp_path: Path
) -> None:
    daemon = "import time; time.sleep(1000)"
    code = (
        "import os, subprocess, sys\n"
        f"daemon = subprocess.Popen([sys.executable, '-c', {daemon!r}], start_new_session=True)\n"
        "print(daemon.pid, flush=True); os._exit(0)"
    )
    finished = run(runner, python(code))
    daemon_process = psutil.Process(int(finished.output))
    try:
        assert lives(daemon_process)  # it has left for good: that is what daemons do
        assert finished.how == "itself"
    finally:
        daemon_process.kill()
        assert_gone([daemon_process])


def test_closing_ends_what_runs_in_other_threads_and_starts_nothing_more(
    runner: Runner, tmp_path: Path
) -> None:
    family = Family(tmp_path)
    with ThreadPoolExecutor() as pool:
        finished = pool.submit(run, runner, family.argv)
        members = family.processes()
        runner.close()
        assert finished.result().how == "close"
    assert_gone(members)
    with pytest.raises(MeasureError, match="the run is over"):
        run(runner, ["true"])


def test_commands_of_many_threads_do_not_mix(runner: Runner) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: run(runner, ["echo", str(n)]).output, range(40)))
    assert found == [b"%d\n" % n for n in range(40)]


def test_no_thread_or_descriptor_is_left(runner: Runner) -> None:
    run(runner, ["true"])  # the first one starts the guard
    threads, descriptors = threading.active_count(), psutil.Process().num_fds()
    for _ in range(5):
        run(runner, ["echo", "1"])
    wait_for(lambda: threading.active_count() <= threads)
    assert psutil.Process().num_fds() <= descriptors


# A run in an interpreter of its own, which is then stopped from outside.
RUN = """\
import sys, time, threading
from pathlib import Path
from pytest_fitness.processes.groups import Group
from pytest_fitness.processes.running import Runner
how, directory, *argv = sys.argv[1:]
def ready():
    while not Path(directory, "parent.pid").exists(): time.sleep(0.01)
if how == "waits":
    Runner(1000).run(argv, cwd=Path(), env={}, timeout=600)
Group(argv, cwd=Path(), env={}, grace=0.5)
ready()
if how == "fails": raise RuntimeError("failed")
if how == "sleeps": time.sleep(600)
"""


def start_run(tmp_path: Path, how: str, *manners: str) -> tuple[subprocess.Popen[bytes], Family]:
    family = Family(tmp_path / "family", *manners)
    script = tmp_path / "run.py"
    script.write_text(RUN)
    argv = [sys.executable, str(script), how, str(tmp_path / "family"), *family.argv]
    return subprocess.Popen(argv, stderr=subprocess.DEVNULL), family


@pytest.mark.parametrize("sent", ["SIGINT", "SIGTERM", "SIGKILL", "SIGHUP"])
@pytest.mark.parametrize(
    ("how", "manner"), [("waits", "mild"), ("sleeps", "mild"), ("waits", "deaf")]
)
def test_no_orphan_outlives_a_run_that_is_stopped(
    tmp_path: Path, how: str, manner: str, sent: str
) -> None:
    process, family = start_run(tmp_path, how, manner)
    members = family.processes()
    assert all(map(lives, members))
    process.send_signal(signal.Signals[sent])
    process.wait(60)
    assert_gone(members)


@pytest.mark.parametrize("ignored", ["SIGINT", "SIGHUP"])
def test_what_the_tests_start_heeds_what_a_shell_lets_its_background_jobs_ignore(
    ignored: str,
) -> None:
    code = (
        "import signal, subprocess, sys\n"
        "sys.path.insert(0, sys.argv[1])\n"
        f"signal.signal(signal.{ignored}, signal.SIG_IGN)\n"
        "from signals import heed\n"
        "heed()\n"
        f"child = 'import signal as s; print(s.getsignal(s.{ignored}) is s.SIG_IGN)'\n"
        "sys.exit(subprocess.run([sys.executable, '-c', child]).returncode)\n"
    )
    support = str(Path(__file__).parents[1] / "support")
    done = subprocess.run(
        [sys.executable, "-c", code, support], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("how", ["fails", "forgets"])
def test_no_orphan_outlives_a_run_that_ends_without_closing(tmp_path: Path, how: str) -> None:
    process, family = start_run(tmp_path, how, "deaf")
    process.wait(60)
    wait_for(lambda: not any(map(is_alive, family.numbers())))


def test_a_copy_of_the_run_ends_nothing_of_it(tmp_path: Path) -> None:
    family = Family(tmp_path)
    with Group(family.argv, cwd=tmp_path, env={}) as group:
        members = family.processes()
        group._owner += 1
        group.end_at_exit()
        assert all(map(lives, members))
    assert_gone(members)


def test_the_guard_of_a_run_ends_with_it(tmp_path: Path) -> None:
    def guards() -> set[int]:
        return {
            process.pid
            for process in psutil.process_iter()
            if lives(process) and any("orphans.py" in word for word in _words(process))
        }

    before = guards()
    process, family = start_run(tmp_path, "sleeps")
    members = family.processes()
    new = guards() - before
    assert new
    process.kill()
    process.wait(60)
    wait_for(lambda: not new & guards())
    assert_gone(members)


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (3, "ended with status 3"),
        (-11, "was killed by SIGSEGV"),
        (-200, "was killed by signal 200"),
    ],
)
def test_an_end_in_words(status: int, said: str) -> None:
    assert ending(status) == said


def test_the_last_lines_of_an_output_are_few_and_short() -> None:
    assert last_lines("a\n\n  b \n") == "a | b"
    assert last_lines("".join(f"{n}\n" for n in range(100)), count=2) == "98 | 99"
    assert len(last_lines("x" * 100_000)) == 200
    assert last_lines(" \n\n") == ""


def test_a_late_command_is_told_with_what_it_said_last() -> None:
    late = Finished("the command 'x'", -15, b"", "waiting for the lock\n", "time")
    told = failure(late, 1.5, LIMIT)
    assert told is not None
    assert told.message == "the command 'x' did not end within 1.5s, and was ended"
    assert "waiting for the lock" in str(told.hint)
    assert failure(late._replace(how="itself", status=0), 1.5, LIMIT) is None
