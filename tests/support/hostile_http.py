"""A real HTTP server that answers whatever a test wants, byte by byte if need be."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any, NamedTuple, Self


class Asked(NamedTuple):
    """A request as it arrived; names of headers in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


# Yields the bytes of an answer; what is between two of them is up to it.
Answer = Callable[[Asked], Iterator[bytes]]


class HostileServer:
    """Answers each request by calling `answer`, and keeps what was asked.

    The connection is closed after each answer, unless `keeps` is set; the greeting is sent before
    anything is asked. An answer that waits does so by `pause`, which ends with the server.
    """

    def __init__(
        self, answer: Answer, tls: ssl.SSLContext | None = None, greeting: bytes = b""
    ) -> None:
        self.answer = answer
        self.greeting = greeting
        self.asked: list[Asked] = []
        self.connections = 0
        self.keeps = False
        self.tls = tls
        self._stopped = threading.Event()
        owner = self

        class Handler(StreamRequestHandler):
            def handle(self) -> None:
                owner._handle(self)

        class Server(ThreadingTCPServer):
            def get_request(self) -> tuple[socket.socket, Any]:
                connection, address = super().get_request()
                if tls is not None:
                    connection = tls.wrap_socket(
                        connection, server_side=True, do_handshake_on_connect=False
                    )
                return connection, address

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass  # the client went away, which is what many tests want

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def port(self) -> int:
        port: int = self._server.server_address[1]
        return port

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def pause(self, seconds: float) -> None:
        self._stopped.wait(seconds)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handle(self, handler: StreamRequestHandler) -> None:
        self.connections += 1
        handler.wfile.write(self.greeting)
        while self._handle_one(handler) and self.keeps:
            pass

    def _handle_one(self, handler: StreamRequestHandler) -> bool:
        line = handler.rfile.readline().decode("latin-1").split()
        if len(line) < 2:
            return False
        headers = {}
        while header := handler.rfile.readline().decode("latin-1").strip():
            name, _, value = header.partition(":")
            headers[name.lower()] = value.strip()
        body = handler.rfile.read(int(headers.get("content-length", 0)))
        asked = Asked(line[0], line[1], headers, body)
        self.asked.append(asked)
        for part in self.answer(asked):
            handler.wfile.write(part)
        return True


def head(status: int = 200, **headers: str | int) -> bytes:
    """The first lines of an answer; `_` in the name of a header stands for `-`."""
    lines = [f"HTTP/1.1 {status} Said"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join([*lines, "Connection: close", "", ""])).encode("latin-1")


def reply(body: bytes | str, status: int = 200, **headers: str | int) -> Answer:
    """An answer as it should be."""
    content = body.encode() if isinstance(body, str) else body
    usual: dict[str, str | int] = {
        "Content_Length": len(content),
        "Content_Type": "application/json",
    }
    return lambda asked: iter([head(status, **usual | headers), content])


def reply_json(document: Any, status: int = 200) -> Answer:
    return reply(json.dumps(document), status)


def in_turn(*answers: Answer) -> Answer:
    """One answer after the other; the last of them from then on."""
    left = list(answers)
    lock = threading.Lock()

    def answer(asked: Asked) -> Iterator[bytes]:
        with lock:
            chosen = left.pop(0) if len(left) > 1 else left[0]
        yield from chosen(asked)

    return answer
