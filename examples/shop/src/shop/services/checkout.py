"""Buying what is in a cart."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from threading import Lock

from shop.domain.errors import EmptyCartError, NotFoundError, OutOfStockError
from shop.domain.models import Line, Order
from shop.services.cart import Carts
from shop.services.catalogue import Catalogue
from shop.services.pricing import quote
from shop.storage.database import Database
from shop.storage.orders import OrderRepository
from shop.storage.products import ProductRepository


class Checkout:
    """Turns carts into orders."""

    def __init__(self, database: Database, catalogue: Catalogue, carts: Carts) -> None:
        self._database = database
        self._catalogue = catalogue
        self._carts = carts
        self._lock = Lock()
        self._placed = 0

    @property
    def placed(self) -> int:
        """How many orders were placed since the start."""
        return self._placed

    def place(self, session: str | None, code: str | None = None) -> Order:
        """Buy all that is in the cart, or nothing; the cart is empty only if it was bought.

        Raises:
            EmptyCartError: the cart is empty, or this session is buying it already.
            OutOfStockError: there is not enough of something.
            InvalidInputError: there is no such discount code.
        """
        items = self._carts.take(session) if session else {}
        if not items or session is None:
            raise EmptyCartError("the cart is empty")
        try:
            order = self._buy(_owner(session), self._carts.lines(items), code)
        except BaseException:
            self._carts.give_back(session, items)
            raise
        for line in order.lines:
            self._catalogue.changed(line.product_id)
        with self._lock:
            self._placed += 1
        return order

    def order(self, session: str | None, order_id: int) -> Order:
        """An order that this session has placed.

        Raises:
            NotFoundError: there is none, or it is somebody else's.
        """
        found = None
        if session is not None:
            with self._database.connection() as connection:
                found = OrderRepository(connection).find(_owner(session), order_id)
        if found is None:
            raise NotFoundError(f"there is no order {order_id}")
        return found

    def _buy(self, owner: str, lines: Sequence[Line], code: str | None) -> Order:
        price = quote(lines, code)
        with self._database.transaction() as connection:
            products = ProductRepository(connection)
            for line in lines:
                if not products.take(line.product_id, line.quantity):
                    raise OutOfStockError(f"there are not {line.quantity} of {line.name!r} left")
            return OrderRepository(connection).add(owner, datetime.now(UTC), tuple(lines), price)


def _owner(session: str) -> str:
    """Who may see an order: not the token itself, which would open the cart as well."""
    return sha256(session.encode()).hexdigest()
