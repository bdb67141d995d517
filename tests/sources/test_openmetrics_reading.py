"""Both text formats, as programs write them."""

import math
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

import prometheus_client.openmetrics.exposition as openmetrics_exposition
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, Summary
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_prometheus
from prometheus_client.registry import Collector

from exposition_texts import THEN, asked, by_labels, opened, timed, values, written
from pytest_fitness.answers import Window
from pytest_fitness.errors import MeasureError
from pytest_fitness.sources.openmetrics.options import OpenMetricsQuery

NUMBERS = st.floats() | st.integers(-(10**9), 10**9).map(float)
VALUES = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SAMPLES = st.dictionaries(st.tuples(VALUES, VALUES), NUMBERS, min_size=1, max_size=6)


class Samples(Collector):
    """Exposes what a test wants."""

    def __init__(self, samples: dict[tuple[str, str], float]) -> None:
        self.family = GaugeMetricFamily("load", "What\nis \\ done.", labels=["code", "path"])
        for labels, value in samples.items():
            self.family.add_metric(labels, value)

    def collect(self) -> list[GaugeMetricFamily]:
        return [self.family]


def exposed(samples: dict[tuple[str, str], float], *, openmetrics: bool) -> bytes:
    registry = CollectorRegistry()
    registry.register(Samples(samples))
    render = openmetrics_exposition.generate_latest if openmetrics else generate_latest
    text: bytes = render(registry)
    return text


def same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


@given(SAMPLES, st.booleans())
def test_what_the_library_writes_is_read_back(
    samples: dict[tuple[str, str], float], openmetrics: bool
) -> None:
    with TemporaryDirectory() as folder:
        answer = asked(Path(folder), exposed(samples, openmetrics=openmetrics), "load")
    found = {
        (dict(series.labels).get("code", ""), dict(series.labels).get("path", "")): series.points
        for series in answer.series
    }
    assert found.keys() == samples.keys()
    for labels, [(time, value)] in found.items():
        assert time == THEN
        assert same(value, samples[labels])


@given(SAMPLES, st.sampled_from([True, False]), st.sampled_from(['code="200"', 'path!=""']))
def test_a_selector_is_a_filter_of_what_the_library_reads(
    samples: dict[tuple[str, str], float], openmetrics: bool, matcher: str
) -> None:
    text = exposed(samples | {("200", "/"): 1.0}, openmetrics=openmetrics)
    parse = parse_openmetrics if openmetrics else parse_prometheus
    expected = {
        tuple(sorted((name, value) for name, value in sample.labels.items() if value))
        for family in parse(text.decode())
        for sample in family.samples
        if (sample.labels["code"] == "200" if "code" in matcher else sample.labels["path"])
    }
    with TemporaryDirectory() as folder:
        answer = asked(Path(folder), text, f"load{{{matcher}}}")
    assert {series.labels for series in answer.series} == expected


@pytest.mark.parametrize("openmetrics", [True, False])
def test_every_sample_has_its_full_name(tmp_path: Path, openmetrics: bool) -> None:
    registry = CollectorRegistry()
    Counter("requests", "All.", registry=registry).inc(3)
    Gauge("temperature", "Now.", registry=registry).set(-1.5)
    Histogram("took", "Times.", buckets=(0.1, 1), registry=registry).observe(0.5)
    Summary("size", "Sizes.", registry=registry).observe(7)
    Info("build", "It.", registry=registry).info({"version": "1.0"})
    render = openmetrics_exposition.generate_latest if openmetrics else generate_latest
    text = render(registry)
    expected = {
        "requests_total": {"": 3.0},
        "temperature": {"": -1.5},
        "took_bucket": {"le=0.1": 0.0, "le=1.0": 1.0, "le=+Inf": 1.0},
        'took_bucket{le="1.0"}': {"le=1.0": 1.0},
        "took_count": {"": 1.0},
        "took_sum": {"": 0.5},
        "size_sum": {"": 7.0},
        "build_info": {"version=1.0": 1.0},
        "requests": {},
        "took": {},
    }
    for metric, found in expected.items():
        assert values(asked(tmp_path, text, metric)) == found


def test_a_counter_keeps_the_name_it_was_written_with(tmp_path: Path) -> None:
    text = "# HELP old Without _total.\n# TYPE old counter\nold 4\n"
    assert values(asked(tmp_path, text, "old")) == {"": 4.0}
    assert values(asked(tmp_path, text, "old_total")) == {}


def test_a_summary_has_quantiles_as_labels(tmp_path: Path) -> None:
    text = '# TYPE took summary\ntook{quantile="0.5"} 1\ntook{quantile="0.9"} 2\ntook_count 9\n'
    assert values(asked(tmp_path, text, 'took{quantile="0.9"}')) == {"quantile=0.9": 2.0}
    assert values(asked(tmp_path, text, "took_count")) == {"": 9.0}


