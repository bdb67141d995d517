"""The source `redis` where the server is away, slow, secured, or says no."""

import socket
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import trustme

from proxy import TcpProxy
from pytest_fitness.answers import Window
from pytest_fitness.errors import MeasureError, UnreachableError
from pytest_fitness.sources.redis.client import RedisClient
from pytest_fitness.sources.redis.options import RedisQuery
from raw_server import raw_server
from redis_asking import NOW, asking, command, metric, value_of
from server_kinds import Redis as Server
from server_processes import free_port

PASSWORD = "hush/it:is@secret"
ENCODED = "hush%2Fit%3Ais%40secret"
Start = Callable[..., Server]
Proxied = Callable[[str, int], TcpProxy]


def refused(client: RedisClient, query: RedisQuery) -> MeasureError:
    with pytest.raises(MeasureError) as caught:
        client.ask(query, NOW)
    shown = "".join(traceback.format_exception(caught.value))
    assert PASSWORD not in shown
    assert ENCODED not in shown
    assert caught.value.hint
    return caught.value


def test_nobody_listens() -> None:
    with asking(f"redis://:{ENCODED}@127.0.0.1:{free_port()}/0") as client:
        error = refused(client, metric("used_memory"))
    assert isinstance(error, UnreachableError)
    assert "refused" in error.message


def test_an_unknown_host() -> None:
    with asking(f"redis://:{ENCODED}@no-such-host.invalid:6379/0") as client:
        error = refused(client, command("DBSIZE"))
    assert isinstance(error, UnreachableError)
    assert "no-such-host.invalid" in error.message


def test_a_socket_that_is_not_there(tmp_path: Path) -> None:
    with asking(f"unix://{tmp_path}/redis.sock") as client:
        assert isinstance(refused(client, command("DBSIZE")), UnreachableError)


def test_the_password_is_used_and_the_client_asks(start_redis: Start) -> None:
    server = start_redis(password=PASSWORD)
    with asking(f"redis://:{ENCODED}@{server.address}/0") as client:
        assert value_of(client.ask(command("DBSIZE"), NOW)) == 0.0


@pytest.mark.parametrize("login", ["", ":wrong-and-private@", "ada:wrong-and-private@"])
def test_a_missing_or_wrong_password(start_redis: Start, login: str) -> None:
    server = start_redis(password=PASSWORD)
    with asking(f"redis://{login}{server.address}/0") as client:
        for query in (metric("used_memory"), command("DBSIZE")):
            error = refused(client, query)
            assert not isinstance(error, UnreachableError)
            assert "refuses the login" in error.message
            assert "wrong-and-private" not in str(error)


def test_what_the_user_may_not_do(redis_server: Server) -> None:
    redis_server.cli("ACL", "SETUSER", "ada", "on", f">{PASSWORD}", "~*", "+get", "+command")
    with asking(f"redis://ada:{ENCODED}@{redis_server.address}/0") as client:
        for query in (metric("used_memory"), command("DBSIZE")):
            error = refused(client, query)
            assert "does not permit this" in error.message
            assert "+@read +info +command" in str(error.hint)


def test_the_user_that_the_hint_proposes_can_do_all_that_is_asked(redis_server: Server) -> None:
    rules = ("~*", "+@read", "+info", "+command", "+select")
    redis_server.cli("ACL", "SETUSER", "ada", "on", f">{PASSWORD}", *rules)
    with asking(f"redis://ada:{ENCODED}@{redis_server.address}/2") as client:
        assert value_of(client.ask(metric("used_memory"), NOW)) > 0
        assert value_of(client.ask(command("DBSIZE"), NOW)) == 0.0


@pytest.mark.parametrize(
    "url",
    [
        "redis://:pa/ss-private@host:6379/0",
        "redis://ada:private@host:not-a-port/0",
        "redis://ada:private@[host/0",
        "redis://ada:private@host/0?socket_keepalive_options=1&nonsense=private",
        "redis://ada:private@host/0?ssl_private=1",
    ],
)
def test_a_url_that_cannot_be_used_is_not_repeated(url: str) -> None:
    with pytest.raises(MeasureError, match="cannot be used") as caught, asking(url):
        pass
    assert "private" not in "".join(traceback.format_exception(caught.value))


