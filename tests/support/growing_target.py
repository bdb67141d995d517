"""A real HTTP server in a process of its own, built to grow, to leak or to have limits.

``python growing_target.py --port 8000 --per-user 1000000 --exponent 1.3``. A user is a connection.

- ``--per-user`` and ``--exponent``: so many bytes times the number of users to that power are held.
- ``--leak``: each request to ``/login`` begins a session, which keeps so many bytes for ever.
- ``--fill``: each user's connection holds so many more bytes, which it takes over ``--within``
  seconds, as caches do: no leak.
- ``--slots`` and ``--service``: so many requests are served at once, each for so many seconds in
  the mean. So ``N`` users wait ``N * service / slots`` in the mean, once all slots are busy.
- ``--worn-by``: with as many users it breaks: from then on each answer takes a second more.
- ``--dies-at``: with as many users it ends, with status 3.
- ``--fails-from``: beyond so many users, each answer is a failure.

``/figures`` answers with what it has seen, as JSON; it counts as no request.
"""

import argparse
import asyncio
import contextlib
import heapq
import json
import mmap
import os
import random
import signal
import sys
import time
from collections.abc import Mapping

PAGE = 4096
CHUNK = 256 * 1024


def as_source(port: int, *options: str) -> str:
    """The source of `fitness.yaml` that starts it and waits for it, as YAML in one line."""
    start = [sys.executable, __file__, "--port", str(port), *options]
    url = f"http://127.0.0.1:{port}/figures"
    return json.dumps({"process": {"start": start, "ready": {"url": url}}})


def held(size: int) -> mmap.mmap:
    """Memory that is really there, and goes back to the system when it is closed."""
    block = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    for place in range(0, size, PAGE):
        block[place] = 1
    return block


class Memory:
    """Holds as many bytes as it is told to, to a chunk."""

    def __init__(self) -> None:
        self._blocks: list[mmap.mmap] = []

    def hold(self, size: float) -> None:
        """Take or give back what is wanting or too much."""
        wanted = round(size / CHUNK)
        while len(self._blocks) < wanted:
            self._blocks.append(held(CHUNK))
        while len(self._blocks) > wanted:
            self._blocks.pop().close()


class Target:
    """The server; see the module."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.users = self.most_users = self.requests = self.sessions = 0
        self.worn = False
        self._memory = Memory()
        self._leaked: list[bytearray] = []
        self._arrivals: dict[object, float] = {}
        self._random = random.Random(1)
        # When each slot is free again.
        self._slots = [0.0] * options.slots

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until it is closed."""
        counted = False
        try:
            while line := await reader.readline():
                path = line.split(b" ")[1].decode()
                headers = await reader.readuntil(b"\r\n\r\n") if line.strip() else b""
                if path != "/figures" and not counted:
                    counted = True
                    self._arrive(writer)
                await _skip_body(reader, headers)
                status, body = await self._answer(path)
                writer.write(
                    f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
                )
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, IndexError):
            pass  # gone in the middle of a request
        finally:
            if counted:
                self._leave(writer)
            writer.close()

    async def fill(self) -> None:
        """Let what each user holds grow until it is full."""
        while True:
            await asyncio.sleep(0.1)
            self._resize()

    def _arrive(self, user: object) -> None:
        self._arrivals[user] = time.monotonic()
        self.users += 1
        self.most_users = max(self.most_users, self.users)
        if 0 < self.options.dies_at <= self.users:
            os._exit(3)
        self.worn = self.worn or 0 < self.options.worn_by <= self.users
        self._resize()

    def _leave(self, user: object) -> None:
        del self._arrivals[user]
        self.users -= 1
        self._resize()

    def _resize(self) -> None:
        options = self.options
        size = options.per_user * self.users**options.exponent if self.users else 0.0
        if options.fill:
            now = time.monotonic()
            ages = (now - since for since in self._arrivals.values())
            size += sum(options.fill * min(1.0, age / options.within) for age in ages)
        self._memory.hold(size)

    async def _answer(self, path: str) -> tuple[int, bytes]:
        if path == "/figures":
            return 200, json.dumps(self._figures()).encode()
        self.requests += 1
        if path == "/login":
            self.sessions += 1
            self._leaked.append(bytearray(b"x") * self.options.leak)
        await asyncio.sleep(self._service())
        if self.worn:
            await asyncio.sleep(1.0)
        failing = 0 < self.options.fails_from < self.users
        return (503, b"full") if failing else (200, b"ok")

    def _service(self) -> float:
        """How long a request takes, and waits for its turn; slots never rest while one waits."""
        if not self._slots:
            return float(self.options.service)
        now = time.monotonic()
        takes = float(self.options.service) * self._random.uniform(0.5, 1.5)
        ends = max(now, self._slots[0]) + takes
        heapq.heapreplace(self._slots, ends)
        return ends - now

    def _figures(self) -> Mapping[str, int]:
        return {
            "users": self.users,
            "most_users": self.most_users,
            "requests": self.requests,
            "sessions": self.sessions,
        }


async def _skip_body(reader: asyncio.StreamReader, headers: bytes) -> None:
    for header in headers.split(b"\r\n"):
        if header.lower().startswith(b"content-length:"):
            await reader.readexactly(int(header.split(b":")[1]))


async def serve(options: argparse.Namespace) -> None:
    """Serve until told to end."""
    target = Target(options)
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    server = await asyncio.start_server(target.connected, "127.0.0.1", options.port)
    filling = asyncio.ensure_future(target.fill()) if options.fill else None
    await over.wait()
    server.close()
    if filling is not None:
        filling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await filling


def parser() -> argparse.ArgumentParser:
    """The options of the command line."""
    found = argparse.ArgumentParser()
    found.add_argument("--port", type=int, required=True)
    whole = "--per-user --leak --fill --slots --worn-by --dies-at --fails-from"
    for name in whole.split():
        found.add_argument(name, type=int, default=0)
    found.add_argument("--exponent", type=float, default=1.0)
    found.add_argument("--within", type=float, default=3.0)
    found.add_argument("--service", type=float, default=0.0)
    return found


if __name__ == "__main__":
    asyncio.run(serve(parser().parse_args()))
