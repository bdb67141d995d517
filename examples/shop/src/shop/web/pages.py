"""``/`` and ``/product/...``, for people with a browser."""

from html import escape
from http import HTTPStatus
from typing import Final

from shop.domain.models import Product
from shop.services.cart import Carts
from shop.services.catalogue import Catalogue
from shop.web.messages import Request, Response, session_cookie
from shop.web.routing import Route

_PAGE: Final = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title></head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""


class PageViews:
    """Looking around; whoever does has a session from then on."""

    def __init__(self, catalogue: Catalogue, carts: Carts) -> None:
        self._catalogue = catalogue
        self._carts = carts

    def routes(self) -> list[Route]:
        """Where they are found."""
        return [Route("GET", "/", self.home), Route("GET", "/product/{id}", self.product)]

    def home(self, request: Request) -> Response:
        """What there is, or what ``q`` finds."""
        found = self._catalogue.search(request.query_text("q"))
        entries = "\n".join(f"<li>{_link(product)}</li>" for product in found)
        form = '<form><input name="q" aria-label="Search"> <button>Search</button></form>'
        return self._page(request, "A small shop", f"{form}\n<ul>\n{entries}\n</ul>")

    def product(self, request: Request) -> Response:
        """One product."""
        product = self._catalogue.product(request.path_number("id"))
        body = f"<p>{escape(product.description)}</p>\n<p>{_price(product)}</p>"
        return self._page(request, product.name, f'{body}\n<p><a href="/">All products</a></p>')

    def _page(self, request: Request, title: str, body: str) -> Response:
        cookie = session_cookie(self._carts.session(request.session))
        text = _PAGE.format(title=escape(title), body=body)
        return Response(HTTPStatus.OK, text.encode(), "text/html; charset=utf-8", cookie)


def _link(product: Product) -> str:
    return f'<a href="/product/{product.id}">{escape(product.name)}</a>, {_price(product)}'


def _price(product: Product) -> str:
    return f"{product.price // 100}.{product.price % 100:02}"
