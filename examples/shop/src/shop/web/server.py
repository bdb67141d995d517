"""The HTTP server: a thread a connection, and an orderly end."""

import logging
import socket
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any, Final

from shop.web.application import Application, Call
from shop.web.messages import HttpError, Response

MAX_BODY: Final = 16 * 1024
_MAX_DISCARDED: Final = 1024 * 1024
_CHUNK: Final = 64 * 1024
_log = logging.getLogger(__name__)


class _Handler(BaseHTTPRequestHandler):
    """Reads requests from one connection and writes the responses."""

    server: "ShopServer"
    protocol_version = "HTTP/1.1"
    server_version = "shop"
    sys_version = ""
    timeout = 10.0
    disable_nagle_algorithm = True
    wbufsize = -1  # a response leaves in one piece

    def answer(self) -> None:
        """Answer one request, of any method."""
        cookies, accept = self.headers.get("Cookie", ""), self.headers.get("Accept", "")
        call = Call(self.command, self.path, cookies, accept, self._read_body)
        self._write(self.server.application.respond(call))

    # The base class calls these.
    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = answer  # noqa: N815

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what could not be read as a request; the base class calls this."""
        status = HTTPStatus(code)
        self._write(self.server.application.refuse(status, message or explain or status.phrase))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is given
        """Requests are counted, not written down."""
        _log.debug(format, *args)

    def _read_body(self) -> bytes:
        length = self._body_length()
        if length > MAX_BODY:
            self._discard(length)
            raise HttpError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"a body has {MAX_BODY} bytes at most",
                close=True,
            )
        try:
            body = self.rfile.read(length)
        except TimeoutError:
            raise HttpError(
                HTTPStatus.REQUEST_TIMEOUT, "the body did not arrive", close=True
            ) from None
        if len(body) < length:
            raise HttpError(HTTPStatus.BAD_REQUEST, "the body is cut short", close=True)
        return body

    def _body_length(self) -> int:
        if "Transfer-Encoding" in self.headers:
            raise HttpError(HTTPStatus.LENGTH_REQUIRED, "a body needs a Content-Length", close=True)
        found = self.headers.get_all("Content-Length", ["0"])
        if len(found) > 1 or not (found[0].isascii() and found[0].isdigit()):
            raise HttpError(
                HTTPStatus.BAD_REQUEST, "the Content-Length is not a number", close=True
            )
        # A number of very many digits is refused by int(); it is too large in any case.
        return int(found[0]) if len(found[0]) <= 18 else sys.maxsize

    def _discard(self, length: int) -> None:
        """Read on for a while, as a client that is still sending would not hear the answer."""
        left = min(length, _MAX_DISCARDED)
        try:
            while left > 0 and (chunk := self.rfile.read(min(left, _CHUNK))):
                left -= len(chunk)
        except TimeoutError:
            return

    def _write(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(response.body)))
        if response.close or self.server.stopping:
            self.send_header("Connection", "close")  # the base class acts on it, too
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)


class ShopServer(ThreadingHTTPServer):
    """Serves an application until it is told to stop, then finishes what was begun."""

    daemon_threads = False
    block_on_close = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], application: Application) -> None:
        self.application = application
        self.stopping = False
        self._lock = Lock()
        self._open: set[socket.socket] = set()
        super().__init__(address, _Handler)

    @property
    def url(self) -> str:
        """Where the server listens."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def stop(self) -> None:
        """Accept nothing more, let every request that was received be answered, and close."""
        self.stopping = True
        self.shutdown()
        with self._lock:
            for connection in self._open:
                # Nothing more is read: an idle connection ends now, a busy one after its answer.
                try:
                    connection.shutdown(socket.SHUT_RD)
                except OSError:
                    _log.debug("a client was faster to hang up")
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, then hand it to a thread of its own."""
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection that has ended."""
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """A client that hangs up is no error of ours; anything else is."""
        if isinstance(sys.exception(), ConnectionError | TimeoutError):
            _log.debug("%s hung up", client_address)
        else:
            _log.exception("a connection failed")
