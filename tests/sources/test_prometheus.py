"""A real Prometheus, whose history is known."""

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from http_asking import without_proxies
from pytest_fitness.answers import Answer, Client, Window
from pytest_fitness.errors import MeasureError, UnreachableError
from pytest_fitness.sources.prometheus.options import PrometheusQuery
from pytest_fitness.sources.prometheus.source import Prometheus
from pytest_fitness.sources.support.http import HttpOptions
from servers import SeededPrometheus


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    without_proxies(monkeypatch)


@pytest.fixture
def client(seeded_prometheus: SeededPrometheus) -> Iterator[Client]:
    found: Client = Prometheus().open(HttpOptions(url=seeded_prometheus.url), Path.cwd())
    yield found
    found.close()


@pytest.fixture
def moment(seeded_prometheus: SeededPrometheus) -> int:
    return seeded_prometheus.moment


def metric(client: Client, name: str, window: Window) -> Answer:
    return client.ask(PrometheusQuery(metric=name), window)


def promql(client: Client, text: str, window: Window) -> Answer:
    return client.ask(PrometheusQuery(promql=text), window)


def test_the_newest_sample_has_its_own_time(client: Client, moment: int) -> None:
    [series] = metric(client, "shop_active_users", Window(moment + 7.5)).series
    assert series.points == ((float(moment), 1000.0),)
    assert dict(series.labels)["__name__"] == "shop_active_users"


def test_raw_samples_of_a_window_without_its_start(client: Client, moment: int) -> None:
    [series] = metric(client, "shop_active_users", Window(moment, 60.0)).series
    assert [time - moment for time, _ in series.points] == [-45, -30, -15, 0]
    assert [value for _, value in series.points] == [999.25, 999.5, 999.75, 1000.0]


def test_a_long_window_has_every_sample(client: Client, moment: int) -> None:
    [series] = metric(client, "shop_active_users", Window(moment, 6 * 3600.0)).series
    assert len(series.points) == 6 * 240


def test_an_expression_at_the_end(client: Client, moment: int) -> None:
    errors = 'sum(rate(shop_requests_total{code="500"}[5m])) / sum(rate(shop_requests_total[5m]))'
    [series] = promql(client, errors, Window(moment)).series
    assert series.labels == ()
    [(time, value)] = series.points
    assert time == moment
    assert value == pytest.approx(0.01)


def test_an_expression_over_a_window(client: Client, moment: int) -> None:
    [series] = promql(client, "shop_active_users * 2", Window(moment, 300.0, 60.0)).series
    assert series.points == tuple((moment - 60.0 * n, 2000.0 - 2 * n) for n in (4, 3, 2, 1, 0))


def test_more_points_than_prometheus_would_compute(client: Client, moment: int) -> None:
    [series] = promql(client, "vector(1)", Window(moment, 365 * 86400.0, 1.0)).series
    assert len(series.points) == 11_000
    assert series.points[-1] == (moment, 1.0)


def test_labels_choose_series(client: Client, moment: int) -> None:
    window = Window(moment)
    assert len(metric(client, "shop_memory_bytes", window).series) == 2
    [series] = metric(client, "shop_memory_bytes{instance='b'}", window).series
    assert series.points[0][1] == 5e8
    [series] = metric(client, 'shop_memory_bytes{instance=~"[bc]", instance!="c",}', window).series
    assert ("instance", "b") in series.labels


def test_what_is_not_there_is_an_answer(client: Client, moment: int) -> None:
    assert metric(client, "no_such_metric", Window(moment)) == Answer()
    assert metric(client, "no_such_metric", Window(moment, 60.0)) == Answer()
    assert promql(client, "sum(no_such_metric)", Window(moment, 60.0)).series == ()
    assert metric(client, "shop_gone", Window(moment)).series == ()
    [gone] = metric(client, "shop_gone", Window(moment, 3600.0)).series
    assert gone.points[-1] == (moment - 1200, 7.0)


def test_a_gap_is_a_gap(client: Client, moment: int) -> None:
    [series] = metric(client, "shop_gap", Window(moment, 3600.0)).series
    times = [time - moment for time, _ in series.points]
    assert not [time for time in times if -2400 < time < -1800]
    assert {-2400, -1800} <= set(times)


def test_numbers_that_are_none(client: Client, moment: int) -> None:
    [series] = metric(client, "shop_nan", Window(moment)).series
    assert math.isnan(series.points[0][1])
    [series] = metric(client, "shop_infinite", Window(moment)).series
    assert series.points[0][1] == math.inf
    quiet = "histogram_quantile(0.95, rate(shop_quiet_seconds_bucket[5m]))"
    [series] = promql(client, quiet, Window(moment)).series
    assert math.isnan(series.points[0][1])


def test_a_scalar(client: Client, moment: int) -> None:
    [series] = promql(client, "scalar(shop_active_users) + 1", Window(moment)).series
    assert series == (((float(moment), 1001.0),), ())


def test_samples_of_an_expression_at_the_end(client: Client, moment: int) -> None:
    [series] = promql(client, "shop_active_users[1m]", Window(moment)).series
    assert series.points == ((float(moment), 1000.0),)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("sum(shop_active_users", "column 22 of the query, at its end"),
        ("sum(up) bye (job)", "column 9 of the query, at 'bye (job)'"),
        ("sum(\n  up) %% 3", "line 2, column 8 of the query, at '% 3'"),
    ],
)
def test_a_syntax_error_has_its_place(client: Client, text: str, place: str) -> None:
    with pytest.raises(MeasureError, match=r"refused the query \(bad_data\)") as caught:
        promql(client, text, Window(0.0))
    assert place in str(caught.value.hint)


@pytest.mark.parametrize(
    ("text", "window", "said"),
    [
        ('"text"', Window(1e9), "the query yields a string"),
        ("shop_active_users[5m]", Window(1e9, 60.0), "bad_data"),
        ('{__name__=~"shop.*"} * on(job) shop_memory_bytes', None, "execution"),
        ('up{job=~"("}', Window(1e9), "bad_data"),
    ],
)
def test_what_cannot_be_answered(
    client: Client, moment: int, text: str, window: Window | None, said: str
) -> None:
    with pytest.raises(MeasureError, match=said):
        promql(client, text, window or Window(moment))


def test_a_very_long_query(client: Client, moment: int) -> None:
    text = " + ".join(["shop_active_users"] * 500)
    [series] = promql(client, text, Window(moment)).series
    assert series.points[0][1] == 500_000.0


def test_many_threads_ask_at_once(client: Client, moment: int) -> None:
    def newest(minutes: int) -> float:
        window = Window(moment - 60.0 * minutes)
        return metric(client, "shop_active_users", window).series[0].points[0][1]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(newest, range(40))) == [1000.0 - n for n in range(40)]


def test_another_path_is_no_prometheus(seeded_prometheus: SeededPrometheus) -> None:
    client = Prometheus().open(HttpOptions(url=f"{seeded_prometheus.url}/prefix"), Path.cwd())
    with pytest.raises(MeasureError, match="status 404") as caught:
        promql(client, "up", Window(1e9))
    client.close()
    assert "prefix" in str(caught.value.hint)
    assert not isinstance(caught.value, UnreachableError)
