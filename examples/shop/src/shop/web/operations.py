"""``/health`` and ``/metrics``, for those who run the shop."""

from http import HTTPStatus

from shop.services.shop import Shop
from shop.web.messages import Request, Response, as_json
from shop.web.metrics import RequestMetrics, render_memory, render_value
from shop.web.routing import Route


class OperationViews:
    """Whether the shop answers, and how it is doing."""

    def __init__(self, shop: Shop, requests: RequestMetrics) -> None:
        self._shop = shop
        self._requests = requests

    def routes(self) -> list[Route]:
        """Where they are found."""
        return [Route("GET", "/health", self.health), Route("GET", "/metrics", self.metrics)]

    def health(self, request: Request) -> Response:  # noqa: ARG002 - every view takes one
        """Ready, if the storage answers."""
        self._shop.check()
        return as_json({"status": "ok"})

    def metrics(self, request: Request) -> Response:  # noqa: ARG002 - every view takes one
        """All metrics."""
        now = self._shop.statistics()
        lines = [
            *self._requests.render(),
            *render_value("shop_active_users", "gauge", "Active sessions.", now.active_sessions),
            *render_value("shop_orders_total", "counter", "Orders placed.", now.orders_placed),
            *render_value("shop_cache_hits_total", "counter", "Found in cache.", now.cache_hits),
            *render_value("shop_cache_misses_total", "counter", "Not in cache.", now.cache_misses),
            *render_memory(),
            "",
        ]
        text = "\n".join(lines).encode()
        return Response(HTTPStatus.OK, text, "text/plain; version=0.0.4; charset=utf-8")
