"""The nouns of the shop."""

from dataclasses import dataclass
from datetime import datetime

from shop.domain.money import Cents


@dataclass(frozen=True, slots=True)
class Product:
    """Something for sale."""

    id: int
    name: str
    description: str
    price: Cents
    stock: int


@dataclass(frozen=True, slots=True)
class Line:
    """A number of one product in a cart or an order, at the price of the moment."""

    product_id: int
    name: str
    price: Cents
    quantity: int

    @property
    def total(self) -> Cents:
        """What the line costs before any discount."""
        return self.price * self.quantity


@dataclass(frozen=True, slots=True)
class Quote:
    """What the lines of a cart cost together."""

    subtotal: Cents
    discount: Cents
    shipping: Cents

    @property
    def total(self) -> Cents:
        """What is to be paid."""
        return self.subtotal - self.discount + self.shipping


@dataclass(frozen=True, slots=True)
class Cart:
    """What somebody means to buy."""

    lines: tuple[Line, ...]
    quote: Quote


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody bought."""

    id: int
    placed_at: datetime
    lines: tuple[Line, ...]
    quote: Quote
