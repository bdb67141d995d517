"""The source `process`: what processes use, and what becomes of those that end meanwhile."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from families import Family, assert_gone, lives, wait_for
from pytest_fitness.answers import Answer, Window
from pytest_fitness.errors import MeasureError, UnreachableError
from pytest_fitness.sources.process import reading
from pytest_fitness.sources.process.client import ProcessClient
from pytest_fitness.sources.process.options import ProcessOptions, ProcessQuery, ReadyOptions
from pytest_fitness.sources.process.source import Process, fitness_sources

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="uses signals and groups")
METRICS = ("rss", "uss", "cpu", "fds", "threads", "connections")
NOW = Window(0.0)
MB = 1_000_000
Open = Callable[..., ProcessClient]
Spawn = Callable[[str], subprocess.Popen[str]]


@pytest.fixture
def open_client(tmp_path: Path) -> Iterator[Open]:
    clients = []

    def open_it(**options: Any) -> ProcessClient:
        client = Process().open(ProcessOptions(**options), tmp_path)
        assert isinstance(client, ProcessClient)
        clients.append(client)
        return client

    yield open_it
    for client in clients:
        client.close()


@pytest.fixture
def spawn() -> Iterator[Spawn]:
    """Starts Python code that prints a line when it is up; it is killed in the end."""
    processes: list[subprocess.Popen[str]] = []

    def start(code: str) -> subprocess.Popen[str]:
        argv = [sys.executable, "-c", code]
        process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, start_new_session=True)
        processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline()
        return process

    yield start
    for process in processes:
        with process:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def values(answer: Answer) -> list[float]:
    return [value for series in answer.series for _, value in series.points]


def value(client: ProcessClient, metric: str, window: Window = NOW) -> float:
    (found,) = values(client.ask(ProcessQuery(metric=metric), window))
    return found


def error(client: ProcessClient, metric: str = "rss", window: Window = NOW) -> MeasureError:
    with pytest.raises(MeasureError) as caught:
        client.ask(ProcessQuery(metric=metric), window)
    return caught.value


SLEEPS = "import time; print('up', flush=True); time.sleep(1000)"
BUSY = "print('up', flush=True)\nwhile True: pass"
USES = """\
import socket, sys, threading, time
memory = bytearray(b"x") * 50_000_000
files = [open("/dev/null") for _ in range(20)]
for _ in range(4): threading.Thread(target=time.sleep, args=[1000], daemon=True).start()
listening = socket.create_server(("127.0.0.1", 0))
ends = [socket.create_connection(listening.getsockname()) for _ in range(3)]
others = [listening.accept() for _ in range(3)]
"""
UP = "print('up', flush=True); time.sleep(1000)\n"


def test_what_a_process_uses(open_client: Open, spawn: Spawn) -> None:
    process = spawn(USES + UP)
    client = open_client(pid=process.pid)
    assert 50 * MB < value(client, "rss") < 500 * MB
    assert 50 * MB < value(client, "uss") <= value(client, "rss")
    assert value(client, "threads") == 5
    assert value(client, "fds") == psutil.Process(process.pid).num_fds()
    assert value(client, "fds") >= 27
    assert value(client, "connections") == 6  # both ends are its own
    assert 0 <= value(client, "cpu") < 1


def test_children_count_once_and_only_where_wanted(open_client: Open, spawn: Spawn) -> None:
    # They have inherited its sockets, and are not to be taken for twelve more.
    forks = "import os\nfor _ in range(2):\n    if os.fork() == 0: time.sleep(1000)\n"
    process = spawn(USES + forks + UP)
    every, alone = open_client(pid=process.pid), open_client(pid=process.pid, children=False)
    assert value(every, "threads") == 7
    assert value(alone, "threads") == 5
    assert value(every, "connections") == value(alone, "connections") == 6
    assert value(every, "fds") > 2 * value(alone, "fds")
    assert value(every, "rss") > value(alone, "rss")
    assert value(every, "uss") < 100 * MB < value(every, "rss")  # their memory is shared


def test_busy_children_are_busy_cores(open_client: Open, spawn: Spawn) -> None:
    process = spawn(f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BUSY!r}])")
    assert value(open_client(pid=process.pid), "cpu") > 0.05
    assert value(open_client(pid=process.pid, children=False), "cpu") < 0.05


def test_children_that_come_and_go_are_not_lost(open_client: Open, spawn: Spawn) -> None:
    code = (
        "import subprocess, sys\nprint('up', flush=True)\n"
        "while True: subprocess.run([sys.executable, '-S', '-c', 'sum(range(300_000))'])"
    )
    client = open_client(pid=spawn(code).pid)
    found = values(client.ask(ProcessQuery(metric="cpu"), Window(0.0, 2.0, 0.2)))
    assert len(found) > 1
    assert sum(found) / len(found) > 0.1
    assert value(client, "rss") > 0


def test_a_window_is_watched(open_client: Open, spawn: Spawn) -> None:
    client = open_client(pid=spawn(SLEEPS).pid)
    before = time.time()
    (series,) = client.ask(ProcessQuery(metric="rss"), Window(before, 1.0, 0.25)).series
    times = [moment for moment, _ in series.points]
    assert times == sorted(times)
    assert before < times[0]
    assert 1 <= len(times) <= 4
    assert times[-1] - before >= 1.0
    assert all(found > 0 for _, found in series.points)


@pytest.mark.parametrize(("step", "most"), [(0.001, 5), (15.0, 1)])
def test_steps_are_neither_too_fine_nor_too_long(
    open_client: Open, spawn: Spawn, step: float, most: int
) -> None:
    client = open_client(pid=spawn(SLEEPS).pid)
    found = values(client.ask(ProcessQuery(metric="threads"), Window(0.0, 1.0, step)))
    assert 1 <= len(found) <= most
    assert set(found) == {1}


def test_what_grows_is_seen_to_grow(open_client: Open, spawn: Spawn) -> None:
    grows = (
        "import time; print('up', flush=True); kept = []\n"
        "while True: kept.append(bytearray(b'x') * 1_000_000); time.sleep(0.02)"
    )
    client = open_client(pid=spawn(grows).pid)
    found = values(client.ask(ProcessQuery(metric="rss"), Window(0.0, 1.0, 0.5)))
    assert found == sorted(found)
    assert value(client, "rss") > found[0]


def test_questions_about_the_same_time_share_one_watch(
    open_client: Open, spawn: Spawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings = []

    def counted(*args: Any, **more: Any) -> reading.Reading:
        readings.append(args[1])
        return reading.read(*args, **more)

    monkeypatch.setattr("pytest_fitness.sources.process.client.read", counted)
    client = open_client(pid=spawn(SLEEPS).pid)
    window = Window(5.0, 0.4, 0.2)
    metrics = ["rss", "cpu", "fds", "threads", "rss", "cpu"]
    with ThreadPoolExecutor(6) as pool:
        answers = list(
            pool.map(lambda name: client.ask(ProcessQuery(metric=name), window), metrics)
        )
    assert len(readings) <= 3
    moments = {tuple(time for time, _ in answer.series[0].points) for answer in answers}
    assert len(moments) == 1
    client.ask(ProcessQuery(metric="rss"), Window(6.0, 0.4, 0.2))
    assert len(readings) > 3


def test_a_time_that_is_too_long_to_wait_for_is_refused(open_client: Open) -> None:
    told = error(open_client(pid=os.getpid()), window=Window(0.0, 300.0))
    assert "60 s at most, not 300 s" in told.message
    assert "60s or less" in str(told.hint)


def test_a_process_that_ends_while_it_is_watched_is_an_error(
    open_client: Open, spawn: Spawn
) -> None:
    process = spawn("import time; print('up', flush=True); time.sleep(0.7)")
    client = open_client(pid=process.pid)
    told = error(client, window=Window(0.0, 30.0, 0.2))
    assert told.message == f"the process {process.pid} ended while it was measured"
    assert process.returncode is None  # nobody has asked how it ended: it was a zombie
    assert "ended while it was measured" in error(client).message


def test_closing_ends_a_watch(open_client: Open, spawn: Spawn) -> None:
    client = open_client(pid=spawn(SLEEPS).pid)
    with ThreadPoolExecutor() as pool:
        told = pool.submit(error, client, "rss", Window(0.0, 60.0))
        time.sleep(0.1)
        client.close()
        assert "the run ended before" in told.result().message


def test_no_process_of_that_number(open_client: Open, spawn: Spawn) -> None:
    process = spawn(SLEEPS)
    process.kill()
    process.wait()
    told = error(open_client(pid=process.pid))
    assert isinstance(told, UnreachableError)
    assert told.message == f"there is no process {process.pid}"


def test_a_zombie_is_no_process(open_client: Open, spawn: Spawn) -> None:
    process = spawn(SLEEPS)
    process.kill()
    wait_for(lambda: not lives(psutil.Process(process.pid)))
    told = error(open_client(pid=process.pid))
    assert isinstance(told, UnreachableError)
    assert "has ended; only its exit status is left" in told.message


def test_another_process_of_the_same_number_is_not_measured(
    open_client: Open, spawn: Spawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = open_client(pid=spawn(SLEEPS).pid)
    assert value(client, "threads") == 1
    # What psutil tells apart processes by: their number and the time they were created at.
    monkeypatch.setattr(psutil.Process, "is_running", lambda self: False)
    assert "ended while it was measured" in error(client).message


def test_a_pidfile(open_client: Open, spawn: Spawn, tmp_path: Path) -> None:
    process = spawn(SLEEPS)
    (tmp_path / "app.pid").write_text(f"{process.pid}\n/var/lib/data\n")
    client = open_client(pidfile="app.pid")
    assert value(client, "threads") == 1
    other = spawn(USES + UP)  # it was started anew
    (tmp_path / "app.pid").write_text(f" {other.pid}")
    assert value(client, "threads") == 5


def test_pidfiles_that_lead_nowhere(open_client: Open, spawn: Spawn, tmp_path: Path) -> None:
    client = open_client(pidfile="app.pid")
    path = tmp_path / "app.pid"
    assert "cannot be read: No such file" in error(client).message
    path.mkdir()
    assert isinstance(error(client), UnreachableError)
    path.rmdir()
    for text in ("", "abc", "-5", "0", "9" * 30, "1.5", "x" * 1_000_000):
        path.write_text(text)
        assert "does not begin with the number of a process" in error(client).message
    process = spawn(SLEEPS)
    path.write_text(str(process.pid))
    os.utime(path, (1_000_000, 1_000_000))
    told = error(client)
    assert "is stale: the process" in told.message
    assert "was started later" in told.message
    process.kill()
    process.wait()
    assert f"is stale: there is no process {process.pid}" in error(client).message


LISTENS = """\
import socket, time
listening = socket.create_server((HOST, 0), family=FAMILY)
print(listening.getsockname()[1], flush=True); REST
time.sleep(1000)
"""


def listen(spawn: Spawn, host: str = "127.0.0.1", rest: str = "pass") -> tuple[int, int]:
    family = "socket.AF_INET6" if ":" in host else "socket.AF_INET"
    code = LISTENS.replace("HOST", repr(host)).replace("FAMILY", family)
    process = spawn(
        code.replace("print(", "port = (")
        .replace("flush=True)", ")")
        .replace("REST", rest)
        .replace("time.sleep(1000)", "print(port[0], flush=True); time.sleep(1000)")
    )
    for connection in psutil.Process(process.pid).net_connections("tcp"):
        if connection.status == psutil.CONN_LISTEN:
            return process.pid, connection.laddr[1]
    raise AssertionError("it does not listen")


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::1", "::"])
def test_the_process_that_listens_on_a_port(open_client: Open, spawn: Spawn, host: str) -> None:
    _, port = listen(spawn, host, "keep = bytearray(b'x') * 80_000_000")
    assert value(open_client(port=port), "rss") > 80 * MB


def test_of_processes_that_share_a_port_the_first_is_meant(open_client: Open, spawn: Spawn) -> None:
    pid, port = listen(spawn, rest="import os; os.fork(); os.fork()")
    family = psutil.Process(pid)
    wait_for(lambda: len(family.children(recursive=True)) == 3)
    assert value(open_client(port=port), "threads") == 4
    assert value(open_client(port=port, children=False), "threads") == 1


def test_strangers_on_one_port_are_told_by_their_numbers(open_client: Open, spawn: Spawn) -> None:
    first, port = listen(spawn, "127.0.0.1")
    code = LISTENS.replace("HOST", "'127.0.0.2'").replace(", 0)", f", {port})")
    second = spawn(code.replace("FAMILY", "socket.AF_INET").replace("REST", "pass"))
    told = error(open_client(port=port))
    pids = ", ".join(map(str, sorted([first, second.pid])))
    assert told.message == f"several processes listen on port {port}: {pids}"


def test_nobody_on_a_port(open_client: Open) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert value(open_client(port=port, children=False), "threads") >= 1  # that is us
    told = error(open_client(port=port))
    assert isinstance(told, UnreachableError)
    assert told.message == f"nothing listens on port {port} of this machine"


def test_a_port_whose_process_is_hidden_from_us(
    open_client: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = psutil.net_connections
    monkeypatch.setattr(
        psutil, "net_connections", lambda kind: [c._replace(pid=None) for c in real(kind)]
    )
    with socket.create_server(("127.0.0.1", 0)) as server:
        told = error(open_client(port=server.getsockname()[1]))
    assert "it cannot be told which process listens" in told.message
    assert "as root" in str(told.hint)


def test_where_the_system_does_not_list_all_ports_each_process_is_asked(
    open_client: Open, spawn: Spawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deny(kind: str) -> None:
        raise psutil.AccessDenied

    _, port = listen(spawn)
    monkeypatch.setattr(psutil, "net_connections", deny)
    assert value(open_client(port=port), "threads") == 1
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]
    assert "nothing listens" in error(open_client(port=free)).message


def test_what_belongs_to_another_user_is_denied(
    open_client: Open, spawn: Spawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deny(self: psutil.Process) -> None:
        raise psutil.AccessDenied(self.pid)

    process = spawn(SLEEPS)
    monkeypatch.setattr(psutil.Process, "num_fds", deny)
    client = open_client(pid=process.pid)
    for window in (NOW, Window(0.0, 0.4, 0.2)):
        told = error(client, "fds", window)
        assert told.message.startswith(f"fds of the process {process.pid} may not be read")
        assert "as root" in str(told.hint)
        assert values(client.ask(ProcessQuery(metric="rss"), window))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
def test_without_rights_the_files_of_another_user_are_denied(spawn: Spawn, tmp_path: Path) -> None:
    process = spawn(SLEEPS)
    code = (
        "import os, sys; from pathlib import Path\n"
        "from pytest_fitness.answers import Window\n"
        "from pytest_fitness.errors import MeasureError\n"
        "from pytest_fitness.sources.process.options import *\n"
        "from pytest_fitness.sources.process.client import ProcessClient\n"
        f"os.setuid(65534); client = ProcessClient(ProcessOptions(pid={process.pid}), Path())\n"
        "assert client.ask(ProcessQuery(metric='rss'), Window(0)).series\n"
        "try: client.ask(ProcessQuery(metric='fds'), Window(0))\n"
        "except MeasureError as error: print(error.message)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "may not be read: it belongs to another user" in found.stdout


def test_asked_by_many_threads(open_client: Open, spawn: Spawn) -> None:
    client = open_client(pid=spawn(USES + UP).pid)
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: value(client, "threads"), range(30)))
    assert set(found) == {5}


def test_the_source_is_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    (source,) = fitness_sources()
    assert source.name == "process"
    assert source.keeps_time(ProcessOptions(pid=1), ProcessQuery(metric="rss"))
    monkeypatch.setitem(sys.modules, "psutil", None)
    with pytest.raises(MeasureError) as caught:
        source.open(ProcessOptions(pid=1), Path())
    assert "psutil" in caught.value.message


def served(tmp_path: Path, body: str = "") -> tuple[str, ...]:
    """A server of HTTP on a port that was free, as the command that starts it."""
    script = tmp_path / "server.py"
    script.write_text(
        "import http.server, sys, time\n"
        f"{body}\n"
        "print('starting', flush=True)\n"
        "http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), "
        "http.server.SimpleHTTPRequestHandler).serve_forever()\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as server:
        return (sys.executable, "-u", str(script), str(server.getsockname()[1]))


def test_a_process_is_started_once_and_stopped_in_the_end(
    open_client: Open, tmp_path: Path
) -> None:
    command = served(tmp_path)
    client = open_client(start=command, ready=ReadyOptions(port=int(command[-1])))
    with ThreadPoolExecutor(4) as pool:
        found = list(
            pool.map(lambda name: value(client, name), ("threads", "rss", "fds", "threads"))
        )
    assert found[0] == found[3] >= 1
    assert client._started is not None
    process = psutil.Process(client._started.pid)
    assert process.cmdline()[1:] == list(command[1:])
    client.close()
    client.close()
    assert_gone([process])
    assert "was stopped, as the run is over" in error(client).message


def test_what_is_started_is_stopped_with_all_its_children(
    open_client: Open, tmp_path: Path
) -> None:
    family = Family(tmp_path / "family", "deaf", "away")
    client = open_client(start=tuple(family.argv), stop_within=0.2)
    value(client, "rss")
    members = family.processes()
    assert value(client, "threads") == 3
    client.close()
    assert_gone(members)


def test_what_was_started_and_dies_is_told_with_its_log(open_client: Open) -> None:
    code = "import sys, time; time.sleep(0.5); print('out of cheese'); sys.exit(4)"
    client = open_client(start=(sys.executable, "-c", code))
    told = error(client, window=Window(0.0, 60.0, 0.2))
    assert not isinstance(told, UnreachableError)
    assert told.message.endswith("ended with status 4; its log ends with: out of cheese")
    assert "ended with status 4" in error(client).message


def test_a_start_that_fails_is_tried_once(open_client: Open, tmp_path: Path) -> None:
    code = "from pathlib import Path; Path('tries').open('a').write('x'); raise SystemExit(3)"
    client = open_client(start=(sys.executable, "-c", code), ready=ReadyOptions(pattern="never"))
    for _ in range(2):
        told = error(client)
        assert isinstance(told, UnreachableError)
        assert "ended with status 3; its log is empty" in told.message
    assert (tmp_path / "tries").read_text() == "x"


def test_nothing_is_started_once_the_run_is_over(open_client: Open, tmp_path: Path) -> None:
    client = open_client(start=("touch", "started"))
    client.close()
    assert "the run is over" in error(client).message
    assert not (tmp_path / "started").exists()


def test_closing_while_it_comes_up_stops_it(open_client: Open, tmp_path: Path) -> None:
    family = Family(tmp_path / "family")
    client = open_client(start=tuple(family.argv), ready=ReadyOptions(pattern="never"))
    with ThreadPoolExecutor() as pool:
        told = pool.submit(error, client)
        members = family.processes()
        client.close()
        assert "was stopped, as the run is over" in told.result().message
    assert_gone(members)
    assert threading.active_count() < 50
