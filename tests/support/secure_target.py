"""A plain web server of IPv4 or IPv6, with or without TLS, in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from server_processes import free_port

_SECURE = """\
import http.server, socket, ssl, sys
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *_): pass
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
server = Server((sys.argv[1], int(sys.argv[2])), Handler)
if sys.argv[3:]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[3])
    server.socket = context.wrap_socket(server.socket, server_side=True)
print("ready", flush=True)
server.serve_forever()
"""


@contextmanager
def secure_server(host: str, certificate: Path | None = None) -> Iterator[int]:
    """The port of a server on a host; with a certificate and its key it speaks TLS."""
    port = free_port()
    argv = [sys.executable, "-c", _SECURE, host, str(port)]
    argv += [str(certificate)] if certificate else []
    errors = subprocess.DEVNULL  # it complains of each handshake that fails
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=errors) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            yield port
        finally:
            process.kill()
