"""The table of products."""

import sqlite3
from typing import Final

from shop.domain.models import Product

_COLUMNS: Final = "id, name, description, price, stock"
_ESCAPES: Final = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})


class ProductRepository:
    """The products, over one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def find(self, product_id: int) -> Product | None:
        """The product of this number, if there is one."""
        row = self._connection.execute(
            f"SELECT {_COLUMNS} FROM products WHERE id = ?",  # noqa: S608 - columns are ours
            (product_id,),
        ).fetchone()
        return Product(*row) if row else None

    def search(self, text: str, limit: int) -> list[Product]:
        """The first products, by name, whose name holds a text; case does not matter."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM products WHERE name LIKE ? ESCAPE '\\'"  # noqa: S608 - as above
            " ORDER BY name, id LIMIT ?",
            (f"%{text.translate(_ESCAPES)}%", limit),
        )
        return [Product(*row) for row in rows]

    def take(self, product_id: int, quantity: int) -> bool:
        """Take from the stock, if there is enough; one statement, so nothing comes between."""
        taken = self._connection.execute(
            "UPDATE products SET stock = stock - ? WHERE id = ? AND stock >= ?",
            (quantity, product_id, quantity),
        )
        return taken.rowcount == 1
