"""How lines and prices look in JSON."""

from collections.abc import Iterable

from shop.domain.models import Line, Quote


def lines_as_json(lines: Iterable[Line]) -> list[dict[str, object]]:
    """The lines of a cart or an order."""
    return [
        {
            "product_id": line.product_id,
            "name": line.name,
            "price_cents": line.price,
            "quantity": line.quantity,
        }
        for line in lines
    ]


def quote_as_json(quote: Quote) -> dict[str, object]:
    """What the lines cost together."""
    return {
        "subtotal_cents": quote.subtotal,
        "discount_cents": quote.discount,
        "shipping_cents": quote.shipping,
        "total_cents": quote.total,
    }
