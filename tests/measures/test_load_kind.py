"""Whole runs of ``load``: a file, a server, verdicts."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

import load_targets
from families import wait_for
from load_targets import MARK, Target, marked, target
from pytest_fitness.config.loader import load_config
from pytest_fitness.measures.load.kind import Load
from pytest_fitness.session.registry import load_registry
from server_processes import free_port

Run = Callable[..., dict[str, Any]]
QUICK = "users: 4, duration: 1s, warm_up: 200ms"
# Without a pause, the load itself may be what is slow, and a broken limit then shows nothing.
CALM = f"{QUICK}, pause: 10ms"


@pytest.fixture
def server() -> Iterator[Target]:
    with target() as found:
        yield found


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs functions; the verdicts by name. Nothing of it is left running."""
    mark = uuid4().hex
    monkeypatch.setenv(MARK, mark)

    def run_functions(text: str, *options: str, status: int | None = None) -> dict[str, Any]:
        (pytester.path / "fitness.yaml").write_text("version: 1\n" + text, encoding="utf-8")
        result = pytester.runpytest_inprocess("--fitness", "--fitness-json=out.json", *options)
        assert status is None or result.ret == status, str(result.stdout) + str(result.stderr)
        found = json.loads((pytester.path / "out.json").read_text(encoding="utf-8"))
        return {verdict["id"]: verdict for verdict in found["verdicts"]}

    yield run_functions
    wait_for(lambda: not marked(mark))


def function(load: str, limits: str, name: str = "checkout") -> str:
    return f"functions:\n  {name}:\n    load: {{{load}}}\n    limits: {{{limits}}}\n"


def test_one_load_serves_all_limits(server: Target, run: Run) -> None:
    text = function(
        f"url: {server.url}, {CALM}, requests: [{{path: /sleep/0.01}}, {{path: /every/2}}]",
        "p50: {max: 10s}, p95: {max: 1ms}, throughput: {min: 1/s}, error_rate: {max: 1%},"
        ' "max[/sleep/0.01]": {max: 10s}, mean: {max: 10s}, p99.99: {max: 10s}',
    )
    verdicts = run(text, status=1)
    assert {name.partition("::")[2]: found["outcome"] for name, found in verdicts.items()} == {
        "p50": "passed",
        "p95": "failed",
        "throughput": "passed",
        "error_rate": "failed",
        "max[/sleep/0.01]": "passed",
        "mean": "passed",
        "p99.99": "inconclusive",
    }
    assert "too few for p99.99" in verdicts["checkout::p99.99"]["reason"]
    p95 = verdicts["checkout::p95"]
    assert p95["value"] >= 0.01
    assert p95["samples"] > 72
    assert p95["interval"][0] <= p95["value"] <= p95["interval"][1]
    assert "requests by 4 users in 1s" in p95["subject"]
    assert any("GET /every/2: status 500" in note for note in p95["notes"])
    # Had each limit a load of its own, the server would have been asked six times as often.
    asked, counted = sum(server.counts().values()), verdicts["checkout::mean"]["samples"]
    assert counted <= asked < 6 * counted


def test_one_limit_can_be_selected_by_its_name(run: Run) -> None:
    load = f"url: 'http://localhost:{free_port()}', {QUICK}, requests: [{{path: /sleep/0.01}}]"
    text = function(load, '"p50[/sleep/0.01]": {max: 10s}, p99.9: {max: 1ms}')
    verdicts = run(text, "fitness.yaml::checkout::p50[/sleep/0.01]", status=1)
    assert list(verdicts) == ["checkout::p50[/sleep/0.01]"]


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_equal_loads_are_run_once(server: Target, run: Run, workers: tuple[str, ...]) -> None:
    load = f"url: {server.url}/sleep/0.02, {QUICK}"
    text = function(load, "p50: {max: 10s}, mean: {max: 10s}")
    text += function(load, "p50: {max: 10s}", "again").partition("\n")[2]
    verdicts = run(text, *workers, status=0)
    assert len(verdicts) == 3
    assert len({found["samples"] for found in verdicts.values()}) == 1


def test_a_port_that_nobody_listens_on(run: Run) -> None:
    port = free_port()
    text = function(f'url: "http://localhost:{port}/", {QUICK}', "p95: {max: 1s}, mean: {max: 1s}")
    verdicts = run(text, status=1)
    assert {found["outcome"] for found in verdicts.values()} == {"error"}
    assert {found["reason"] for found in verdicts.values()} == {
        f"nobody listens on localhost:{port}"
    }


