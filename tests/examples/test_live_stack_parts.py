"""The parts of the live stack: processes that end, and questions to what runs."""

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Template

import pytest

STACK = Path(__file__).parents[2] / "examples" / "live_stack"
PATIENCE = 60.0
SLEEPER = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(900)"]


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(STACK)
    yield
    for name in ("processes", "cache_users", "run"):
        sys.modules.pop(name, None)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_process_is_stopped_at_the_end(tmp_path: Path) -> None:
    from processes import running

    with running("sleeper", SLEEPER, tmp_path) as process:
        process.check()
        process.wait_until(lambda: "here" in (tmp_path / "sleeper.log").read_text())
        pid = process._child.pid
        assert alive(pid)

    assert not alive(pid)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_process_is_stopped_when_something_fails(
    tmp_path: Path, error: type[BaseException]
) -> None:
    from processes import running

    pids = []

    def fail() -> None:
        with running("sleeper", SLEEPER, tmp_path) as process:
            pids.append(process._child.pid)
            raise error

    with pytest.raises(error):
        fail()
    assert not alive(pids[0])


def test_a_process_that_does_not_listen_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import processes

    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    command = [sys.executable, "-c", f"{deaf} print('deaf', flush=True); time.sleep(900)"]
    with processes.running("deaf", command, tmp_path) as process:
        pid = process._child.pid
        process.wait_until(lambda: "deaf" in (tmp_path / "deaf.log").read_text())
        monkeypatch.setattr(processes, "_PATIENCE", 0.1)

    assert not alive(pid)


def test_what_a_process_said_last_is_told_if_it_ends(tmp_path: Path) -> None:
    from processes import StackError, running

    command = [sys.executable, "-c", "import sys; print('no disk left'); sys.exit(3)"]
    with (
        pytest.raises(StackError, match="broken ended with 3: no disk left"),
        running("broken", command, tmp_path) as process,
    ):
        process.wait_until(lambda: False)


def test_nothing_is_waited_for_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import processes

    with processes.running("sleeper", SLEEPER, tmp_path) as process:
        monkeypatch.setattr(processes, "_PATIENCE", 0.0)
        with pytest.raises(processes.StackError, match="sleeper was not ready after 0 seconds"):
            process.wait_until(lambda: False)
        monkeypatch.setattr(processes, "_PATIENCE", PATIENCE)


def test_a_process_gets_its_environment(tmp_path: Path) -> None:
    from processes import running

    command = [sys.executable, "-c", "import os; print(os.environ['GIVEN'])"]
    with running("told", command, tmp_path, {"GIVEN": "a word"}) as process:
        process._child.wait(PATIENCE)

    assert (tmp_path / "told.log").read_text() == "a word\n"


def test_a_missing_program_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from processes import StackError, program

    monkeypatch.setenv("PATH", "")
    with pytest.raises(StackError, match="redis-server is not on the PATH"):
        program("redis-server")


def test_a_free_port_can_be_listened_on() -> None:
    from processes import free_port

    with socket.create_server(("127.0.0.1", free_port())):
        pass


def test_commands_for_redis_count_bytes() -> None:
    from cache_users import command

    assert command("GET", "é") == b"*2\r\n$3\r\nGET\r\n$2\r\n\xc3\xa9\r\n"


def test_nobody_answers_at_a_free_port() -> None:
    from cache_users import answers
    from processes import free_port
    from run import has_data

    assert not answers(free_port())
    assert not has_data(f"http://127.0.0.1:{free_port()}", "up")


def test_the_template_needs_no_more_than_the_shop() -> None:
    text = Template((STACK / "prometheus.yml").read_text()).substitute(shop="127.0.0.1:1")

    assert 'targets: ["127.0.0.1:1"]' in text
