"""Customers: what they do, when they stop, and that the same seed makes the same ones."""

import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from running_shop import PATIENCE, SOURCE, Customer, RunningShop, running_shop

SUMMARY = re.compile(
    r"traffic: (?P<requests>\d+) requests, (?P<visitors>\d+) visitors, (?P<orders>\d+) orders,"
    r" (?P<errors>\d+) errors, (?P<unanswered>\d+) unanswered\n"
)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[RunningShop]:
    with running_shop(tmp_path / "stderr", "--stock", "100000") as running:
        yield running
        assert running.stop(signal.SIGTERM) == 0
    assert (tmp_path / "stderr").read_text() == ""


@contextmanager
def started(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-X", "dev", "-W", "error", "-m", "shop", *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def ended(*arguments: str, status: int = 0) -> str:
    with started(*arguments) as process:
        output, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, errors) == (status, "")
    return output


def summary(output: str) -> dict[str, int]:
    found = SUMMARY.fullmatch(output)
    assert found, output
    return {name: int(number) for name, number in found.groupdict().items()}


def by_page(metrics: Mapping[str, float]) -> Counter[str]:
    pages: Counter[str] = Counter()
    for name, number in metrics.items():
        if found := re.match(r'shop_requests_total\{page="([^"]+)"', name):
            pages[found[1]] += int(number)
    return pages


def test_what_it_says_is_what_the_shop_has_seen(shop: RunningShop) -> None:
    said = summary(ended("traffic", "--url", shop.url, "--users=8", "--seconds=2", "--pause=1ms"))

    with shop.customer() as customer:
        metrics = customer.metrics()
    seen = by_page(metrics)
    assert said["requests"] == sum(seen.values())
    assert said["orders"] == metrics["shop_orders_total"] > 0
    assert said["visitors"] == metrics["shop_active_users"] >= 8
    assert said["errors"] == said["unanswered"] == 0
    assert seen["/product/{id}"] > seen["/"] > seen["/checkout"] > 0
    assert seen["/cart"] > seen["/checkout"]
    assert metrics["shop_cache_hits_total"] > metrics["shop_cache_misses_total"]


def test_it_ends_early_when_it_is_told_to(shop: RunningShop) -> None:
    with started("traffic", "--url", shop.url, "--users=4", "--seconds=900") as process:
        with shop.customer() as customer:
            wait_for_visitors(customer)
        process.terminate()
        output, errors = process.communicate(timeout=PATIENCE)

    assert (process.returncode, errors) == (0, "")
    assert summary(output)["visitors"] >= 1


def wait_for_visitors(customer: Customer) -> None:
    # Each question takes its time, so this gives up after a while.
    assert any(customer.metrics()["shop_active_users"] for _ in range(20_000))


def test_nobody_stays_at_a_shop_that_is_gone(tmp_path: Path) -> None:
    with running_shop(tmp_path / "stderr") as shop, shop.customer() as customer:
        arguments = ("--url", shop.url, "--users=1", "--seconds=900", "--pause=1ms")
        with started("traffic", *arguments) as process:
            wait_for_visitors(customer)
            assert shop.stop(signal.SIGTERM) == 0
            output, errors = process.communicate(timeout=PATIENCE)

    assert (process.returncode, errors) == (0, "")
    assert summary(output)["unanswered"] == 20


def test_it_fails_if_nobody_ever_answered(tmp_path: Path) -> None:
    with running_shop(tmp_path / "stderr") as shop:
        assert shop.stop(signal.SIGTERM) == 0

    output = ended(
        "traffic", "--url", shop.url, "--users=1", "--seconds=900", "--pause=0", status=1
    )

    assert summary(output) == {
        "requests": 0,
        "visitors": 0,
        "orders": 0,
        "errors": 0,
        "unanswered": 20,
    }


def test_errors_of_the_shop_are_told() -> None:
    class Broken(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(500)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = answer  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Broken) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        said = summary(ended("traffic", "--url", url, "--users=2", "--seconds=1", "--pause=5ms"))
        server.shutdown()
        thread.join()

    assert said["errors"] == said["requests"] > 0
    assert said["visitors"] == said["orders"] == 0


def test_live_is_a_shop_with_customers(tmp_path: Path) -> None:
    file = tmp_path / "port"

    output = ended("live", "--users=6", "--seconds=2", "--pause=1ms", f"--port-file={file}")

    listening, _, said = output.partition("\n")
    assert listening.startswith("listening on http://127.0.0.1:")
    assert summary(said)["visitors"] >= 6
    assert summary(said)["errors"] == summary(said)["unanswered"] == 0
    assert not file.exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["term", "int"])
def test_live_goes_on_until_it_is_stopped(number: signal.Signals) -> None:
    with started("live", "--users=3", "--slow=1ms") as process:
        assert process.stdout is not None
        url = process.stdout.readline().removeprefix("listening on ").strip()
        with Customer(url) as customer:
            wait_for_visitors(customer)
        process.send_signal(number)
        # The pipe ends only when the customers' process has ended as well.
        said, errors = process.communicate(timeout=PATIENCE)

    assert (process.returncode, errors) == (0, "")
    assert summary(said)["visitors"] >= 1
