"""What is broken on purpose shows in the metrics, and only there where it was broken."""

import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from running_shop import Customer, RunningShop, running_shop

MEGABYTE = 1_000_000
CHECKOUT = 'shop_request_seconds_bucket{page="/checkout",le="0.25"}'


@contextmanager
def broken_shop(folder: Path, *options: str) -> Iterator[RunningShop]:
    with running_shop(folder / "stderr", *options) as shop:
        yield shop
        assert shop.stop(signal.SIGTERM) == 0
    assert (folder / "stderr").read_text() == ""


def buy(customer: Customer, product: int = 1) -> int:
    customer.get(f"/product/{product}")
    customer.post("/cart", {"product_id": product})
    return customer.post("/checkout").status


def come_and_look(shop: RunningShop, customers: int) -> None:
    for number in range(customers):
        with shop.customer() as customer:
            customer.get("/")
            customer.get(f"/product/{number % 50 + 1}")


@pytest.mark.parametrize("how", ["option", "variable"])
def test_a_slow_checkout_is_slow_and_still_sells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    if how == "variable":
        monkeypatch.setenv("SHOP_SLOW", "300ms")
    options = ["--slow", "300ms"] if how == "option" else []
    with broken_shop(tmp_path, *options) as shop, shop.customer() as customer:
        assert buy(customer) == 201
        found = customer.metrics()

    # It waits so long at least, whatever else the machine has to do.
    assert found[CHECKOUT] == 0
    assert found['shop_request_seconds_sum{page="/checkout"}'] >= 0.3
    assert found["shop_orders_total"] == 1
    assert found["shop_errors_total"] == 0


def test_only_the_checkout_is_slow(tmp_path: Path) -> None:
    with broken_shop(tmp_path, "--slow", "100s") as shop, shop.customer() as customer:
        # All of these would still wait if they were slow as well.
        assert customer.get("/product/1").status == 200
        assert customer.post("/cart", {"product_id": 1}).status == 200
        assert customer.get("/cart").status == 200
        assert customer.get("/health").status == 200
        found = customer.metrics()

    assert CHECKOUT not in found


def resident(shop: RunningShop) -> float:
    with shop.customer() as customer:
        return customer.metrics()["process_resident_memory_bytes"]


def grown_by(shop: RunningShop, customers: int) -> float:
    come_and_look(shop, 5)  # what the first ones need is needed once
    before = resident(shop)
    come_and_look(shop, customers)
    return resident(shop) - before


@pytest.mark.parametrize("how", ["option", "variable"])
def test_a_leak_grows_with_the_sessions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    if how == "variable":
        monkeypatch.setenv("SHOP_LEAK", "1")
    with broken_shop(tmp_path, *(["--leak"] if how == "option" else [])) as shop:
        assert grown_by(shop, 40) > 35 * MEGABYTE


@pytest.mark.parametrize(("size", "sessions"), [("64kB", 300), ("2MB", 10), ("300000B", 65)])
@pytest.mark.parametrize("how", ["option", "variable"])
def test_a_leak_has_the_size_that_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, size: str, sessions: int
) -> None:
    # Each comes to about 20 MB, and not to the 300, 10 and 65 MB of a bare `--leak`.
    if how == "variable":
        monkeypatch.setenv("SHOP_LEAK", size)
    with broken_shop(tmp_path, *(["--leak", size] if how == "option" else [])) as shop:
        with shop.customer() as customer:
            before = customer.metrics()["process_resident_memory_bytes"]
        come_and_look(shop, sessions)
        grown = resident(shop) - before
    assert 17 * MEGABYTE < grown < 40 * MEGABYTE


def test_without_a_leak_memory_stays(tmp_path: Path) -> None:
    with broken_shop(tmp_path) as shop:
        assert grown_by(shop, 40) < 20 * MEGABYTE


def test_a_leak_is_one_buffer_for_each_session(tmp_path: Path) -> None:
    with broken_shop(tmp_path, "--leak") as shop:
        come_and_look(shop, 5)
        with shop.customer() as customer:
            customer.get("/")
            before = resident(shop)
            for _ in range(60):
                customer.get("/")
                customer.post("/cart", {"product_id": 1})
            assert resident(shop) - before < 20 * MEGABYTE


@pytest.mark.parametrize("how", ["option", "variable"])
def test_without_a_cache_nothing_is_found_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    if how == "variable":
        monkeypatch.setenv("SHOP_NO_CACHE", "1")
    options = ["--no-cache"] if how == "option" else []
    with broken_shop(tmp_path, *options) as shop, shop.customer() as customer:
        for _ in range(10):
            assert customer.get("/product/1").status == 200
        found = customer.metrics()

    assert found["shop_cache_hits_total"] == 0
    assert found["shop_cache_misses_total"] == 10


@pytest.mark.parametrize("how", ["option", "variable"])
def test_behind_a_lock_one_is_served_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    if how == "variable":
        monkeypatch.setenv("SHOP_LOCK", "1")
    customers, visits = 10, 10

    def look(shop: RunningShop) -> None:
        with shop.customer() as customer:
            for product in range(1, visits + 1):
                assert customer.get(f"/product/{product}").status == 200

    with broken_shop(tmp_path, *(["--lock"] if how == "option" else [])) as shop:
        began = time.monotonic()
        with ThreadPoolExecutor(customers) as threads:
            list(threads.map(look, [shop] * customers))
        took = time.monotonic() - began

    # Each holds the lock for 5 ms; beside each other they would take but a tenth of it.
    assert took >= customers * visits * 0.005


def test_the_lock_keeps_nothing_from_working(tmp_path: Path) -> None:
    with broken_shop(tmp_path, "--lock") as shop, shop.customer() as customer:
        assert buy(customer) == 201
        assert customer.get("/product/99999").status == 404  # an error lets go of the lock
        assert buy(customer, 2) == 201
        found = customer.metrics()

    assert found["shop_orders_total"] == 2
    assert found["shop_errors_total"] == 0


@pytest.mark.parametrize("setting", ["", "0"])
def test_an_empty_variable_breaks_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    for name in ("SHOP_LEAK", "SHOP_LOCK", "SHOP_NO_CACHE", "SHOP_SLOW"):
        monkeypatch.setenv(name, setting)
    with broken_shop(tmp_path) as shop, shop.customer() as customer:
        customer.get("/product/1")
        customer.get("/product/1")
        found = customer.metrics()

    assert found["shop_cache_hits_total"] == 1
