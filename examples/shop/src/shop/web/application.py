"""From a request to its response, counted and with every error answered."""

import logging
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from shop.domain.errors import (
    BusyError,
    EmptyCartError,
    NotFoundError,
    OutOfStockError,
    ShopError,
)
from shop.services.shop import Shop
from shop.web.cart import CartViews
from shop.web.catalogue import CatalogueViews
from shop.web.faults import Faults
from shop.web.messages import HttpError, ReadBody, Request, Response, error_response
from shop.web.metrics import RequestMetrics
from shop.web.operations import OperationViews
from shop.web.orders import OrderViews
from shop.web.pages import PageViews
from shop.web.routing import Router

_UNKNOWN: Final = "unknown"
_STATUS: Final[dict[type[ShopError], HTTPStatus]] = {
    NotFoundError: HTTPStatus.NOT_FOUND,
    EmptyCartError: HTTPStatus.CONFLICT,
    OutOfStockError: HTTPStatus.CONFLICT,
    BusyError: HTTPStatus.SERVICE_UNAVAILABLE,
}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it came in."""

    method: str
    target: str
    cookies: str
    accept: str
    read_body: ReadBody


class Application:
    """The shop, its routes and its metrics."""

    def __init__(self, shop: Shop, faults: Faults | None = None) -> None:
        self._metrics = RequestMetrics()
        routes = [
            *PageViews(shop.catalogue, shop.carts).routes(),
            *CatalogueViews(shop.catalogue).routes(),
            *CartViews(shop.carts).routes(),
            *OrderViews(shop.checkout).routes(),
        ]
        routes = faults.applied(routes) if faults else routes
        self._router = Router([*routes, *OperationViews(shop, self._metrics).routes()])

    def respond(self, call: Call) -> Response:
        """Answer a request, whatever it is."""
        started = time.perf_counter()
        path, _, query = call.target.partition("?")
        try:
            response = self._answer(call, path, query)
        except HttpError as error:
            response = error_response(error, error.status.name.lower())
        except ShopError as error:
            status = _STATUS.get(type(error), HTTPStatus.BAD_REQUEST)
            response = error_response(HttpError(status, str(error)), error.code)
        except Exception:
            _log.exception("%s %r failed", call.method, path)
            failure = HttpError(HTTPStatus.INTERNAL_SERVER_ERROR, "something went wrong")
            response = error_response(failure, "internal")
        seconds = time.perf_counter() - started
        self._metrics.observe(self._router.name(path) or _UNKNOWN, response.status, seconds)
        return response

    def refuse(self, status: HTTPStatus, message: str) -> Response:
        """Answer what is not even a request."""
        self._metrics.observe(_UNKNOWN, status, 0.0)
        return error_response(HttpError(status, message, close=True), status.name.lower())

    def _answer(self, call: Call, path: str, query: str) -> Response:
        # The body comes first: what is left unread would be taken for the next request.
        body = call.read_body()
        view, values = self._router.find(call.method, path)
        return view(Request(query, body, call.cookies, call.accept, values))
