import json
import signal
import socket
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from running_shop import PATIENCE, Answer, Customer, RunningShop, running_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    errors = tmp_path_factory.mktemp("shop") / "stderr"
    with running_shop(errors, "--stock", "60") as running:
        yield running
        assert running.stop(signal.SIGTERM) == 0
    assert errors.read_text() == ""


@pytest.fixture
def customer(shop: RunningShop) -> Iterator[Customer]:
    with shop.customer() as somebody:
        yield somebody


def test_is_ready_once_it_has_said_where_it_listens(shop: RunningShop) -> None:
    with urlopen(f"{shop.url}/health", timeout=PATIENCE) as response:
        assert json.load(response) == {"status": "ok"}


def test_finds_products_by_name_whatever_the_case(customer: Customer) -> None:
    found = customer.get("/products?q=tiny%20%20CLOCK").json["products"]

    assert found[0]["name"] == "Tiny Clock No. 1"
    assert all("Tiny Clock" in product["name"] for product in found)


def test_shows_only_the_first_products(customer: Customer) -> None:
    assert len(customer.get("/products").json["products"]) == 20


@pytest.mark.parametrize("text", ["%25", "_", "%5C", "'", "nothing-like-it"])
def test_takes_a_search_literally(customer: Customer, text: str) -> None:
    answer = customer.get(f"/products?q={text}")

    assert (answer.status, answer.json) == (200, {"products": []})


def test_shows_a_product_with_its_stock(customer: Customer) -> None:
    assert customer.get("/products/9").json == {
        "id": 9,
        "name": "Striped Mug No. 1",
        "price_cents": 2495,
        "description": "A striped mug of series 1.",
        "stock": 60,
    }


def test_the_whole_way_from_search_to_order(shop: RunningShop, customer: Customer) -> None:
    product = customer.get("/products?q=tall+teapot").json["products"][0]
    before = customer.get(f"/products/{product['id']}").json["stock"]

    cart = customer.post("/cart", {"product_id": product["id"], "quantity": 2})
    order = customer.post("/checkout", {"code": "WELCOME10"})

    assert cart.status == 200
    assert cart.json["subtotal_cents"] == 2 * product["price_cents"]
    assert order.status == 201
    assert order.json["lines"] == cart.json["lines"]
    assert order.json["discount_cents"] == (cart.json["subtotal_cents"] * 10 + 50) // 100
    assert customer.get(order.headers["Location"]).json == order.json
    assert customer.get("/cart").json["lines"] == []
    assert customer.get(f"/products/{product['id']}").json["stock"] == before - 2
    with shop.customer() as stranger:
        assert stranger.get(order.headers["Location"]).error == "not_found"


def test_a_cart_belongs_to_its_session(shop: RunningShop, customer: Customer) -> None:
    customer.post("/cart", {"product_id": 1})
    with shop.customer() as other:
        other.post("/cart", {"product_id": 2})

        assert [line["product_id"] for line in other.get("/cart").json["lines"]] == [2]
    assert [line["product_id"] for line in customer.get("/cart").json["lines"]] == [1]


def test_a_made_up_session_is_replaced(customer: Customer) -> None:
    customer.cookie = "session=mine"

    customer.post("/cart", {"product_id": 1})

    assert customer.cookie != "session=mine"


def test_a_quantity_replaces_the_one_before(customer: Customer) -> None:
    for quantity in (5, 3):
        answer = customer.post("/cart", {"product_id": 4, "quantity": quantity})
    assert [line["quantity"] for line in answer.json["lines"]] == [3]

    answer = customer.post("/cart", {"product_id": 4, "quantity": 0})
    assert answer.json["lines"] == []


@pytest.mark.parametrize(
    ("quantity", "subtotal", "discount", "shipping"),
    [
        (1, 495, 0, 490),
        (10, 4_950, 0, 490),
        (11, 5_445, 0, 0),
        (12, 5_940, 297, 0),
        (40, 19_800, 990, 0),
        (41, 20_295, 1_015 + 1_350, 0),
        (48, 23_760, 2_851 + 1_464, 0),
    ],
)
def test_the_more_the_cheaper(
    customer: Customer, quantity: int, subtotal: int, discount: int, shipping: int
) -> None:
    cart = customer.post("/cart", {"product_id": 1, "quantity": quantity}).json

    assert cart["subtotal_cents"] == subtotal
    assert cart["discount_cents"] == discount
    assert cart["shipping_cents"] == shipping
    assert cart["total_cents"] == subtotal - discount + shipping


