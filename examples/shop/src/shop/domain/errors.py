"""What can go wrong in the terms of the shop."""

from typing import ClassVar


class ShopError(Exception):
    """A request that the shop turns down.

    Attributes:
        code: a stable name for programs; the message is for people.
    """

    code: ClassVar[str] = "error"


class InvalidInputError(ShopError):
    """What was asked makes no sense."""

    code = "invalid_input"


class NotFoundError(ShopError):
    """There is no such product or order."""

    code = "not_found"


class EmptyCartError(ShopError):
    """There is nothing to buy."""

    code = "empty_cart"


class OutOfStockError(ShopError):
    """Fewer are left than were asked for."""

    code = "out_of_stock"


class BusyError(ShopError):
    """The shop cannot answer in time; trying again later may help."""

    code = "busy"
