"""What is looked at before a load, and whether anybody still listens after it."""

import socket
from pathlib import Path
from typing import Any

import pytest

from pytest_fitness.errors import MeasureError
from pytest_fitness.load.checks import check, is_refused
from pytest_fitness.load.options import RequestOptions, TargetOptions, plan_of, target_problems
from pytest_fitness.load.plan import LoadPlan, Stage, planned_seconds, shown_url
from pytest_fitness.load.values import Json, Locustfile
from server_processes import free_port

ONCE = (Stage(1, 1.0),)


def problems(**options: Any) -> list[str]:
    return list(target_problems(TargetOptions(**{"url": "http://localhost", **options})))


def test_somebody_who_listens_does_not_refuse() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        assert not is_refused(f"http://127.0.0.1:{port}/shop", 1.0)
        check(LoadPlan(f"http://127.0.0.1:{port}/shop", stages=ONCE))
    assert is_refused(f"http://127.0.0.1:{port}/shop", 1.0)


def test_who_cannot_be_found_is_not_said_to_refuse() -> None:
    assert not is_refused("http://no-such-host.invalid/", 1.0)


def test_who_is_too_slow_is_not_said_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    def wait(*_: object) -> None:
        raise TimeoutError("timed out")

    monkeypatch.setattr("socket.create_connection", wait)
    assert not is_refused("http://127.0.0.1/", 1.0)


@pytest.mark.parametrize(("scheme", "port"), [("http", 80), ("https", 443)], ids=["http", "https"])
def test_a_url_without_a_port_has_that_of_its_scheme(
    monkeypatch: pytest.MonkeyPatch, scheme: str, port: int
) -> None:
    asked: list[object] = []

    def refuse(address: object, *_: object) -> None:
        asked.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr("socket.create_connection", refuse)
    with pytest.raises(MeasureError, match=f"nobody listens on shop.example:{port}"):
        check(LoadPlan(f"{scheme}://shop.example/", stages=ONCE))
    assert asked == [("shop.example", port)]


def test_a_locustfile_is_looked_at_before_the_target(tmp_path: Path) -> None:
    plan = LoadPlan(f"http://127.0.0.1:{free_port()}", stages=ONCE, locustfile=tmp_path / "v.py")
    with pytest.raises(MeasureError, match="cannot be read"):
        check(plan)
    (tmp_path / "v.py").write_text("x = 1\n")
    with pytest.raises(MeasureError, match="nobody listens"):
        check(plan)


def test_what_is_trusted_is_said_once_and_not_of_the_users_of_a_locustfile() -> None:
    assert problems(ca_file="ca.pem") == problems(verify=False) == []
    assert problems(verify=False, ca_file="ca.pem") == [
        "`ca_file` has no meaning beside `verify: false`"
    ]
    theirs = "has no meaning beside `locustfile`, whose users say what they trust"
    for name, value in (("verify", False), ("ca_file", "ca.pem")):
        assert problems(locustfile=Locustfile("v.py"), **{name: value}) == [f"`{name}` {theirs}"]


def test_a_file_of_certificates_starts_at_the_directory_of_the_file(tmp_path: Path) -> None:
    plan = plan_of(TargetOptions(url="https://localhost", ca_file="tls/ca.pem"), ONCE, tmp_path)
    assert (plan.ca_file, plan.verify) == (tmp_path / "tls" / "ca.pem", True)
    plain = plan_of(TargetOptions(url="https://localhost", verify=False), ONCE, tmp_path)
    assert (plain.ca_file, plain.verify) == (None, False)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"content-TYPE": "text/x"}, {"content-TYPE": "text/x"}),
        ({}, {"Content-Type": "application/json"}),
    ],
    ids=["its own", "by default"],
)
def test_json_says_that_it_is_unless_something_else_was_said(
    tmp_path: Path, given: dict[str, str], said: dict[str, str]
) -> None:
    request = RequestOptions(method="POST", body=Json("{}"), headers=given)
    options = TargetOptions(url="http://localhost", requests=(request,))
    (found,) = plan_of(options, ONCE, tmp_path).requests
    assert found.headers == said


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://me:s3cret@host:80/a/b?c=s3cret#s3cret", "http://host:80/a/b"),
        ("https://[::1]:8443", "https://[::1]:8443"),
        ("http://a@b@host/", "http://host/"),
    ],
)
def test_of_a_url_only_what_is_no_secret_is_shown(url: str, shown: str) -> None:
    assert shown_url(url) == shown


def test_a_load_takes_its_stages_and_what_adding_users_takes() -> None:
    plan = LoadPlan("http://a", stages=(Stage(10, 5.0), Stage(30, 5.0), Stage(5, 1.0)))
    assert planned_seconds(plan._replace(spawn_rate=5.0)) == pytest.approx(11 + 2 + 4 + 5)
