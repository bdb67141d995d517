"""``/products``."""

from shop.domain.models import Product
from shop.services.catalogue import Catalogue
from shop.web.messages import Request, Response, as_json
from shop.web.routing import Route


class CatalogueViews:
    """Searching, and the page of a product."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def routes(self) -> list[Route]:
        """Where they are found."""
        return [
            Route("GET", "/products", self.search),
            Route("GET", "/products/{id}", self.product),
        ]

    def search(self, request: Request) -> Response:
        """The products whose name holds ``q``; how many are left is on the page of each."""
        found = self._catalogue.search(request.query_text("q"))
        return as_json({"products": [_summary(product) for product in found]})

    def product(self, request: Request) -> Response:
        """One product."""
        product = self._catalogue.product(request.path_number("id"))
        return as_json(
            {**_summary(product), "description": product.description, "stock": product.stock}
        )


def _summary(product: Product) -> dict[str, object]:
    return {"id": product.id, "name": product.name, "price_cents": product.price}
