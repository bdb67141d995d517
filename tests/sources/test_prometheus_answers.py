"""What is asked of the HTTP API of Prometheus, and what is made of any answer."""

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from hostile_http import Answer, HostileServer, reply, reply_json
from http_asking import SECRET, without_proxies
from pytest_fitness import answers
from pytest_fitness.answers import Window
from pytest_fitness.errors import MeasureError, UnreachableError
from pytest_fitness.sources.prometheus import reading
from pytest_fitness.sources.prometheus.options import PrometheusQuery
from pytest_fitness.sources.prometheus.source import Prometheus
from pytest_fitness.sources.support.http import HttpOptions

END = 1_700_000_000.25
NOW = Window(END)
HOUR = Window(END, 3600.0, 15.0)


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    without_proxies(monkeypatch)


def success(kind: str, result: Any, **more: Any) -> dict[str, Any]:
    return {"status": "success", "data": {"resultType": kind, "result": result}, **more}


def vector(*values: str, **more: Any) -> dict[str, Any]:
    series = [{"metric": {"n": str(n)}, "value": [END, each]} for n, each in enumerate(values)]
    return success("vector", series, **more)


@contextmanager
def client_of(url: str, **options: Any) -> Iterator[answers.Client]:
    options = {"timeout": 5.0, "retries": 0} | options
    client: answers.Client = Prometheus().open(HttpOptions(url=url, **options), Path.cwd())
    try:
        yield client
    finally:
        client.close()


def ask(answer: Answer, window: Window = NOW, **query: str) -> answers.Answer:
    with HostileServer(answer) as server, client_of(server.url) as client:
        keys: dict[str, Any] = query or {"promql": "up"}
        return client.ask(PrometheusQuery(**keys), window)


def refusal(answer: Answer, **query: str) -> MeasureError:
    with pytest.raises(MeasureError) as caught:
        ask(answer, NOW, **query)
    assert not isinstance(caught.value, UnreachableError)
    return caught.value


def asked(window: Window, prefix: str = "", **query: str) -> tuple[str, dict[str, str]]:
    with HostileServer(reply_json(success("matrix", []))) as server:
        with client_of(server.url + prefix, headers={"X-Scope-OrgID": "tenant"}) as client:
            client.ask(PrometheusQuery(**query), window)
        seen = server.asked[0]
        assert seen.headers["x-scope-orgid"] == "tenant"
    parts = urlsplit(seen.target)
    found = parse_qs(parts.query + seen.body.decode())
    return f"{seen.method} {parts.path}", {name: value for name, [value] in found.items()}


def test_the_newest_value_of_an_expression() -> None:
    assert asked(NOW, promql="sum(up)") == (
        "GET /api/v1/query",
        {"query": "sum(up)", "time": "1700000000.250"},
    )


def test_a_prefix_is_kept() -> None:
    assert asked(NOW, "/prometheus/", promql="up")[0] == "GET /prometheus/api/v1/query"


def test_the_samples_of_a_metric() -> None:
    where, params = asked(HOUR, metric=' up{job="a b"} ')
    assert (where, params["query"]) == ("GET /api/v1/query", 'up{job="a b"}[3600s]')
    assert asked(NOW, metric="up")[1]["query"] == "up[300s]"
    assert asked(Window(END, 1.5), metric="up")[1]["query"] == "up[1500ms]"
    assert asked(Window(END, 1e-9), metric="up")[1]["query"] == "up[1ms]"


@pytest.mark.parametrize(
    ("seconds", "step", "count", "asked_step"),
    [
        (60.0, 15.0, 4, 15.0),
        (61.0, 15.0, 5, 15.0),
        (59.0, 15.0, 4, 15.0),
        (10.0, 15.0, 1, 15.0),
        (15.0, 15.0, 1, 15.0),
        (0.3, 0.1, 3, 0.1),
        (1.0, 0.0001, 1000, 0.001),
        (11_000.0, 1.0, 11_000, 1.0),
        (22_000.0, 1.0, 11_000, 2.0),
        (365 * 86400.0, 15.0, 11_000, 2866.91),
    ],
)
def test_the_points_lie_within_the_window_and_are_not_too_many(
    seconds: float, step: float, count: int, asked_step: float
) -> None:
    where, params = asked(Window(END, seconds, step), promql="up")
    start, end, found = (float(params[name]) for name in ("start", "end", "step"))
    assert where == "GET /api/v1/query_range"
    assert (end, found) == (END, asked_step)
    assert round((end - start) / found) + 1 == count
    assert END - seconds < start <= end
    assert start - found <= END - seconds + 0.01, "one more would not fit"


