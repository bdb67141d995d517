"""What the metrics say, read by other people's parsers."""

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as parse_open_metrics,
)
from prometheus_client.parser import text_string_to_metric_families as parse_prometheus
from running_shop import PATIENCE, Customer, RunningShop, running_shop

OPEN_METRICS = "application/openmetrics-text"
KINDS = {
    "shop_requests": "counter",
    "shop_errors": "counter",
    "shop_request_seconds": "histogram",
    "shop_active_users": "gauge",
    "shop_orders": "counter",
    "shop_cache_hits": "counter",
    "shop_cache_misses": "counter",
    "process_resident_memory_bytes": "gauge",
}
Values = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[RunningShop]:
    errors = tmp_path / "stderr"
    with running_shop(errors, "--stock", "100000") as running:
        yield running
        assert running.stop(signal.SIGTERM) == 0
    assert errors.read_text() == ""


@pytest.fixture
def customer(shop: RunningShop) -> Iterator[Customer]:
    with shop.customer() as somebody:
        yield somebody


def families(customer: Customer, accept: str = "") -> dict[str, Metric]:
    answer = customer.send("GET", "/metrics", headers={"Accept": accept} if accept else None)
    text = answer.body.decode()
    if answer.headers["Content-Type"].startswith(OPEN_METRICS):
        parsed = parse_open_metrics(text)  # type: ignore[no-untyped-call]
        return {family.name: family for family in parsed}
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {family.name: family for family in parse_prometheus(text)}


def values(found: dict[str, Metric]) -> Values:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in found.values()
        for sample in family.samples
    }


def value(found: Values, name: str, **labels: str) -> float:
    return found[name, frozenset(labels.items())]


def go_around(customer: Customer) -> None:
    customer.get("/")
    for product in (1, 2, 1):
        customer.get(f"/product/{product}")
    customer.get("/product/99999")
    customer.post("/cart", {"product_id": 1})
    customer.post("/checkout")
    customer.post("/checkout")


@pytest.mark.parametrize("accept", ["", "text/plain", OPEN_METRICS])
def test_every_metric_has_its_name_and_kind(customer: Customer, accept: str) -> None:
    go_around(customer)

    found = families(customer, accept)

    assert {name: family.type for name, family in found.items()} == KINDS
    assert all(family.documentation.endswith(".") for family in found.values())


@pytest.mark.parametrize("accept", ["", OPEN_METRICS])
def test_the_metrics_tell_what_happened(customer: Customer, accept: str) -> None:
    go_around(customer)

    found = values(families(customer, accept))

    assert value(found, "shop_requests_total", page="/", status="200") == 1
    assert value(found, "shop_requests_total", page="/product/{id}", status="200") == 3
    assert value(found, "shop_requests_total", page="/product/{id}", status="404") == 1
    assert value(found, "shop_requests_total", page="/cart", status="200") == 1
    assert value(found, "shop_requests_total", page="/checkout", status="201") == 1
    assert value(found, "shop_requests_total", page="/checkout", status="409") == 1
    assert value(found, "shop_request_seconds_count", page="/checkout") == 2
    assert value(found, "shop_orders_total") == 1
    assert value(found, "shop_active_users") == 1
    assert value(found, "shop_errors_total") == 0
    assert value(found, "process_resident_memory_bytes") > 1_000_000


def test_both_formats_tell_the_same(customer: Customer) -> None:
    go_around(customer)
    plain, open_metrics = (values(families(customer, accept)) for accept in ("", OPEN_METRICS))

    def steady(found: Values) -> Values:
        """Without what asking for the metrics changes by itself."""
        return {
            (name, labels): number
            for (name, labels), number in found.items()
            if ("page", "/metrics") not in labels and name != "process_resident_memory_bytes"
        }

    assert steady(plain) == steady(open_metrics)


def test_the_format_of_a_real_prometheus_is_understood(customer: Customer) -> None:
    accept = (
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;"
        "version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
    )

    answer = customer.send("GET", "/metrics", headers={"Accept": accept})

    assert answer.headers["Content-Type"].startswith(OPEN_METRICS)
    assert answer.body.endswith(b"# EOF\n")


def test_the_plain_format_has_no_end_mark(customer: Customer) -> None:
    body = customer.get("/metrics").body

    assert body.endswith(b"\n")
    assert b"EOF" not in body


def test_the_buckets_are_close_where_most_answers_are(customer: Customer) -> None:
    go_around(customer)

    bounds = [
        float(dict(labels)["le"])
        for (name, labels) in values(families(customer))
        if name == "shop_request_seconds_bucket" and ("page", "/checkout") in labels
    ]

    assert max(bounds) == float("inf")
    assert len([bound for bound in bounds if bound <= 0.01]) >= 6
    assert any(0.25 <= bound <= 0.5 for bound in bounds)


def test_a_product_is_found_in_the_cache_the_second_time(customer: Customer) -> None:
    counts = []
    for _ in range(3):
        customer.get("/product/40")
        found = values(families(customer))
        counts.append(
            (value(found, "shop_cache_hits_total"), value(found, "shop_cache_misses_total"))
        )

    assert counts == [(0, 1), (1, 1), (2, 1)]


def test_the_cache_has_a_bounded_size(tmp_path: Path) -> None:
    with running_shop(tmp_path / "stderr", "--cache-entries", "2") as shop:
        with shop.customer() as customer:
            for product in (1, 2, 3, 1):  # the third drives out the first
                customer.get(f"/product/{product}")
            found = values(families(customer))
        assert shop.stop(signal.SIGTERM) == 0

    assert value(found, "shop_cache_hits_total") == 0
    assert value(found, "shop_cache_misses_total") == 4


def test_nothing_is_lost_when_many_come_at_once(shop: RunningShop, customer: Customer) -> None:
    customers, rounds = 12, 15
    together = Barrier(customers)

    def shopping(_: int) -> int:
        orders = 0
        with shop.customer() as somebody:
            together.wait(PATIENCE)
            for product in range(1, rounds + 1):
                somebody.get(f"/product/{product}")
                somebody.post("/cart", {"product_id": product})
                orders += somebody.post("/checkout").status == 201
                values(families(somebody))  # what is half written could not be read
        return orders

    with ThreadPoolExecutor(customers) as threads:
        orders = sum(threads.map(shopping, range(customers)))
    found = values(families(customer))

    total = customers * rounds
    assert orders == total
    assert value(found, "shop_orders_total") == total
    assert value(found, "shop_active_users") == customers
    assert value(found, "shop_requests_total", page="/product/{id}", status="200") == total
    assert value(found, "shop_requests_total", page="/checkout", status="201") == total
    assert value(found, "shop_request_seconds_count", page="/cart") == total
    assert value(found, "shop_request_seconds_bucket", page="/cart", le="+Inf") == total
    assert value(found, "shop_errors_total") == 0


def test_the_fault_of_the_shop_is_counted_as_an_error(tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    with running_shop(tmp_path / "stderr", "--database", str(file)) as shop:
        with shop.customer() as customer:
            customer.get("/product/1")
            spoil(file)
            assert customer.get("/product/2").status == 500
            assert customer.get("/product/99999999").status == 500
            assert customer.get("/nowhere").status == 404
            found = values(families(customer))
        assert shop.stop(signal.SIGTERM) == 0

    assert value(found, "shop_errors_total") == 2
    assert value(found, "shop_requests_total", page="/product/{id}", status="500") == 2


def spoil(database: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(database, isolation_level=None)
    try:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DROP TABLE products")
    finally:
        connection.close()
