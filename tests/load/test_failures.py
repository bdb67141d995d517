"""Everything that goes wrong is one clear error, and leaves nothing running."""

import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from families import wait_for
from load_targets import Target, marked
from pytest_fitness.errors import MeasureError
from pytest_fitness.load import checks, engine
from pytest_fitness.load.engine import run_load
from pytest_fitness.load.plan import LoadPlan, Stage
from pytest_fitness.load.result import StageResult, Tick
from server_processes import free_port

LONG = (Stage(4, 60.0),)


class HangingUp(threading.Thread):
    """Takes connections and closes them at once; its port, as long as it is entered."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=100)

    def __enter__(self) -> int:
        self.start()
        port: int = self._socket.getsockname()[1]
        return port

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self.join()

    def run(self) -> None:
        with suppress(OSError):
            while True:
                self._socket.accept()[0].close()


def failure(plan: LoadPlan, **rest: Any) -> MeasureError:
    with pytest.raises(MeasureError) as raised:
        run_load(plan, **rest)
    return raised.value


def test_a_port_that_nobody_listens_on_is_told_before_anything_is_started(mark: str) -> None:
    port = free_port()
    error = failure(LoadPlan(f"http://localhost:{port}/x", stages=LONG))
    assert error.message == f"nobody listens on localhost:{port}"
    assert error.hint is not None
    assert "target" in error.hint
    assert marked(mark) == []


def test_a_host_that_does_not_exist(mark: str) -> None:
    error = failure(LoadPlan("http://no-such-host.invalid/", stages=LONG))
    assert "no host 'no-such-host.invalid'" in error.message


def test_a_host_that_does_not_answer_is_not_waited_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise TimeoutError("timed out")

    # A packet that is dropped on the way cannot be had on the loopback.
    monkeypatch.setattr("socket.create_connection", refuse)
    error = failure(LoadPlan("http://[::1]:9", stages=LONG))
    assert error.message == "[::1]:9 cannot be reached: no connection in time"


@pytest.mark.parametrize("workers", [1, 2])
def test_a_target_that_dies_in_the_middle(server: Target, mark: str, workers: int) -> None:
    error = failure(LoadPlan(server.url + "/die/100", stages=LONG, workers=workers))
    assert f"{server.url}/die/100 stopped answering" in error.message
    count = int(error.message.rpartition("after ")[2].split()[0])
    # Those that were under way at the moment of death are not answered.
    assert 90 <= count <= 100


def test_a_target_that_dies_at_the_very_end(server: Target, mark: str) -> None:
    def tell(tick: Tick) -> None:
        if tick.measured:
            server.process.kill()

    error = failure(LoadPlan(server.url, stages=(Stage(4, 2.5),)), on_tick=tell)
    assert "stopped answering" in error.message


@pytest.mark.parametrize("workers", [1, 2])
def test_a_target_that_dies_within_the_last_second(server: Target, mark: str, workers: int) -> None:
    # Ten requests a second of each user: the last dozen of three seconds find nobody.
    plan = LoadPlan(server.url + "/die/75", stages=(Stage(3, 3.0),), pause=0.1, workers=workers)
    error = failure(plan)
    assert f"{server.url}/die/75 stopped answering" in error.message


def test_a_target_that_is_dead_for_all_of_a_short_stage(server: Target, mark: str) -> None:
    def kill(result: StageResult) -> bool:
        server.process.kill()
        server.process.wait()
        return True

    plan = LoadPlan(server.url, stages=(Stage(2, 0.5), Stage(2, 1.2)))
    error = failure(plan, after_stage=kill)
    assert "stopped answering" in error.message


def test_a_target_that_hangs_up_on_everybody_from_then_on(mark: str) -> None:
    """As a proxy does whose server has died: it takes connections, and drops them."""
    with HangingUp() as port:
        error = failure(LoadPlan(f"http://127.0.0.1:{port}/", stages=(Stage(2, 1.5),)))
    assert "answered none of" in error.message


def test_a_target_that_takes_connections_and_never_answers(server: Target, mark: str) -> None:
    error = failure(LoadPlan(server.url + "/hang/50", stages=(Stage(3, 5.0),)))
    assert "stopped answering" in error.message
    assert "after 49 requests" in error.message


def test_a_target_that_never_answers_in_time(server: Target, mark: str) -> None:
    error = failure(LoadPlan(server.url + "/hang/0", stages=(Stage(2, 60.0),), timeout=0.2))
    assert "answered none of" in error.message


@pytest.mark.parametrize(
    ("stages", "said"),
    [
        ((), "without stages"),
        ((Stage(0, 1.0),), "stage 1 of the load cannot be: 0 users"),
        ((Stage(1, 1.0), Stage(1, -1.0)), "stage 2"),
        ((Stage(1, 0.0),), "stage 1"),
        ((Stage(1, 1.0, 1.0),), "stage 1"),
        ((Stage(1, 1.0, -1.0),), "stage 1"),
        ((Stage(1, float("nan")),), "stage 1"),
        ((Stage(1, float("inf")),), "stage 1"),
    ],
)
def test_what_is_no_load(stages: tuple[Stage, ...], said: str) -> None:
    assert said in failure(LoadPlan("http://127.0.0.1:1", stages=stages)).message


def test_without_locust_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "find_spec", lambda name: None)
    error = failure(LoadPlan("http://127.0.0.1:1", stages=LONG))
    assert "locust, which is not installed" in error.message
    assert error.hint == "Install it: pip install 'pytest-fitness[load]'."


def test_locust_itself_is_killed(server: Target, mark: str) -> None:
    def tell(tick: Tick) -> None:
        for process in marked(mark):
            process.kill()

    error = failure(LoadPlan(server.url, stages=LONG), on_tick=tell)
    assert "Locust was killed by SIGKILL before the load was over" in error.message


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "hangs"])
def test_a_worker_is_lost(server: Target, mark: str, number: signal.Signals) -> None:
    killed: list[psutil.Process] = []

    def tell(tick: Tick) -> None:
        if tick.measured and not killed:
            members = marked(mark)
            parents = {process.ppid() for process in members}
            killed.append(next(p for p in members if p.pid not in parents))
            killed[0].send_signal(number)

    error = failure(LoadPlan(server.url + "/sleep/0.01", stages=LONG, workers=2), on_tick=tell)
    assert killed
    assert "1 of 2 workers were lost" in error.message


def test_workers_that_never_come_are_waited_for_and_missed(server: Target, mark: str) -> None:
    plan = LoadPlan(
        server.url,
        stages=LONG,
        master=f"127.0.0.1:{free_port()}",
        expect_workers=3,
        workers_within=0.5,
    )
    error = failure(plan)
    assert error.message == "0 of 3 workers came within 0.5s"
    assert error.hint is not None
    assert "Start the others" in error.hint


def test_the_port_of_the_master_is_taken(server: Target, mark: str) -> None:
    master = f"127.0.0.1:{server.port}"
    error = failure(LoadPlan(server.url, stages=LONG, master=master, expect_workers=1))
    assert error.message == (
        f"the load cannot wait for workers at {master}: something listens there already"
    )


def test_a_locustfile_that_never_comes_to_an_end(
    server: Target, mark: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_LONGEST_SILENCE", 2.0)
    path = locustfile(tmp_path, "print('here I am', flush=True)\nwhile True: pass\n")
    error = failure(LoadPlan(server.url, locustfile=path, stages=LONG))
    assert error.message == "Locust said nothing for 2s, and was ended"
    assert "here I am" in str(error.hint)


_RUN = """\
import sys
from pytest_fitness.load.engine import run_load
from pytest_fitness.load.plan import LoadPlan, Stage
plan = LoadPlan(sys.argv[1], stages=(Stage(4, 600.0),), workers=2)
run_load(plan, lambda tick: print("tick", flush=True))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no process groups there")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["killed", "Ctrl-C"])
def test_a_run_that_ends_takes_the_load_with_it(
    server: Target, mark: str, number: signal.Signals
) -> None:
    argv = [sys.executable, "-c", _RUN, server.url]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"tick\n"
        members = marked(mark)
        assert len(members) >= 4  # the run, the master, two workers
        os.kill(run.pid, number)
        run.wait(60)
    wait_for(lambda: not any(map(psutil.Process.is_running, members)))


