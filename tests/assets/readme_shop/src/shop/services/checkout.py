"""What a cart costs."""

from shop.storage import orders

_LARGE = 100_000


def total(items: list[int], coupon: str, *, member: bool) -> int:
    """The price of a cart in cents."""
    cents = sum(items)
    if coupon == "ten" and cents > 1000:
        cents = cents * 9 // 10
    elif coupon == "free-shipping" or member:
        cents -= 490 if cents < _LARGE else 0
    for item in items:
        if item < 0 or item > _LARGE:
            raise ValueError("no item has such a price")
    orders.remember(cents)
    return max(0, cents)
