"""The source `memcached`, asking a real server."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from proxy import TcpProxy
from pytest_fitness.answers import Answer, Client, Window
from pytest_fitness.errors import MeasureError, UnreachableError
from pytest_fitness.sources.memcached import (
    Memcached,
    MemcachedOptions,
    MemcachedQuery,
    fitness_sources,
)
from raw_server import raw_server
from server_kinds import Memcached as Server
from server_processes import free_port

NOW = Window(end=1_700_000_000.0)


@contextmanager
def asking(address: str, timeout: float = 20.0, root: Path = Path("/")) -> Iterator[Client]:
    client = Memcached().open(MemcachedOptions(address=address, timeout=timeout), root)
    try:
        yield client
    finally:
        client.close()
        client.close()


@pytest.fixture
def client(memcached_server: Server) -> Iterator[Client]:
    with asking(memcached_server.address) as client:
        yield client


def metric(name: str, stats: str | None = None) -> MemcachedQuery:
    return MemcachedQuery(metric=name, stats=stats)


def value_of(answer: Answer) -> float:
    (series,) = answer.series
    ((_, value),) = series.points
    return value


def refused(client: Client, query: MemcachedQuery) -> MeasureError:
    with pytest.raises(MeasureError) as caught:
        client.ask(query, NOW)
    assert caught.value.hint
    return caught.value


def test_counters_are_the_numbers_of_now(memcached_server: Server, client: Client) -> None:
    memcached_server.ask("set tea 0 0 5", "green")
    for _ in range(3):
        memcached_server.ask("get tea")
    memcached_server.ask("get coffee")
    before = time.time()
    answer = client.ask(metric("get_hits"), NOW)
    assert value_of(answer) == 3.0
    assert before <= answer.series[0].points[0][0] <= time.time()
    assert answer.notes == ()
    assert value_of(client.ask(metric("get_misses"), NOW)) == 1.0
    assert value_of(client.ask(metric("curr_items"), Window(NOW.end, seconds=60.0))) == 1.0
    assert value_of(client.ask(metric("bytes"), NOW)) > 5
    assert value_of(client.ask(metric("rusage_user"), NOW)) >= 0


def test_groups_of_stats(memcached_server: Server, client: Client) -> None:
    memcached_server.ask("set tea 0 0 5", "green")
    assert value_of(client.ask(metric("items:1:number", "items"), NOW)) == 1.0
    assert value_of(client.ask(metric("1:used_chunks", "slabs"), NOW)) == 1.0
    assert value_of(client.ask(metric("maxconns", "settings"), NOW)) == 1024.0


def test_one_question_a_moment_answers_for_all(memcached_server: Server, client: Client) -> None:
    names = ["get_hits", "get_misses", "bytes", "curr_items"] * 8
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda name: client.ask(metric(name), NOW), names))
    assert len({answer.series[0].points[0][0] for answer in answers}) == 1
    assert memcached_server.log.count(" stats\n") == 1
    client.ask(metric("bytes"), Window(NOW.end + 1))
    assert memcached_server.log.count(" stats\n") == 2


@pytest.mark.parametrize(
    ("query", "note"),
    [
        (metric("get_hit"), "'stats' has no 'get_hit'. Did you mean 'get_hits'?"),
        (metric("items:1:number", "items"), "'stats items' has no 'items:1:number'. There are"),
        (metric("maxcons", "settings"), "'stats settings' has no 'maxcons'. Did you mean 'maxcon"),
    ],
)
def test_an_unknown_stat_is_no_data_and_the_nearest_is_named(
    client: Client, query: MemcachedQuery, note: str
) -> None:
    answer = client.ask(query, NOW)
    assert answer.series == ()
    (found,) = answer.notes
    assert found.startswith(note)


@pytest.mark.parametrize(
    ("query", "what"),
    [
        (metric("version"), "version is the text '1."),
        (metric("evictions", "settings"), "evictions is the text 'on', no number"),
        (metric("detail_enabled", "settings"), "detail_enabled is "),
    ],
)
def test_a_stat_that_is_no_number_is_refused(
    client: Client, query: MemcachedQuery, what: str
) -> None:
    assert what in refused(client, query).message


def test_a_socket_in_the_file_system_relative_to_the_root(tmp_path: Path) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(b"STAT get_hits 7\r\nEND\r\n")

    at = tmp_path / "memcached.sock"
    with raw_server(serve, at), asking("./memcached.sock", root=tmp_path) as client:
        assert value_of(client.ask(metric("get_hits"), NOW)) == 7.0


def test_a_name_with_several_addresses(memcached_server: Server) -> None:
    with asking(f"localhost:{memcached_server.port}") as client:
        assert value_of(client.ask(metric("get_hits"), NOW)) == 0.0


def test_nobody_listens() -> None:
    address = f"127.0.0.1:{free_port()}"
    with asking(address) as client:
        error = refused(client, metric("get_hits"))
    assert isinstance(error, UnreachableError)
    assert f"{address} does not answer" in error.message
    assert "refused" in error.message


@pytest.mark.parametrize("address", ["no-such-host.invalid:11211", "/no/such/memcached.sock"])
def test_nothing_is_there(address: str) -> None:
    with asking(address) as client:
        assert isinstance(refused(client, metric("get_hits")), UnreachableError)


@pytest.mark.parametrize("fault", ["refuse", "reset", "blackhole", "delay", "trickle", "truncate"])
def test_faults_of_the_network_and_health_after_them(
    memcached_server: Server, tcp_proxy: Callable[[str, int], TcpProxy], fault: str
) -> None:
    proxy = tcp_proxy("127.0.0.1", memcached_server.port)
    amounts = {"delay": (60,), "trickle": (50,), "truncate": (40,), "reset": (0,)}
    slow = fault in ("blackhole", "delay", "trickle")
    with asking(proxy.address, timeout=0.3 if slow else 20.0) as client:
        getattr(proxy, fault)(*amounts.get(fault, ()))
        error = refused(client, metric("get_hits"))
        assert isinstance(error, UnreachableError)
        assert ("did not answer within 300ms" in error.message) == slow
    proxy.pass_through()
    with asking(proxy.address) as client:
        assert value_of(client.ask(metric("get_hits"), NOW)) == 0.0


def test_a_dead_server_is_tried_once_a_moment(
    memcached_server: Server, tcp_proxy: Callable[[str, int], TcpProxy]
) -> None:
    proxy = tcp_proxy("127.0.0.1", memcached_server.port)
    proxy.blackhole()
    with asking(proxy.address, timeout=0.3) as client:
        with ThreadPoolExecutor(8) as pool:
            futures = [pool.submit(client.ask, metric("get_hits"), NOW) for _ in range(8)]
        assert all(isinstance(f.exception(), UnreachableError) for f in futures)
        assert proxy.connections == 1


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("ERROR", "refuses this"),
        ("CLIENT_ERROR unauthenticated", "refuses this: unauthenticated"),
        ("SERVER_ERROR out of memory", "refuses this: out of memory"),
        ("HTTP/1.1 400 Bad Request", "does not answer as memcached does: HTTP/1.1 400"),
        ("STAT", "does not answer as memcached does"),
        ("VALUE a b c", "does not answer as memcached does"),
        ("SERVER_ERROR " + "x" * 5000, "xxx…"),
    ],
)
def test_errors_of_a_server(line: str, what: str) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(f"{line}\r\n".encode())

    with raw_server(serve) as (host, port), asking(f"{host}:{port}") as client:
        error = refused(client, metric("get_hits"))
    assert what in error.message
    assert not isinstance(error, UnreachableError)
    assert len(error.message) < 300


def test_what_the_library_takes_for_a_boolean_is_no_number() -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(b"STAT hash_is_expanding 1\r\nEND\r\n")

    with raw_server(serve) as (host, port), asking(f"{host}:{port}") as client:
        error = refused(client, metric("hash_is_expanding"))
    assert error.message == "hash_is_expanding is true or false, no number"


@pytest.mark.parametrize("piece", [b"x" * 1_000_000, b"STAT a 1\r\n" * 100_000])
def test_an_endless_answer_is_bounded(piece: bytes) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(4096)
        while True:
            connection.sendall(piece)

    with raw_server(serve) as (host, port), asking(f"{host}:{port}", 500.0) as client:
        error = refused(client, metric("get_hits"))
    assert "the answer has more than 8 MiB" in error.message


@pytest.mark.parametrize("address", ["host:11211", "10.0.0.1:1", "[::1]:11211", "./a.sock"])
def test_addresses_that_may_be_right(address: str) -> None:
    assert list(Memcached().problems(MemcachedOptions(address=address))) == []


@pytest.mark.parametrize("address", ["host", "host:", "::1:11211", "host:0", "host:70000", "a b:1"])
def test_addresses_that_cannot_be(address: str) -> None:
    (problem,) = Memcached().problems(MemcachedOptions(address=address))
    assert problem == "`address` has to be host:port, or a path with a slash in it"


@pytest.mark.parametrize("timeout", [0.0, -1.0, 3601.0])
def test_timeouts_have_bounds(timeout: float) -> None:
    (problem,) = Memcached().problems(MemcachedOptions(address="host:1", timeout=timeout))
    assert problem == "`timeout` has to be more than 0s and at most 1h"


def test_it_is_registered_without_its_library() -> None:
    (source,) = fitness_sources()
    assert (source.name, source.query) == ("memcached", MemcachedQuery)
    code = (
        "import sys, pytest_fitness.sources.memcached\n"
        "print([name for name in sys.modules if name.startswith('pymemcache')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[]\n"


def test_the_library_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("pymemcache")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "path", [])
    sys.path_importer_cache.clear()
    with asking("127.0.0.1:1") as client:
        error = refused(client, metric("get_hits"))
    assert "pymemcache" in error.message
    assert "pip install 'pytest-fitness[memcached]'" in str(error.hint)
