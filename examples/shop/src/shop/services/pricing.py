"""What a cart costs."""

from collections.abc import Sequence
from typing import Final

from shop.domain.errors import InvalidInputError
from shop.domain.models import Line, Quote
from shop.domain.money import Cents, percent_of

WELCOME: Final = "WELCOME10"
FREE_SHIPPING: Final = "FREESHIP"

_SHIPPING: Final[Cents] = 490
_FREE_SHIPPING_FROM: Final[Cents] = 5_000
_LARGE_ORDER: Final[Cents] = 20_000
_DOZEN: Final = 12
_CRATE: Final = 48


def quote(lines: Sequence[Line], code: str | None = None) -> Quote:
    """The price of some lines, with the discounts that they and a code give.

    A crate or a dozen of one product makes that line cheaper. Of the two discounts on the whole
    order, for its size or for the code, the better one counts. Shipping is free from a certain
    amount on, after discounts, or with the code for it.

    Raises:
        InvalidInputError: there is no such code.
    """
    if code not in {None, WELCOME, FREE_SHIPPING}:
        raise InvalidInputError(f"there is no discount code {code!r}")
    subtotal = discount = 0
    for line in lines:
        subtotal += line.total
        if line.quantity >= _CRATE:
            discount += percent_of(line.total, 12)
        elif line.quantity >= _DOZEN:
            discount += percent_of(line.total, 5)
    if code == WELCOME:
        discount += percent_of(subtotal - discount, 10)
    elif subtotal >= _LARGE_ORDER:
        discount += percent_of(subtotal - discount, 7)
    ships_free = code == FREE_SHIPPING or subtotal - discount >= _FREE_SHIPPING_FROM
    shipping = 0 if ships_free or not lines else _SHIPPING
    return Quote(subtotal, discount, shipping)
