"""The tables of orders and their lines."""

import sqlite3
from datetime import datetime

from shop.domain.models import Line, Order, Quote


class OrderRepository:
    """The orders, over one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, owner: str, placed_at: datetime, lines: tuple[Line, ...], quote: Quote) -> Order:
        """Write an order down; it gets its number."""
        order_id = self._connection.execute(
            "INSERT INTO orders (owner, placed_at, subtotal, discount, shipping)"
            " VALUES (?, ?, ?, ?, ?)",
            (owner, placed_at.isoformat(), quote.subtotal, quote.discount, quote.shipping),
        ).lastrowid
        assert order_id is not None
        self._connection.executemany(
            "INSERT INTO order_lines (order_id, product_id, name, price, quantity)"
            " VALUES (?, ?, ?, ?, ?)",
            [(order_id, line.product_id, line.name, line.price, line.quantity) for line in lines],
        )
        return Order(order_id, placed_at, lines, quote)

    def find(self, owner: str, order_id: int) -> Order | None:
        """An order of this owner."""
        row = self._connection.execute(
            "SELECT placed_at, subtotal, discount, shipping FROM orders WHERE id = ? AND owner = ?",
            (order_id, owner),
        ).fetchone()
        if row is None:
            return None
        placed_at, *amounts = row
        lines = self._connection.execute(
            "SELECT product_id, name, price, quantity FROM order_lines WHERE order_id = ?"
            " ORDER BY product_id",
            (order_id,),
        )
        return Order(
            order_id,
            datetime.fromisoformat(placed_at),
            tuple(Line(*line) for line in lines),
            Quote(*amounts),
        )
