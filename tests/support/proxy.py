"""A TCP proxy whose network can be made worse while it runs."""

import asyncio
import math
import socket
import struct
from collections.abc import Coroutine
from dataclasses import dataclass
from threading import Thread
from typing import Any, Final, Literal, Self

CHUNK: Final = 65536
CALL_SECONDS: Final = 30
# The time between two pieces of a trickle that is faster than a byte a tick.
TICK_SECONDS: Final = 0.05
# Closing sends RST in place of FIN.
LINGER_NOT: Final = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class _Mode:
    kind: Literal["pass", "refuse", "reset", "delay", "trickle", "truncate", "blackhole"]
    amount: float = 0

    @property
    def resets_at_once(self) -> bool:
        return self.kind == "reset" and self.amount == 0

    @property
    def cuts(self) -> bool:
        return self.kind in {"reset", "truncate"}


class _Connection:
    def __init__(self, client: socket.socket) -> None:
        self.client = client
        self.upstream = socket.socket()
        self.upstream.setblocking(False)
        self.answered = 0
        # Whether the client spoke since the last piece of an answer.
        self.asked = True
        self.reset = False

    def close(self) -> None:
        if self.reset:
            self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
        self.client.close()
        self.upstream.close()


class TcpProxy:
    """Passes connections on to a server as its mode says; `with` runs it in a thread of its own.

    A mode is in force when the call that sets it returns: for new connections, and for open ones
    from their next byte on. What waits (a delayed answer, a black hole) goes on by the new mode.
    The port stays the same, and stays the proxy's own while connections to it are refused.
    """

    def __init__(self, upstream_host: str, upstream_port: int) -> None:
        self.upstream = (upstream_host, upstream_port)
        self.connections = 0
        self.bytes_up = 0
        self.bytes_down = 0
        self._mode = _Mode("refuse")
        self._loop = asyncio.new_event_loop()
        self._changed = asyncio.Event()
        self._open: dict[asyncio.Task[None], _Connection] = {}
        self._listener: socket.socket | None = None
        # Bound, never listening: connections are refused, and nobody else is given the port.
        self._holder = _bound(0)
        self.port: int = self._holder.getsockname()[1]
        self._thread = Thread(target=self._loop.run_forever, name=f"tcp-proxy-{self.port}")

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def open_connections(self) -> int:
        return len(self._open)

    def __enter__(self) -> Self:
        self._thread.start()
        self.pass_through()
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def close(self) -> None:
        """End all connections and the thread; harmless when done twice."""
        if self._thread.is_alive():
            self.refuse()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()
        self._holder.close()

    def pass_through(self) -> None:
        self._set(_Mode("pass"))

    def refuse(self) -> None:
        """As a server that has ended: open connections are closed, new ones are refused."""
        self._set(_Mode("refuse"))

    def reset(self, after: int = 0) -> None:
        """Connections are reset (RST) after so many bytes of answers; with 0 once accepted."""
        self._set(_Mode("reset", after))

    def delay(self, seconds: float) -> None:
        """Each answer begins so much later."""
        self._set(_Mode("delay", seconds))

    def trickle(self, bytes_per_second: float) -> None:
        self._set(_Mode("trickle", bytes_per_second))

    def truncate(self, after: int) -> None:
        """Answers end (FIN) after so many bytes of a connection; with 0 in place of the first."""
        self._set(_Mode("truncate", after))

    def blackhole(self) -> None:
        """Connections are accepted, and nothing passes in either direction."""
        self._set(_Mode("blackhole"))

    def _set(self, mode: _Mode) -> None:
        assert self._thread.is_alive(), "the proxy does not run"
        self._in_loop(self._change(mode))

    def _in_loop(self, doing: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(doing, self._loop).result(CALL_SECONDS)

    async def _change(self, mode: _Mode) -> None:
        self._mode = mode
        self._changed.set()
        self._changed = asyncio.Event()
        if mode.kind == "refuse":
            self._stop_listening()
        elif self._listener is None:
            self._start_listening()
        if mode.kind == "refuse" or mode.resets_at_once:
            await self._end_connections()

    def _start_listening(self) -> None:
        self._listener = listener = _bound(self.port)
        listener.listen(128)
        self._loop.add_reader(listener, self._accept, listener)

    def _stop_listening(self) -> None:
        if self._listener:
            self._loop.remove_reader(self._listener)
            self._listener.close()
            self._listener = None

    def _accept(self, listener: socket.socket) -> None:
        try:
            client, _ = listener.accept()
        except OSError:  # the client is gone again
            return
        client.setblocking(False)
        self.connections += 1
        connection = _Connection(client)
        task = self._loop.create_task(self._serve(connection))
        self._open[task] = connection
        task.add_done_callback(self._close)

    def _close(self, task: "asyncio.Task[None]") -> None:
        self._open.pop(task).close()

    async def _end_connections(self) -> None:
        ending = dict(self._open)
        for task, connection in ending.items():
            connection.reset = self._mode.resets_at_once
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)

    async def _serve(self, connection: _Connection) -> None:
        await self._while_nothing_passes()
        if self._mode.resets_at_once:
            connection.reset = True
            return
        try:
            await self._loop.sock_connect(connection.upstream, self.upstream)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pass_up(connection))
                group.create_task(self._pass_down(connection))
        except* OSError:
            pass  # one of the two sides is gone

    async def _pass_up(self, connection: _Connection) -> None:
        while data := await self._loop.sock_recv(connection.client, CHUNK):
            await self._while_nothing_passes()
            connection.asked = True
            self.bytes_up += len(data)
            await self._loop.sock_sendall(connection.upstream, data)
        await self._while_nothing_passes()
        connection.upstream.shutdown(socket.SHUT_WR)

    async def _pass_down(self, connection: _Connection) -> None:
        while data := await self._loop.sock_recv(connection.upstream, CHUNK):
            while data:
                data = data[await self._pass_piece(connection, data) :]
                if self._is_cut(connection):
                    return
        await self._while_nothing_passes()
        connection.client.shutdown(socket.SHUT_WR)

    async def _pass_piece(self, connection: _Connection, data: bytes) -> int:
        """How many bytes were passed to the client: none when the mode changed meanwhile."""
        size, wait = self._next_piece(connection, len(data))
        if wait and await self._changes_within(wait):
            return 0
        connection.asked = False
        connection.answered += size
        self.bytes_down += size
        await self._loop.sock_sendall(connection.client, data[:size])
        return size

    def _next_piece(self, connection: _Connection, size: int) -> tuple[int, float]:
        """How many bytes to pass next, and how long to wait before."""
        kind, amount = self._mode.kind, self._mode.amount
        if kind == "blackhole":
            return 0, math.inf
        if kind == "delay":
            return size, amount if connection.asked else 0
        if kind == "trickle":
            size = min(size, max(1, int(amount * TICK_SECONDS)))
            return size, size / amount
        if self._mode.cuts:
            return max(0, min(size, int(amount) - connection.answered)), 0
        return size, 0

    def _is_cut(self, connection: _Connection) -> bool:
        if not self._mode.cuts or connection.answered < self._mode.amount:
            return False
        if self._mode.kind == "reset":
            connection.reset = True
            raise ConnectionResetError
        connection.client.shutdown(socket.SHUT_WR)
        return True

    async def _while_nothing_passes(self) -> None:
        while self._mode.kind == "blackhole":
            await self._changed.wait()

    async def _changes_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(None if seconds == math.inf else seconds):
                await self._changed.wait()
        except TimeoutError:
            return False
        return True


def _bound(port: int) -> socket.socket:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.setblocking(False)
    bound.bind(("127.0.0.1", port))
    return bound
