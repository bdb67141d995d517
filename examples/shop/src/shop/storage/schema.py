"""The tables, and goods to begin with."""

from itertools import islice, product
from typing import Final

from shop.storage.database import Database

_TABLES: Final = (
    """
    CREATE TABLE IF NOT EXISTS products (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        description TEXT NOT NULL,
        price INTEGER NOT NULL CHECK (price >= 0),
        stock INTEGER NOT NULL CHECK (stock >= 0)
    ) STRICT
    """,
    """
    CREATE TABLE IF NOT EXISTS orders (
        id INTEGER PRIMARY KEY,
        owner TEXT NOT NULL,
        placed_at TEXT NOT NULL,
        subtotal INTEGER NOT NULL,
        discount INTEGER NOT NULL,
        shipping INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE IF NOT EXISTS order_lines (
        order_id INTEGER NOT NULL REFERENCES orders (id),
        product_id INTEGER NOT NULL REFERENCES products (id),
        name TEXT NOT NULL,
        price INTEGER NOT NULL,
        quantity INTEGER NOT NULL CHECK (quantity > 0),
        PRIMARY KEY (order_id, product_id)
    ) STRICT
    """,
)
_STYLES: Final = ("Plain", "Striped", "Tall", "Round", "Tiny", "Blue", "Green", "Old")
_GOODS: Final = ("Mug", "Teapot", "Plate", "Bowl", "Lamp", "Chair", "Clock", "Basket")


def create_tables(database: Database) -> None:
    """Create the tables that are not there yet."""
    with database.transaction() as connection:
        for table in _TABLES:
            connection.execute(table)


def stock_up(database: Database, products: int, stock: int) -> None:
    """Fill an empty catalogue: so many products, so many of each. Any other is left alone."""
    with database.transaction() as connection:
        if connection.execute("SELECT 1 FROM products LIMIT 1").fetchone():
            return
        names = product(range(1, products + 1), _STYLES, _GOODS)
        connection.executemany(
            "INSERT INTO products (name, description, price, stock) VALUES (?, ?, ?, ?)",
            (
                (
                    f"{style} {thing} No. {series}",
                    f"A {style.lower()} {thing.lower()} of series {series}.",
                    495 + 250 * (number % 17),
                    stock,
                )
                for number, (series, style, thing) in enumerate(islice(names, products))
            ),
        )
