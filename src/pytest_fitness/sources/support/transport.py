"""One request over the wire, bounded in time and bytes."""

import ssl
import threading
import time
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from urllib3 import PoolManager, ProxyManager, Timeout
from urllib3.exceptions import LocationValueError, ProtocolError, ProxySchemeUnknown
from urllib3.response import BaseHTTPResponse
from urllib3.util import create_urllib3_context, make_headers

from pytest_fitness.errors import MeasureError
from pytest_fitness.sources.support.failures import BodyError
from pytest_fitness.sources.support.gzip_stream import GzipStream
from pytest_fitness.sources.support.urls import shown_url
from pytest_fitness.sources.support.wire import Pool, SecurePool, too_much

_CHUNK: Final = 64 * 1024


class Transport:
    """Keeps connections, to as many hosts as it is sent to.

    Args:
        limit: the most bytes of a body, unpacked.
        ca_file: the certificates that are trusted, instead of the system's.
    """

    def __init__(self, limit: int, *, verify: bool, ca_file: Path | None) -> None:
        self._limit = limit
        self._verify = verify
        self._ca_file = ca_file
        self._lock = threading.Lock()
        self._managers: dict[str | None, PoolManager] = {}

    def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None,
        deadline: float,
    ) -> tuple[int, dict[str, str], bytes]:  # fmt: skip
        """The status, the headers (names in lower case) and the body of the answer.

        Raises:
            HTTPError: of urllib3, where there was none, or not all of it.
            MeasureError: it cannot be used.
        """
        # urllib3 takes a timeout of nothing for a mistake; what is left then fails at once.
        left = max(deadline - time.monotonic(), 0.001)
        try:
            response = self._manager(url).urlopen(
                method, url, body=body, headers=headers, timeout=Timeout(total=left),
                retries=False, redirect=False, preload_content=False, decode_content=False,
            )  # fmt: skip
        except LocationValueError as error:
            raise MeasureError(f"{shown_url(url)} is no valid URL", "Look at its host.") from error
        try:
            content = self._read(response, url)
        except BaseException:
            response.close()
            raise
        response.release_conn()
        return response.status, {k.lower(): v for k, v in response.headers.items()}, content

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            managers, self._managers = self._managers, {}
        for manager in managers.values():
            manager.clear()

    def _read(self, response: BaseHTTPResponse, url: str) -> bytes:
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in ("identity", "gzip", "x-gzip"):
            raise MeasureError(
                f"{shown_url(url)} answered in an encoding that was not asked for",
                "It may be sent plain or as gzip.",
            )
        packed = GzipStream() if "gzip" in encoding else None
        content = bytearray()
        try:
            for chunk in response.stream(_CHUNK, decode_content=False):
                room = self._limit - len(content) + 1
                content += packed.unpack(chunk, room) if packed else chunk
                if len(content) > self._limit:
                    raise too_much(self._limit)
        except zlib.error as error:
            raise MeasureError(
                f"{shown_url(url)} answered with what cannot be unpacked", "It says it is gzip."
            ) from error
        except ProtocolError as error:
            raise BodyError("the answer was cut short") from error
        if packed and not packed.is_whole:
            raise BodyError("the answer was cut short")
        return bytes(content)

    def _manager(self, url: str) -> PoolManager:
        proxy = _proxy_of(url)
        with self._lock:
            if proxy not in self._managers:
                self._managers[proxy] = self._new_manager(proxy)
            return self._managers[proxy]

    def _new_manager(self, proxy: str | None) -> PoolManager:
        settings: dict[str, Any] = {"maxsize": 8, "ssl_context": self._ssl_context()}
        if proxy is None:
            manager = PoolManager(**settings)
        else:
            try:
                manager = ProxyManager(proxy, proxy_headers=_proxy_headers(proxy), **settings)
            except (ProxySchemeUnknown, LocationValueError) as error:
                raise MeasureError(
                    f"the proxy {shown_url(proxy)} cannot be used",
                    "HTTP_PROXY and HTTPS_PROXY name it as http://host:port.",
                ) from error
        manager.pool_classes_by_scheme = {"http": Pool, "https": SecurePool}
        return manager

    def _ssl_context(self) -> ssl.SSLContext:
        context = create_urllib3_context()
        if not self._verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        elif self._ca_file is None:
            context.load_default_certs()
        else:
            try:
                context.load_verify_locations(self._ca_file)
            except OSError as error:  # of ssl as well
                raise MeasureError(
                    f"the ca_file {str(self._ca_file)!r} cannot be used: {error.strerror or error}",
                    "It holds certificates as PEM; a relative path starts at fitness.yaml.",
                ) from error
        return context


def _proxy_of(url: str) -> str | None:
    """The proxy that the environment names for a URL."""
    parts = urlsplit(url)
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(parts.netloc):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _proxy_headers(proxy: str) -> dict[str, str]:
    parts = urlsplit(proxy)
    if parts.username is None:
        return {}
    user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return dict(make_headers(proxy_basic_auth=user))
