"""Ports for what tests start: nobody else is given one, and nobody takes one by chance."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

import server_processes
from server_processes import free_port

SUPPORT = str(Path(__file__).parents[1] / "support")
EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")


def test_no_port_is_given_twice() -> None:
    assert len({free_port() for _ in range(50)}) == 50


def test_no_port_is_one_that_the_system_hands_out() -> None:
    ports = server_processes._PORTS
    if EPHEMERAL.exists():
        first, _ = map(int, EPHEMERAL.read_text().split())
        assert ports[-1] < first


def test_another_process_is_not_given_it_before_this_one_ends() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import server_processes\n"
        "print(server_processes._reserve(int(sys.argv[2])))"
    )

    def reserve(port: int) -> str:
        argv = [sys.executable, "-c", code, SUPPORT, str(port)]
        return subprocess.run(argv, capture_output=True, text=True, check=True).stdout.strip()

    port = free_port()
    assert reserve(port) == "False"
    other = next(p for p in server_processes._PORTS if reserve(p) == "True")
    assert reserve(other) == "True"  # the first one to have it has ended


def test_a_port_that_somebody_listens_on_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    taken, free = free_port(), free_port()
    monkeypatch.setattr(server_processes, "_PORTS", [taken, free])
    monkeypatch.setattr(server_processes, "_reserve", lambda _: True)
    with socket.create_server(("127.0.0.1", taken)):
        assert {free_port() for _ in range(10)} == {free}
