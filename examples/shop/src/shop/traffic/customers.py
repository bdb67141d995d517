"""How customers behave: most look at what most look at, and some buy."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from random import Random
from typing import Final

from shop.traffic.browser import Browser
from shop.traffic.tally import Tally

_SEARCHES: Final = ("mug", "lamp", "tall", "blue teapot", "old clock", "basket")
_LONGEST_PAUSE: Final = 5.0
_ZIPF: Final = 1.1


class Popularity:
    """How popular products are: the second about half as much as the first, and so on (Zipf)."""

    def __init__(self, products: int) -> None:
        self._products = range(1, products + 1)
        self._weights = tuple(accumulate(each**-_ZIPF for each in self._products))

    def pick(self, random: Random) -> int:
        """The number of a product."""
        (found,) = random.choices(self._products, cum_weights=self._weights)
        return found


@dataclass(frozen=True, slots=True)
class Habits:
    """What all customers have in common."""

    products: int
    pause_seconds: float


class Customer:
    """Visits the shop again and again, now and then as somebody new."""

    def __init__(self, browser: Browser, habits: Habits, random: Random, tally: Tally) -> None:
        self._browser = browser
        self._pause = habits.pause_seconds
        self._popularity = Popularity(habits.products)
        self._random = random
        self._tally = tally

    def visit(self, wait: Callable[[float], bool]) -> None:
        """One visit; ``wait`` takes the time between two clicks, and says whether to leave."""
        for click in self._clicks():
            click()
            if wait(self._thinking()):
                return
        if self._random.random() < 0.3:
            self._browser.forget()

    def _clicks(self) -> list[Callable[[], object]]:
        browser, random = self._browser, self._random
        clicks: list[Callable[[], object]] = [partial(browser.get, "/")]
        if random.random() < 0.2:
            search = random.choice(_SEARCHES).replace(" ", "+")
            clicks.append(partial(browser.get, f"/?q={search}"))
        seen = [self._popularity.pick(random) for _ in range(random.randint(2, 6))]
        clicks += [partial(browser.get, f"/product/{product}") for product in seen]
        if random.random() < 0.35:
            clicks += [partial(self._take, seen[-1]), partial(browser.get, "/cart")]
            if random.random() < 0.7:
                clicks.append(self._buy)
        return clicks

    def _take(self, product: int) -> None:
        quantity = self._random.choice((1, 1, 1, 2, 3))
        self._browser.post("/cart", {"product_id": product, "quantity": quantity})

    def _buy(self) -> None:
        code = self._random.choice((None, None, "WELCOME10"))
        if self._browser.post("/checkout", {"code": code}) == 201:
            self._tally.add("orders")

    def _thinking(self) -> float:
        if not self._pause:
            return 0.0
        return min(self._random.expovariate(1 / self._pause), _LONGEST_PAUSE)