def test_a_code_can_save_the_shipping(customer: Customer) -> None:
    cart = customer.post("/cart", {"product_id": 2, "quantity": 1}).json
    order = customer.post("/checkout", {"code": "FREESHIP"}).json

    assert (cart["shipping_cents"], order["shipping_cents"]) == (490, 0)
    assert order["total_cents"] == cart["subtotal_cents"]


def test_what_is_out_of_stock_stays_in_the_cart(customer: Customer) -> None:
    customer.post("/cart", {"product_id": 5, "quantity": 1})
    customer.post("/cart", {"product_id": 6, "quantity": 61})

    answer = customer.post("/checkout")

    assert (answer.status, answer.error) == (409, "out_of_stock")
    assert len(customer.get("/cart").json["lines"]) == 2
    assert customer.get("/products/5").json["stock"] == 60


def test_an_empty_cart_cannot_be_bought(customer: Customer) -> None:
    answer = customer.post("/checkout")

    assert (answer.status, answer.error) == (409, "empty_cart")


def test_a_cart_is_bought_once_however_often_it_is_asked(shop: RunningShop) -> None:
    with shop.customer() as customer:
        customer.post("/cart", {"product_id": 7, "quantity": 1})
        cookie = customer.cookie

    def buy(_: int) -> int:
        with shop.customer() as again:
            again.cookie = cookie
            return again.post("/checkout").status

    with ThreadPoolExecutor(8) as threads:
        statuses = sorted(threads.map(buy, range(8)))

    assert statuses == [201] + [409] * 7