def test_a_replica_without_its_master(start_redis: Start) -> None:
    dead = ("--replicaof", "127.0.0.1", str(free_port()), "--replica-serve-stale-data", "no")
    with asking(start_redis(flags=dead).url) as client:
        error = refused(client, command("GET tea"))
        assert "has lost its master" in error.message
        assert value_of(client.ask(metric("connected_slaves"), NOW)) == 0.0


def cluster_flags() -> tuple[str, ...]:
    return ("--cluster-enabled", "yes", "--cluster-port", str(free_port()))


def test_a_cluster_without_slots_is_down(start_redis: Start) -> None:
    with asking(start_redis(flags=cluster_flags()).url) as client:
        error = refused(client, command("GET tea"))
    assert not isinstance(error, UnreachableError)
    assert "cluster that is down" in error.message


def test_a_key_of_another_node_of_a_cluster(start_redis: Start) -> None:
    asked, other = start_redis(flags=cluster_flags()), start_redis(flags=cluster_flags())
    bus = other.cli("CONFIG", "GET", "cluster-port").split()[-1]
    slot = int(asked.cli("CLUSTER", "KEYSLOT", "tea"))
    asked.cli("CLUSTER", "ADDSLOTSRANGE", "0", str(slot - 1), str(slot + 1), "16383")
    other.cli("CLUSTER", "ADDSLOTS", str(slot))
    asked.cli("CLUSTER", "MEET", "127.0.0.1", str(other.port), bus)
    deadline = time.monotonic() + 60
    while "cluster_state:ok" not in asked.cli("CLUSTER", "INFO"):
        assert time.monotonic() < deadline, asked.cli("CLUSTER", "INFO")
        time.sleep(0.05)
    with asking(asked.url) as client:
        error = refused(client, command("GET tea"))
        assert "a node of a cluster that does not hold this key" in error.message
        assert other.address in error.message
        assert not isinstance(error, UnreachableError)
        assert value_of(client.ask(metric("cluster_enabled"), NOW)) == 1.0


def test_a_script_that_is_not_loaded(redis_server: Server) -> None:
    with asking(redis_server.url) as client:
        error = refused(client, command("EVALSHA_RO", "0" * 40, "0"))
    assert "does not know this script" in error.message


def repeating(line: str) -> Callable[[socket.socket], None]:
    def serve(connection: socket.socket) -> None:
        while data := connection.recv(65536):
            commands = data.count(b"\n*") + 1
            connection.sendall(f"{line}\r\n".encode() * commands)

    return serve


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("-LOADING Redis is loading the dataset in memory", "is still loading its data"),
        ("-READONLY You can't write against a read only replica.", "this command writes"),
        ("-NOAUTH Authentication required.", "refuses the login: Authentication required."),
        ("-ERR no such thing", "refuses this: no such thing"),
        ("-ERR " + "x" * 5000, "xxx…"),
        ("HTTP/1.1 400 Bad Request", "does not answer as Redis does"),
    ],
)
def test_errors_of_a_server(line: str, what: str) -> None:
    with raw_server(repeating(line)) as (host, port), asking(f"redis://{host}:{port}") as client:
        error = refused(client, command("DBSIZE"))
    assert what in error.message
    assert not isinstance(error, UnreachableError)
    assert len(error.message) < 400


def test_a_server_that_repeats_the_password() -> None:
    with raw_server(repeating(f"-ERR you sent {PASSWORD}, or {ENCODED}")) as (host, port):
        for login, option in ((f":{ENCODED}@", ""), ("", f"/?password={ENCODED}")):
            with asking(f"redis://{login}{host}:{port}{option}") as client:
                error = refused(client, command("DBSIZE"))
            assert "you sent ***, or ***" in error.message


