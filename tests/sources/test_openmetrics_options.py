"""What `openmetrics` is told, checked before anything is asked."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from exposition_texts import SOURCE
from http_asking import SECRET, decoded
from pytest_fitness.sources.file.source import File
from pytest_fitness.sources.openmetrics import source as module
from pytest_fitness.sources.openmetrics.options import OpenMetricsOptions, OpenMetricsQuery
from pytest_fitness.sources.support.http import HttpOptions

URL = "http://localhost:8000/metrics"


def problems(**options: Any) -> list[str]:
    return list(SOURCE.problems(OpenMetricsOptions(**options)))


def test_a_url_and_a_file_are_each_enough() -> None:
    assert problems(url=URL) == []
    assert problems(url=URL, longest_wait=5.0, timeout=1.0, bearer_token="t") == []
    assert problems(file="metrics.prom") == []
    assert problems(file="metrics/*.prom", now="newest") == []


@pytest.mark.parametrize("options", [{}, {"url": URL, "file": "metrics.prom"}])
def test_exactly_one_of_both(options: dict[str, str]) -> None:
    assert problems(**options) == ["exactly one of `url` and `file` is needed"]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"url": URL, "now": "newest"}, "`now` has no meaning beside `url`"),
        ({"file": "m", "longest_wait": 5.0}, "`longest_wait` has no meaning beside `file`"),
        ({"file": "m", "timeout": 5.0}, "`timeout` has no meaning beside `file`"),
        ({"file": "m", "verify": False}, "`verify` has no meaning beside `file`"),
        ({"file": "m", "headers": {"A": "b"}}, "`headers` has no meaning beside `file`"),
        ({"file": "m", "bearer_token": "t"}, "`bearer_token` has no meaning beside `file`"),
        ({"url": URL, "longest_wait": -1.0}, "`longest_wait` has to be from 0s to 1h"),
        ({"url": URL, "longest_wait": 7200.0}, "`longest_wait` has to be from 0s to 1h"),
    ],
)
def test_keys_that_do_not_fit(options: dict[str, Any], problem: str) -> None:
    assert problems(**options) == [problem]


def test_the_problems_of_any_http() -> None:
    [problem] = problems(url="ftp://localhost")
    assert problem.startswith("`url` has to be an address")


def test_every_key_of_http_is_known() -> None:
    assert HttpOptions.keys.keys() < OpenMetricsOptions.keys.keys()


def test_the_file_as_it_is_written_in_yaml() -> None:
    options = decoded(OpenMetricsOptions, f"url: {URL}\nlongest_wait: 2min\nretries: 0\n")
    assert (options.url, options.longest_wait, options.retries) == (URL, 120.0, 0)
    assert options.now == "clock"
    options = decoded(OpenMetricsOptions, "file: a.prom\nnow: newest\n")
    assert (options.url, options.file, options.now) == ("", "a.prom", "newest")


def test_no_secret_is_shown() -> None:
    url = f"http://user:{SECRET}@localhost/metrics?token={SECRET}"
    assert SECRET not in repr(OpenMetricsOptions(url=url, bearer_token=SECRET))
    assert "localhost" in repr(OpenMetricsOptions(url=url))
    assert "a.prom" in repr(OpenMetricsOptions(file="a.prom"))


@pytest.mark.parametrize("metric", ["up", 'requests_total{code=~"5..",method!="GET"}'])
def test_a_selector_is_fine(metric: str) -> None:
    assert list(SOURCE.query_problems(OpenMetricsQuery(metric=metric))) == []


def test_what_is_no_selector_is_told_with_its_column() -> None:
    [problem] = SOURCE.query_problems(OpenMetricsQuery(metric="rate(up[5m])"))
    assert problem.startswith("`metric`, column 5: expected { or the end, found '(up[5m])'; ")
    assert "without functions or a time" in problem


def test_queries_that_differ_are_told_apart() -> None:
    one, other = OpenMetricsQuery(metric="a"), OpenMetricsQuery(metric="b")
    assert repr(one) != repr(other)


@pytest.mark.parametrize("options", [OpenMetricsOptions(url=URL), OpenMetricsOptions(file="m")])
def test_a_question_may_be_over_some_time(options: OpenMetricsOptions) -> None:
    assert SOURCE.keeps_time(options, OpenMetricsQuery(metric="up"))


def test_opening_neither_connects_nor_reads(tmp_path: Path) -> None:
    SOURCE.open(OpenMetricsOptions(url="http://127.0.0.1:1/metrics"), tmp_path).close()
    SOURCE.open(OpenMetricsOptions(file="missing"), tmp_path).close()


def test_the_sources_are_registered_without_their_libraries() -> None:
    assert [type(source) for source in module.fitness_sources()] == [type(SOURCE)]
    code = (
        "import sys\n"
        f"import {module.__name__}, {File.__module__}\n"
        "heavy = {'prometheus_client', 'jmespath', 'urllib3', 'csv'}\n"
        "print(*sorted(heavy & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
