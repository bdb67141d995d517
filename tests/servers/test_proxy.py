"""The proxy that misbehaves, between a client and a server that answers as many bytes as asked."""

import socket
import socketserver
from collections.abc import Callable, Iterator
from threading import Thread
from threading import enumerate as enumerate_threads

import pytest

from proxy import TcpProxy
from servers import StartProxy

PATIENCE = 30
# Long enough for loopback bytes to arrive; waited for only where none should.
SILENCE = 0.2
AN_HOUR = 3600


class Answering(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        while line := self.rfile.readline():
            self.wfile.write(b"x" * int(line))


@pytest.fixture
def upstream() -> Iterator[int]:
    """The port of a server that answers each line by as many bytes as it says."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answering) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.fixture
def proxy(upstream: int, tcp_proxy: StartProxy) -> TcpProxy:
    return tcp_proxy("127.0.0.1", upstream)


Connect = Callable[[], socket.socket]


@pytest.fixture
def connect(proxy: TcpProxy) -> Iterator[Connect]:
    opened: list[socket.socket] = []

    def connect_to_proxy() -> socket.socket:
        opened.append(socket.create_connection(("127.0.0.1", proxy.port), PATIENCE))
        return opened[-1]

    yield connect_to_proxy
    for connection in opened:
        connection.close()


def ask(connection: socket.socket, size: int) -> None:
    connection.sendall(f"{size}\n".encode())


def receive(connection: socket.socket, size: int) -> int:
    """How many bytes came until there were enough, or the other side ended."""
    received = 0
    while received < size and (data := connection.recv(size - received)):
        received += len(data)
    return received


def is_silent(connection: socket.socket) -> bool:
    connection.settimeout(SILENCE)
    try:
        connection.recv(1, socket.MSG_PEEK)
    except TimeoutError:
        return True
    finally:
        connection.settimeout(PATIENCE)
    return False


def test_passes_both_ways_and_counts(proxy: TcpProxy, connect: Connect) -> None:
    connections = [connect(), connect()]
    for connection in connections:
        ask(connection, 1_000_000)
        assert receive(connection, 1_000_000) == 1_000_000
    assert (proxy.connections, proxy.open_connections) == (2, 2)
    assert (proxy.bytes_up, proxy.bytes_down) == (2 * len("1000000\n"), 2_000_000)


def test_the_end_of_either_side_is_passed_on(proxy: TcpProxy, connect: Connect) -> None:
    connection = connect()
    ask(connection, 5)
    connection.shutdown(socket.SHUT_WR)
    assert receive(connection, 100) == 5


def test_refused_and_open_connections_ended(proxy: TcpProxy, connect: Connect) -> None:
    connection = connect()
    ask(connection, 1)
    assert receive(connection, 1) == 1
    proxy.refuse()
    assert connection.recv(1) == b""
    assert proxy.open_connections == 0
    with pytest.raises(ConnectionRefusedError):
        connect()


def test_the_port_is_kept_while_refusing(proxy: TcpProxy, connect: Connect) -> None:
    proxy.refuse()
    with socket.socket() as stranger, pytest.raises(OSError, match="in use"):
        stranger.bind(("127.0.0.1", proxy.port))
    proxy.pass_through()
    connection = connect()
    ask(connection, 3)
    assert receive(connection, 3) == 3


def test_reset_once_accepted(proxy: TcpProxy, connect: Connect) -> None:
    before = connect()
    ask(before, 1)
    assert receive(before, 1) == 1
    proxy.reset()
    with pytest.raises(ConnectionResetError):
        before.recv(1)
    with pytest.raises(ConnectionError):
        connect().recv(1)


def test_reset_after_some_bytes(proxy: TcpProxy, connect: Connect) -> None:
    proxy.reset(after=10)
    connection = connect()
    ask(connection, 4)
    assert receive(connection, 4) == 4
    ask(connection, 100)
    assert receive(connection, 6) == 6
    with pytest.raises(ConnectionResetError):
        connection.recv(1)
    assert proxy.bytes_down == 10


@pytest.mark.parametrize("after", [0, 1, 99])
def test_truncated(proxy: TcpProxy, connect: Connect, after: int) -> None:
    proxy.truncate(after)
    connection = connect()
    ask(connection, 100)
    assert receive(connection, 100) == after
    ask(connection, 100)
    assert connection.recv(1) == b""
    assert proxy.bytes_down == after


def test_an_answer_shorter_than_where_it_is_truncated_is_whole(
    proxy: TcpProxy, connect: Connect
) -> None:
    proxy.truncate(50)
    connection = connect()
    ask(connection, 49)
    assert receive(connection, 49) == 49
    assert is_silent(connection)


def test_a_black_hole_accepts_and_never_answers(proxy: TcpProxy, connect: Connect) -> None:
    before = connect()
    ask(before, 1)
    assert receive(before, 1) == 1
    proxy.blackhole()
    after = connect()
    for connection in (before, after):
        ask(connection, 7)
        assert is_silent(connection)
    assert (proxy.bytes_up, proxy.bytes_down) == (2, 1)
    proxy.pass_through()
    assert [receive(connection, 7) for connection in (before, after)] == [7, 7]


def test_a_delayed_answer_waits_and_comes_whole(proxy: TcpProxy, connect: Connect) -> None:
    proxy.delay(AN_HOUR)
    connection = connect()
    ask(connection, 9)
    assert is_silent(connection)
    assert proxy.bytes_up == 2
    proxy.delay(0.01)
    assert receive(connection, 9) == 9
    ask(connection, 500_000)
    assert receive(connection, 500_000) == 500_000


def test_an_answer_that_began_is_not_delayed_again(proxy: TcpProxy, connect: Connect) -> None:
    connection = connect()
    ask(connection, 20_000_000)
    assert receive(connection, 1) == 1
    proxy.delay(AN_HOUR)
    assert receive(connection, 19_999_999) == 19_999_999


def test_a_trickle_comes_piece_by_piece(proxy: TcpProxy, connect: Connect) -> None:
    proxy.trickle(bytes_per_second=50)
    connection = connect()
    ask(connection, 1000)
    assert receive(connection, 3) == 3
    assert proxy.bytes_down < 1000
    proxy.trickle(bytes_per_second=1 / AN_HOUR)
    sent = proxy.bytes_down
    assert receive(connection, sent - 3) == sent - 3
    assert is_silent(connection)
    proxy.pass_through()
    assert receive(connection, 1000 - sent) == 1000 - sent


def test_a_server_that_refuses_ends_the_connection(tcp_proxy: StartProxy, unused_port: int) -> None:
    proxy = tcp_proxy("127.0.0.1", unused_port)
    with socket.create_connection(("127.0.0.1", proxy.port), PATIENCE) as connection:
        assert connection.recv(1) == b""
    assert (proxy.connections, proxy.bytes_down) == (1, 0)


@pytest.fixture
def unused_port() -> Iterator[int]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@pytest.mark.parametrize("mode", ["pass_through", "refuse", "reset", "blackhole"])
def test_closing_leaves_nothing_in_any_mode(upstream: int, mode: str) -> None:
    with (
        TcpProxy("localhost", upstream) as proxy,
        socket.create_connection(("127.0.0.1", proxy.port), PATIENCE) as connection,
    ):
        ask(connection, 1)
        assert receive(connection, 1) == 1
        getattr(proxy, mode)()
        proxy.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", proxy.port), PATIENCE)
    assert not [thread for thread in enumerate_threads() if str(proxy.port) in thread.name]


def test_a_proxy_that_was_closed_takes_no_mode(upstream: int) -> None:
    with TcpProxy("127.0.0.1", upstream) as proxy:
        pass
    with pytest.raises(AssertionError, match="does not run"):
        proxy.delay(1)
