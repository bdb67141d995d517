"""Telling when a started process is up."""

import re
import socket
import ssl
import time
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

_ONE_TRY: Final = 2.0
_CHUNK: Final = 1024 * 1024
_LONGEST_LINE: Final = 2_000
_LOCAL: Final = "localhost"


class Ready(NamedTuple):
    """When a process is up; with none of the three, as soon as it was started.

    Attributes:
        url: an address that answers with a status from 200 to 399.
        port: a TCP port of localhost that is open.
        pattern: an expression that matches a line of its log.
        within: how many seconds it may take.
    """

    url: str | None = None
    port: int | None = None
    pattern: str | None = None
    within: float = 30.0

    @property
    def address(self) -> tuple[str, int] | None:
        """Host and port of what is waited for."""
        if self.port is not None:
            return _LOCAL, self.port
        if self.url is None:
            return None
        parts = urlsplit(self.url)
        return parts.hostname or _LOCAL, parts.port or (443 if parts.scheme == "https" else 80)


class Watcher:
    """Looks again and again whether a process is up.

    Args:
        ready: what is waited for.
        log: the file that the process writes.
    """

    def __init__(self, ready: Ready, log: Path) -> None:
        self._ready = ready
        self._log = log
        self._offset = 0
        self._rest = b""
        self.last = "nothing was tried yet"

    def is_up(self) -> bool:
        """Look once; ``last`` then says what was seen."""
        if self._ready.pattern is not None:
            return self._matches(self._ready.pattern)
        address = self._ready.address
        if address is None:
            return True
        try:
            with socket.create_connection(address, timeout=_ONE_TRY) as connection:
                return self._ready.url is None or self._answers(self._ready.url, connection)
        except (OSError, ValueError) as error:  # ValueError: no host at all, such as `a..b`
            host, port = address
            self.last = f"{host}:{port}: {getattr(error, 'strerror', None) or error}"
            return False

    def is_taken(self) -> bool:
        """Whether somebody else answers where the process is to."""
        address = self._ready.address
        if address is None:
            return False
        try:
            socket.create_connection(address, timeout=_ONE_TRY).close()
        except (OSError, ValueError):
            return False
        return True

    def _answers(self, url: str, plain: socket.socket) -> bool:
        status = _status_of(url, plain)
        self.last = f"it answered with the status {status}" if status else "it answers not in HTTP"
        return status is not None and 200 <= status < 400

    def _matches(self, pattern: str) -> bool:
        with self._log.open("rb") as log:
            log.seek(self._offset)
            new = log.read(_CHUNK)
        self._offset += len(new)
        lines = (self._rest + new).split(b"\n")
        self._rest = lines[-1][-_LONGEST_LINE:]  # it may not be all of the line yet
        self.last = "no line of its log matches `pattern`"
        expression = re.compile(pattern)
        return any(
            expression.search(line[:_LONGEST_LINE].decode("utf-8", "replace")) for line in lines
        )


def _status_of(url: str, plain: socket.socket) -> int | None:
    """The status of an HTTP answer, of which nothing else is read."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    head = f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAccept: */*\r\n\r\n"
    connection = plain
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = context.wrap_socket(plain, server_hostname=parts.hostname)
    with connection:
        deadline = time.monotonic() + _ONE_TRY
        connection.sendall(head.encode("utf-8"))
        answer = b""
        while b"\n" not in answer and len(answer) < 1_000:
            connection.settimeout(max(deadline - time.monotonic(), 0.001))
            received = connection.recv(1_000)
            if not received:
                break
            answer += received
    match = re.match(rb"HTTP/\d(?:\.\d)? (\d{3})\b", answer)
    return int(match[1]) if match else None
