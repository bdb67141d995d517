"""``sql``: a number, or a series in time, from a statement that only reads."""
