"""``redis``: fields of INFO, and commands that answer a number."""
