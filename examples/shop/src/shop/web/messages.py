"""Requests and responses."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import parse_qs

SESSION_COOKIE: Final = "session"
_MAX_NUMBER: Final = 10**9


class HttpError(Exception):
    """A request that is turned down before the shop hears of it.

    Attributes:
        status: the status of the response.
        headers: headers that the response has to have.
        close: whether the connection is of no use any more.
    """

    def __init__(
        self,
        status: HTTPStatus,
        message: str,
        headers: Mapping[str, str] | None = None,
        *,
        close: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})
        self.close = close


@dataclass(frozen=True, slots=True)
class Response:
    """What is sent back."""

    status: HTTPStatus
    body: bytes
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    close: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked, with the parts of the path that vary."""

    query: str
    body: bytes
    cookies: str = ""
    accept: str = ""
    path_values: Mapping[str, str] = field(default_factory=dict)

    @property
    def session(self) -> str | None:
        """The token of the session, if one was sent."""
        try:
            found = SimpleCookie(self.cookies).get(SESSION_COOKIE)
        except CookieError:
            return None
        return found.value if found else None

    def path_number(self, name: str) -> int:
        """A number in the path; the route has seen to it that it is one."""
        return int(self.path_values[name])

    def query_text(self, name: str) -> str:
        """A value in the query, empty if it is missing."""
        try:
            return parse_qs(self.query, max_num_fields=10).get(name, [""])[0]
        except ValueError:
            raise HttpError(HTTPStatus.BAD_REQUEST, "the query has too many fields") from None

    def json(self) -> dict[str, Any]:
        """The body, which has to be a JSON object; an empty body is an empty one."""
        try:
            found = json.loads(self.body or b"{}")
        except (ValueError, RecursionError):
            raise HttpError(HTTPStatus.BAD_REQUEST, "the body is not JSON") from None
        if not isinstance(found, dict):
            raise HttpError(HTTPStatus.BAD_REQUEST, "the body is not a JSON object")
        return found


def number_in(body: Mapping[str, Any], name: str, default: int | None = None) -> int:
    """A whole number of a body."""
    found = body.get(name, default)
    if not isinstance(found, int) or isinstance(found, bool) or abs(found) > _MAX_NUMBER:
        raise HttpError(HTTPStatus.BAD_REQUEST, f"{name!r} must be a whole number")
    return found


def text_in(body: Mapping[str, Any], name: str) -> str | None:
    """A text of a body, which may be missing."""
    found = body.get(name)
    if found is not None and not isinstance(found, str):
        raise HttpError(HTTPStatus.BAD_REQUEST, f"{name!r} must be a text")
    return found


def as_json(
    data: object, status: HTTPStatus = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> Response:
    """A response with a JSON body."""
    return Response(status, json.dumps(data).encode(), headers=headers or {})


def session_cookie(session: str) -> dict[str, str]:
    """The header by which a client remembers its session."""
    return {"Set-Cookie": f"{SESSION_COOKIE}={session}; Path=/; HttpOnly; SameSite=Lax"}


def error_response(error: HttpError, code: str) -> Response:
    """The response that tells what was wrong."""
    body = json.dumps({"error": {"code": code, "message": str(error)}}).encode()
    return Response(error.status, body, headers=error.headers, close=error.close)


ReadBody = Callable[[], bytes]
