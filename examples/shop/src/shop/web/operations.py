"""``/health`` and ``/metrics``, for those who run the shop."""

from collections.abc import Iterator
from http import HTTPStatus

from shop.services.shop import Shop
from shop.web.exposition import Metric, chosen_format, counter, expose, gauge
from shop.web.messages import Request, Response, as_json
from shop.web.metrics import RequestMetrics, memory
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

    def metrics(self, request: Request) -> Response:
        """All metrics."""
        content_type = chosen_format(request.accept)
        metrics = (*self._requests.collect(), *self._statistics(), *memory())
        return Response(HTTPStatus.OK, expose(metrics, content_type).encode(), content_type)

    def _statistics(self) -> Iterator[Metric]:
        now = self._shop.statistics()
        yield gauge("shop_active_users", "Sessions seen in the last minute.", now.active_sessions)
        yield counter("shop_orders", "Orders placed.", now.orders_placed)
        yield counter("shop_cache_hits", "Products found in the cache.", now.cache_hits)
        yield counter("shop_cache_misses", "Products not in the cache.", now.cache_misses)
