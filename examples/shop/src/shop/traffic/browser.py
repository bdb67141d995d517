"""One customer's connection and cookie."""

import json
from http.client import HTTPConnection, HTTPException
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

from shop.traffic.tally import Tally

_TIMEOUT: Final = 30.0
_PATIENCE: Final = 20
"""How often in a row there may be no answer."""


class GoneError(Exception):
    """The shop has not answered for a while."""


class Browser:
    """Sends requests over one connection that is kept; each is counted."""

    def __init__(self, url: str, tally: Tally) -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=_TIMEOUT)
        self._tally = tally
        self._cookie = ""
        self._unanswered = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._connection.close()

    def forget(self) -> None:
        """Become somebody else."""
        self._cookie = ""

    def get(self, target: str) -> int:
        """Look at something; the status, 0 if there was no answer."""
        return self._send("GET", target, None)

    def post(self, target: str, data: object) -> int:
        """Do something; the status, 0 if there was no answer."""
        return self._send("POST", target, json.dumps(data))

    def _send(self, method: str, target: str, body: str | None) -> int:
        headers = {"Cookie": self._cookie} if self._cookie else {}
        try:
            self._connection.request(method, target, body, headers)
            with self._connection.getresponse() as response:
                response.read()
        except (OSError, HTTPException):
            self._no_answer()
            return 0
        self._unanswered = 0
        self._tally.add("requests")
        if response.status >= 500:
            self._tally.add("errors")
        if cookie := response.getheader("Set-Cookie"):
            self._remember(cookie.partition(";")[0])
        return response.status

    def _remember(self, cookie: str) -> None:
        if not self._cookie:
            self._tally.add("visitors")
        self._cookie = cookie

    def _no_answer(self) -> None:
        self._connection.close()
        self._tally.add("unanswered")
        self._unanswered += 1
        if self._unanswered >= _PATIENCE:
            raise GoneError