_SECRET = """\
import sys
from pytest_fitness.load.engine import run_load
from pytest_fitness.load.plan import LoadPlan, Request, Stage
request = Request("/every/2", name="n4med", headers={"Authorization": "s3cret"})
rest = {"master": sys.argv[2], "expect_workers": 1} if sys.argv[2:] else {"workers": 2}
plan = LoadPlan(sys.argv[1], (request,), stages=(Stage(4, 600.0),), **rest)
run_load(plan, lambda tick: print("tick", flush=True))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no process groups there")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "told"])
@pytest.mark.parametrize("is_master", [False, True], ids=["here", "master"])
def test_a_run_that_is_ended_leaves_nothing_of_its_plan_on_disk(
    server: Target,
    mark: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: signal.Signals,
    is_master: bool,
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    places = [f"127.0.0.1:{free_port()}"] if is_master else []
    argv = [sys.executable, "-c", _SECRET, server.url, *places]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"tick\n"
        assert is_master or list(tmp_path.iterdir()) == []
        os.kill(run.pid, number)
        run.wait(60)
    wait_for(lambda: not marked(mark))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no process groups there")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "told"])
def test_a_run_that_is_ended_while_its_load_comes_up_leaves_no_folder(
    server: Target,
    mark: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: signal.Signals,
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    argv = [sys.executable, "-c", _SECRET, server.url, ""]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as run:
        wait_for(lambda: bool(list(tmp_path.glob("*/fitness_load.py"))))
        os.kill(run.pid, number)
        run.wait(60)
    wait_for(lambda: not marked(mark))
    wait_for(lambda: not list(tmp_path.iterdir()))


def locustfile(folder: Path, text: str) -> Path:
    path = folder / "visitors.py"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_locustfile_that_is_not_there(server: Target, tmp_path: Path) -> None:
    error = failure(LoadPlan(server.url, locustfile=tmp_path / "no.py", stages=LONG))
    assert f"the locustfile {str(tmp_path / 'no.py')!r} cannot be read: No such file" in (
        error.message
    )


@pytest.mark.parametrize("name", ["visitors.txt", "visitors", "a,b.py"])
def test_a_locustfile_that_locust_would_not_take(server: Target, tmp_path: Path, name: str) -> None:
    error = failure(LoadPlan(server.url, locustfile=tmp_path / name, stages=LONG))
    assert "no Python file that Locust takes" in error.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import locust\n\ndef broken(:\n", "visitors.py:3: invalid syntax"),
        ("x = 1\n  y = 2\n", "visitors.py:2: unexpected indent"),
        ("x = 'a\0b'\n", "null bytes"),
        ("x = " + "-" * 200_000 + "1", "visitors.py"),
    ],
    ids=["syntax", "indent", "null", "deep"],
)
def test_a_locustfile_with_a_syntax_error(
    server: Target, tmp_path: Path, mark: str, text: str, said: str
) -> None:
    error = failure(LoadPlan(server.url, locustfile=locustfile(tmp_path, text), stages=LONG))
    assert said in error.message
    assert marked(mark) == []


_LATE = """\
class Late:
    def __del__(self):
        raise ValueError('too late')

kept = Late()
raise RuntimeError('not today')
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import no_such_library\n", "No module named 'no_such_library'"),
        ("raise RuntimeError('not today')\n", "not today"),
        ("import sys; sys.exit('enough')\n", "enough"),
        ("import os; os.kill(os.getpid(), 9)\n", "was killed by SIGKILL"),
        ("x = 1\n", "No User class found"),
        (
            _LATE,
            "RuntimeError: not today",
        ),
    ],
)
def test_a_locustfile_that_cannot_be_run(
    server: Target, tmp_path: Path, mark: str, text: str, said: str
) -> None:
    error = failure(LoadPlan(server.url, locustfile=locustfile(tmp_path, text), stages=LONG))
    assert said in error.message
    assert "before the load was over" in error.message