def test_a_long_query_is_posted() -> None:
    long = " + ".join(["up"] * 1000)
    where, params = asked(NOW, promql=long)
    assert (where, params["query"]) == ("POST /api/v1/query", long)


def test_values_are_texts() -> None:
    answer = ask(reply_json(vector("1.5", "NaN", "+Inf", "-Inf", "1e3")))
    values = [series.points[0][1] for series in answer.series]
    assert math.isnan(values.pop(1))
    assert values == [1.5, math.inf, -math.inf, 1000.0]
    assert [series.labels for series in answer.series] == [(("n", str(n)),) for n in range(5)]
    assert {series.points[0][0] for series in answer.series} == {END}


def test_a_scalar_is_a_series_without_labels() -> None:
    answer = ask(reply_json(success("scalar", [END, "7"])))
    assert answer == answers.Answer((answers.Series(((END, 7.0),)),))


def test_nothing_found_is_an_answer() -> None:
    assert ask(reply_json(vector())) == answers.Answer()
    empty = success("matrix", [{"metric": {}, "values": []}])
    assert ask(reply_json(empty), metric="up").series == (answers.Series(()),)


def matrix(*times: float) -> dict[str, Any]:
    pairs = [[time, str(n)] for n, time in enumerate(times)]
    return success("matrix", [{"metric": {"b": "2", "__name__": "up", "a": "1"}, "values": pairs}])


def test_the_newest_of_several_samples() -> None:
    [series] = ask(reply_json(matrix(END - 250, END - 10)), metric="up").series
    assert series.points == ((END - 10, 1.0),)
    assert series.labels == (("__name__", "up"), ("a", "1"), ("b", "2"))


def test_the_start_of_a_window_is_not_of_it() -> None:
    # Prometheus 2 tells it all the same; VictoriaMetrics tells what comes after the end.
    document = matrix(END - 3601, END - 3600, END - 3599, END, END + 15)
    [series] = ask(reply_json(document), HOUR, metric="up").series
    assert series.points == ((END - 3599, 2.0), (END, 3.0))


def test_times_are_in_order_and_each_of_them_once() -> None:
    [series] = ask(reply_json(matrix(END - 5, END - 9, END - 5)), HOUR, metric="up").series
    assert series.points == ((END - 9, 1.0), (END - 5, 2.0))


def test_no_point_is_later_than_the_window() -> None:
    end = END + 0.0004
    [series] = ask(reply_json(matrix(END)), Window(end - 0.0004), promql="up").series
    assert series.points[0][0] <= end


def test_notes_are_handed_on_once_each() -> None:
    document = vector("1", warnings=["slow", "slow", "x" * 999], infos=["is it a counter?"])
    answer = ask(reply_json(document | {"isPartial": True}))
    assert answer.notes[0].startswith("the answer is partial")
    assert answer.notes[1] == "slow"
    assert len(answer.notes[2]) == 300
    assert answer.notes[3:] == ("is it a counter?",)


@pytest.mark.parametrize("empty", [None, []])
def test_no_notes(empty: Any) -> None:
    assert ask(reply_json(vector("1", warnings=empty, infos=empty))).notes == ()


def test_a_string_is_no_number() -> None:
    assert refusal(reply_json(success("string", [END, "x"]))).message == "the query yields a string"


@pytest.mark.parametrize(
    "found",
    [
        success("vector", [{"metric": {"__name__": "h", "a": "1"}, "histogram": [END, {}]}]),
        success("matrix", [{"metric": {"__name__": "h", "a": "1"}, "histograms": [[END, {}]]}]),
        success(
            "matrix",
            [{"metric": {"__name__": "h", "a": "1"}, "values": [[END, "1"]], "histograms": []}],
        ),
    ],
)
def test_a_native_histogram_is_no_number(found: dict[str, Any]) -> None:
    error = refusal(reply_json(found))
    assert error.message == "h{a='1'} is a native histogram, which is no number"
    assert "histogram_quantile" in str(error.hint)


