"""Finding products."""

from typing import Final

from shop.domain.errors import InvalidInputError, NotFoundError
from shop.domain.models import Product
from shop.storage.cache import Cache, CacheCounts
from shop.storage.database import Database
from shop.storage.products import ProductRepository

_MAX_FOUND: Final = 20
_MAX_SEARCH: Final = 100

ProductCache = Cache[int | str, tuple[Product, ...]]
"""A product by its number, or what a search has found by its text."""


class Catalogue:
    """The products, read through a cache.

    What is cached may be a little old, and with it the stock that is shown; what is sold is never
    decided here.
    """

    def __init__(self, database: Database, cache: ProductCache) -> None:
        self._database = database
        self._cache = cache

    def product(self, product_id: int) -> Product:
        """One product.

        Raises:
            NotFoundError: there is no such product.
        """
        (found,) = self._cache.get(product_id, lambda: (self._load(product_id),))
        return found

    def search(self, text: str) -> tuple[Product, ...]:
        """The first products whose name holds a text; any, if it is empty.

        Raises:
            InvalidInputError: the text cannot be part of a name.
        """
        text = " ".join(text.split()).lower()
        if len(text) > _MAX_SEARCH or not text.isprintable():
            raise InvalidInputError(f"a search has {_MAX_SEARCH} printable characters at most")
        return self._cache.get(text, lambda: self._find(text))

    def changed(self, product_id: int) -> None:
        """A product is not what it was."""
        self._cache.discard(product_id)

    def cache_counts(self) -> CacheCounts:
        """How well the cache does."""
        return self._cache.counts()

    def _load(self, product_id: int) -> Product:
        with self._database.connection() as connection:
            found = ProductRepository(connection).find(product_id)
        if found is None:
            raise NotFoundError(f"there is no product {product_id}")
        return found

    def _find(self, text: str) -> tuple[Product, ...]:
        with self._database.connection() as connection:
            return tuple(ProductRepository(connection).search(text, _MAX_FOUND))
