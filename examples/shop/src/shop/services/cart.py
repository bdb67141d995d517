"""Carts, each in a session."""

import secrets
from collections.abc import Mapping
from typing import Final

from shop.domain.errors import InvalidInputError
from shop.domain.models import Cart, Line
from shop.services.catalogue import Catalogue
from shop.services.pricing import quote
from shop.storage.carts import CartStore

_MAX_QUANTITY: Final = 99
_MAX_PRODUCTS: Final = 50
_MINUTE: Final = 60.0


class Carts:
    """What everybody means to buy."""

    def __init__(self, store: CartStore, catalogue: Catalogue) -> None:
        self._store = store
        self._catalogue = catalogue

    def session(self, token: str | None) -> str:
        """The session of this token while it is active, or else a new one."""
        if token is not None and self._store.touch(token):
            return token
        fresh = secrets.token_urlsafe(16)
        self._store.start(fresh)
        return fresh

    def put(self, session: str, product_id: int, quantity: int) -> Cart:
        """Set how many of a product are in the cart; zero takes it out.

        Raises:
            InvalidInputError: the quantity cannot be, or the cart would be too full.
            NotFoundError: there is no such product.
        """
        if not 0 <= quantity <= _MAX_QUANTITY:
            raise InvalidInputError(f"a quantity is from 0 to {_MAX_QUANTITY}")
        self._catalogue.product(product_id)
        if not self._store.put(session, product_id, quantity, _MAX_PRODUCTS):
            raise InvalidInputError(f"a cart holds {_MAX_PRODUCTS} different products at most")
        return self.cart(session)

    def cart(self, session: str | None) -> Cart:
        """What is in the cart of a session, and what it costs; empty where there is none."""
        active = session is not None and self._store.touch(session)
        lines = self.lines(self._store.items(session) if active and session else {})
        return Cart(lines, quote(lines))

    def lines(self, items: Mapping[int, int]) -> tuple[Line, ...]:
        """Quantities with names and prices."""
        products = ((self._catalogue.product(each), items[each]) for each in sorted(items))
        return tuple(
            Line(product.id, product.name, product.price, quantity)
            for product, quantity in products
        )

    def take(self, session: str) -> dict[int, int]:
        """Empty a cart in order to buy what is in it."""
        return self._store.take(session)

    def give_back(self, session: str, items: Mapping[int, int]) -> None:
        """Undo ``take``: it was not bought."""
        self._store.give_back(session, items)

    def active(self) -> int:
        """How many sessions were heard of in the last minute."""
        return self._store.active(_MINUTE)
