"""Customers for Locust: they come as somebody new, look around, fill a cart and pay."""

import random

from locust import FastHttpUser, between, task

PRODUCTS = range(1, 201)


class Customer(FastHttpUser):
    """One visit after another."""

    wait_time = between(0.6, 1.4)

    @task
    def visit(self) -> None:
        """Look at a few products, and buy the last."""
        self.client.cookiejar.clear()  # nobody the shop has ever seen
        for product in random.sample(PRODUCTS, 3):
            self.client.get(f"/product/{product}", name="/product")
        self.client.post("/cart", json={"product_id": product}, name="/cart")
        with self.client.post("/checkout", catch_response=True) as answer:
            if answer.status_code != 201:
                answer.failure("the cart was not sold")
