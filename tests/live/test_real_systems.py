"""Whole runs against real servers: Prometheus, Redis and SQLite, well and not so well."""

import math
import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any
from urllib.parse import quote

import pytest

from http_asking import without_proxies
from proxy import TcpProxy
from server_kinds import Prometheus, Redis
from servers import SeededPrometheus

Run = Callable[..., dict[str, Any]]
Proxied = Callable[[str, int], TcpProxy]
Write = Callable[..., None]
PASSWORD = "hush/it:is@secret"
MINUTES_BACK, MINUTES_ON = 240, 60


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    without_proxies(monkeypatch)


@pytest.fixture
def write(pytester: pytest.Pytester) -> Write:
    """Writes ``fitness.yaml``: the addresses of its sources by their names, and functions."""

    def write_file(functions: str, *, head: str = "", **sources: str) -> None:
        lines = "".join(f"  {name}: {options}\n" for name, options in sources.items())
        text = f"sources:\n{lines}{head}functions:\n{functions}"
        (pytester.path / "fitness.yaml").write_text(text, encoding="utf-8")

    return write_file


def prometheus(address: str, options: str = "") -> str:
    return f'{{prometheus: {{url: "http://{address}"{options}}}}}'


def redis(address: str, options: str = "") -> str:
    return f'{{redis: {{url: "redis://{address}/0"{options}}}}}'


def metric(name: str, question: str, rest: str) -> str:
    return f"  {name}:\n    metric: {{{question}}}\n    {rest}\n"


def outcomes(found: dict[str, Any]) -> dict[str, str]:
    return {name: verdict["outcome"] for name, verdict in found.items()}


def elasticity_history(moment: int) -> str:
    """Users who come and go, and what grows with them in a known way, each minute."""
    curves: dict[str, Callable[[float], float]] = {
        "users": lambda m: 1000 * (1.5 + 0.5 * math.sin(m / 20)),
        "crowd": lambda m: 1000 + m % 2,
    }
    curves |= {
        "sorting_seconds": lambda m: 1e-6 * curves["users"](m) ** 2 * (1 + 0.01 * (m % 3)),
        "memory_bytes": lambda m: 1e6 * curves["users"](m) * (1 + 0.01 * (m % 3)),
        "leaking_bytes": lambda m: 1e9 * math.exp(m / 600) * (1 + 0.001 * (m % 3)),
        "resting_bytes": lambda m: 1e9 * (1 + 0.001 * (m % 3)),
    }
    lines = []
    for name, curve in curves.items():
        lines.append(f"# TYPE {name} gauge")
        lines += [
            f"{name} {curve(m + MINUTES_BACK)!r} {moment + 60 * m}"
            for m in range(-MINUTES_BACK, MINUTES_ON + 1)
        ]
    return "\n".join([*lines, "# EOF\n"])