def test_a_target_that_dies_is_no_pass_and_is_loaded_once(server: Target, run: Run) -> None:
    text = function(
        f"url: {server.url}/die/500, users: 4, duration: 60s",
        "p95: {max: 10s}, error_rate: {max: 99%}",
    )
    verdicts = run(text, status=1)
    assert {found["outcome"] for found in verdicts.values()} == {"error"}
    reasons = {found["reason"] for found in verdicts.values()}
    assert len(reasons) == 1
    assert "stopped answering" in reasons.pop()


def test_no_request_at_all_is_no_data(server: Target, run: Run) -> None:
    text = function(f"url: {server.url}/sleep/30, {QUICK}", "error_rate: {max: 99%}")
    (found,) = run(text, status=1).values()
    assert found["outcome"] == "no data"
    assert "4 users made no request" in found["reason"]


def test_a_name_that_never_occurs_is_no_data(
    server: Target, run: Run, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(
        visitors="from locust import FastHttpUser, task\n"
        "class Visitor(FastHttpUser):\n"
        "    @task\n"
        "    def look(self): self.client.get('/sleep/0.01', name='checkout')\n"
    )
    load = f"url: {server.url}, {QUICK}, locustfile: visitors.py"
    text = function(load, '"p50[chekout]": {max: 9s}, "p50[checkout]": {max: 9s}')
    verdicts = run(text, status=1)
    assert verdicts["checkout::p50[checkout]"]["outcome"] == "passed"
    missing = verdicts["checkout::p50[chekout]"]
    assert missing["outcome"] == "no data"
    assert "GET checkout" in missing["hint"] + missing["reason"]


def test_a_locustfile_with_a_syntax_error_is_told_with_its_line(
    server: Target, run: Run, pytester: pytest.Pytester
) -> None:
    (pytester.path / "visitors.py").write_text("import locust\nclass Visitor(:\n")
    text = function(f"url: {server.url}, {QUICK}, locustfile: visitors.py", "p50: {max: 9s}")
    (found,) = run(text, status=1).values()
    assert found["outcome"] == "error"
    assert "visitors.py:2: invalid syntax" in found["reason"]


@pytest.mark.parametrize(
    ("load", "limits"),
    [
        ("url: 'http://localhost:1/', users: 0", "p95: {max: 1s}"),
        ("url: 'http://localhost:1/', users: 1, duration: -1s", "p95: {max: 1s}"),
        ("url: 'http://shop.example/', users: 1", "p95: {max: 1s}"),
        ("url: 'http://localhost:1/', users: 1", "p59x: {max: 1s}"),
    ],
)
def test_what_is_wrong_with_the_file_is_told_before_anything_runs(
    pytester: pytest.Pytester, load: str, limits: str
) -> None:
    (pytester.path / "fitness.yaml").write_text(function(load, limits), encoding="utf-8")
    result = pytester.runpytest_inprocess("--fitness")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*fitness.yaml:*"])


def started(port: int, path: Path) -> str:
    """The source of a target that the run starts."""
    command = json.dumps([sys.executable, str(path), str(port)])
    return f"sources:\n  shop: {{process: {{start: {command}, ready: {{port: {port}}}}}}}\n"


def test_a_target_is_started_waited_for_and_stopped(run: Run) -> None:
    port = free_port()
    text = started(port, Path(load_targets.__file__)) + function(
        f'url: "http://127.0.0.1:{port}/sleep/0.01", target: shop, {QUICK}', "p50: {max: 10s}"
    )
    (found,) = run(text, status=0).values()
    assert found["outcome"] == "passed"


def test_a_target_that_dies_is_told_with_its_last_words(run: Run, tmp_path: Path) -> None:
    port = free_port()
    program = tmp_path / "shop.py"
    program.write_text(
        "import http.server, os, sys\n"
        "class Handler(http.server.BaseHTTPRequestHandler):\n"
        "    count = 0\n"
        "    def log_message(self, *_): pass\n"
        "    def do_GET(self):\n"
        "        Handler.count += 1\n"
        "        if Handler.count > 50:\n"
        "            print('out of baskets', flush=True)\n"
        "            os._exit(3)\n"
        "        self.send_response(200); self.send_header('Content-Length', '0')\n"
        "        self.end_headers()\n"
        "place = ('127.0.0.1', int(sys.argv[1]))\n"
        "http.server.ThreadingHTTPServer(place, Handler).serve_forever()\n"
    )
    text = started(port, program) + function(
        f'url: "http://127.0.0.1:{port}/", target: shop, users: 4, duration: 60s', "p50: {max: 9s}"
    )
    (found,) = run(text, status=1).values()
    assert found["outcome"] == "error"
    assert "stopped answering" in found["reason"]
    assert "ended with status 3" in found["hint"]
    assert "out of baskets" in found["hint"]


def test_a_target_that_does_not_start(run: Run, tmp_path: Path) -> None:
    program = tmp_path / "shop.py"
    program.write_text("raise SystemExit('no baskets')\n")
    port = free_port()
    text = started(port, program) + function(
        f'url: "http://127.0.0.1:{port}/", target: shop, {QUICK}', "p50: {max: 9s}"
    )
    (found,) = run(text, status=1).values()
    assert found["outcome"] == "error"
    assert "no baskets" in found["reason"] + found["hint"]


def test_who_waits_sees_what_goes_on(server: Target, tmp_path: Path) -> None:
    class Waiting:
        root = tmp_path
        lines: list[str] = []  # noqa: RUF012 (one is made)

        def once(self, key: str, compute: Callable[[], Any]) -> Any:
            return json.loads(json.dumps(compute()))

        def progress(self, text: str) -> None:
            self.lines.append(text)

    (tmp_path / "fitness.yaml").write_text(
        function(f"url: {server.url}/every/3, users: 4, duration: 2s", "p50: {max: 9s}")
    )
    (rule,) = load_config(tmp_path / "fitness.yaml", load_registry).functions
    waiting: Any = Waiting()
    (check,) = Load().checks(rule, waiting)
    assert Load().measure(rule, check, waiting).samples > 0
    assert len(waiting.lines) > 2
    shown = r"load checkout: 4 users, [\d,]+/s, p95 [\d.]+.?s, [\d,]+ failures, \ds left"
    assert re.fullmatch(shown, waiting.lines[-2])


def test_a_secret_is_shown_nowhere(
    server: Target, run: Run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", "s3cret-token")
    load = (
        f"url: '{server.url}/status/500?t=${{TOKEN}}', {QUICK},"
        " requests: [{headers: {Authorization: 'Bearer ${TOKEN}'}}]"
    )
    verdicts = run(function(load, "p50: {max: 9s}, error_rate: {max: 1%}"), status=1)
    assert len(verdicts) == 2
    for path in pytester.path.rglob("*"):
        assert not path.is_file() or path.name == "stdout" or b"s3cret" not in path.read_bytes()


def test_a_secret_in_the_name_of_a_request_is_not_kept(
    server: Target, run: Run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", "s3cret-token")
    monkeypatch.setenv("PLACE", "slow")
    load = (
        f"url: '{server.url}', {CALM}, requests: [{{path: '/status/500/${{TOKEN}}'}},"
        " {path: '/every/3/${PLACE}'}]"
    )
    limits = '"error_rate[/every/3/slow]": {max: 1%}, "p50[/every/3/slow]": {max: 9s}'
    verdicts = run(function(load, limits), status=1)
    assert sorted(found["outcome"] for found in verdicts.values()) == ["failed", "passed"]
    notes = str([found["notes"] for found in verdicts.values()])
    assert "GET /status/500/${TOKEN}: status 500" in notes
    kept = [path for path in pytester.path.rglob("*") if path.is_file()]
    assert "codebase.sqlite" in {path.name for path in kept}
    for path in kept:
        assert b"s3cret" not in path.read_bytes(), path


def test_half_of_a_secret_in_what_a_locustfile_raises_is_shown_nowhere(
    server: Target, run: Run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", "s3cret-token-of-the-shop")
    (pytester.path / "visitors.py").write_text(
        "import os\n"
        "from locust import FastHttpUser, constant, task\n"
        "class Visitor(FastHttpUser):\n"
        "    wait_time = constant(0.02)\n"
        "    @task\n"
        "    def look(self):\n"
        "        self.client.get('/sleep/0.01')\n"
        "        raise ValueError('x' * 105 + os.environ['TOKEN'])\n"
    )
    load = f"url: '{server.url}?t=${{TOKEN}}', {QUICK}, locustfile: visitors.py"
    (verdict,) = run(function(load, "p50: {max: 9s}")).values()
    (note,) = (note for note in verdict["notes"] if "raised" in note)
    assert "x${TOKEN}…" in note
    for path in pytester.path.rglob("*"):
        assert not path.is_file() or b"s3cret" not in path.read_bytes(), path
