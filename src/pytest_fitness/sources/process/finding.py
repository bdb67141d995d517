"""Finding the process that a source is about."""

import socket
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import psutil

from pytest_fitness.errors import MeasureError, UnreachableError

# A file is written by a process that is there already; clocks are not that exact.
_SLACK: Final = 60.0
_PORT_HINT: Final = "Run as the user it belongs to or as root, or name it by `pid` or `pidfile`."


def by_pid(pid: int) -> psutil.Process:
    """The process of that number.

    Raises:
        UnreachableError: there is none.
    """
    try:
        process = psutil.Process(pid)
        if process.status() != psutil.STATUS_ZOMBIE:
            return process
    except psutil.AccessDenied:
        return psutil.Process(pid)
    except psutil.NoSuchProcess as error:
        raise UnreachableError(f"there is no process {pid}", "Is it running?") from error
    raise UnreachableError(
        f"the process {pid} has ended; only its exit status is left", "Start it again."
    )


def by_file(path: Path) -> psutil.Process:
    """The process whose number a file holds.

    Raises:
        UnreachableError: there is no such file, or no such process any more.
        MeasureError: the file holds no number.
    """
    try:
        with path.open("rb") as file:
            line = file.read(64).split(b"\n")[0].strip()
            written = path.stat().st_mtime
    except OSError as error:
        raise UnreachableError(
            f"the pidfile {str(path)!r} cannot be read: {error.strerror}",
            "Does the process run, and is this where it writes its number?",
        ) from error
    if not line.isdigit() or not 0 < int(line) < 2**31:
        raise MeasureError(
            f"the pidfile {str(path)!r} does not begin with the number of a process",
            "Its first line is to be that number.",
        )
    try:
        process = by_pid(int(line))
    except UnreachableError as error:
        raise _stale(path, error.message) from error
    with process.oneshot():
        born = process.create_time()
    if born > written + _SLACK:
        late = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(born))
        raise _stale(path, f"the process {process.pid} of now was started later, at {late}")
    return process


def by_port(port: int) -> psutil.Process:
    """The process that listens on a local TCP port; of several, the one that started the others.

    Raises:
        UnreachableError: nobody listens there.
        MeasureError: it cannot be told who does.
    """
    listeners = _listeners(port)
    roots = {root for pid in listeners - {None} if (root := _first_of(pid, port)) is not None}
    if len(roots) == 1:
        return roots.pop()
    if roots:
        pids = ", ".join(str(process.pid) for process in sorted(roots, key=lambda p: p.pid))
        raise MeasureError(
            f"several processes listen on port {port}: {pids}",
            "Name one by `pid` or `pidfile`.",
        )
    if listeners or _is_open(port):
        raise MeasureError(f"it cannot be told which process listens on port {port}", _PORT_HINT)
    raise UnreachableError(f"nothing listens on port {port} of this machine", "Is it running?")


def _stale(path: Path, reason: str) -> UnreachableError:
    return UnreachableError(
        f"the pidfile {str(path)!r} is stale: {reason}", "Start the process, or delete the file."
    )


def _listeners(port: int) -> set[int | None]:
    """The numbers of the processes that listen; None stands for one that is not shown to us."""
    try:
        return {
            found.pid
            for found in psutil.net_connections(kind="tcp")
            if _listens(found.status, found.laddr, port)
        }
    except psutil.AccessDenied:  # macOS shows each process its own only
        return set(_own_listeners(port))


def _own_listeners(port: int) -> Iterable[int]:
    return (process.pid for process in psutil.process_iter() if _is_listener(process, port))


def _is_listener(process: psutil.Process, port: int) -> bool:
    try:
        connections = process.net_connections(kind="tcp")
    except psutil.Error:
        return False
    return any(_listens(found.status, found.laddr, port) for found in connections)


def _listens(status: str, address: tuple[()] | tuple[str, int], port: int) -> bool:
    if status != psutil.CONN_LISTEN or not address or address[1] != port:
        return False
    host = address[0].removeprefix("::ffff:")
    return host in ("0.0.0.0", "::", "::1") or host.startswith("127.")  # noqa: S104


def _is_open(port: int) -> bool:
    try:
        socket.create_connection(("localhost", port), timeout=1.0).close()
    except OSError:
        return False
    return True


def _first_of(pid: int | None, port: int) -> psutil.Process | None:
    """The process that has let this one, and maybe others, listen in its stead."""
    try:
        process = psutil.Process(pid)
        above = [parent for parent in process.parents() if _is_listener(parent, port)]
    except psutil.Error:
        return None
    return above[-1] if above else process
