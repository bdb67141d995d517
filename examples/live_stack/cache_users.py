"""Somebody who uses the cache: most of what is asked for is there."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from threading import Event, Thread
from typing import Final

_KEYS: Final = 200
_KEPT: Final = 180
_PAUSE: Final = 0.005
_TIMEOUT: Final = 10.0


def command(*words: str) -> bytes:
    """A command in Redis's protocol."""
    parts = (f"${len(word.encode())}\r\n{word}\r\n" for word in words)
    return f"*{len(words)}\r\n{''.join(parts)}".encode()


def answers(port: int) -> bool:
    """Whether Redis listens and is ready."""
    try:
        with socket.create_connection(("127.0.0.1", port), _TIMEOUT) as connection:
            connection.sendall(command("PING"))
            return connection.recv(64) == b"+PONG\r\n"
    except OSError:
        return False


@contextmanager
def using_cache(port: int, seed: int = 0) -> Iterator[None]:
    """Look things up, in a thread, until the end of the block."""
    over = Event()
    thread = Thread(target=_use, args=(port, seed, over), name="cache users")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _use(port: int, seed: int, over: Event) -> None:
    random = Random(seed)  # noqa: S311 - to be the same again
    try:
        with socket.create_connection(("127.0.0.1", port), _TIMEOUT) as connection:
            for number in range(_KEPT):
                _ask(connection, "SET", f"product:{number}", f"product {number}")
            while not over.wait(_PAUSE):
                _ask(connection, "GET", f"product:{random.randrange(_KEYS)}")
    except OSError:
        return  # it was stopped before us


def _ask(connection: socket.socket, *words: str) -> None:
    connection.sendall(command(*words))
    if not connection.recv(256):
        raise ConnectionError("the cache hung up")