def test_a_tls_server(start_redis: Start, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "server.pem"))
    port = free_port()
    files = [
        part
        for name in ("cert-file", "key-file", "ca-cert-file")
        for part in (f"--tls-{name}", str(tmp_path / "server.pem"))
    ]
    start_redis(flags=("--tls-port", str(port), "--tls-auth-clients", "no", *files))
    secure = f"rediss://127.0.0.1:{port}/0"
    with asking(f"{secure}?ssl_ca_certs=ca.pem", root=tmp_path) as client:
        assert value_of(client.ask(command("DBSIZE"), NOW)) == 0.0
    with asking(secure) as client:
        error = refused(client, command("DBSIZE"))
        assert isinstance(error, UnreachableError)
        assert "certificate" in error.message
        assert "ssl_ca_certs" in str(error.hint)
    with asking(f"redis://127.0.0.1:{port}/0") as client:
        assert isinstance(refused(client, command("DBSIZE")), UnreachableError)


def test_a_plain_server_asked_with_tls(redis_server: Server) -> None:
    with asking(f"rediss://{redis_server.address}/0", timeout=0.5) as client:
        error = refused(client, command("DBSIZE"))
    assert isinstance(error, UnreachableError)
    assert "rediss://" in str(error.hint)


@pytest.mark.parametrize("fault", ["refuse", "reset", "blackhole", "delay", "trickle", "truncate"])
def test_faults_of_the_network_and_health_after_them(
    redis_server: Server, tcp_proxy: Proxied, fault: str
) -> None:
    proxy = tcp_proxy("127.0.0.1", redis_server.port)
    amounts = {"delay": (60,), "trickle": (20,), "truncate": (40,), "reset": (0,)}
    slow = fault in ("blackhole", "delay", "trickle")
    with asking(f"redis://{proxy.address}/0", timeout=0.3 if slow else 20.0) as client:
        getattr(proxy, fault)(*amounts.get(fault, ()))
        error = refused(client, metric("used_memory"))
        assert isinstance(error, UnreachableError)
        assert ("did not answer within 300ms" in error.message) == slow
    proxy.pass_through()
    with asking(f"redis://{proxy.address}/0") as client:
        assert value_of(client.ask(metric("used_memory"), NOW)) > 0


def test_a_connection_that_was_cut_meanwhile_is_made_anew(
    redis_server: Server, tcp_proxy: Proxied
) -> None:
    proxy = tcp_proxy("127.0.0.1", redis_server.port)
    with asking(f"redis://{proxy.address}/0") as client:
        assert value_of(client.ask(command("DBSIZE"), NOW)) == 0.0
        proxy.refuse()
        assert isinstance(refused(client, command("DBSIZE")), UnreachableError)
        proxy.pass_through()
        assert value_of(client.ask(command("DBSIZE"), NOW)) == 0.0


def test_a_dead_server_is_tried_once_a_moment(redis_server: Server, tcp_proxy: Proxied) -> None:
    proxy = tcp_proxy("127.0.0.1", redis_server.port)
    proxy.blackhole()
    with asking(f"redis://{proxy.address}/0", timeout=0.3) as client:
        with ThreadPoolExecutor(8) as pool:
            futures = [pool.submit(client.ask, metric("used_memory"), NOW) for _ in range(8)]
        assert all(isinstance(f.exception(), UnreachableError) for f in futures)
        assert len({id(f.exception()) for f in futures}) == 8
        assert proxy.connections == 1
        with pytest.raises(UnreachableError):
            client.ask(metric("used_memory"), Window(NOW.end + 1))
        assert proxy.connections == 2


def test_an_endless_answer_is_bounded() -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"$99999999999\r\n")
        while True:
            connection.sendall(b"x" * 1_000_000)

    with raw_server(serve) as (host, port), asking(f"redis://{host}:{port}") as client:
        error = refused(client, command("GET tea"))
    assert "the answer has more than 64 MiB" in error.message
    assert not isinstance(error, UnreachableError)
