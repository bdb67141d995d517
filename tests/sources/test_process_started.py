"""Processes that a run starts: waiting until they are up, and what is told when they are not."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from families import Family, assert_gone, lives, wait_for
from pytest_fitness.errors import UnreachableError
from pytest_fitness.sources.process.ready import Ready, Watcher
from pytest_fitness.sources.process.started import StartedProcess
from server_processes import free_port

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="uses signals and groups")
# A server that answers with what it is told to, by raw sockets.
SERVER = """\
import socket, sys, time
time.sleep(0.2)
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("listening", flush=True)
while True:
    connection, _ = server.accept()
    with connection:
        request = connection.recv(10_000).decode("latin-1")
        print(request.splitlines()[:1], flush=True)
        connection.sendall(sys.argv[2].encode())
"""


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    directory = tmp_path / "temporary"
    directory.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(directory))
    return directory


def server(port: int, answer: str = "HTTP/1.1 200 OK\r\n\r\n") -> list[str]:
    return [sys.executable, "-c", SERVER, str(port), answer]


def code(text: str) -> list[str]:
    return [sys.executable, "-u", "-c", text]


def refused(started: StartedProcess) -> str:
    with pytest.raises(UnreachableError) as caught:
        started.start()
    return str(caught.value)


@pytest.mark.parametrize("how", ["url", "port", "pattern"])
def test_it_is_up_when_it_says_so(tmp_path: Path, logs: Path, port: int, how: str) -> None:
    ready = {
        "url": Ready(url=f"http://127.0.0.1:{port}/health?deep=1"),
        "port": Ready(port=port),
        "pattern": Ready(pattern="^list.*ing$"),
    }[how]
    with StartedProcess(server(port), tmp_path, ready=ready) as started:
        socket.create_connection(("127.0.0.1", port)).close()
        process = psutil.Process(started.pid)
        assert started.why_ended() is None
        (log,) = logs.iterdir()
        if how == "url":
            assert "['GET /health?deep=1 HTTP/1.1']" in log.read_text()
    assert_gone([process])
    assert list(logs.iterdir()) == []
    assert "was stopped, as the run is over" in str(started.why_ended())


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("HTTP/1.1 503 Busy\r\n\r\n", "it answered with the status 503"),
        ("HTTP/1.0 404 Nothing\r\n\r\n", "it answered with the status 404"),
        ("SSH-2.0-OpenSSH\r\n", "it answers not in HTTP"),
        ("", "it answers not in HTTP"),
        ("x" * 5_000, "it answers not in HTTP"),
    ],
)
def test_a_server_that_answers_otherwise_is_not_up(
    tmp_path: Path, port: int, answer: str, said: str
) -> None:
    ready = Ready(url=f"http://127.0.0.1:{port}/", within=1.0)
    told = refused(StartedProcess(server(port, answer), tmp_path, ready=ready))
    assert f"was not up within 1s ({said}); its log ends with: " in told
    assert "GET / HTTP/1.1" in told


def test_a_server_that_never_finishes_its_first_line_is_not_waited_for(
    tmp_path: Path, port: int
) -> None:
    trickle = SERVER.replace(
        "connection.sendall(sys.argv[2].encode())",
        "\n        while True: connection.sendall(b'H'); time.sleep(0.1)",
    )
    argv = [sys.executable, "-c", trickle, str(port)]
    ready = Ready(url=f"http://127.0.0.1:{port}/", within=1.0)
    assert "timed out" in refused(StartedProcess(argv, tmp_path, ready=ready))


def test_where_https_is_expected_plain_http_is_not_up(tmp_path: Path, port: int) -> None:
    ready = Ready(url=f"https://127.0.0.1:{port}/", within=1.0)
    told = refused(StartedProcess(server(port), tmp_path, ready=ready))
    assert f"was not up within 1s (127.0.0.1:{port}: " in told


def test_a_port_that_stays_closed(tmp_path: Path, port: int) -> None:
    started = StartedProcess(["sleep", "1000"], tmp_path, ready=Ready(port=port, within=0.5))
    told = refused(started)
    assert told.startswith("the command 'sleep' was not up within 500ms (localhost:")
    assert "refused" in told
    assert told.endswith("its log is empty")


def test_a_host_that_cannot_be(tmp_path: Path) -> None:
    ready = Ready(url=f"http://{'a' * 70}.invalid/", within=0.2)
    assert "was not up within" in refused(StartedProcess(["sleep", "9"], tmp_path, ready=ready))


def test_another_server_is_not_taken_for_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        for ready in (Ready(port=port), Ready(url=f"http://127.0.0.1:{port}")):
            told = refused(StartedProcess(["touch", "started"], tmp_path, ready=ready))
            assert f":{port} answers already, before 'touch' is started" in told
    assert not (tmp_path / "started").exists()


def test_a_line_of_the_log_may_come_in_parts_after_many_others(tmp_path: Path) -> None:
    text = (
        "import sys, time\n"
        "print('noise ' * 100_000, flush=True)\n"
        "for n in range(100_000): print('line', n)\n"
        "for part in ('server ', 'is ', 'up'): print(part, end='', flush=True); time.sleep(0.2)\n"
        "time.sleep(1000)"
    )
    with StartedProcess(code(text), tmp_path, ready=Ready(pattern=r"^server is up$")) as started:
        assert started.why_ended() is None


def test_a_log_is_read_on_from_where_it_was(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"one\ntw")
    watcher = Watcher(Ready(pattern="^two$"), log)
    assert not watcher.is_up()
    with log.open("ab") as file:
        file.write(b"o\nthree")
    assert watcher.is_up()
    assert not watcher.is_up()  # what was read is not read again


def test_without_a_word_of_it_it_is_up_at_once(tmp_path: Path) -> None:
    with StartedProcess(["sleep", "1000"], tmp_path) as started:
        assert lives(psutil.Process(started.pid))


def test_one_that_ends_before_it_is_up_is_told_with_its_log(tmp_path: Path, port: int) -> None:
    text = "for n in range(9): print('line', n)\nraise SystemExit('no database')"
    told = refused(StartedProcess(code(text), tmp_path, ready=Ready(port=port)))
    assert (
        "ended with status 1; its log ends with: line 5 | line 6 | line 7 | line 8 | no dat" in told
    )


def test_one_that_is_killed_is_told_with_the_signal(tmp_path: Path) -> None:
    with StartedProcess(["sleep", "1000"], tmp_path) as started:
        os.kill(started.pid, signal.SIGKILL)
        wait_for(lambda: started.why_ended() is not None)
        told = str(started.why_ended())
    assert told == "the command 'sleep' was killed by SIGKILL; its log is empty"


def test_one_that_goes_to_the_background_has_ended(tmp_path: Path) -> None:
    family = Family(tmp_path / "family", "leaves")
    told = refused(StartedProcess(family.argv, tmp_path, ready=Ready(pattern="never")))
    assert "ended with status 0" in told
    members = [number for number in family.numbers() if psutil.pid_exists(number)]
    wait_for(lambda: not any(lives(psutil.Process(n)) for n in members if psutil.pid_exists(n)))


def test_a_log_of_ones_own_is_kept_and_named(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    log.write_text("of the run before")
    text = "import sys; print('out'); print('error', file=sys.stderr); sys.exit(3)"
    told = refused(StartedProcess(code(text), tmp_path, ready=Ready(pattern="never"), log=log))
    assert told.endswith(f"All it said is in {log}.")
    assert log.read_text() == "out\nerror\n"
    nowhere = StartedProcess(["true"], tmp_path, log=tmp_path / "no" / "where")
    assert "cannot be written: No such file" in refused(nowhere)


def test_what_cannot_be_started(tmp_path: Path, logs: Path) -> None:
    assert "was not found" in refused(StartedProcess(["no-such-program"], tmp_path))
    assert "there is no directory" in refused(StartedProcess(["true"], tmp_path / "nowhere"))
    assert list(logs.iterdir()) == []


def test_its_environment_and_directory(tmp_path: Path) -> None:
    text = (
        "import os, time; print(os.environ['A'], os.getcwd(), 'PATH' in os.environ); time.sleep(99)"
    )
    ready = Ready(pattern=f"^b {tmp_path.resolve()} True$")
    with StartedProcess(code(text), tmp_path, {"A": "b"}, ready) as started:
        assert started.why_ended() is None


def test_stopping_while_it_comes_up(tmp_path: Path) -> None:
    family = Family(tmp_path / "family")
    started = StartedProcess(family.argv, tmp_path, ready=Ready(pattern="never"))
    told: list[str] = []
    thread = threading.Thread(target=lambda: told.append(refused(started)))
    thread.start()
    members = family.processes()
    started.stop()
    thread.join()
    assert "was stopped, as the run is over" in told[0]
    assert_gone(members)


@pytest.fixture
def run_that_starts(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Family]]:
    """A run that waits, for ever, for what it has started."""
    yield from waiting_run(tmp_path, "away")


@pytest.fixture
def run_that_starts_a_group(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Family]]:
    """The same, and all that is started stays together."""
    yield from waiting_run(tmp_path)


def waiting_run(tmp_path: Path, *manners: str) -> Iterator[tuple[subprocess.Popen[bytes], Family]]:
    family = Family(tmp_path / "family", *manners)
    script = tmp_path / "run.py"
    script.write_text(
        "import sys; from pathlib import Path\n"
        "from pytest_fitness.sources.process.started import Ready, StartedProcess\n"
        "StartedProcess(sys.argv[1:], Path(), ready=Ready(pattern='never', within=600)).start()\n"
    )
    with subprocess.Popen(
        [sys.executable, str(script), *family.argv], stderr=subprocess.DEVNULL
    ) as process:
        yield process, family
        process.kill()


@pytest.mark.parametrize("sent", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_its_log_is_gone_with_the_run(
    logs: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    sent: str,
) -> None:
    monkeypatch.setenv("TMPDIR", str(logs))
    process, family = request.getfixturevalue("run_that_starts_a_group")
    members = family.processes()
    assert len(list(logs.iterdir())) == 1
    process.send_signal(signal.Signals[sent])
    process.wait(60)
    assert_gone(members)
    wait_for(lambda: not list(logs.iterdir()))


def test_ctrl_c_while_it_comes_up_stops_all_of_it(
    run_that_starts: tuple[subprocess.Popen[bytes], Family],
) -> None:
    process, family = run_that_starts
    members = family.processes()
    process.send_signal(signal.SIGINT)
    process.wait(60)
    assert_gone(members)
