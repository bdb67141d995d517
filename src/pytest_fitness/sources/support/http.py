"""HTTP for sources: a bounded question, a bounded answer, and no secret in any message."""

import base64
import json
import threading
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote, urlencode, urlsplit, urlunsplit

from pytest_fitness.errors import MeasureError
from pytest_fitness.sources.support.http_options import HttpOptions, http_problems
from pytest_fitness.sources.support.urls import shown_url
from pytest_fitness.version import __version__

if TYPE_CHECKING:
    from pytest_fitness.sources.support.exchange import Exchange, Received

__all__ = ["Http", "HttpOptions", "Reply", "http_problems", "shown_url"]

LIMIT: Final = 64 * 1024 * 1024
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
_ALWAYS: Final = {"User-Agent": f"pytest-fitness/{__version__}", "Accept-Encoding": "gzip"}
_PAGE: Final = (b"<!doctype html", b"<html")


class Reply(NamedTuple):
    """What was answered: a status of success, or one that the question allowed."""

    status: int
    content_type: str
    body: bytes

    def json(self, asked: str) -> Any:
        """The body as JSON.

        Args:
            asked: what messages call the place it came from.

        Raises:
            MeasureError: it is not JSON.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            begins = "nothing" if not self.body.strip() else "no valid JSON"
            where = f" (at byte {error.pos})" if isinstance(error, json.JSONDecodeError) else ""
            raise MeasureError(
                f"{asked} answered with {begins}{where}",
                "Look at what it answers, with curl for example; it may have been cut short.",
            ) from error


class Http:
    """Asks one server; any number of threads may.

    Args:
        options: where it is, and how it wants to be asked.
        root: where a relative ``ca_file`` starts.
        limit: the most bytes of an answer, unpacked.
    """

    def __init__(self, options: HttpOptions, root: Path, limit: int = LIMIT) -> None:
        self._options = options
        self._root = root
        self._limit = limit
        self._lock = threading.Lock()
        self._exchange: Exchange | None = None

    def get(
        self,
        path: str = "",
        params: Sequence[tuple[str, str]] = (),
        accept: str = "*/*",
        allowed: Collection[int] = (),
    ) -> Reply:
        """Ask by GET.

        Args:
            path: below the url of the options; it may have a query of its own.
            params: what is added to the query.
            accept: the media types that are understood.
            allowed: statuses other than success whose reply the caller wants to see.

        Raises:
            UnreachableError: there is no answer.
            MeasureError: the answer is of no use: a status, a page, too much, cut short.
        """
        return self._ask("GET", self.url(path, params), {"Accept": accept}, None, allowed)

    def post_form(
        self,
        path: str = "",
        params: Sequence[tuple[str, str]] = (),
        accept: str = "*/*",
        allowed: Collection[int] = (),
    ) -> Reply:
        """Ask by POST, with the parameters as a form; else as :meth:`get`."""
        body = urlencode(params).encode()
        return self._ask("POST", self.url(path), {"Accept": accept, **_FORM}, body, allowed)

    def url(self, path: str = "", params: Sequence[tuple[str, str]] = ()) -> str:
        """The address of a question, without credentials."""
        parts = urlsplit(self._options.url)
        path, _, query = path.partition("?")
        below = f"{parts.path.rstrip('/')}/{path.lstrip('/')}" if path else parts.path
        query = "&".join(filter(None, (parts.query, query, urlencode(params))))
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], below, query, ""))

    def close(self) -> None:
        """Close the connections; closing twice is fine."""
        with self._lock:
            exchange, self._exchange = self._exchange, None
        if exchange is not None:
            exchange.close()

    def _ask(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None,
        allowed: Collection[int],
    ) -> Reply:  # fmt: skip
        headers = _ALWAYS | headers
        received = self._opened().ask(method, url, headers, _private(self._options), body)
        shown = shown_url(received.url)
        content_type = received.headers.get("content-type", "")
        if received.status not in allowed:
            _require_success(received, shown)
            if "html" in content_type.lower() or received.body[:99].lstrip().lower().startswith(
                _PAGE
            ):
                raise MeasureError(
                    f"{shown} answered with a page, perhaps a login page, where data was expected",
                    "Look at the url of the source, and at its credentials.",
                )
        return Reply(received.status, content_type, received.body)

    def _opened(self) -> "Exchange":
        with self._lock:
            if self._exchange is None:
                from pytest_fitness.sources.support.exchange import Exchange

                self._exchange = Exchange(self._options, self._root, self._limit)
            return self._exchange


def _private(options: HttpOptions) -> dict[str, str]:
    """The headers that only the host of the options may see."""
    headers: dict[str, str] = dict(options.headers)
    user = urlsplit(options.url)
    if options.bearer_token:
        headers["Authorization"] = f"Bearer {options.bearer_token}"
    elif options.basic_auth:
        headers["Authorization"] = _basic(options.basic_auth.username, options.basic_auth.password)
    elif user.username is not None:
        headers["Authorization"] = _basic(unquote(user.username), unquote(user.password or ""))
    return headers


def _basic(username: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{username}:{password}'.encode()).decode('ascii')}"


def _require_success(received: "Received", shown: str) -> None:
    status = received.status
    if 200 <= status < 300:
        return
    attempts = f" ({received.attempts} attempts)" if received.attempts > 1 else ""
    raise MeasureError(
        f"{shown} answered with the status {received.status}{attempts}",
        " ".join(_hints(received)) or None,
    )


def _hints(received: "Received") -> Iterator[str]:
    status = received.status
    if status in (401, 403):
        yield "Look at the credentials of the source: bearer_token, basic_auth or headers."
        if received.elsewhere:
            yield "It is another host than the url's, by a redirect, so it was sent none."
    elif status == 404:
        yield "Look at the url of the source: a prefix of its path may be missing, or too much."
    elif status == 407:
        yield "The proxy wants credentials: http://user:password@host in HTTP(S)_PROXY."
    elif status == 429:
        yield "It is asked too often."
    elif 300 <= status < 400:
        yield "That is a redirect to nowhere."
    elif status >= 500:
        yield "Its server failed; look there for why."
    if received.headers.get("retry-after"):
        wait = received.headers["retry-after"][:40]
        yield f"It said to come back later (Retry-After: {wait})."