@pytest.mark.parametrize(
    "document",
    [
        None, 1, "x", [], {}, {"status": "success"}, {"status": "success", "data": None},
        {"status": "error", "error": "x"},
        success("vector", None), success("vector", {}) | {"data": []}, success("streams", []),
        success("vector", [1]), success("vector", [{}]), success("vector", [{"metric": {}}]),
        success("vector", [{"metric": [], "value": [1, "1"]}]),
        success("vector", [{"metric": {"a": 1}, "value": [1, "1"]}]),
        *(success("vector", [{"metric": {}, "value": value}]) for value in (
            None, [], [1], [1, 1], [1, None], [1, "x"], [1, "1", 2], ["1", "1"], [True, "1"],
            [math.nan, "1"], [1, ["1"]], {"a": 1},
        )),
        success("matrix", [{"metric": {}, "values": 3}]), success("matrix", [{"metric": {}}]),
        success("scalar", None), success("scalar", ["1"]),
    ],
)  # fmt: skip
def test_what_prometheus_would_not_say(document: Any) -> None:
    error = refusal(reply_json(document))
    assert error.message.endswith("does not answer as Prometheus does")
    assert "Look at the url" in str(error.hint)


def test_too_many_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_SAMPLES", 3)
    for document in (vector(*"1234"), matrix(1, 2, 3, 4)):
        assert "has 4 samples, more than 3" in refusal(reply_json(document)).message
    ask(reply_json(vector(*"123")))


def error_of(status: int, kind: str, said: str, promql: str) -> MeasureError:
    document = {"status": "error", "errorType": kind, "error": said}
    return refusal(reply_json(document, status), promql=promql)


@pytest.mark.parametrize(
    ("said", "promql", "hint"),
    [
        ('invalid "query": 1:5: parse error: x', "sum(up", "column 5 of the query, at 'up'"),
        ("2:1: parse error: x", "sum(\nfoo bar", "line 2, column 1 of the query, at 'foo bar'"),
        ("1:7: parse error: unclosed", "sum(up", "line 1, column 7 of the query, at its end"),
        ("9:9: parse error: x", "up", "line 9, column 9 of the query, at its end"),
    ],
)  # fmt: skip
def test_a_parse_error_has_a_place(said: str, promql: str, hint: str) -> None:
    error = error_of(400, "bad_data", said, promql)
    assert f"refused the query (bad_data): {said}" in error.message
    assert hint in str(error.hint)


def test_other_errors_of_the_server() -> None:
    error = error_of(422, "execution", "many-to-many " + "x" * 999, "a * b")
    assert "refused the query (execution): many-to-many" in error.message
    assert len(error.message) < 500
    assert "Ask for less" in str(error_of(503, "timeout", "query timed out", "a").hint)


@pytest.mark.parametrize(
    "body", ["", "Bad Gateway", "[]", "{}", "<html>", '{"error": "x"}', "null"]
)
@pytest.mark.parametrize("status", [400, 422, 500, 503])
def test_an_error_that_is_not_of_prometheus(status: int, body: str) -> None:
    assert refusal(reply(body, status)).message.endswith(f"answered with the status {status}")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (json.dumps(vector("1"))[:-9], "answered with no valid JSON"),
        ("", "answered with nothing"),
        ("<html>Sign in", "answered with a page, perhaps a login page"),
        ("# HELP up\nup 1\n", "answered with no valid JSON"),
    ],
)
def test_what_is_no_json(body: str, said: str) -> None:
    assert said in refusal(reply(body)).message


def test_no_message_tells_a_secret() -> None:
    with HostileServer(reply("", 401)) as server:
        url = server.url.replace("//", f"//me:{SECRET}@")
        with client_of(url) as client, pytest.raises(MeasureError) as caught:
            client.ask(PrometheusQuery(promql="up"), NOW)
        server.answer = reply("no")
        with client_of(url) as client, pytest.raises(MeasureError) as other:
            client.ask(PrometheusQuery(promql="up"), NOW)
    assert SECRET not in f"{caught.value} {other.value}"
    assert server.url in caught.value.message
