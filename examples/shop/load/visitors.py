"""Visitors for Locust: each looks at one product, and is never seen again."""

import random

from locust import FastHttpUser, constant, task

PRODUCTS = range(1, 201)


class Visitor(FastHttpUser):
    """One visitor after another."""

    wait_time = constant(0.1)

    @task
    def look(self) -> None:
        """A session begins, and nobody ever ends it."""
        self.client.cookiejar.clear()
        (product,) = random.sample(PRODUCTS, 1)
        self.client.get(f"/product/{product}", name="/product")
