"""Pages, sessions, the port file, and how it ends."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from running_shop import PATIENCE, SOURCE, Customer, RunningShop, running_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    errors = tmp_path_factory.mktemp("shop") / "stderr"
    with running_shop(errors) as running:
        yield running
        assert running.stop(signal.SIGTERM) == 0
    assert errors.read_text() == ""


@pytest.fixture
def customer(shop: RunningShop) -> Iterator[Customer]:
    with shop.customer() as somebody:
        yield somebody


def test_the_front_page_leads_to_products(customer: Customer) -> None:
    front = customer.get("/")
    link = front.body.decode().partition('<a href="')[2].partition('"')[0]

    assert front.headers["Content-Type"] == "text/html; charset=utf-8"
    assert link.startswith("/product/")
    assert customer.get(link).status == 200


def test_a_product_page_says_what_it_is_and_costs(customer: Customer) -> None:
    page = customer.get("/product/9").body.decode()

    assert "<h1>Striped Mug No. 1</h1>" in page
    assert "<p>24.95</p>" in page


def test_the_front_page_finds_what_is_searched(customer: Customer) -> None:
    page = customer.get("/?q=tiny+clock").body.decode()

    assert "Tiny Clock No. 1" in page
    assert "Mug" not in page


def test_what_is_searched_is_not_put_into_the_page(customer: Customer) -> None:
    assert b"<script>" not in customer.get("/?q=%3Cscript%3E").body


@pytest.mark.parametrize("target", ["/product/99999", "/product/one", "/product/"])
def test_there_is_no_page_for_no_product(customer: Customer, target: str) -> None:
    assert (customer.get(target).status, customer.get(target).error) == (404, "not_found")


@pytest.mark.parametrize("target", ["/", "/product/1"])
def test_looking_at_a_page_starts_a_session(customer: Customer, target: str) -> None:
    before = customer.metrics()["shop_active_users"]

    cookies = []
    for _ in range(3):
        customer.get(target)
        cookies.append(customer.cookie)

    assert len(set(cookies)) == 1
    assert customer.metrics()["shop_active_users"] == before + 1


def test_the_session_of_a_page_holds_the_cart(customer: Customer) -> None:
    customer.get("/product/3")
    cookie = customer.cookie
    customer.post("/cart", {"product_id": 3})

    assert customer.cookie == cookie
    assert [line["product_id"] for line in customer.get("/cart").json["lines"]] == [3]


def test_asking_how_it_does_makes_nobody_a_user(customer: Customer) -> None:
    before = customer.metrics()["shop_active_users"]

    customer.get("/health")
    customer.get("/products/1")

    assert customer.cookie is None
    assert customer.metrics()["shop_active_users"] == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["term", "int"])
def test_the_port_file_is_there_while_it_is_open(tmp_path: Path, number: signal.Signals) -> None:
    file = tmp_path / "port"
    file.write_text("1\n")  # of somebody who was killed
    with running_shop(tmp_path / "stderr", "--port-file", str(file)) as shop:
        assert shop.url == f"http://127.0.0.1:{int(file.read_text())}"
        assert stat.S_ISREG(file.stat().st_mode)
        assert shop.stop(number) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["stderr"]
    assert (tmp_path / "stderr").read_text() == ""


def test_two_shops_do_not_share_a_port(tmp_path: Path, shop: RunningShop) -> None:
    port = shop.url.rpartition(":")[2]
    file = tmp_path / "port"

    second = command("serve", "--port", port, "--port-file", str(file))

    assert second.returncode == 1
    assert "Address already in use" in second.stderr
    assert not file.exists()


WRONG = {
    "no-command": ([], "required: command"),
    "unknown-command": (["sell"], "invalid choice"),
    "slow-is-a-word": (["serve", "--slow", "very"], "'very' is not a time"),
    "slow-is-negative": (["serve", "--slow=-1s"], "'-1s' is not a time"),
    "slow-in-hours": (["serve", "--slow", "1h"], "'1h' is not a time"),
    "leak-is-a-word": (["serve", "--leak", "much"], "'much' is not a size such as 64kB"),
    "leak-in-terabytes": (["serve", "--leak=1TB"], "'1TB' is not a size"),
    "leak-is-negative": (["serve", "--leak=-1MB"], "'-1MB' is not a size"),
    "no-url": (["traffic"], "required: --url"),
    "users-is-a-word": (["live", "--users", "many"], "invalid int value"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_command_line_is_told(wrong: str) -> None:
    arguments, message = WRONG[wrong]

    ended = command(*arguments)

    assert ended.returncode == 2
    assert message in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize(("variable", "what"), [("SHOP_SLOW", "time"), ("SHOP_LEAK", "size")])
def test_a_wrong_variable_is_told_as_a_wrong_option(variable: str, what: str) -> None:
    ended = command("serve", environment={variable: "very"})

    assert ended.returncode == 2
    assert f"'very' is not a {what}" in ended.stderr


@pytest.mark.parametrize("name", ["serve", "traffic", "live"])
def test_each_command_has_its_help(name: str) -> None:
    ended = command(name, "--help")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert f"python -m shop {name}" in ended.stdout


def command(
    *arguments: str, environment: dict[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "shop", *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        env={
            **os.environ,
            "PYTHONPATH": str(SOURCE),
            "PYTHONDONTWRITEBYTECODE": "1",
            **(environment or {}),
        },
    )
