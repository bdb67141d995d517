"""Asking until there is an answer: redirects, and another attempt where that may help."""

import itertools
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from pytest_fitness.errors import MeasureError
from pytest_fitness.extras import require
from pytest_fitness.sources.support.http_options import HttpOptions
from pytest_fitness.sources.support.urls import shown_url

require("urllib3", "http")

from urllib3.exceptions import HTTPError  # noqa: E402

from pytest_fitness.sources.support.failures import failure, may_pass  # noqa: E402
from pytest_fitness.sources.support.transport import Transport  # noqa: E402

REDIRECTS: Final = 5
_REDIRECTING: Final = frozenset({301, 302, 303, 307, 308})
_PASSING: Final = frozenset({429, 502, 503, 504})
_BACKOFF: Final = 0.2
_PORTS: Final = {"http": 80, "https": 443}


class Received(NamedTuple):
    """An answer, whatever its status.

    Attributes:
        headers: their names in lower case.
        url: who gave it, after all redirects.
        elsewhere: whether that is another host, which was sent no credentials.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    elsewhere: bool
    attempts: int


class _Request(NamedTuple):
    method: str
    url: str
    headers: dict[str, str]
    private: dict[str, str]
    body: bytes | None
    elsewhere: bool = False

    def all_headers(self) -> dict[str, str]:
        """The private ones win."""
        taken = {name.lower() for name in self.private}
        kept = {name: value for name, value in self.headers.items() if name.lower() not in taken}
        return kept | self.private


class Exchange:
    """Asks one server, for :class:`~pytest_fitness.sources.support.http.Http`."""

    def __init__(self, options: HttpOptions, root: Path, limit: int) -> None:
        self._timeout = options.timeout
        self._retries = options.retries
        ca_file = root / options.ca_file if options.ca_file else None
        self._transport = Transport(limit, verify=options.verify, ca_file=ca_file)

    def ask(
        self, method: str, url: str, headers: dict[str, str], private: dict[str, str],
        body: bytes | None,
    ) -> Received:  # fmt: skip
        """The answer; each attempt may take the timeout, and so may all waiting between them.

        No host but that of the url is shown the private headers.

        Raises:
            UnreachableError: there is none.
            MeasureError: it cannot be used.
        """
        request = _Request(method, url, headers, private, body)
        waited = 0.0
        for attempt in itertools.count(1):
            wait = _BACKOFF * 2 ** (attempt - 1)
            failed: HTTPError | None = None
            received: Received | None = None
            try:
                received = self._follow(request, attempt)
                if received.status not in _PASSING:
                    return received
                wait = max(wait, _retry_after(received.headers.get("retry-after", "")))
            except HTTPError as error:
                failed = error
            waited += wait
            is_last = attempt > self._retries or waited > self._timeout
            if failed is not None and (is_last or not may_pass(failed)):
                raise failure(failed, url, self._timeout) from failed
            if received is not None and is_last:
                return received
            time.sleep(wait)
        raise AssertionError

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def _follow(self, request: _Request, attempt: int) -> Received:
        deadline = time.monotonic() + self._timeout
        for _ in range(REDIRECTS + 1):
            status, headers, body = self._transport.send(
                request.method, request.url, request.all_headers(), request.body, deadline
            )
            location = headers.get("location")
            if status not in _REDIRECTING or not location:
                return Received(status, headers, body, request.url, request.elsewhere, attempt)
            request = _redirected(request, status, location)
        raise MeasureError(
            f"{shown_url(request.url)} redirects more than {REDIRECTS} times",
            "Look at the url of the source, and at its credentials.",
        )


def _redirected(request: _Request, status: int, location: str) -> _Request:
    """The next request, which leaves credentials behind where it leaves the host."""
    try:
        before, after = urlsplit(request.url), urlsplit(urljoin(request.url, location))
        if after.scheme not in _PORTS or not after.hostname:
            raise ValueError(location)
        is_same = _is_same(before, after)
    except ValueError as error:
        raise MeasureError(
            f"{shown_url(request.url)} redirects to where HTTP does not lead",
            "Look at the url of the source.",
        ) from error
    url = urlunsplit(after._replace(netloc=after.netloc.rpartition("@")[2], fragment=""))
    request = request._replace(url=url)
    if status == 303 and request.body is not None:
        request = request._replace(method="GET", body=None)
    return request if is_same else request._replace(private={}, elsewhere=True)


def _is_same(before: SplitResult, after: SplitResult) -> bool:
    """Whether two URLs lie on one server; one that moves to https stays the same."""
    ports = [each.port or _PORTS[each.scheme] for each in (before, after)]
    if before.hostname != after.hostname:
        return False
    if (before.scheme, after.scheme) == ("http", "https"):
        return ports == [80, 443]
    return before.scheme == after.scheme and ports[0] == ports[1]


def _retry_after(text: str) -> float:
    """The seconds that a header ``Retry-After`` asks for; 0 where it says nothing of sense."""
    if re.fullmatch("[0-9]{1,9}", text.strip()):
        return float(text)
    try:
        until = parsedate_to_datetime(text)
        return (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return 0.0
