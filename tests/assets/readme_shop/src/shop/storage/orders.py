"""Orders."""

ORDERS: list[str] = []


def remember(cents: int) -> None:
    """Keep an order, as text."""
    from shop.web.pages import money

    ORDERS.append(money(cents))
