"""What may be asked of Prometheus, and what is said of the rest."""

from typing import Any

import pytest

from http_asking import decoded
from pytest_fitness.sources.prometheus.options import PrometheusQuery
from pytest_fitness.sources.prometheus.selector import is_selector
from pytest_fitness.sources.prometheus.source import Prometheus, fitness_sources
from pytest_fitness.sources.support.http import HttpOptions

SOURCE = Prometheus()


def problems(**keys: Any) -> str:
    return "\n".join(SOURCE.query_problems(PrometheusQuery(**keys)))


@pytest.mark.parametrize(
    "text",
    [
        "up",
        "job:requests:rate5m",
        'up{job="api"}',
        'up { job = "api" , code!="500", path=~"/a.*", path!~"b|c", }',
        "up{job='it\\'s',x=`raw\\`}",
        '{__name__="up"}',
        '{"http.requests", "service.name"="a"}',
        "up{}",
        " up ",
        'up{x="}[5m]"}',
        "up{\n  job='a'\n}",
    ],
)
def test_names_and_labels_are_a_metric(text: str) -> None:
    assert is_selector(text)
    assert problems(metric=text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "rate(up[5m])",
        "up[5m]",
        "up offset 5m",
        "up @ 0",
        "up + up",
        "up # comment",
        "sum by (job) (up)",
        "{}",
        "{ , }",
        'up{job=""api"}',
        "up{job=api}",
        'up{job=="api"}',
        'up{job="api"',
        'up{job="a\nb"}',
        'up{job="a"}{x="b"}',
        'up{1job="a"}',
        "5m",
        "1",
        "http.requests",
        'up{job="a" x="b"}',
        "üp",
    ],
)
def test_anything_else_is_an_expression(text: str) -> None:
    assert not is_selector(text)
    assert "write any other expression as `promql`" in problems(metric=text)
    assert problems(promql=text) == ""


def test_a_long_text_is_judged_at_once() -> None:
    assert not is_selector("up{" + 'a="b", ' * 20_000)
    assert not is_selector("up{" + " " * 20_000)
    assert not is_selector('up{a="' + "\\" * 20_001)


@pytest.mark.parametrize("keys", [{}, {"promql": "up", "metric": "up"}])
def test_one_of_both_is_asked(keys: dict[str, str]) -> None:
    assert problems(**keys) == "exactly one of `promql` and `metric` is needed"


def test_a_query_is_read_from_a_file() -> None:
    query = decoded(PrometheusQuery, 'promql: sum(rate(requests_total{code="500"}[5m]))')
    assert query == PrometheusQuery(promql='sum(rate(requests_total{code="500"}[5m]))')


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("http://h:9090", True),
        ("https://mimir/prometheus", True),
        ("http://vm/select/0/prometheus/", True),
        ("http://h/api/v1", False),
        ("http://h/x/api/v1/query?query=up", False),
        ("http://h/api/v10x", True),
    ],
)
def test_the_url_ends_before_what_is_added(url: str, fine: bool) -> None:
    found = list(SOURCE.problems(HttpOptions(url=url)))
    assert found == ([] if fine else ["`url` ends before /api/v1, which is added to it"])


def test_problems_of_http_are_told() -> None:
    assert "http or https" in "\n".join(SOURCE.problems(HttpOptions(url="h/api/v1")))


def test_it_is_registered_and_keeps_time() -> None:
    assert [each.name for each in fitness_sources()] == ["prometheus"]
    assert SOURCE.keeps_time(HttpOptions(url="http://h"), PrometheusQuery(promql="1"))
