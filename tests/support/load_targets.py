"""An HTTP server whose latencies are known, and which counts what it answers.

Run as a program it listens on the port that it is given. What it is asked says how it behaves:
``/sleep/0.05`` answers after 50 ms, ``/uniform/0.02/0.2`` after a time drawn between the two,
``/status/503`` with that status, ``/every/10`` with a 500 each tenth time, ``/die/100`` as usual
until the hundredth request, which ends the process, ``/hang/100`` until the hundredth, from which
on nothing is answered, ``/to/URL`` with a redirection, ``/counts`` with how often which path was
answered.
"""

import asyncio
import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

import psutil

from families import lives
from server_processes import free_port

MARK = "PYTEST_FITNESS_TEST_MARK"
counts: Counter[str] = Counter()
bodies: Counter[str] = Counter()


class Target:
    """A server that runs."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.process = process

    def counts(self) -> dict[str, int]:
        """How often which path was answered."""
        return self._ask("/counts")

    def bodies(self) -> dict[str, int]:
        """How often which request came: method, path, type and body."""
        return self._ask("/bodies")

    def _ask(self, path: str) -> dict[str, int]:
        with urlopen(self.url + path, timeout=10) as answer:
            found: dict[str, int] = json.load(answer)
            return found


@contextmanager
def target() -> Iterator[Target]:
    """A server of its own, ended afterwards."""
    for _ in range(5):
        port = free_port()
        argv = [sys.executable, str(Path(__file__)), str(port)]
        # It is not one of what a test counts.
        environment = {**os.environ, MARK: ""}
        with subprocess.Popen(argv, stdout=subprocess.PIPE, env=environment) as process:
            try:
                assert process.stdout is not None
                if process.stdout.readline().strip() == b"ready":
                    yield Target(port, process)
                    return
            finally:
                process.kill()
    raise RuntimeError("the target found no port")


def marked(mark: str) -> list[psutil.Process]:
    """The processes in whose environment a mark stands, the run's own left out."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            is_ours = mark in process.environ().values() and lives(process)
            # The one that watches over the others stays until this process ends.
            if (
                is_ours
                and process.pid != os.getpid()
                and "orphans.py" not in str(process.cmdline())
            ):
                found.append(process)
    return found


async def delay(path: str) -> None:
    kind, *rest = path.strip("/").split("/")
    if kind == "sleep":
        await asyncio.sleep(float(rest[0]))
    elif kind == "uniform":
        await asyncio.sleep(random.uniform(float(rest[0]), float(rest[1])))
    elif kind == "hang" and counts[path] >= int(rest[0]):
        await asyncio.sleep(1000)


def respond(path: str) -> bytes:
    kind, *rest = path.strip("/").split("/")
    status, extra, body = 200, "", "ok\n"
    if kind == "status":
        status = int(rest[0])
    elif kind == "every" and counts[path] % int(rest[0]) == 0:
        status = 500
    elif kind == "die" and counts[path] >= int(rest[0]):
        os._exit(3)
    elif kind == "to":
        status, extra = 302, f"Location: {'/'.join(rest)}\r\n"
    elif kind == "counts":
        body = json.dumps(counts)
    elif kind == "bodies":
        body = json.dumps(bodies)
    head = f"HTTP/1.1 {status} X\r\n{extra}Content-Length: {len(body)}\r\n\r\n"
    return (head + body).encode()


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while line := await reader.readline():
            method, path, _ = line.decode("latin-1").split()
            length, kind = 0, ""
            while (header := (await reader.readline()).decode("latin-1").strip()) != "":
                name, _, value = header.partition(":")
                length = int(value) if name.lower() == "content-length" else length
                kind = value.strip() if name.lower() == "content-type" else kind
            body = (await reader.readexactly(length)).decode()
            if path not in ("/counts", "/bodies"):
                counts[path] += 1
                bodies[f"{method} {path} {kind} {body}".strip()] += 1
            await delay(path)
            writer.write(respond(path))
            await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def main(port: int) -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", port, backlog=1000)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
