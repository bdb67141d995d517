"""What may be written behind ``load:``, and what is told where it may not."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_fitness.config.loader import Config, load_config
from pytest_fitness.errors import ConfigError
from pytest_fitness.load.plan import (
    LoadPlan,
    Request,
    Stage,
    plan_from_builtins,
    plan_to_builtins,
    planned_seconds,
    shown_url,
)
from pytest_fitness.measures.load.kind import Load
from pytest_fitness.measures.load.options import load_plan, metric_of, named
from pytest_fitness.session.registry import load_registry

URL = "http://localhost:8000/shop"
HEAD = """\
version: 1
sources:
  shop: {process: {start: python -m shop, ready: {port: 8000}}}
  prom: {prometheus: {url: "http://localhost:9090"}}
"""


def config(folder: Path, load: str, limits: str = "{p95: {max: 1s}}", head: str = HEAD) -> Config:
    path = folder / "fitness.yaml"
    text = f"{head}functions:\n  checkout:\n    load: {load}\n    limits: {limits}\n"
    path.write_text(text, encoding="utf-8")
    return load_config(path, load_registry)


def problems(folder: Path, load: str, limits: str = "{p95: {max: 1s}}", head: str = HEAD) -> str:
    with pytest.raises(ConfigError) as raised:
        config(folder, load, limits, head)
    return str(raised.value)


def test_little_has_to_be_said(tmp_path: Path) -> None:
    (function,) = config(tmp_path, f'{{url: "{URL}", users: 50}}').functions
    plan = load_plan(function.options, tmp_path)
    assert plan == LoadPlan(
        URL,
        (Request(name="GET /shop"),),
        stages=(Stage(50, 32.0, 2.0),),
        directory=tmp_path,
    )
    assert Load().duration(function) == pytest.approx(32.5)
    assert list(Load().needs(function)) == []
    assert function.gates == ("ci", "pre-deploy")


def test_all_that_can_be_said(tmp_path: Path) -> None:
    load = f"""
      url: {URL}
      requests:
        - {{path: /checkout, weight: 3}}
        - {{path: /pay, method: POST, name: pay, body: {{basket: [1, 2]}}, expect: [201, 202],
           headers: {{X-Trace: "on"}}}}
      target: shop
      users: 20
      spawn_rate: 10/s
      duration: 1m
      warm_up: 5s
      pause: 200ms
      timeout: 2s
      workers: 2"""
    (function,) = config(tmp_path, load, '{"p99[pay]": {max: 1s}}').functions
    plan = load_plan(function.options, tmp_path)
    checkout, pay = plan.requests
    assert checkout == Request("/checkout", name="GET /checkout", weight=3)
    assert pay == Request(
        "/pay",
        "POST",
        "pay",
        headers={"X-Trace": "on", "Content-Type": "application/json"},
        body='{"basket": [1, 2]}',
        expect=(201, 202),
    )
    assert plan[3:9] == ((Stage(20, 65.0, 5.0),), 10.0, 0.2, 2.0, 2, None)
    assert planned_seconds(plan) == pytest.approx(67)
    assert list(Load().needs(function)) == ["shop"]
    assert list(function.limits) == ["p99[pay]"]


def test_a_locustfile_starts_at_the_directory_of_the_file(tmp_path: Path) -> None:
    others = 'master: "10.0.0.1:5557", expect_workers: 4'
    load = f'{{url: "{URL}", users: 5, locustfile: load/visitors.py, {others}}}'
    limits = '{"p95[whatever it names]": {max: 1s}}'
    head = f"{HEAD}allow_hosts: [Shop.example]\n"
    (function,) = config(tmp_path, load, limits, head).functions
    plan = load_plan(function.options, tmp_path)
    assert plan.locustfile == tmp_path / "load" / "visitors.py"
    assert plan.hosts == ("shop.example",)
    assert (plan.master, plan.expect_workers) == ("10.0.0.1:5557", 4)


def test_a_secret_is_shown_nowhere(tmp_path: Path) -> None:
    request = "{method: PUT, headers: {A: s3cret}, body: s3cret}"
    load = f'{{url: "{URL}", users: 5, requests: [{request}]}}'
    (function,) = config(tmp_path, load).functions
    assert "s3cret" not in repr(function)
    assert "s3cret" not in repr(function.options.requests)
    assert shown_url("http://me:s3cret@host:80/path?token=s3cret#x") == "http://host:80/path"


@pytest.mark.parametrize(
    ("load", "said"),
    [
        ("{users: 5}", "'url' is missing"),
        (f'{{url: "{URL}"}}', "'users' is missing"),
        (f'{{url: "{URL}", users: 0}}', "'0' is less than 1"),
        (f'{{url: "{URL}", users: -3}}', "'-3' is less than 1"),
        (f'{{url: "{URL}", users: 5, duration: 0s}}', "`duration` is more than 0s"),
        (f'{{url: "{URL}", users: 5, duration: -1s}}', "`duration` is more than 0s"),
        (f'{{url: "{URL}", users: 5, duration: 25h}}', "at most 24h"),
        (f'{{url: "{URL}", users: 5, duration: 30}}', "is not a time such as"),
        (f'{{url: "{URL}", users: 5, warm_up: -1s}}', "`warm_up` lies between"),
        (f'{{url: "{URL}", users: 5, pause: -1s}}', "`pause` lies between"),
        (f'{{url: "{URL}", users: 5, timeout: 0s}}', "`timeout` is more than 0s"),
        (f'{{url: "{URL}", users: 5, spawn_rate: 0/s}}', "`spawn_rate` lies above 0/s"),
        (f'{{url: "{URL}", users: 5, workers: 0}}', "'0' is less than 1"),
        (f'{{url: "{URL}", users: 5, workers: 65}}', "'65' is more than 64"),
        (f'{{url: "{URL}", usres: 5}}', "Did you mean 'users'?"),
        ('{url: "ftp://localhost/", users: 5}', "expected an address such as"),
        ('{url: "http://shop.example/", users: 5}', "shop.example may not be put under load"),
        (f'{{url: "{URL}", users: 5, master: "h:5557"}}', "belong together"),
        (f'{{url: "{URL}", users: 5, expect_workers: 3}}', "belong together"),
        (f'{{url: "{URL}", users: 5, master: h, expect_workers: 3}}', "expected host:port"),
        (f'{{url: "{URL}", users: 5, master: "h:99999", expect_workers: 3}}', "65535"),
        (
            f'{{url: "{URL}", users: 5, master: "h:1", expect_workers: 3, workers: 2}}',
            "write one of them",
        ),
        (
            f'{{url: "{URL}", users: 5, locustfile: a.py, requests: [{{path: /a}}]}}',
            "exclude each other",
        ),
        (f'{{url: "{URL}", users: 5, locustfile: a.py, pause: 1s}}', "have a wait_time"),
        (f'{{url: "{URL}", users: 5, target: shpo}}', "Did you mean 'shop'?"),
        (f'{{url: "{URL}", users: 5, target: prom}}', "prom is a prometheus source"),
        (f'{{url: "{URL}", users: 5, requests: []}}', "the list is empty"),
        (f'{{url: "{URL}", users: 5, requests: [{{path: checkout}}]}}', "a path such as /checkout"),
        (f'{{url: "{URL}", users: 5, requests: [{{path: "http://evil/"}}]}}', "a path such as"),
        (f'{{url: "{URL}", users: 5, requests: [{{method: FETCH}}]}}', "unknown method 'FETCH'"),
        (f'{{url: "{URL}", users: 5, requests: [{{weight: 0}}]}}', "'0' is less than 1"),
        (f'{{url: "{URL}", users: 5, requests: [{{expect: 99}}]}}', "'99' is less than 100"),
        (f'{{url: "{URL}", users: 5, requests: [{{name: "a[b]"}}]}}', "without brackets"),
        (f'{{url: "{URL}", users: 5, requests: [{{name: "a::b"}}]}}', "without brackets"),
        (f'{{url: "{URL}", users: 5, requests: [{{body: x}}]}}', "a GET has no `body`"),
        (
            f'{{url: "{URL}", users: 5, requests: [{{headers: {{"a b": c}}}}]}}',
            "not a valid name of a header",
        ),
        (
            f'{{url: "{URL}", users: 5, requests: [{{headers: {{a: "b\\r\\nc"}}}}]}}',
            "expected the value of a header",
        ),
        (
            f'{{url: "{URL}", users: 5, requests: [{{path: /a}}, {{path: /a}}]}}',
            "`requests`: two have the name 'GET /a'",
        ),
        (
            f'{{url: "{URL}?x=1", users: 5, requests: [{{path: /a}}]}}',
            "`url` has a query, and takes no `path`",
        ),
    ],
)
def test_what_cannot_be_meant_is_told_at_load(tmp_path: Path, load: str, said: str) -> None:
    assert said in problems(tmp_path, load)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ("{p59: {max: 1s}, p95s: {max: 1s}}", "Did you mean 'p95'?"),
        ("{error-rate: {max: 1%}}", "Did you mean 'error_rate'?"),
        ("{p100: {max: 1s}}", "unknown limit 'p100'"),
        ("{p0: {max: 1s}}", "unknown limit 'p0'"),
        ('{"p95[": {max: 1s}}', "is no limit of a load"),
        ('{"p95[]": {max: 1s}}', "is no limit of a load"),
        ('{"[a]": {max: 1s}}', "is no limit of a load"),
        ('{"p95[/chekout]": {max: 1s}}', "Did you mean 'GET /checkout'?"),
        ("{p95: {max: 10}}", "such as 500ms"),
        ("{throughput: {min: 10}}", "such as 100/s"),
        ("{error_rate: {max: 2s}}", "is not a share"),
    ],
)
def test_a_limit_that_there_is_not_is_told_at_load(tmp_path: Path, limits: str, said: str) -> None:
    load = f'{{url: "{URL}", users: 5, requests: [{{path: /checkout}}, {{path: /pay}}]}}'
    assert said in problems(tmp_path, load, limits)


def test_one_limit_alone_has_to_say_of_what(tmp_path: Path) -> None:
    path = tmp_path / "fitness.yaml"
    path.write_text(
        f"version: 1\nfunctions:\n  a:\n    load: {{url: '{URL}', users: 1}}\n    max: 1s\n"
    )
    with pytest.raises(ConfigError, match="write `limits: "):
        load_config(path, load_registry)


def test_a_host_that_is_not_this_machine_may_be_allowed(tmp_path: Path) -> None:
    head = f"{HEAD}allow_hosts: [shop.example]\n"
    (function,) = config(tmp_path, '{url: "https://shop.example/x", users: 5}', head=head).functions
    assert function.options.url == "https://shop.example/x"


@pytest.mark.parametrize(
    ("part", "name", "percent", "request_name"),
    [
        ("p95", "p95", 95.0, None),
        ("p99.9[/checkout]", "p99.9", 99.9, "/checkout"),
        ("mean[GET /a b]", "mean", None, "GET /a b"),
        ("throughput", "throughput", None, None),
    ],
)
def test_a_part_is_read(
    part: str, name: str, percent: float | None, request_name: str | None
) -> None:
    assert metric_of(part) == (name, percent, request_name)


def test_a_name_may_leave_out_its_method_where_that_is_clear() -> None:
    names = ["GET /a", "POST /a", "GET /b", "plain"]
    assert named("GET /a", names) == "GET /a"
    assert named("/b", names) == "GET /b"
    assert named("plain", names) == "plain"
    with pytest.raises(LookupError, match="GET /a or POST /a"):
        named("/a", names)
    with pytest.raises(LookupError, match="Did you mean 'GET /b'"):
        named("GET /bb", names)


@pytest.mark.parametrize(
    "plan",
    [
        LoadPlan("http://a", stages=(Stage(1, 2.0, 1.0), Stage(3, 4.0))),
        LoadPlan(
            "http://a",
            (Request("/x", "PUT", "x", 3, {"a": "b"}, "body", (200, 201)), Request()),
            Path("a.py"),
            (Stage(1, 2.0),),
            master="h:1",
            expect_workers=2,
            directory=Path("/somewhere"),
            hosts=("b",),
        ),
    ],
)
def test_a_plan_survives_json(plan: LoadPlan) -> None:
    assert plan_from_builtins(json.loads(json.dumps(plan_to_builtins(plan)))) == plan


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        # A warm run reads the file and measures nothing.
        ("pytest_fitness.measures.load.kind", "pytest_fitness.load.engine"),
        ("pytest_fitness.measures.load.kind", "pytest_fitness.judge.histogram"),
        # It replaces parts of the standard library in the process that it is imported into.
        ("pytest_fitness.load.engine", "gevent"),
        ("pytest_fitness.measures.load.measuring", "gevent"),
    ],
)
def test_what_is_imported_only_where_it_is_needed(module: str, unwanted: str) -> None:
    code = f"import sys, {module}; sys.exit({unwanted!r} in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_going_down_takes_time_too() -> None:
    plan = LoadPlan("http://a", stages=(Stage(100, 5.0), Stage(50, 5.0)), spawn_rate=10)
    assert planned_seconds(plan) == 10 + 10 + 5
