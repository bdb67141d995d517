"""Many customers at once."""

import time
from random import Random
from threading import Event, Thread

from shop.traffic.browser import Browser, GoneError
from shop.traffic.customers import Customer, Habits
from shop.traffic.tally import Tally


class Crowd:
    """Customers who come one after the other, and shop until it is time to go home."""

    def __init__(self, url: str, habits: Habits, users: int, seed: int) -> None:
        self.tally = Tally()
        self._url = url
        self._habits = habits
        self._users = users
        self._seed = seed
        self._over = Event()

    def shop(self, seconds: float) -> None:
        """Let them shop for a while: all have come after half of it, or half a minute."""
        end = time.monotonic() + seconds
        apart = min(seconds / 2, 30.0) / max(self._users, 1)
        threads = [
            Thread(target=self._customer, args=(number, number * apart, end))
            for number in range(self._users)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def go_home(self) -> None:
        """End it before its time."""
        self._over.set()

    def _customer(self, number: int, arrives_after: float, end: float) -> None:
        if self._over.wait(arrives_after):
            return

        def wait(seconds: float) -> bool:
            left = end - time.monotonic()
            return self._over.wait(max(0.0, min(seconds, left))) or seconds >= left

        random = Random(f"{self._seed} {number}")  # noqa: S311 - to be the same again
        with Browser(self._url, self.tally) as browser:
            customer = Customer(browser, self._habits, random, self.tally)
            try:
                while not wait(0.0):
                    customer.visit(wait)
            except GoneError:
                return
