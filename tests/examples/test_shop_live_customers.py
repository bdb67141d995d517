"""One customer without a shop, and what is popular."""

import json
from collections import Counter
from random import Random
from typing import Any

import pytest
from running_shop import SOURCE


def clicks(seed: str, visits: int = 40) -> list[str]:
    """What one customer asks for, without a shop."""
    from shop.traffic.customers import Customer as Visitor
    from shop.traffic.customers import Habits
    from shop.traffic.tally import Tally

    asked: list[str] = []

    class Recorder:
        def forget(self) -> None:
            asked.append("somebody else")

        def get(self, target: str) -> int:
            asked.append(target)
            return 200

        def post(self, target: str, data: object) -> int:
            asked.append(f"{target} {json.dumps(data)}")
            return 201

    browser: Any = Recorder()
    visitor = Visitor(browser, Habits(500, 0.0), Random(seed), Tally())
    for _ in range(visits):
        visitor.visit(lambda _: False)
    return asked


def test_the_same_seed_makes_the_same_customer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(SOURCE)

    assert clicks("a") == clicks("a")
    assert clicks("a") != clicks("b")


def test_a_customer_buys_only_what_is_in_the_cart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(SOURCE)

    asked = clicks("a")

    bought = [at for at, each in enumerate(asked) if each.startswith("/checkout")]
    assert bought
    assert all(asked[at - 1] == "/cart" for at in bought)
    assert all(asked[at - 2].startswith('/cart {"product_id": ') for at in bought)
    assert "somebody else" in asked


def test_few_products_are_most_of_what_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(SOURCE)
    from shop.traffic.customers import Popularity

    popularity, random = Popularity(500), Random(1)
    seen = Counter(popularity.pick(random) for _ in range(20_000))

    assert set(seen) <= set(range(1, 501))
    assert sum(seen[number] for number in range(1, 51)) > 20_000 / 2
    assert seen[1] > 1.5 * seen[2] > seen[4] > seen[20] > 0


def test_a_shop_with_one_product_has_customers_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(SOURCE)
    from shop.traffic.customers import Popularity

    assert Popularity(1).pick(Random(1)) == 1
