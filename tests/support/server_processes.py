"""A server of another project: on a free loopback port, in a folder of its own, gone afterwards."""

import fcntl
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from typing import ClassVar

import pytest

START_SECONDS = 60
STOP_SECONDS = 15
LAST_LINES = 20
PORTS_TRIED = 5
# Below those that Linux hands out.
_PORTS = range(20_000, 32_000)
# Known before any test lets temporary files go elsewhere.
_REGISTRY = Path(gettempdir(), f"pytest-fitness-ports-{os.geteuid()}")
_reserved: list[int] = []


class ServerDidNotStartError(Exception):
    """What a server wrote last before it gave up, or before the wait was over."""


def programs(package: str, *names: str, folder: Path | None = None) -> list[str]:
    """Where programs are, in a folder or on the PATH; without one of them the test is skipped."""
    found = {name: shutil.which(name, path=folder and str(folder)) for name in names}
    missing = [name for name, place in found.items() if place is None]
    if missing:
        _missing(f"{' and '.join(missing)} not found; install with: apt-get install {package}")
    return [place for place in found.values() if place]


def _missing(reason: str) -> None:
    if os.environ.get("FITNESS_REQUIRE_SERVERS") == "1":
        pytest.fail(f"{reason} (FITNESS_REQUIRE_SERVERS=1 makes this a failure)", pytrace=False)
    pytest.skip(reason)


def free_port() -> int:
    """A loopback port that is free, and that no other test of this machine is given.

    It stays reserved while this process lives, by a lock on a file. It is none of those that the
    system hands out by itself, to clients too, so that nobody takes it before it is listened on.
    """
    for port in random.sample(_PORTS, len(_PORTS)):
        if _reserve(port):
            with socket.socket() as found, suppress(OSError):
                found.bind(("127.0.0.1", port))
                return port
    raise RuntimeError("no port is free")


def _reserve(port: int) -> bool:
    _REGISTRY.mkdir(exist_ok=True)
    handle = os.open(_REGISTRY / str(port), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return False
    _reserved.append(handle)  # the end of this process lets go of it
    return True


class Server:
    """A process, its port, its folder and its log; what starts it is said by each subclass.

    Readiness is read from the process's own log: a stranger that was given the same port
    cannot be taken for it.
    """

    name: ClassVar[str]
    ready: ClassVar[str]
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    refuses_root: ClassVar[bool] = False

    def __init__(self) -> None:
        self.user = _unprivileged() if self.refuses_root and os.geteuid() == 0 else None
        # Only /tmp itself is sure to be open to the other user.
        place = "/tmp" if self.user else None
        self.folder = Path(mkdtemp(prefix=f"fitness-{self.name}-", dir=place))
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process, f"{self.name} does not run"
        return self._process.pid

    @property
    def log(self) -> str:
        """All that the server wrote; empty once it was stopped."""
        path = self.folder / "server.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def is_ready(self) -> bool:
        return self.ready in self.log

    def start(self, command: Callable[[int], Sequence[str]]) -> None:
        """Run the command for a free port, for another one when that was taken meanwhile."""
        try:
            for _ in range(PORTS_TRIED):
                self.port = free_port()
                if self._comes_up(command(self.port)):
                    return
                if "in use" not in self.log:
                    break
            raise ServerDidNotStartError(self._last_words())
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the process by its id and remove its folder; harmless when done twice."""
        process, self._process = self._process, None
        if process:
            _end(process, self.stop_signal)
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *command: str) -> None:
        """Prepare the folder by a program that ends, as the user that the server runs as."""
        with (self.folder / "server.log").open("wb") as log:
            done = self._popen(command, log.fileno()).wait(START_SECONDS)
        if done != 0:
            last_words = self._last_words()
            self.stop()
            raise ServerDidNotStartError(last_words)

    def _comes_up(self, command: Sequence[str]) -> bool:
        with (self.folder / "server.log").open("wb") as log:
            self._process = self._popen((*_ends_with_its_parent(), *command), log.fileno())
        deadline = time.monotonic() + START_SECONDS
        while not self.is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                return False
            time.sleep(0.005)
        return True

    def _popen(self, command: Sequence[str], log: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            user=self.user.pw_uid if self.user else None,
            group=self.user.pw_gid if self.user else None,
            extra_groups=[] if self.user else None,
        )

    def _last_words(self) -> str:
        lines = "\n".join(f"  {line}" for line in self.log.splitlines()[-LAST_LINES:])
        return f"{self.name} did not come up; the last lines of its log:\n{lines}"


def _unprivileged() -> pwd.struct_passwd:
    users = {user.pw_name: user for user in pwd.getpwall()}
    return users.get("postgres") or users["nobody"]


def _ends_with_its_parent() -> tuple[str, ...]:
    """Where the system can: a test run that is killed leaves no servers behind."""
    setpriv = shutil.which("setpriv")
    return (setpriv, "--pdeathsig", "TERM") if setpriv else ()


def _end(process: subprocess.Popen[bytes], by: signal.Signals) -> None:
    process.send_signal(by)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
