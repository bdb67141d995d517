"""``/checkout`` and ``/orders``."""

from http import HTTPStatus

from shop.domain.models import Order
from shop.services.checkout import Checkout
from shop.web.amounts import lines_as_json, quote_as_json
from shop.web.messages import Request, Response, as_json, text_in
from shop.web.routing import Route


class OrderViews:
    """Buying, and looking at what was bought."""

    def __init__(self, checkout: Checkout) -> None:
        self._checkout = checkout

    def routes(self) -> list[Route]:
        """Where they are found."""
        return [
            Route("POST", "/checkout", self.place),
            Route("GET", "/orders/{id}", self.order),
        ]

    def place(self, request: Request) -> Response:
        """Buy what is in the cart."""
        order = self._checkout.place(request.session, text_in(request.json(), "code"))
        location = {"Location": f"/orders/{order.id}"}
        return as_json(_order_as_json(order), HTTPStatus.CREATED, location)

    def order(self, request: Request) -> Response:
        """An order of this session."""
        order = self._checkout.order(request.session, request.path_number("id"))
        return as_json(_order_as_json(order))


def _order_as_json(order: Order) -> dict[str, object]:
    return {
        "id": order.id,
        "placed_at": order.placed_at.isoformat(),
        "lines": lines_as_json(order.lines),
        **quote_as_json(order.quote),
    }
