"""What `make test` installs, on machines that are made up: nothing of this one is touched."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "support" / "install_servers.sh"
TOOLS = ("cat", "dirname", "env", "mktemp", "readlink", "tail", "timeout", "true")
SERVERS = ("prometheus", "promtool", "redis-server", "redis-cli", "memcached")
POSTGRES = ("initdb", "postgres", "psql")
Run = Callable[..., str]


class Machine:
    """Programs that are all there is on the PATH; those that change something leave a note."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "bin"
        self.notes = folder / "notes"
        self.folder.mkdir()
        for tool in TOOLS:
            self.add(tool, f'exec {shutil.which(tool)} "$@"')
        for changing in ("chmod", "rm", "tee"):
            self.add(changing, f'echo "{changing} $*" >>{self.notes}; [ -t 0 ] || cat >/dev/null')

    def add(self, name: str, body: str = "exit 0") -> None:
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        path.chmod(0o755)

    def run(self, **environment: str) -> str:
        """What the script says on it."""
        done = subprocess.run(
            ["/bin/sh", str(SCRIPT)],
            env={"PATH": str(self.folder), **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def noted(self) -> list[str]:
        text = self.notes.read_text(encoding="utf-8") if self.notes.exists() else ""
        return [line for line in text.splitlines() if line.startswith("apt-get")]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with PostgreSQL only, where one is root."""
    made = Machine(tmp_path)
    made.add("id", "echo 0")
    for program in POSTGRES:
        made.add(program)
    return made


def apt_get(machine: Machine, *failing: str) -> None:
    """Adds an apt-get that notes its commands, and fails at some of them."""
    fails = "".join(f"{command}) echo about; echo no {command}; exit 100;; " for command in failing)
    machine.add("apt-get", f'echo "apt-get $*" >>{machine.notes}; case $1 in {fails} esac')


def test_it_says_and_does_nothing_where_all_is_there(machine: Machine) -> None:
    apt_get(machine)
    for program in SERVERS:
        machine.add(program)
    assert machine.run() == ""
    assert not machine.notes.exists()


def test_only_what_is_missing_is_installed(machine: Machine) -> None:
    apt_get(machine)
    for program in ("prometheus", "redis-server", "redis-cli"):
        machine.add(program)
    assert machine.run() == "servers: installing prometheus memcached\n"
    (command,) = machine.noted()
    assert command.startswith("apt-get install ")
    assert command.endswith(" prometheus memcached")


def test_package_lists_are_fetched_only_where_installing_fails(machine: Machine) -> None:
    apt_get(machine, "install")
    said = machine.run().splitlines()
    assert [line.split()[1] for line in machine.noted()] == ["install", "update", "install"]
    assert said[-1] == (
        "servers: not installed: prometheus redis-server memcached (apt-get: no install);"
        " tests that need them are skipped"
    )


@pytest.mark.parametrize(
    ("user", "environment", "reason"),
    [
        ("0", {"FITNESS_INSTALL_SERVERS": "0"}, "(FITNESS_INSTALL_SERVERS=0)"),
        ("1000", {}, "(needs root: apt-get install prometheus redis-server memcached)"),
    ],
)
def test_where_it_may_not_it_says_so_in_a_line(
    machine: Machine, user: str, environment: dict[str, str], reason: str
) -> None:
    apt_get(machine)
    machine.add("id", f"echo {user}")
    said = machine.run(**environment)
    assert said.count("\n") == 1
    assert reason in said
    assert not machine.notes.exists()


def test_without_apt_get_it_says_so_in_a_line(machine: Machine) -> None:
    assert "(no apt-get here)" in machine.run()


def test_sudo_is_used_where_it_asks_for_no_password(machine: Machine) -> None:
    apt_get(machine)
    machine.add("id", "echo 1000")
    machine.add("sudo", f'echo "sudo $*" >>{machine.notes}; shift; exec "$@"')
    machine.run()
    assert "sudo -n env DEBIAN_FRONTEND=noninteractive" in machine.notes.read_text("utf-8")
    assert len(machine.noted()) == 1
