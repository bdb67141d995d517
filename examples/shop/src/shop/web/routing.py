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


class Router:
    """All routes."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._routes = [(_pattern(route.path), route) for route in routes]

    def name(self, path: str) -> str | None:
        """The route that a path belongs to: of these there are few, so it is fit for a label."""
        return next(
            (route.path for pattern, route in self._routes if pattern.fullmatch(path)), None
        )

    def find(self, method: str, path: str) -> tuple[View, Mapping[str, str]]:
        """The view for a request, and the parts of the path that vary.

        Raises:
            HttpError: the path is unknown, or it does not take the method.
        """
        allowed = []
        for pattern, route in self._routes:
            if found := pattern.fullmatch(path):
                if route.method == method:
                    return route.view, found.groupdict()
                allowed.append(route.method)
        if not allowed:
            raise HttpError(HTTPStatus.NOT_FOUND, "there is nothing here")
        methods = ", ".join(allowed)
        raise HttpError(HTTPStatus.METHOD_NOT_ALLOWED, f"this takes {methods}", {"Allow": methods})


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[0-9]{1,9})", path))
