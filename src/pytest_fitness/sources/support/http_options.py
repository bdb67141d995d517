"""What a source is told that is asked over HTTP."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import SplitResult, urlsplit

from pytest_fitness import units
from pytest_fitness.config.options import Options, Record, key
from pytest_fitness.config.values import Amount, Flag, Integer, MapOf, Text
from pytest_fitness.sources.support.urls import shown_url

_HEADER: Final = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
# Those that say how the bytes on the wire are to be read.
_OURS: Final = frozenset({"accept-encoding", "connection", "content-length", "transfer-encoding"})


class BasicAuth(Options):
    """A user and a password."""

    username: str = key(Text(), "The user.")
    password: str = key(Text(), "The password; write ${VARIABLE} to keep it out of the file.")

    def __repr__(self) -> str:
        return f"BasicAuth(username={self.username!r})"


class HttpOptions(Options):
    """Where a server is, and how it wants to be asked."""

    url: str = key(Text("a URL such as https://host/path"), "The address, http or https.")
    headers: dict[str, str] = key(
        MapOf(Text(), "name of a header", _HEADER),
        "Headers sent with each request; never to another host that it redirects to.",
        default={},
    )
    bearer_token: str | None = key(
        Text("a token"), "Sent as `Authorization: Bearer ...`.", default=None
    )
    basic_auth: BasicAuth | None = key(Record(BasicAuth), "A user and a password.", default=None)
    verify: bool = key(
        Flag(), "Whether the certificate of the server has to be trustworthy.", default=True
    )
    ca_file: str | None = key(
        Text("a path"), "The certificates (PEM) that are trusted, instead of the system's.",
        default=None,
    )  # fmt: skip
    timeout: float = key(
        Amount(units.SECONDS), "How long one request may take altogether.", default=10.0
    )
    retries: int = key(
        Integer(0, 10), "How often a request that failed for the moment is tried again.", default=2
    )

    def __repr__(self) -> str:
        """Without secrets: tracebacks show it."""
        return f"{type(self).__name__}(url={shown_url(self.url)!r})"


def http_problems(options: HttpOptions) -> Iterator[str]:
    """What is wrong with the options together; no message shows a secret."""
    yield from _url_problems(options)
    yield from _clashes(options)
    yield from _header_problems(options)
    yield from _credential_problems(options)
    if not 0 < options.timeout <= 3600:
        yield "`timeout` has to be more than 0s and at most 1h"
    if options.ca_file and not options.verify:
        yield "`ca_file` has no meaning beside `verify: false`"


def _url_problems(options: HttpOptions) -> Iterator[str]:
    """No address of HTTP, or credentials in it beside others."""
    parts = _split(options.url)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        yield "`url` has to be an address such as https://host/path, with http or https"
    elif parts.username is not None and (options.bearer_token or options.basic_auth):
        yield "the credentials in `url` exclude `bearer_token` and `basic_auth`"
    elif parts.username is not None and _names(options) & {"authorization"}:
        yield "the credentials in `url` exclude the header Authorization"


def _clashes(options: HttpOptions) -> Iterator[str]:
    """Credentials that are given in two ways."""
    if options.bearer_token and options.basic_auth:
        yield "`bearer_token` and `basic_auth` exclude each other"
    if (options.bearer_token or options.basic_auth) and _names(options) & {"authorization"}:
        yield "the header Authorization excludes `bearer_token` and `basic_auth`"


def _header_problems(options: HttpOptions) -> Iterator[str]:
    """Headers that are not theirs to set, or that cannot be sent."""
    for name, value in options.headers.items():
        if name.lower() in _OURS:
            yield f"the header {name} cannot be set"
        elif not _can_be_sent(value):
            yield f"the value of the header {name} has a line break or another odd character"


def _credential_problems(options: HttpOptions) -> Iterator[str]:
    """Credentials that cannot be sent."""
    if options.bearer_token and not (
        options.bearer_token.isascii() and options.bearer_token.isprintable()
    ):
        yield "`bearer_token` has a line break or another odd character"
    if options.basic_auth and ":" in options.basic_auth.username:
        yield "the username of `basic_auth` cannot have a colon"


def _split(url: str) -> SplitResult | None:
    # What urlsplit drops silently, and what no URL may have.
    if re.search(r"[\x00-\x20\x7f\\]", url):
        return None
    try:
        parts = urlsplit(url)
        return parts if parts.port != 0 else None
    except ValueError:
        return None


def _names(options: HttpOptions) -> set[str]:
    return {name.lower() for name in options.headers}


def _can_be_sent(value: str) -> bool:
    return bool(re.fullmatch(r"[\t\x20-\x7e\xa0-\xff]*", value))