@pytest.fixture(scope="module")
def grown(prometheus_server: Callable[..., Prometheus]) -> Prometheus:
    return prometheus_server(elasticity_history(int(time.time()) // 60 * 60))


class TestGrowth:
    def test_with_the_square_of_the_users_fails_and_in_proportion_passes(
        self, write: Write, run: Run, grown: Prometheus
    ) -> None:
        functions = "".join(
            f"  {name}:\n    growth: {{of: {{source: prom, metric: {name}}}, per: users,"
            " over: 3h}\n    max: 1.2\n"
            for name in ("sorting_seconds", "memory_bytes")
        )
        users = "users: {source: prom, metric: users}\n"
        write(functions, head=users, prom=prometheus(grown.address))
        found = run(exit_status=1)
        failed, passed = found["sorting_seconds"], found["memory_bytes"]
        assert outcomes(found) == {"sorting_seconds": "failed", "memory_bytes": "passed"}
        assert failed["value"] == pytest.approx(2, abs=0.1)
        assert passed["value"] == pytest.approx(1, abs=0.1)
        assert re.fullmatch(
            r"sorting_seconds (grew|shrank) \S+ % while users .+"
            r" \(elasticity 2\.0+, 95 % 1\.\d+ to 2\.\d+\)",
            failed["subject"],
        )

    @pytest.mark.parametrize(("name", "leaks"), [("leaking_bytes", True), ("resting_bytes", False)])
    def test_while_the_users_stay_the_same_names_a_leak(
        self, write: Write, run: Run, grown: Prometheus, name: str, leaks: bool
    ) -> None:
        write(
            f"  memory:\n    growth: {{of: {{source: prom, metric: {name}}}, over: 3h,"
            " per: {source: prom, metric: crowd}}\n    max: 1.2\n",
            prom=prometheus(grown.address),
        )
        verdict = run(exit_status=0)["memory"]
        assert verdict["outcome"] == "inconclusive"
        assert ("a suspected leak" in verdict["reason"]) == leaks
        assert re.fullmatch(
            rf"{name} .+ while crowd stayed the same.*; cannot tell more: a variation of 0\.1 % is"
            " too little",
            verdict["reason"],
        )


class TestPrometheus:
    @pytest.mark.parametrize(
        ("rest", "outcome", "said"),
        [
            ("max: 110ms\n    for: 30m", "failed", "120ms where ≤ 110ms is allowed, for "),
            ("max: 110ms\n    for: 2h", "warned", "120ms is past ≤ 110ms, pending for "),
            ("max: 150ms\n    for: 2h", "passed", ""),
        ],
    )
    def test_a_limit_has_to_be_broken_for_a_time(
        self,
        write: Write,
        run: Run,
        seeded_prometheus: SeededPrometheus,
        rest: str,
        outcome: str,
        said: str,
    ) -> None:
        write(
            metric("page", "source: prom, metric: shop_page_seconds, unit: s", rest),
            prom=prometheus(seeded_prometheus.address),
        )
        verdict = run()["page"]
        assert verdict["outcome"] == outcome
        assert verdict["reason"].startswith(said)

    def test_a_share_of_the_events_of_half_an_hour(
        self, write: Write, run: Run, seeded_prometheus: SeededPrometheus
    ) -> None:
        functions = "".join(
            f"  above-{limit}:\n    ratio:\n"
            "      hits: {source: prom, metric: shop_cache_hits_total}\n"
            "      misses: {source: prom, metric: shop_cache_misses_total}\n"
            f"      over: 30m\n    min: {limit}%\n"
            for limit in (85, 95)
        )
        write(functions, prom=prometheus(seeded_prometheus.address))
        found = run(exit_status=1)
        assert outcomes(found) == {"above-85": "passed", "above-95": "failed"}
        for verdict in found.values():
            assert verdict["value"] == pytest.approx(0.9, abs=0.001)
            assert verdict["samples"] == pytest.approx(18_000, rel=0.02)
            assert "in 30min" in verdict["subject"]

    def test_silence_has_its_reason(
        self, write: Write, run: Run, seeded_prometheus: SeededPrometheus
    ) -> None:
        names = ("shop_gone", "shop_nan", "shop_never", "shop_requests_total")
        functions = "".join(
            metric(name, f"source: prom, metric: {name}", "max: 1") for name in names
        )
        write(functions, prom=prometheus(seeded_prometheus.address))
        found = run(exit_status=1)
        assert [found[name]["outcome"] for name in names] == ["no data"] * 3 + ["error"]
        assert "every value is NaN" in found["shop_nan"]["reason"]
        assert "shop_never" in found["shop_never"]["reason"]
        assert "is 2 series" in found["shop_requests_total"]["reason"]


THREE = (
    metric("page", "source: prom, metric: shop_page_seconds, unit: s", "max: 1s")
    + metric("users", "source: prom, promql: shop_active_users", "max: 1")
    + metric("keys", "source: cache, command: DBSIZE", "equals: 2")
    + metric("memory", "source: cache, metric: used_memory, unit: B", "max: 1GB")
    + metric("orders", "source: shop, sql: SELECT COUNT(*) FROM orders", "min: 3")
)
PASSED = {"page": "passed", "keys": "passed", "memory": "passed", "orders": "passed"}


@pytest.fixture
def three(
    pytester: pytest.Pytester, redis_server: Redis, seeded_prometheus: SeededPrometheus
) -> dict[str, str]:
    """A Prometheus, a Redis with two keys and a database with three orders."""
    redis_server.cli("SET", "a", "1")
    redis_server.cli("SET", "b", "2")
    with closing(sqlite3.connect(pytester.path / "shop.db")) as database:
        database.executescript("CREATE TABLE orders (id); INSERT INTO orders VALUES (1), (2), (3)")
    return {
        "prom": prometheus(seeded_prometheus.address),
        "cache": redis(redis_server.address),
        "shop": '{sql: {url: "sqlite:///shop.db"}}',
    }


@pytest.fixture
def ports(redis_server: Redis, seeded_prometheus: SeededPrometheus) -> dict[str, int]:
    return {"prom": seeded_prometheus.port, "cache": redis_server.port}


@pytest.mark.parametrize("workers", [[], ["-n2"]], ids=["alone", "workers"])
def test_several_systems_in_one_run_and_what_remains_of_it(
    write: Write,
    run: Run,
    pytester: pytest.Pytester,
    three: dict[str, str],
    seeded_prometheus: SeededPrometheus,
    workers: list[str],
) -> None:
    write(THREE, **three)
    found = run(*workers, exit_status=1)
    assert outcomes(found) == PASSED | {"users": "failed"}
    values = {name: verdict["value"] for name, verdict in found.items()}
    since = (time.time() - seeded_prometheus.moment) / 60
    assert values["users"] == pytest.approx(1000 + since, abs=5)
    assert (values["page"], values["keys"], values["orders"]) == (0.12, 2, 3)
    assert 1e5 < values["memory"] < 1e9
    with closing(sqlite3.connect(pytester.path / ".fitness" / "history.db")) as history:
        rows = history.execute("SELECT series, value, outcome FROM history").fetchall()
    assert {name: (value, outcome) for name, value, outcome in rows} == {
        name: (values[name], outcome) for name, outcome in outcomes(found).items()
    }


@pytest.mark.parametrize("workers", [[], ["-n2"]], ids=["alone", "workers"])
def test_a_dead_source_fails_its_own_functions_and_is_tried_once(
    write: Write,
    run: Run,
    three: dict[str, str],
    redis_server: Redis,
    tcp_proxy: Proxied,
    workers: list[str],
) -> None:
    proxy = tcp_proxy("127.0.0.1", redis_server.port)
    proxy.blackhole()
    more = "".join(
        metric(f"list-{number}", f"source: cache, command: LLEN {number}", "max: 1")
        for number in range(10)
    )
    write(THREE + more, **three | {"cache": redis(proxy.address, ", timeout: 1s")})
    found = run(*workers, exit_status=1)
    dead = [name for name, outcome in outcomes(found).items() if outcome == "error"]
    assert dead == ["keys", "memory", *(f"list-{number}" for number in range(10))]
    assert {found[name]["reason"] for name in dead} == {found["keys"]["reason"]}
    assert found["keys"]["reason"].startswith("cache: ")
    assert (found["page"]["outcome"], found["orders"]["outcome"]) == ("passed", "passed")
    # Alone, this run's first function may ask beside its background; each worker asks for itself.
    assert 1 <= proxy.connections <= 2


FAULTS: dict[str, Callable[[TcpProxy], None]] = {
    "refuse": lambda proxy: proxy.refuse(),
    "reset": lambda proxy: proxy.reset(),
    "reset within": lambda proxy: proxy.reset(after=20),
    "truncate": lambda proxy: proxy.truncate(20),
    "truncate at once": lambda proxy: proxy.truncate(0),
    "blackhole": lambda proxy: proxy.blackhole(),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", ["prom", "cache"])
def test_each_fault_of_a_network_is_an_error_of_its_own_source(
    write: Write,
    run: Run,
    three: dict[str, str],
    ports: dict[str, int],
    tcp_proxy: Proxied,
    name: str,
    fault: str,
) -> None:
    is_redis = name == "cache"
    proxy = tcp_proxy("127.0.0.1", ports[name])
    FAULTS[fault](proxy)
    shown = (redis if is_redis else prometheus)(proxy.address, ", timeout: 1s")
    write(THREE, **three | {name: shown})
    found = run(exit_status=1)
    broken = {"keys", "memory"} if is_redis else {"page", "users"}
    for each, verdict in found.items():
        if each in broken:
            assert verdict["outcome"] == "error"
            assert name in verdict["reason"] or proxy.address in verdict["reason"]
            assert "Traceback" not in verdict["reason"]
            assert "\n" not in verdict["reason"]
            assert verdict["hint"]
        else:
            assert verdict["outcome"] == ("failed" if each == "users" else "passed")


@pytest.mark.parametrize("options", [[], ["-n2"], ["-v", "--tb=long", "-l"]], ids=str)
@pytest.mark.parametrize("state", ["well", "wrong password", "away", "broken query"])
def test_a_password_is_in_no_output_and_in_no_file(
    write: Write,
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    start_redis: Callable[..., Redis],
    state: str,
    options: list[str],
) -> None:
    server = start_redis(password="another" if state == "wrong password" else PASSWORD)
    if state == "away":
        server.stop()
    quoted = quote(PASSWORD, safe="")
    monkeypatch.setenv("REDIS_URL", f"redis://:{quoted}@{server.address}/0")
    monkeypatch.setenv("LIST", PASSWORD)
    # The query knows a secret too: what is asked is shared by workers.
    question = 'source: cache, command: [LLEN, "${LIST}"]'
    if state == "broken query":
        question = 'source: cache, command: [GETBIT, "${LIST}", "${LIST}"]'
    write(
        metric("list", question, "max: 1")
        + metric("memory", "source: cache, metric: used_memory", "max: 1"),
        cache='{redis: {url: "${REDIS_URL}"}}',
    )
    outputs = ["--fitness-json=out.json", "--junitxml=out.xml"]
    result = pytester.runpytest_inprocess("--fitness", *outputs, *options)
    assert result.ret == 1
    said = str(result.stdout) + str(result.stderr)
    written = [path for path in pytester.path.rglob("*") if path.is_file()]
    assert {"out.json", "out.xml", "history.db"} <= {path.name for path in written}
    for content in (said.encode(), *(path.read_bytes() for path in written)):
        assert PASSWORD.encode() not in content
        assert quoted.encode() not in content
