"""The servers that tests of live systems run against: that they are what they are taken for."""

import math
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

import server_processes
from metric_history import shop_history
from server_kinds import Memcached, Postgres, Prometheus, Redis
from server_processes import Server, ServerDidNotStartError, programs
from servers import (
    Database,
    SeededPrometheus,
    StartMemcached,
    StartPostgres,
    StartPrometheus,
    StartRedis,
)

TESTS = Path(__file__).parent.parent


@pytest.fixture(params=[Prometheus, Redis, Memcached, Postgres])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    started: Server = request.param()
    yield started
    started.stop()


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def value_of(server: SeededPrometheus, promql: str, minutes: float = 0) -> float:
    (result,) = server.query(promql, server.moment + 60 * minutes)
    return float(result["value"][1])


def test_a_server_runs_until_it_is_stopped_and_leaves_nothing(server: Server) -> None:
    pid = server.pid
    assert runs(pid)
    assert server.ready in server.log
    server.stop()
    server.stop()
    assert not runs(pid)
    assert not server.folder.exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port))


def test_a_server_listens_on_the_loopback_only(server: Server) -> None:
    socket.create_connection(("127.0.0.1", server.port)).close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", server.port))


@pytest.mark.skipif(not shutil.which("setpriv"), reason="no setpriv here")
def test_servers_end_with_a_test_run_that_is_killed(tmp_path: Path) -> None:
    script = (
        "import time; from server_kinds import Redis\n"
        "print(Redis().pid, flush=True); time.sleep(600)"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(TESTS / "support"), "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
    )
    with run:
        assert run.stdout
        pid = int(run.stdout.readline())
        run.kill()
    deadline = time.monotonic() + 30
    while ended_late := _works(pid):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            break
        time.sleep(0.01)
    assert not ended_late


