"""A number in a JSON document."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from hostile_http import HostileServer, reply, reply_json
from http_asking import SECRET, decoded, without_proxies
from pytest_fitness.answers import Answer, Client, Window
from pytest_fitness.errors import MeasureError
from pytest_fitness.sources.http_json import HttpJson, HttpJsonQuery, fitness_sources
from pytest_fitness.sources.support import jmes
from pytest_fitness.sources.support.http import HttpOptions

SOURCE = HttpJson()
NOW = Window(0.0)


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    without_proxies(monkeypatch)


@contextmanager
def client_of(url: str, **options: Any) -> Iterator[Client]:
    client: Client = SOURCE.open(HttpOptions(url=url, timeout=5.0, **options), Path.cwd())
    try:
        yield client
    finally:
        client.close()


def ask(document: Any, path: str, window: Window = NOW) -> Answer:
    with HostileServer(reply_json(document)) as server, client_of(server.url) as client:
        return client.ask(HttpJsonQuery(path=path), window)


def value(document: Any, path: str = "@") -> float:
    [series] = ask(document, path).series
    [(_, found)] = series.points
    assert series.labels == ()
    assert type(found) is float
    return found


def refusal(document: Any, path: str = "@") -> MeasureError:
    with pytest.raises(MeasureError) as caught:
        ask(document, path)
    return caught.value


@pytest.mark.parametrize(
    ("document", "path", "expected"),
    [
        ({"queue": {"depth": 7}}, "queue.depth", 7.0),
        ({"a": [{"n": 1}, {"n": 2.5}]}, "a[-1].n", 2.5),
        ({"a": [{"n": 1}, {"n": 2.5}]}, "sum(a[].n)", 3.5),
        ({"a": [1, 2, 3]}, "length(a)", 3.0),
        ({"jobs": [{"ok": True}, {"ok": False}]}, "length(jobs[?!ok])", 1.0),
        ({"odd key": 0}, '"odd key"', 0.0),
        (5, "@", 5.0),
        (-0.0, "@", 0.0),
        ("12.5", "@", 12.5),
        ("-1e3", "@", -1000.0),
        (".5", "@", 0.5),
        (10**300, "@", 1e300),
    ],
)
def test_a_number_is_found(document: Any, path: str, expected: float) -> None:
    assert value(document, path) == expected


def test_the_time_is_that_of_the_answer() -> None:
    before = time.time()
    [series] = ask(1, "@", Window(1000.0, 60.0)).series
    assert before <= series.points[0][0] <= time.time()


def test_values_that_json_does_not_know() -> None:
    assert value(float("inf")) == float("inf")
    assert str(value(float("nan"))) == "nan"


@pytest.mark.parametrize(
    ("document", "path", "said"),
    [
        ({"a": None}, "a", "'a' is null or not there"),
        ({"a": 1}, "b.c", "'b.c' is null or not there"),
        ({"a": []}, "max(a)", "'max(a)' is null or not there"),
        ({"a": True}, "a", "'a' is true or false, which is no number"),
    ],
)
def test_nothing_there_is_no_data(document: Any, path: str, said: str) -> None:
    answer = ask(document, path)
    assert answer.series == ()
    assert said in answer.notes[0]
    assert answer.notes[0].endswith("has an object with the keys a")


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"a": SECRET, "b": 1}, "an object with the keys a, b"),
        ({str(n): SECRET for n in range(12)}, "the keys 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …"),
        ({"k" * 99: SECRET}, f"the keys {'k' * 39}…"),
        ({}, "an empty object"),
        ([SECRET, 1], "a list of 2"),
        ([5], "a list of 1"),
        (SECRET, "a text"),
        ("", "a text"),
        ("12ms", "a text"),
        ("1_000", "a text"),
        ("٣", "a text"),
        ("nan", "a text"),
        (" 1", "a text"),
    ],
)
def test_anything_else_is_described_without_its_content(document: Any, said: str) -> None:
    error = refusal(document)
    assert said in error.message
    assert "where one number was expected" in error.message
    assert SECRET not in str(error)


def test_a_number_that_is_too_large() -> None:
    assert "too large" in refusal(10**400).message


@pytest.mark.parametrize(
    "path", ["abs(a)", "sum(a)", "length(`1`)", "to_number(a, a)", "max_by(@, &a)"]
)
def test_a_path_that_does_not_fit_tells_no_value(path: str) -> None:
    error = refusal({"a": SECRET}, path)
    assert repr(path) in error.message
    assert "an object with the keys a" in error.message
    assert SECRET not in str(error)


def problems(path: str) -> str:
    return "\n".join(SOURCE.query_problems(HttpJsonQuery(path=path)))


@pytest.mark.parametrize("path", ["a..b", "a[", "a b", "'", "^", "a[?b=1]", "foo(", "é"])
def test_a_syntax_error_is_told_at_once(path: str) -> None:
    found = problems(path)
    assert found.startswith("`path` is no JMESPath: ")
    assert "\n" not in found


@pytest.mark.parametrize("path", ["avg_of(a)", "a[?b=='1'].{x: sum(avg_of(@))}", "a | [avg_of(b)]"])
def test_a_function_that_is_none_is_told_at_once(path: str) -> None:
    assert problems(path) == "`path` calls avg_of(), which JMESPath does not have"


@pytest.mark.parametrize("path", ["a.b[0]", "sum(a[?b>`1`].c)", "sort_by(a, &b)[0].c", "@"])
def test_paths_that_are_fine(path: str) -> None:
    assert problems(path) == ""


def test_a_missing_library_is_told_when_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(module: str, extra: str) -> Any:
        raise MeasureError(f"this needs the package {module}")

    monkeypatch.setattr(jmes, "require", missing)
    assert problems("a..b") == ""
    assert "needs the package jmespath" in refusal(1).message


def test_the_document_may_be_below_the_url() -> None:
    with HostileServer(reply_json({"n": 1})) as server, client_of(f"{server.url}/api") as client:
        client.ask(HttpJsonQuery(path="n", at="/health?full=1"), NOW)
        client.ask(HttpJsonQuery(path="n"), NOW)
        assert [each.target for each in server.asked] == ["/api/health?full=1", "/api"]
        assert server.asked[0].headers["accept"] == "application/json"


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ("", 200, "answered with nothing"),
        ("", 204, "answered with nothing"),
        (json.dumps({"a": SECRET})[:-1], 200, "answered with no valid JSON"),
        ("<!doctype html>", 200, "perhaps a login page"),
        ("{}", 500, "status 500"),
        ("{}", 403, "status 403"),
    ],
)
def test_answers_of_no_use(body: str, status: int, said: str) -> None:
    with HostileServer(reply(body, status)) as server:
        url = f"{server.url.replace('//', f'//me:{SECRET}@')}/?key={SECRET}"
        with client_of(url, retries=0) as client, pytest.raises(MeasureError) as caught:
            client.ask(HttpJsonQuery(path="a", at="b"), NOW)
    assert said in caught.value.message
    assert f"{server.url}/b?key=…" in caught.value.message
    assert SECRET not in str(caught.value)


def test_it_is_declared() -> None:
    assert [each.name for each in fitness_sources()] == ["http_json"]
    query = decoded(HttpJsonQuery, "path: queue.depth\nat: /health")
    assert query == HttpJsonQuery(path="queue.depth", at="/health")
    assert not SOURCE.keeps_time(HttpOptions(url="http://h"), query)
    assert list(SOURCE.problems(HttpOptions(url="http://h"))) == []
    assert list(SOURCE.problems(HttpOptions(url="h")))
