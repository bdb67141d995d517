"""From a method and a path to the view that answers."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from shop.web.messages import HttpError, Request, Response

View = Callable[[Request], Response]


@dataclass(frozen=True, slots=True)
class Route:
    """One view and where it is found: ``/orders/{id}``, where a part in braces is a number."""

    method: str
    path: str
    view: View

    def match(self, path: str) -> Mapping[str, str] | None:
        """The numbers in a path that is this one, else None."""
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[0-9]{1,9})", self.path)
        found = re.fullmatch(pattern, path)
        return found.groupdict() if found else None


@dataclass(frozen=True, slots=True)
class Match:
    """The view that answers a request."""

    route: str
    view: View
    values: Mapping[str, str]


class Router:
    """All routes."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._routes = tuple(routes)

    def name(self, path: str) -> str | None:
        """The route that a path belongs to: of these there are few, so it is fit for a label."""
        return next((route.path for route in self._routes if route.match(path) is not None), None)

    def find(self, method: str, path: str) -> Match:
        """The view for a request.

        Raises:
            HttpError: the path is unknown, or it does not take the method.
        """
        allowed = []
        for route in self._routes:
            values = route.match(path)
            if values is None:
                continue
            if route.method == method:
                return Match(route.path, route.view, values)
            allowed.append(route.method)
        if allowed:
            methods = ", ".join(allowed)
            raise HttpError(
                HTTPStatus.METHOD_NOT_ALLOWED, f"this takes {methods}", {"Allow": methods}
            )
        raise HttpError(HTTPStatus.NOT_FOUND, "there is nothing here")
