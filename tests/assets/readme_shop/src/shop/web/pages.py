"""Pages."""

from shop.services import checkout


def cart_page(items: list[int]) -> str:
    """The cart as text."""
    return f"{len(items)} items, {checkout.total(items, 'none', member=False)} cents"


def money(cents: int) -> str:
    """An amount as people read it."""
    return f"{cents / 100:.2f}"
