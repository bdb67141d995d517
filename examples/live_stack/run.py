"""Bring up Prometheus, Redis and the shop with customers, judge them, and stop them all."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import urlencode
from urllib.request import urlopen

from cache_users import answers, using_cache
from processes import Process, StackError, free_port, interruptible, program, running

_HERE: Final = Path(__file__).resolve().parent
_SHOP: Final = _HERE.parent / "shop" / "src"
_ENOUGH: Final = "min_over_time(shop_orders_total[{seconds}s] offset {seconds}s)"
"""There is an answer to this once orders were scraped for that long."""


def main() -> int:
    """The exit status of ``pytest --fitness``, or 2 if it did not come to that."""
    options, pytest_options = _parser().parse_known_args()
    with interruptible():
        try:
            with live_stack(options.users, options.seconds) as environment:
                return _judge(environment, pytest_options)
        except StackError as error:
            print(f"live stack: {error}", file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            return 130


@contextmanager
def live_stack(users: int, seconds: int) -> Iterator[dict[str, str]]:
    """All of it running and with data; where it is, as variables of the environment.

    Raises:
        StackError: a program is missing, has ended or does not get ready.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="live-stack-")))
        # The programs first: what is missing should be known before anything is started.
        prometheus, redis = program("prometheus"), program("redis-server")
        redis_port = stack.enter_context(_redis(redis, folder))
        stack.enter_context(using_cache(redis_port))
        shop, shop_port = stack.enter_context(_shop(folder, users))
        watcher, url = stack.enter_context(_prometheus(prometheus, folder, shop_port))
        watcher.wait_until(lambda: has_data(url, _ENOUGH.format(seconds=max(1, seconds // 2))))
        shop.check()
        yield {
            "PROMETHEUS_URL": url,
            "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0",
            "SHOP_URL": f"http://127.0.0.1:{shop_port}",
        }


def has_data(url: str, promql: str) -> bool:
    """Whether Prometheus has an answer to a query."""
    question = urlencode({"query": promql})
    try:
        with urlopen(f"{url}/api/v1/query?{question}", timeout=10) as answer:  # noqa: S310 - ours
            return bool(json.load(answer)["data"]["result"])
    except (OSError, ValueError, KeyError):
        return False


@contextmanager
def _redis(path: str, folder: Path) -> Iterator[int]:
    port = free_port()
    nothing_kept = ("--save", "", "--appendonly", "no", "--dir", str(folder))
    command = [path, "--bind", "127.0.0.1", "--port", str(port), *nothing_kept]
    with running("redis", command, folder) as process:
        process.wait_until(lambda: answers(port))
        yield port


@contextmanager
def _shop(folder: Path, users: int) -> Iterator[tuple[Process, int]]:
    port_file = folder / "shop.port"
    arguments = [f"--users={users}", f"--port-file={port_file}"]
    command = [sys.executable, "-m", "shop", "live", *arguments]
    with running("shop", command, folder, {"PYTHONPATH": str(_SHOP)}) as process:
        process.wait_until(port_file.exists)
        yield process, int(port_file.read_text(encoding="ascii"))


@contextmanager
def _prometheus(path: str, folder: Path, shop_port: int) -> Iterator[tuple[Process, str]]:
    template = Template((_HERE / "prometheus.yml").read_text(encoding="utf-8"))
    config = folder / "prometheus.yml"
    config.write_text(template.substitute(shop=f"127.0.0.1:{shop_port}"), encoding="utf-8")
    port = free_port()
    command = [
        path,
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'prometheus'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with running("prometheus", command, folder) as process:
        url = f"http://127.0.0.1:{port}"
        process.wait_until(lambda: has_data(url, "up == 1"))
        yield process, url


def _judge(environment: Mapping[str, str], pytest_options: Sequence[str]) -> int:
    command = [sys.executable, "-m", "pytest", "--fitness", *pytest_options]
    return subprocess.run(
        command, cwd=_HERE, env={**os.environ, **environment}, check=False
    ).returncode


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Judge a live stack; all other options go to pytest.",
        allow_abbrev=False,
    )
    parser.add_argument("--users", type=int, default=20, help="how many shop at the same time")
    parser.add_argument("--seconds", type=int, default=15, help="data to wait for")
    return parser


if __name__ == "__main__":
    sys.exit(main())
