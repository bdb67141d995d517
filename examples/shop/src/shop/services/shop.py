"""The shop as a whole: all that a way of reaching it needs to know."""

from dataclasses import dataclass

from shop.services.cart import Carts
from shop.services.catalogue import Catalogue, ProductCache
from shop.services.checkout import Checkout
from shop.storage.carts import CartStore
from shop.storage.database import Database


@dataclass(frozen=True, slots=True)
class Statistics:
    """How the shop is doing."""

    active_sessions: int
    orders_placed: int
    cache_hits: int
    cache_misses: int


class Shop:
    """The catalogue, the carts and the checkout over one storage."""

    def __init__(self, database: Database, carts: CartStore, cache: ProductCache) -> None:
        self._database = database
        self.catalogue = Catalogue(database, cache)
        self.carts = Carts(carts, self.catalogue)
        self.checkout = Checkout(database, self.catalogue, self.carts)

    def check(self) -> None:
        """Make sure that the storage answers.

        Raises:
            BusyError: it does not.
        """
        with self._database.connection() as connection:
            connection.execute("SELECT 1")

    def statistics(self) -> Statistics:
        """How the shop is doing now."""
        cache = self.catalogue.cache_counts()
        return Statistics(self.carts.active(), self.checkout.placed, cache.hits, cache.misses)
