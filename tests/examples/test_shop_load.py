"""The shop, judged by its own ``load.yaml``: all passes, unless something is broken."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from running_shop import SOURCE, running_shop
from shop_under_load import SHOP, Ended, judged, rewrite, run_fitness, short_shop, small_shop

CHECKOUT = "checkout-under-load"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return short_shop(tmp_path_factory.mktemp("short"))


def require_nothing_left(ended: Ended) -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", ended.port), timeout=5)
    lines = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    assert not [line for line in lines if f"--port={ended.port}" in line]


def test_the_file_is_valid_and_says_what_is_measured() -> None:
    ended = run_fitness(SHOP, "--collect-only", "-q")

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert set(re.findall(r"^load\.yaml::(.+)$", ended.stdout, re.MULTILINE)) == {
        "checkout-under-load::p95[/checkout]",
        "checkout-under-load::error_rate",
        "checkout-under-load::throughput",
        "search::p95",
        "search::throughput",
        "search::error_rate",
        "memory-per-user::elasticity",
        "memory-per-user::leak",
        "headroom",
        "pricing::mean",
    }


def test_who_listens_there_already_is_not_taken_for_the_shop(shop: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run_fitness(shop, "load.yaml::search", SHOP_PORT=str(port))

    assert ended.returncode == 1
    assert "answers already, before" in ended.stdout


def test_the_healthy_shop_passes_has_room_prices_fast_and_is_closed(shop: Path) -> None:
    ended = judged(shop, CHECKOUT, "search", "headroom", "pricing")

    assert set(ended.outcomes.values()) == {"passed"}, ended.output
    assert len(ended.outcomes) == 8
    assert ended.status == 0
    require_nothing_left(ended)


def test_a_checkout_that_sleeps_is_found(shop: Path) -> None:
    ended = judged(shop, CHECKOUT, "search", SHOP_SLOW="300ms")

    assert ended.outcomes == {
        "checkout-under-load::p95[/checkout]": "failed",
        "checkout-under-load::error_rate": "passed",
        "checkout-under-load::throughput": "passed",
        "search::p95": "passed",
        "search::throughput": "passed",
        "search::error_rate": "passed",
    }, ended.output
    assert ended.status == 1
    assert re.search(r"\dm?s where ≤ 200ms is allowed", ended.output), ended.output
    assert "requests POST /checkout by 20 users" in ended.output
    require_nothing_left(ended)


def test_a_cache_that_is_off_is_found(shop: Path) -> None:
    ended = judged(shop, CHECKOUT, "search", SHOP_NO_CACHE="1")

    assert ended.outcomes["search::throughput"] == "failed", ended.output
    assert ended.outcomes["search::error_rate"] == "passed"
    others = {outcome for name, outcome in ended.outcomes.items() if name.startswith(CHECKOUT)}
    assert others == {"passed"}, ended.output


def test_a_leak_of_64_kb_a_session_is_found(tmp_path: Path) -> None:
    ended = judged(small_shop(tmp_path), "memory-per-user", SHOP_LEAK="64kB")

    assert ended.outcomes["memory-per-user::leak"] == "failed", ended.output
    assert "a suspected leak" in ended.output
    require_nothing_left(ended)


def test_a_lock_that_serialises_is_found(tmp_path: Path) -> None:
    # Two hundred a second are served, whoever asks: 40 who do not pause each wait for 200 ms.
    crowded = small_shop(tmp_path)
    crowd = {
        r"pause: 250ms": "pause: 0ms\n      warm_up: 500ms",
        r"steps: \[10\]": "steps: [20, 40]",
        r"hold: 2s": "hold: 1s",
        r"min: 10$": "min: 40",
    }
    rewrite(crowded / "load.yaml", crowd)

    ended = judged(crowded, "headroom", SHOP_LOCK="1")

    assert ended.outcomes == {"headroom": "failed"}, ended.output
    assert "are past it: p95" in ended.output


def test_customers_whose_carts_are_not_sold_are_failures(tmp_path: Path) -> None:
    sold_out = small_shop(tmp_path)
    rewrite(sold_out / "load.yaml", {r"--stock=\d+": "--stock=0"})

    ended = judged(sold_out, CHECKOUT)

    assert ended.outcomes["checkout-under-load::error_rate"] == "failed", ended.output
    assert "the cart was not sold" in ended.output


def test_the_cart_whose_price_is_timed_is_as_full_as_a_real_one_can_be(tmp_path: Path) -> None:
    program = "print(json.dumps([[each.product_id, each.quantity] for each in full_cart()]))"
    printed = subprocess.run(
        [sys.executable, "-c", f"import json; from carts import full_cart; {program}"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(SOURCE), str(SHOP / "load")])},
        capture_output=True,
        check=True,
    ).stdout
    lines = [(product + 1, quantity) for product, quantity in json.loads(printed)]

    with running_shop(tmp_path / "stderr") as shop, shop.customer() as customer:
        for product, quantity in lines:
            answer = customer.post("/cart", {"product_id": product, "quantity": quantity})
            assert answer.status == 200
        assert customer.post("/cart", {"product_id": 400}).status == 400
