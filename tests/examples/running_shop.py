"""A real shop in a process of its own, and somebody who shops there."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

SOURCE = Path(__file__).parents[2] / "examples" / "shop" / "src"
PATIENCE = 30.0
"""Seconds after which something that should have happened counts as never happening."""

_SAMPLE = re.compile(
    r"(?P<name>[a-z_]+)"
    r'(?:\{(?P<labels>[a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*)\})?'
    r" (?P<value>[0-9.e+-]+)"
)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> str:
        code: str = self.json["error"]["code"]
        return code


class Customer:
    """A connection that is kept alive, and the cookie of a session."""

    def __init__(self, url: str) -> None:
        self.connection = HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)
        self.cookie: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def get(self, target: str) -> Answer:
        return self.send("GET", target)

    def post(self, target: str, data: object = None) -> Answer:
        return self.send("POST", target, b"" if data is None else json.dumps(data).encode())

    def send(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        cookies = {"Cookie": self.cookie} if self.cookie else {}
        self.connection.request(method, target, body, {**cookies, **(headers or {})})
        with self.connection.getresponse() as response:
            answer = Answer(response.status, dict(response.getheaders()), response.read())
        if "Set-Cookie" in answer.headers:
            self.cookie = answer.headers["Set-Cookie"].partition(";")[0]
        return answer

    def metrics(self) -> dict[str, float]:
        """All samples by name and labels, in a text of which every line is understood."""
        samples: dict[str, float] = {}
        for line in self.get("/metrics").body.decode().splitlines():
            if not line.startswith(("# HELP ", "# TYPE ")):
                found = _SAMPLE.fullmatch(line)
                assert found, f"not a sample: {line}"
                key = found["name"] + (f"{{{found['labels']}}}" if found["labels"] else "")
                assert key not in samples
                samples[key] = float(found["value"])
        return samples


@dataclass
class RunningShop:
    process: "subprocess.Popen[str]"
    url: str

    def customer(self) -> Customer:
        return Customer(self.url)

    def stop(self, signal_number: int) -> int:
        self.process.send_signal(signal_number)
        return self.process.wait(PATIENCE)


@contextmanager
def running_shop(errors: Path, *options: str) -> Iterator[RunningShop]:
    """A shop on a free port; whatever it has to complain about goes to a file."""
    command = [
        sys.executable,
        "-X",
        "dev",
        "-W",
        "error",
        "-m",
        "shop",
        "serve",
        "--port",
        "0",
        *options,
    ]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONDONTWRITEBYTECODE": "1"}
    with (
        errors.open("w") as stderr,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=stderr, text=True, env=environment
        ) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("listening on "), errors.read_text()
            yield RunningShop(process, line.removeprefix("listening on ").strip())
        finally:
            if process.poll() is None:
                process.kill()
