"""What went wrong on the wire, in words."""

import http.client
import ssl
from collections.abc import Iterator
from typing import Final

from urllib3.exceptions import (
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    SSLError,
    TimeoutError,  # noqa: A004
)

from pytest_fitness import units
from pytest_fitness.errors import MeasureError, UnreachableError
from pytest_fitness.sources.support.urls import shown_url

_UP: Final = "Look at the url of the source, and at whether its server runs."


class BodyError(ProtocolError):
    """An answer began, and was not all there."""


def may_pass(error: HTTPError) -> bool:
    """Whether another attempt may help; one that ran out of time has had its time."""
    if isinstance(error, ProxyError):
        inner = error.original_error
        return not isinstance(inner, TimeoutError | SSLError)
    return isinstance(error, NewConnectionError | ProtocolError)


def failure(error: HTTPError, url: str, timeout: float) -> MeasureError:
    """The error of this package for one of urllib3."""
    shown = shown_url(url)
    if isinstance(error, BodyError):
        return MeasureError(f"{shown}: the answer was cut short", "Its server may have failed.")
    if isinstance(error, ProtocolError) and any(map(_is_other_protocol, _chain(error))):
        return MeasureError(
            f"{shown} does not answer in HTTP", "Look at its port, and at whether it is https."
        )
    return UnreachableError(*_no_answer(error, shown, timeout))


def _no_answer(error: HTTPError, shown: str, timeout: float) -> tuple[str, str]:
    is_refused = isinstance(error, NewConnectionError)  # a TimeoutError, in some urllib3
    if isinstance(error, TimeoutError) and not is_refused:
        within = units.format_value(timeout, units.SECONDS)
        hint = "Look at why, or raise the `timeout` of the source."
        return f"{shown} did not answer within {within}", hint
    reason = _reason(error)
    if isinstance(error, ProxyError):
        hint = "Look at HTTP_PROXY, HTTPS_PROXY and NO_PROXY in the environment."
        return f"{shown} cannot be reached through a proxy: {reason}", hint
    if isinstance(error, SSLError):
        return f"{shown}: no secure connection: {reason}", _mend(error)
    if isinstance(error, NameResolutionError):
        return f"the host of {shown} is not known: {reason}", _UP
    return f"{shown} cannot be connected to: {reason}", _UP


def _is_other_protocol(error: BaseException) -> bool:
    is_closed = isinstance(error, http.client.RemoteDisconnected)
    return isinstance(error, http.client.HTTPException) and not is_closed


def _mend(error: SSLError) -> str:
    if any(isinstance(each, ssl.SSLCertVerificationError) for each in _chain(error)):
        return "Name the certificates that are to be trusted in the `ca_file` of the source."
    return "Look at whether its url is https, and at its port."


def _reason(error: BaseException) -> str:
    """The innermost cause: what the system or OpenSSL said, which holds no secret."""
    for each in reversed(list(_chain(error))):
        if isinstance(each, ssl.SSLCertVerificationError):
            return each.verify_message
        if isinstance(each, ssl.SSLError) and each.reason:
            return each.reason.replace("_", " ").lower()
        if isinstance(each, OSError) and each.strerror:
            return each.strerror
        if isinstance(each, OSError) and "Tunnel connection failed" in str(each):
            return units.shorten(str(each))
    return "it hung up" if isinstance(error, ProtocolError) else type(error).__name__


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error, and those that it came of."""
    seen: set[int] = set()
    found: list[object] = [error]
    while found:
        each = found.pop()
        if isinstance(each, BaseException) and id(each) not in seen:
            seen.add(id(each))
            yield each
            found += [*each.args, each.__cause__, each.__context__]
            found.append(getattr(each, "original_error", None))