WRONG: dict[str, tuple[str, str, bytes | None, int, str]] = {
    "no-product": ("GET", "/products/99999", None, 404, "not_found"),
    "no-order": ("GET", "/orders/99999", None, 404, "not_found"),
    "no-route": ("GET", "/nowhere", None, 404, "not_found"),
    "a-word-for-a-number": ("GET", "/products/one", None, 404, "not_found"),
    "a-number-too-long": ("GET", "/products/9999999999999999999999", None, 404, "not_found"),
    "an-escaped-number": ("GET", "/products/%31", None, 404, "not_found"),
    "search-too-long": ("GET", "/products?q=" + "x" * 101, None, 400, "invalid_input"),
    "search-with-nul": ("GET", "/products?q=a%00b", None, 400, "invalid_input"),
    "query-too-long": ("GET", "/products?" + "q=x&" * 11, None, 400, "bad_request"),
    "cart-deleted": ("DELETE", "/cart", None, 405, "method_not_allowed"),
    "product-put": ("PUT", "/products/1", b"{}", 405, "method_not_allowed"),
    "brewed": ("BREW", "/cart", None, 501, "not_implemented"),
    "half-json": ("POST", "/cart", b"{not json", 400, "bad_request"),
    "not-utf8": ("POST", "/cart", b"\xff", 400, "bad_request"),
    "a-list": ("POST", "/cart", b"[1]", 400, "bad_request"),
    "nested-deeply": ("POST", "/cart", b"[" * 10_000, 400, "bad_request"),
    "nothing-in-it": ("POST", "/cart", b"{}", 400, "bad_request"),
    "product-is-a-bool": ("POST", "/cart", b'{"product_id": true}', 400, "bad_request"),
    "product-is-a-float": ("POST", "/cart", b'{"product_id": 1e0}', 400, "bad_request"),
    "product-too-large": (
        "POST",
        "/cart",
        b'{"product_id": ' + b"9" * 30 + b"}",
        400,
        "bad_request",
    ),
    "product-endless": (
        "POST",
        "/cart",
        b'{"product_id": ' + b"9" * 5000 + b"}",
        400,
        "bad_request",
    ),
    "product-unknown": ("POST", "/cart", b'{"product_id": 99999}', 404, "not_found"),
    "quantity-negative": (
        "POST",
        "/cart",
        b'{"product_id": 1, "quantity": -1}',
        400,
        "invalid_input",
    ),
    "quantity-too-large": (
        "POST",
        "/cart",
        b'{"product_id": 1, "quantity": 100}',
        400,
        "invalid_input",
    ),
    "code-is-a-number": ("POST", "/checkout", b'{"code": 1}', 400, "bad_request"),
    "body-too-large": ("POST", "/cart", b" " * 16_385, 413, "request_entity_too_large"),
    "body-far-too-large": ("POST", "/cart", b" " * 900_000, 413, "request_entity_too_large"),
    "path-too-long": ("GET", "/" + "x" * 70_000, None, 414, "request_uri_too_long"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_told(shop: RunningShop, wrong: str) -> None:
    method, target, body, status, code = WRONG[wrong]
    with shop.customer() as customer:
        answer = customer.send(method, target, body)

        assert (answer.status, answer.error) == (status, code)
        assert answer.headers["Content-Type"] == "application/json"
        assert customer.get("/health").status == 200


def test_a_wrong_method_is_told_the_right_ones(customer: Customer) -> None:
    assert customer.send("PATCH", "/cart").headers["Allow"] == "GET, POST"


def test_an_unknown_code_buys_nothing(customer: Customer) -> None:
    customer.post("/cart", {"product_id": 1})

    assert customer.post("/checkout", {"code": "GREED99"}).error == "invalid_input"
    assert len(customer.get("/cart").json["lines"]) == 1


def test_a_cart_has_an_end(customer: Customer) -> None:
    for product_id in range(1, 51):
        assert customer.post("/cart", {"product_id": product_id}).status == 200

    assert customer.post("/cart", {"product_id": 51}).error == "invalid_input"
    assert customer.post("/cart", {"product_id": 50, "quantity": 2}).status == 200


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        ("Content-Length: ten\r\n\r\n", 400),
        ("Content-Length: -1\r\n\r\n", 400),
        ("Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400),
        ("Content-Length: " + "9" * 5000 + "\r\n\r\n", 413),
        ("Content-Length: 10\r\n\r\n{}", 400),
    ],
    ids=["chunked", "a-word", "negative", "twice", "endless", "cut-short"],
)
def test_a_body_of_doubtful_length_ends_the_connection(
    shop: RunningShop, head: str, status: int
) -> None:
    answer = exchange(shop, f"POST /cart HTTP/1.1\r\nHost: shop\r\n{head}".encode())

    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert answer.count(b"HTTP/1.1") == 1
    assert b"Connection: close" in answer


def test_a_head_request_gets_no_body(shop: RunningShop) -> None:
    answer = exchange(shop, b"HEAD /products HTTP/1.1\r\nHost: shop\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 405 ")
    assert answer.endswith(b"\r\n\r\n")


def exchange(shop: RunningShop, data: bytes) -> bytes:
    """Send something, say no more, and hear the answer to its end."""
    address = urlsplit(shop.url)
    with socket.create_connection((address.hostname, address.port), PATIENCE) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_client_that_hangs_up_does_no_harm(shop: RunningShop, customer: Customer) -> None:
    address = urlsplit(shop.url)
    for data in (b"", b"GET", b"POST /cart HTTP/1.1\r\nContent-Length: 5\r\n\r\n"):
        with socket.create_connection((address.hostname, address.port), PATIENCE) as connection:
            connection.sendall(data)

    assert customer.get("/health").status == 200


def test_metrics_count_what_happens(customer: Customer) -> None:
    label = '{page="/products/{id}",status="200"}'
    customer.get("/products/30")
    before = customer.metrics()

    for _ in range(3):
        customer.get("/products/30")
    customer.get("/products/99998")
    customer.get("/nowhere/else")
    customer.post("/cart", {"product_id": 30})
    customer.post("/checkout")
    after = customer.metrics()

    def grown(name: str) -> float:
        return after[name] - before.get(name, 0.0)

    assert grown(f"shop_requests_total{label}") == 3
    assert grown('shop_requests_total{page="unknown",status="404"}') == 1
    assert grown('shop_request_seconds_count{page="/products/{id}"}') == 4
    assert grown('shop_request_seconds_sum{page="/products/{id}"}') > 0
    assert grown("shop_active_users") == 1
    assert grown("shop_orders_total") == 1
    assert grown("shop_cache_hits_total") >= 3
    assert grown("shop_cache_misses_total") == 1
    assert after["process_resident_memory_bytes"] > 1_000_000


def test_buckets_of_the_histogram_add_up(customer: Customer) -> None:
    customer.get("/health")

    samples = customer.metrics()
    buckets = [
        value
        for name, value in samples.items()
        if name.startswith('shop_request_seconds_bucket{page="/health"')
    ]

    assert buckets == sorted(buckets)
    assert buckets[-1] == samples['shop_request_seconds_count{page="/health"}']


def test_labels_do_not_grow_with_what_clients_send(customer: Customer) -> None:
    customer.get("/nowhere/0")
    before = customer.metrics().keys()

    for number in range(5):
        customer.get(f"/nowhere/{number}")
        customer.get(f"/products/{number + 10}")

    assert {name.partition("{")[0] for name in customer.metrics().keys() - before} <= {
        "shop_requests_total",
        "shop_request_seconds_bucket",
        "shop_request_seconds_sum",
        "shop_request_seconds_count",
    }
    assert not any("nowhere" in name for name in customer.metrics())


@pytest.mark.parametrize("where", ["memory", "file"])
def test_many_at_once_never_buy_more_than_there_is(tmp_path: Path, where: str) -> None:
    database = [] if where == "memory" else ["--database", str(tmp_path / "shop.db")]
    stock, customers = 25, 12
    with running_shop(tmp_path / "stderr", "--stock", str(stock), *database) as shop:
        together = Barrier(customers)

        def shopping(_: int) -> list[Answer]:
            with shop.customer() as customer:
                together.wait(PATIENCE)
                answers = []
                for _ in range(4):
                    customer.post("/cart", {"product_id": 1, "quantity": 1})
                    customer.post("/cart", {"product_id": 2, "quantity": 1})
                    answers.append(customer.post("/checkout"))
                return answers

        with ThreadPoolExecutor(customers) as threads:
            answers = [
                answer for each in threads.map(shopping, range(customers)) for answer in each
            ]
        sold = [answer.json["id"] for answer in answers if answer.status == 201]
        refused = [answer.error for answer in answers if answer.status != 201]

        assert len(set(sold)) == len(sold) == stock
        assert refused == ["out_of_stock"] * (customers * 4 - stock)
        with shop.customer() as customer:
            assert customer.metrics()["shop_orders_total"] == stock
        assert shop.stop(signal.SIGTERM) == 0
    assert (tmp_path / "stderr").read_text() == ""


def test_orders_in_a_file_outlive_the_process(tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    options = ("--database", str(file), "--stock", "3")
    with running_shop(tmp_path / "first", *options) as shop, shop.customer() as customer:
        customer.post("/cart", {"product_id": 1, "quantity": 2})
        order = customer.post("/checkout").json
        cookie = customer.cookie
        assert shop.stop(signal.SIGTERM) == 0

    with running_shop(tmp_path / "second", *options) as shop, shop.customer() as customer:
        customer.cookie = cookie
        assert customer.get(f"/orders/{order['id']}").json == order
        assert customer.get("/products/1").json["stock"] == 1
        assert shop.stop(signal.SIGTERM) == 0

    assert cookie is not None
    assert cookie.removeprefix("session=").encode() not in file.read_bytes()


def test_silent_sessions_are_forgotten(tmp_path: Path) -> None:
    with running_shop(tmp_path / "stderr", "--session-seconds", "0") as shop:
        with shop.customer() as customer:
            assert customer.post("/cart", {"product_id": 1}).status == 200
            assert customer.metrics()["shop_active_users"] == 0
            assert customer.get("/cart").json["lines"] == []
        assert shop.stop(signal.SIGTERM) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["term", "int"])
def test_a_signal_ends_it_and_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    file = tmp_path / "shop.db"
    errors = tmp_path / "stderr"
    with (
        running_shop(errors, "--database", str(file)) as shop,
        shop.customer() as idle,
    ):
        idle.get("/health")  # its connection stays open

        assert shop.stop(number) == 0

        address = urlsplit(shop.url)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((address.hostname, address.port), PATIENCE)
    assert errors.read_text() == ""
    # SQLite removes the log when the last connection is closed in order.
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shop.db", "stderr"]


def test_requests_under_way_are_answered_before_it_ends(tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    with running_shop(tmp_path / "stderr", "--database", str(file)) as shop:
        with shop.customer() as customer:
            customer.post("/cart", {"product_id": 1})
            blocker = sqlite3.connect(file, isolation_level=None)
            try:
                blocker.execute("BEGIN IMMEDIATE")  # the checkout has to wait for this
                body = b"POST /checkout HTTP/1.1\r\nHost: shop\r\nContent-Length: 0\r\n"
                address = urlsplit(shop.url)
                with socket.create_connection(
                    (address.hostname, address.port), PATIENCE
                ) as connection:
                    connection.sendall(body + f"Cookie: {customer.cookie}\r\n\r\n".encode())
                    # Once the checkout has taken the cart, it is under way.
                    assert any(not customer.get("/cart").json["lines"] for _ in range(10_000))
                    shop.process.send_signal(signal.SIGTERM)
                    blocker.execute("ROLLBACK")
                    answer = b"".join(iter(lambda: connection.recv(65536), b""))
            finally:
                blocker.close()
        assert shop.process.wait(PATIENCE) == 0
    assert answer.startswith(b"HTTP/1.1 201 ")
