"""Where the shop keeps things: SQLite for products and orders, memory for carts and the cache."""