def _works(pid: int) -> bool:
    """Whether a process runs, and is not just waiting for its parent to take note of its end."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False


class Ports:
    """Hands out a port that is taken first, then one that is free."""

    def __init__(self, taken: int) -> None:
        self.asked = 0
        self.free_port = server_processes.free_port
        self.taken = taken

    def __call__(self) -> int:
        self.asked += 1
        return self.taken if self.asked == 1 else self.free_port()


@pytest.mark.parametrize("kind", [Prometheus, Redis, Memcached, Postgres])
def test_another_port_is_taken_where_the_first_was_lost(
    kind: type[Prometheus | Redis | Memcached | Postgres], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        ports = Ports(stranger.getsockname()[1])
        monkeypatch.setattr(server_processes, "free_port", ports)
        server = kind()
        try:
            assert (ports.asked, server.port == ports.taken) == (2, False)
        finally:
            server.stop()


@pytest.mark.parametrize(
    ("kind", "flags", "words"),
    [
        (Prometheus, ["--no-such-flag"], "no-such-flag"),
        (Redis, ["--no-such-flag", "1"], "no-such-flag"),
        (Memcached, ["-t", "0"], "Number of threads"),
        (Postgres, ["-c", "no_such_setting=1"], "no_such_setting"),
    ],
)
def test_what_does_not_come_up_says_why_and_leaves_nothing(
    kind: Callable[..., Server],
    flags: list[str],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folders: list[Path] = []

    def make_folder(**how: str | None) -> str:
        folders.append(Path(mkdtemp(**how)))
        return str(folders[0])

    monkeypatch.setattr(server_processes, "mkdtemp", make_folder)
    with pytest.raises(ServerDidNotStartError, match=words):
        kind(flags=flags)
    assert [folder.exists() for folder in folders] == [False]


def test_history_that_promtool_refuses_says_why(prometheus_server: StartPrometheus) -> None:
    with pytest.raises(ServerDidNotStartError, match="EOF"):
        prometheus_server("a 1 1\n")


def test_a_server_that_is_missing_is_a_skip_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("FITNESS_REQUIRE_SERVERS", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"redis-cli not found.*apt-get install redis"):
        programs("redis-server", "redis-cli")


def test_where_servers_are_required_a_missing_one_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("FITNESS_REQUIRE_SERVERS", "1")
    outcomes = (pytest.fail.Exception, pytest.skip.Exception)
    with pytest.raises(outcomes, match="redis-server and redis-cli not found") as raised:
        programs("redis-server", "redis-server", "redis-cli")
    assert raised.type is pytest.fail.Exception


@pytest.mark.parametrize(
    ("promql", "expected"),
    [
        ("shop_active_users", 1000),
        ('shop_memory_bytes{instance="a"}', 1e9),
        ("shop_page_seconds offset 61m", 0.1),
        ("shop_page_seconds", 0.12),
        ("shop_gap offset 45m", 3),
        ("shop_infinite", math.inf),
        ('sum(increase(shop_requests_total{code="500"}[5m]))', 30),
        ("sum(rate(shop_requests_total[5m]))", 10),
        ("sum(rate(shop_cache_hits_total[5m])) / 10", 0.9),
        ("increase(shop_restarted_total[5m])", 300),
        ("resets(shop_restarted_total[1h])", 1),
        ("increase(shop_quiet_total[5m])", 0),
        ("histogram_quantile(0.95, rate(shop_request_seconds_bucket[5m]))", 0.25),
        ("histogram_quantile(0.99, rate(shop_request_seconds_bucket[5m]))", 0.5),
        ("rate(shop_request_seconds_sum[5m]) / rate(shop_request_seconds_count[5m])", 0.1),
    ],
)
def test_the_history_of_the_shop(
    seeded_prometheus: SeededPrometheus, promql: str, expected: float
) -> None:
    assert value_of(seeded_prometheus, promql) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    "promql", ["shop_nan", "histogram_quantile(0.95, rate(shop_quiet_seconds_bucket[5m]))"]
)
def test_what_is_not_a_number(seeded_prometheus: SeededPrometheus, promql: str) -> None:
    assert math.isnan(value_of(seeded_prometheus, promql))


@pytest.mark.parametrize("promql", ["shop_gone", "shop_gap offset 32m", "shop_unknown"])
def test_what_has_no_data(seeded_prometheus: SeededPrometheus, promql: str) -> None:
    assert seeded_prometheus.query(promql, seeded_prometheus.moment) == []


def test_the_history_covers_six_hours_and_goes_on(seeded_prometheus: SeededPrometheus) -> None:
    assert value_of(seeded_prometheus, "shop_active_users", minutes=-360) == 640
    assert value_of(seeded_prometheus, "shop_active_users", minutes=60) == 1060
    (now,) = seeded_prometheus.query("shop_active_users")
    assert 1000 <= float(now["value"][1]) <= 1060


def test_the_text_of_a_history_has_each_family_once() -> None:
    families = [line for line in shop_history(0).splitlines() if line.startswith("# TYPE")]
    assert len(families) == len(set(families)) == 14


def test_a_prometheus_with_a_history_of_its_own(prometheus_server: StartPrometheus) -> None:
    server = prometheus_server("# TYPE a gauge\na 1 1000\na 2 1060\n# EOF\n")
    assert [result["value"] for result in server.query("a", 1060)] == [[1060, "2"]]


def test_a_prometheus_that_scrapes(
    prometheus_server: StartPrometheus, seeded_prometheus: SeededPrometheus
) -> None:
    server = prometheus_server(
        scrape=[seeded_prometheus.address, f"{seeded_prometheus.url}/no/metrics/here"]
    )
    (up,) = server.wait_for('up{job="job1"} == 1')
    (down,) = server.wait_for('up{job="job2"} == 0')
    assert up["metric"]["instance"] == down["metric"]["instance"] == seeded_prometheus.address
    assert server.wait_for("prometheus_build_info")


def test_redis_answers_and_counts_from_zero(redis_server: Redis) -> None:
    assert redis_server.cli("SET", "a", "1") == "OK"
    assert redis_server.cli("GET", "a") == "1"
    assert "keyspace_hits:1" in redis_server.cli("INFO", "stats")
    assert redis_server.url == f"redis://127.0.0.1:{redis_server.port}/0"


def test_another_test_finds_another_redis(redis_server: Redis) -> None:
    assert redis_server.cli("DBSIZE") == "0"
    assert "keyspace_hits:0" in redis_server.cli("INFO", "stats")


def test_a_redis_with_a_password(start_redis: StartRedis) -> None:
    server = start_redis(password="open-sesame")
    assert server.cli("PING") == "PONG"
    assert server.url == f"redis://:open-sesame@{server.address}/0"
    server.password = "wrong"
    with pytest.raises(AssertionError, match=r"WRONGPASS|NOAUTH"):
        server.cli("PING")


def test_a_redis_with_flags(start_redis: StartRedis) -> None:
    server = start_redis(flags=["--maxmemory", "5mb"])
    assert server.cli("CONFIG", "GET", "maxmemory").split() == ["maxmemory", "5242880"]


def test_memcached_answers_and_counts_from_zero(memcached_server: Memcached) -> None:
    assert memcached_server.ask("set a 0 0 1", "1") == ["STORED"]
    assert memcached_server.ask("get a") == ["VALUE a 0 1", "1", "END"]
    assert "STAT get_hits 1" in memcached_server.ask("stats")


def test_a_memcached_with_flags(start_memcached: StartMemcached) -> None:
    assert "STAT limit_maxbytes 5242880" in start_memcached(flags=["-m", "5"]).ask("stats")


def test_postgres_answers(postgres_server: Postgres) -> None:
    assert postgres_server.sql("SELECT 1, NULL, 'é'; SELECT 2") == "1||é\n2"
    with pytest.raises(AssertionError, match="syntax error"):
        postgres_server.sql("SELECT FROM WHERE")


def test_postgres_wants_its_password(postgres_server: Postgres) -> None:
    assert postgres_server.url.startswith("postgresql+psycopg://fitness:open-sesame@127.0.0.1:")
    wrong = Postgres.__new__(Postgres)
    wrong.__dict__.update(postgres_server.__dict__, password="wrong")
    with pytest.raises(AssertionError, match="password authentication failed"):
        wrong.sql("SELECT 1")


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_a_database_of_its_own(postgres_database: Database, turn: int) -> None:
    postgres_database.sql("CREATE TABLE orders (id int); INSERT INTO orders VALUES (1)")
    assert postgres_database.sql("SELECT count(*) FROM orders") == "1"
    assert postgres_database.url.endswith(f"/{postgres_database.name}")


def test_a_postgres_with_flags(start_postgres: StartPostgres) -> None:
    assert start_postgres(flags=["-c", "work_mem=1MB"]).sql("SHOW work_mem") == "1MB"
