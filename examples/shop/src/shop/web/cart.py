"""``/cart``."""

from shop.domain.models import Cart
from shop.services.cart import Carts
from shop.web.amounts import lines_as_json, quote_as_json
from shop.web.messages import Request, Response, as_json, number_in, session_cookie
from shop.web.routing import Route


class CartViews:
    """Filling a cart and looking into it."""

    def __init__(self, carts: Carts) -> None:
        self._carts = carts

    def routes(self) -> list[Route]:
        """Where they are found."""
        return [Route("GET", "/cart", self.show), Route("POST", "/cart", self.put)]

    def show(self, request: Request) -> Response:
        """The cart of this session."""
        return as_json(_cart_as_json(self._carts.cart(request.session)))

    def put(self, request: Request) -> Response:
        """Set how many of a product are in the cart; starts a session if there is none."""
        body = request.json()
        product_id, quantity = number_in(body, "product_id"), number_in(body, "quantity", 1)
        session = self._carts.session(request.session)
        cart = self._carts.put(session, product_id, quantity)
        return as_json(_cart_as_json(cart), headers=session_cookie(session))


def _cart_as_json(cart: Cart) -> dict[str, object]:
    return {"lines": lines_as_json(cart.lines), **quote_as_json(cart.quote)}