@pytest.mark.parametrize(
    ("written_value", "value"),
    [
        ("1", 1.0),
        ("-0.5e-3", -0.0005),
        ("+Inf", math.inf),
        ("-Inf", -math.inf),
        ("NaN", math.nan),
        ("1e400", math.inf),
        ("12345678901234567890123", 12345678901234567890123.0),
    ],
)
def test_values(tmp_path: Path, written_value: str, value: float) -> None:
    for text in (f"up {written_value}\n", f"up {written_value}\n# EOF\n"):
        [found] = values(asked(tmp_path, text, "up")).values()
        assert same(found, value)


def test_times_are_milliseconds_in_one_format_and_seconds_in_the_other(tmp_path: Path) -> None:
    for text in (f"up 1 {THEN * 1000 - 2500:.0f}\n", f"up 1 {THEN - 2.5}\n# EOF\n"):
        assert by_labels(asked(tmp_path, text, "up")) == {"": ((THEN - 2.5, 1.0),)}


def test_exemplars_are_passed_over(tmp_path: Path) -> None:
    text = (
        "# TYPE took histogram\n"
        f'took_bucket{{le="1"}} 5 {THEN} # {{trace="a b # }} {{"}} 0.67 {THEN}\n'
        'took_bucket{le="+Inf",at="# {"} 6 # {trace="c"} 0.9\n'
        f'took_bucket{{le="1"}} 7 {THEN - 5}\n'
        "# EOF\n"
    )
    found = by_labels(asked(tmp_path, text, "took_bucket", Window(THEN, 60)))
    assert found["le=1"] == ((THEN - 5, 7.0), (THEN, 5.0))
    assert found["at=# {,le=+Inf"] == ((THEN, 6.0),)


def test_blanks_comments_and_odd_ends_of_lines(tmp_path: Path) -> None:
    text = (
        "\ufeff# a comment\r\n#\r\n\r\n  \t\n"
        'up{ a = "1" , b="2" , }\t5\r\n'
        'up{b="2",a="3"} 6\n'
        "# TYPE untyped of whatever\n"
        "alone\t 7 \n"
    )
    assert values(asked(tmp_path, text, "up")) == {"a=1,b=2": 5.0, "a=3,b=2": 6.0}
    assert values(asked(tmp_path, text, "alone")) == {"": 7.0}


def test_one_series_however_it_is_written(tmp_path: Path) -> None:
    text = (
        f'up{{a="1",b="2"}} 1 {THEN - 3}\nup{{b="2",a="1"}} 2 {THEN - 2}\n'
        f'up{{b="2",a="1",c=""}} 3 {THEN - 1}\n# EOF\n'
    )
    answer = asked(tmp_path, text, "up", Window(THEN, 10))
    assert by_labels(answer) == {"a=1,b=2": ((THEN - 3, 1.0), (THEN - 2, 2.0), (THEN - 1, 3.0))}


def test_names_that_are_written_in_quotes(tmp_path: Path) -> None:
    text = '{"http.server.duration","http.code"="200"} 5\n'
    for metric in ('{"http.server.duration"}', '{"http.server.duration","http.code"="200"}'):
        assert values(asked(tmp_path, text, metric)) == {"http.code=200": 5.0}
    assert values(asked(tmp_path, text, '{"http.server.duration",code="200"}')) == {}


def test_labels_keep_what_was_escaped(tmp_path: Path) -> None:
    text = 'up{a="} 1 \\" \\\\ \\n"} 5\n'
    [series] = asked(tmp_path, text, "up").series
    assert series.labels == (("a", '} 1 " \\ \n'),)


@given(
    st.lists(
        st.tuples(st.integers(0, 50).map(lambda back: THEN - back), st.integers(-5, 5)), min_size=1
    )
)
def test_times_in_any_order_and_the_last_sample_of_each(samples: list[tuple[float, int]]) -> None:
    with TemporaryDirectory() as folder:
        answer = asked(Path(folder), timed(*samples), "up", Window(THEN, 100))
    [series] = answer.series
    assert series.points == tuple(sorted(dict(samples).items()))


def test_many_threads_get_the_same(tmp_path: Path) -> None:
    text = "".join(f'up{{n="{n}"}} {n} {THEN - t}\n' for t in range(50) for n in range(50))
    written(tmp_path / "m.om", text + "# EOF\n")
    found: list[object] = []
    with opened(tmp_path, file="m.om") as client:

        def ask() -> None:
            found.append(client.ask(OpenMetricsQuery(metric="up"), Window(THEN, 25)))

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        expected = client.ask(OpenMetricsQuery(metric="up"), Window(THEN, 25))
    assert found == [expected] * 8
    assert len(expected.series) == 50
    assert {len(series.points) for series in expected.series} == {25}


def test_without_the_library_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "prometheus_client.parser", None)
    monkeypatch.setattr("pytest_fitness.extras.import_module", _not_installed)
    with pytest.raises(MeasureError, match="prometheus_client, which is not installed") as caught:
        asked(tmp_path, "up 1\n", "up")
    assert caught.value.hint == "Install it: pip install 'pytest-fitness[openmetrics]'."


def _not_installed(name: str) -> None:
    raise ModuleNotFoundError(name, name=name.partition(".")[0])
