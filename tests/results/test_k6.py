"""k6: its summary in all three forms, and its stream, say the same."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from pytest_fitness import units
from pytest_fitness.judge.proportions import wilson
from pytest_fitness.results import formats, k6_stream
from pytest_fitness.results.opened import ResultFile
from pytest_fitness.results.reading import Reading
from result_files import asset, read_asset, read_text, refused

SUMMARIES = ["k6-summary-export.json", "k6-handle-summary.json", "k6-machine-readable.json"]


def document(name: str) -> Any:
    return json.loads(asset(name).read_text("utf-8"))


@pytest.mark.parametrize("name", [*SUMMARIES, "k6-stream.json"])
def test_every_form_is_recognised(name: str) -> None:
    assert formats.recognise(ResultFile(asset(name), name)) == "k6"


@pytest.mark.parametrize(
    ("statistic", "key"),
    [
        ("avg", "avg"),
        ("min", "min"),
        ("med", "med"),
        ("max", "max"),
        ("p90", "p(90)"),
        ("p95", "p(95)"),
        ("p99.9", "p(99.9)"),
    ],
)
def test_times_are_seconds(statistic: str, key: str) -> None:
    flat = document("k6-summary-export.json")["metrics"]["http_req_duration"]
    found = read_asset("k6-summary-export.json")[f"http_req_duration.{statistic}"]
    assert found == Reading(flat[key] / 1000, units.SECONDS, 20)
    own = document("k6-handle-summary.json")["metrics"]["http_req_duration"]["values"]
    found = read_asset("k6-handle-summary.json")[f"http_req_duration.{statistic}"]
    assert found == Reading(own[key] / 1000, units.SECONDS, 20)


@pytest.mark.parametrize("name", SUMMARIES)
def test_shares_have_an_interval_by_their_events(name: str) -> None:
    found = read_asset(name)["http_req_failed.rate"]
    assert (found.value, found.unit, found.samples) == (0.1, units.RATIO, 20)
    assert found.interval == wilson(2, 20, 0.95)
    assert read_asset(name)["http_req_failed.passes"].value == 2
    assert read_asset(name)["http_req_failed.fails"].value == 18


def test_a_narrower_interval_is_less_sure() -> None:
    sure, less = (read_asset(SUMMARIES[0], each)["paid.rate"].interval for each in (0.99, 0.5))
    assert sure is not None
    assert less is not None
    assert sure[0] < less[0] < 0.8 < less[1] < sure[1]


@pytest.mark.parametrize("name", SUMMARIES)
@pytest.mark.parametrize(
    ("number", "value", "unit"),
    [
        ("http_reqs.count", 20, units.COUNT),
        ("data_received.count", 2294, units.BYTES),
        ("orders.count", 10, units.COUNT),
        ("queue.value", 4, None),
        ("queue.max", 4, None),
        ("cart_items.max", 5, None),
        ("paid.rate", 0.8, units.RATIO),
    ],
)
def test_metrics_of_every_type(name: str, number: str, value: float, unit: str | None) -> None:
    found = read_asset(name)[number]
    assert (found.value, found.unit) == (value, unit)


@pytest.mark.parametrize("name", SUMMARIES[:2])
def test_rates_of_counters_are_per_second(name: str) -> None:
    found = read_asset(name)["http_reqs.rate"]
    assert found.unit == units.RATE
    metric = document(name)["metrics"]["http_reqs"]
    assert found.value == metric.get("values", metric)["rate"]


def test_a_time_of_ones_own_is_known_where_the_file_says_so() -> None:
    assert read_asset("k6-handle-summary.json")["cart_time.avg"].unit == units.SECONDS
    assert read_asset("k6-machine-readable.json")["cart_time.avg"].unit == units.SECONDS
    flat = read_asset("k6-summary-export.json")["cart_time.avg"]
    assert flat.unit is None
    assert flat.value == document("k6-summary-export.json")["metrics"]["cart_time"]["avg"]


def test_metrics_with_tags_have_names_of_their_own() -> None:
    found = read_asset("k6-handle-summary.json")
    assert found["http_req_duration{scenario:default}.p95"].value == pytest.approx(0.05204396515)
    assert found["http_req_duration{expected_response:true}.max"].samples == 18


@pytest.mark.parametrize("name", SUMMARIES)
def test_all_units_are_as_their_names_promise(name: str) -> None:
    readings = read_asset(name)
    assert len(readings) > 80
    for number, reading in readings.items():
        promised = formats.unit_of("k6", number)
        assert promised is None or promised == reading.unit, number


def test_only_the_machine_readable_summary_says_when() -> None:
    moments = [{reading.moment for reading in read_asset(name).values()} for name in SUMMARIES]
    assert moments == [{None}, {None}, {1795247654.0}]


def test_checks_are_below_their_own_key_in_the_machine_readable_summary() -> None:
    found = read_asset("k6-machine-readable.json")
    assert found["checks_succeeded.rate"].value == 0.8
    assert found["checks_failed.passes"].value == 2
    assert found["checks_total.count"].value == 10


def test_a_later_version_is_refused(tmp_path: Path) -> None:
    later = document("k6-machine-readable.json") | {"version": "2.0.0"}
    error = refused(tmp_path, json.dumps(later))
    assert error.message == "r.out: version '2.0.0' of k6's summary is not known"


def test_no_request_is_no_value(tmp_path: Path) -> None:
    metrics = {"http_req_failed": {"passes": 0, "fails": 0, "value": 0}}
    found = read_text(tmp_path, json.dumps({"metrics": metrics, "root_group": {}}))
    assert math.isnan(found["http_req_failed.rate"].value)
    assert found["http_req_failed.rate"].samples == 0
    assert found["http_req_failed.fails"].samples == 0


@pytest.mark.parametrize("value", [None, "1", True, [], {}])
def test_what_is_no_number_is_no_value(tmp_path: Path, value: Any) -> None:
    metrics = {"http_req_duration": {"avg": value, "p(95)": 5}}
    found = read_text(tmp_path, json.dumps({"metrics": metrics}))
    assert found["http_req_duration.p95"].value == 0.005
    known = found["http_req_duration.avg"].value
    assert known == 0.001 if value == "1" else math.isnan(known)


# The stream.


def test_the_stream_comes_to_what_the_same_run_summed_up() -> None:
    stream, summary = read_asset("k6-stream.json"), read_asset("k6-stream-summary-export.json")
    shared = [
        name
        for name in summary
        if name in stream and not (name.endswith(".rate") and stream[name].unit == units.RATE)
    ]
    assert len(shared) > 60
    for name in shared:
        found, expected = stream[name], summary[name]
        scale = 1000 if expected.unit is None and found.unit == units.SECONDS else 1
        assert found.value * scale == pytest.approx(expected.value, rel=1e-12), name


def test_the_stream_has_counters_by_the_time_that_it_covers() -> None:
    lines = asset("k6-stream.json").read_text("utf-8").splitlines()
    points = [json.loads(line) for line in lines if '"Point"' in line]
    requests = [point for point in points if point["metric"] == "http_reqs"]
    found = read_asset("k6-stream.json")["http_reqs.rate"]
    summary = read_asset("k6-stream-summary-export.json")["http_reqs.rate"]
    assert found.unit == units.RATE
    assert found.value == pytest.approx(summary.value, rel=0.1)
    assert read_asset("k6-stream.json")["http_reqs.count"].value == len(requests) == 4


def test_the_stream_says_when_it_ended() -> None:
    lines = asset("k6-stream.json").read_text("utf-8").splitlines()
    last = max(json.loads(line)["data"]["time"] for line in lines if '"Point"' in line)
    assert last.startswith("2026-11-21T07:55:47.566")
    moment = read_asset("k6-stream.json")["http_reqs.count"].moment
    assert moment == pytest.approx(1795247747.566, abs=0.001)


def metric(name: str, kind: str, contains: str = "default") -> str:
    data = {"name": name, "type": kind, "contains": contains, "thresholds": []}
    return json.dumps({"type": "Metric", "data": data, "metric": name}) + "\n"


def point(name: str, value: Any, second: float = 0.0) -> str:
    time = f"2026-01-31T12:00:{second:06.3f}+01:00"
    data = {"time": time, "value": value, "tags": None}
    return json.dumps({"metric": name, "type": "Point", "data": data}) + "\n"


def test_every_type_of_metric_is_summed_up(tmp_path: Path) -> None:
    text = (
        metric("t", "trend", "time") + metric("c", "counter") + metric("g", "gauge")
        + metric("r", "rate") + metric("e", "trend")
    )  # fmt: skip
    for second, value in enumerate([10, 20, 30, 40, 50]):
        text += point("t", value, second) + point("c", 2, second)
        text += point("g", 50 - value, second) + point("r", 1, second) * (value > 10)
        text += point("r", 0, second) * (value <= 10)
    found = read_text(tmp_path, text)
    assert found["t.avg"].value == pytest.approx(0.03)
    assert found["t.p90"].value == pytest.approx(0.046)
    assert found["t.p95"].samples == 5
    assert (found["c.count"].value, found["c.rate"].value) == (10, 2.5)
    assert [found[f"g.{key}"].value for key in ("value", "min", "max")] == [0, 0, 40]
    assert not [name for name in found if name.startswith("e.")]


def test_a_rate_of_the_stream_has_its_interval(tmp_path: Path) -> None:
    text = metric("r", "rate") + point("r", 1) * 3 + point("r", 0) * 7
    found = read_text(tmp_path, text)["r.rate"]
    assert (found.value, found.samples, found.interval) == (0.3, 10, wilson(3, 10, 0.95))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"type":"Point","metric":"t","da', "no line of k6: Unterminated string"),
        ("[]", "no line of k6: "),
        ('{"type": "Point"}', "no line of k6: 'metric' is missing"),
        (point("unknown", 1), "no line of k6: 'unknown' is missing"),
        (point("t", None), "no line of k6: its value or its time is none"),
        (point("t", True), "no line of k6: its value or its time is none"),
        (point("t", math.nan), "no line of k6: its value or its time is none"),
        (point("t", 1).replace("2026", "x"), "no line of k6: its value or its time is none"),
        ("[" * 100_000, "no line of k6: "),
        (b"\xff\xfe", "no UTF-8"),
        ("x" * 2_000_000, "the line is too long"),
    ],
)
def test_a_broken_line_is_told_by_its_number(tmp_path: Path, line: str | bytes, said: str) -> None:
    good = (metric("t", "trend") + "\n" + point("t", 5)).encode()
    error = refused(tmp_path, good + (line.encode() if isinstance(line, str) else line))
    assert error.message.startswith(f"r.out:4: {said}")


def test_more_metrics_than_can_be_kept_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(k6_stream, "MOST_METRICS", 2)
    assert refused(tmp_path, "".join(metric(name, "trend") for name in "abc")).message == (
        "r.out:3: it has more than 2 metrics"
    )
