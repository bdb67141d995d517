"""A TCP server that says what a test wants, for what no real server would say."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread


@contextmanager
def raw_server(
    serve: Callable[[socket.socket], None], path: Path | None = None
) -> Iterator[tuple[str, int]]:
    """Host and port of a server that calls `serve` for one connection after the other.

    With a path it listens there instead.
    """
    with _listener(path) as listener:
        thread = Thread(target=_serve_all, args=(listener, serve), daemon=True)
        thread.start()
        yield ("", 0) if path else listener.getsockname()[:2]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(30)
        assert not thread.is_alive(), "the server of this test still serves"


def _listener(path: Path | None) -> socket.socket:
    if path is None:
        return socket.create_server(("127.0.0.1", 0))
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    return listener


def _serve_all(listener: socket.socket, serve: Callable[[socket.socket], None]) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:  # the test is over
            return
        with client:
            try:
                serve(client)
            except OSError:  # the other side has gone
                continue
