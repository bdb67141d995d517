"""Locust and JMeter: requests by name and together, from what both really wrote."""

import csv
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness import units
from pytest_fitness.judge.proportions import wilson
from pytest_fitness.judge.samples import percentile
from pytest_fitness.results import formats, jmeter, locust_json
from pytest_fitness.results.opened import ResultFile
from result_files import THEN, asset, read_asset, read_text, refused

TABLE = list(csv.DictReader(asset("locust_stats.csv").read_text("utf-8").splitlines()))
LISTED: list[dict[str, Any]] = json.loads(asset("locust.json").read_text("utf-8"))
SAMPLES = list(csv.DictReader(asset("jmeter.csv").read_text("utf-8").splitlines()))


@pytest.mark.parametrize(
    ("name", "format_"),
    [("locust_stats.csv", "locust"), ("locust.json", "locust"), ("jmeter.csv", "jmeter")],
)
def test_they_are_recognised_and_their_units_are_as_promised(name: str, format_: str) -> None:
    assert formats.recognise(ResultFile(asset(name), name)) == format_
    for number, reading in read_asset(name).items():
        assert formats.unit_of(format_, number) == reading.unit, number


# Locust.


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row['Type']} {row['Name']}")
def test_every_figure_of_the_table_is_there(row: dict[str, str]) -> None:
    found = read_asset("locust_stats.csv")
    subject = f"{row['Type']} {row['Name']}".strip()
    requests, failures = int(row["Request Count"]), int(row["Failure Count"])
    for column, name in {
        "50%": "p50",
        "95%": "p95",
        "99.9%": "p99.9",
        "100%": "p100",
        "Median Response Time": "median",
        "Average Response Time": "average",
        "Min Response Time": "min",
        "Max Response Time": "max",
    }.items():
        reading = found[f"{subject}.{name}"]
        assert reading.value == float(row[column]) / 1000
        assert (reading.unit, reading.samples) == (units.SECONDS, requests)
    assert found[f"{subject}.request_count"].value == requests
    assert found[f"{subject}.failure_count"].value == failures
    assert found[f"{subject}.requests_per_s"].value == float(row["Requests/s"])
    assert found[f"{subject}.failures_per_s"].value == float(row["Failures/s"])
    assert found[f"{subject}.content_size"].value == float(row["Average Content Size"])
    ratio = found[f"{subject}.failure_ratio"]
    assert (ratio.value, ratio.samples) == (failures / requests, requests)
    assert ratio.interval == wilson(failures, requests, 0.95)


@pytest.mark.parametrize("name", ["locust_stats.csv", "locust.json"])
def test_a_name_of_its_own_needs_no_method(name: str) -> None:
    found = read_asset(name)
    assert found["home.p95"] == found["GET home.p95"]
    assert "checkout.p95" not in found  # there is one of GET, and one of POST
    assert found["GET checkout.failure_ratio"].value < found["POST checkout.failure_ratio"].value


@pytest.mark.parametrize("entry", LISTED, ids=lambda entry: f"{entry['method']} {entry['name']}")
def test_the_json_is_summed_up_as_locust_does(entry: dict[str, Any]) -> None:
    found = read_asset("locust.json")
    subject = f"{entry['method']} {entry['name']}"
    times = [int(time) for time, count in entry["response_times"].items() for _ in range(count)]
    assert len(times) == entry["num_requests"]
    assert found[f"{subject}.p100"].value == max(times) / 1000
    assert found[f"{subject}.p50"].value == sorted(times)[int(len(times) * 0.5)] / 1000
    assert found[f"{subject}.p95"].value == sorted(times)[int(len(times) * 0.95)] / 1000
    mean = entry["total_response_time"] / entry["num_requests"] / 1000
    assert found[f"{subject}.average"].value == pytest.approx(mean)
    seconds = entry["last_request_timestamp"] - entry["start_time"]
    rate = entry["num_requests"] / seconds
    assert found[f"{subject}.requests_per_s"].value == pytest.approx(rate)
    assert found[f"{subject}.p95"].moment == entry["last_request_timestamp"]


def test_the_json_is_summed_up_altogether() -> None:
    found = read_asset("locust.json")
    assert found["Aggregated.request_count"].value == sum(each["num_requests"] for each in LISTED)
    assert found["Aggregated.failure_count"].value == sum(each["num_failures"] for each in LISTED)
    assert found["Aggregated.max"].value == max(each["max_response_time"] for each in LISTED) / 1000
    assert found["Aggregated.min"].value == min(each["min_response_time"] for each in LISTED) / 1000
    times = [
        int(time)
        for each in LISTED
        for time, count in each["response_times"].items()
        for _ in range(count)
    ]
    assert found["Aggregated.p99"].value == sorted(times)[int(len(times) * 0.99)] / 1000
    last = max(each["last_request_timestamp"] for each in LISTED)
    assert found["Aggregated.p99"].moment == last


@given(st.lists(st.integers(0, 60_000), min_size=1, max_size=100), st.sampled_from([50, 95, 100]))
def test_percentiles_are_those_of_locusts_own_rule(times: list[int], percent: int) -> None:
    counted = sorted({float(time): times.count(time) for time in times}.items())
    expected = next(
        value
        for value, _ in reversed(counted)
        if sum(time < value for time in times) <= int(len(times) * percent / 100)
    )
    assert locust_json._percentile(counted, percent) == expected


HEAD = ",".join(TABLE[0])


def test_a_request_that_was_never_made_has_no_times(tmp_path: Path) -> None:
    row = "GET,idle,0,0,0,0,0,0,0,0.0,0.0" + ",N/A" * 11
    found = read_text(tmp_path, f"{HEAD}\n{row}\n")
    assert math.isnan(found["idle.p95"].value)
    assert math.isnan(found["idle.failure_ratio"].value)
    assert {reading.samples for reading in found.values()} == {0}


def test_an_entry_without_anything_has_no_values(tmp_path: Path) -> None:
    found = read_text(tmp_path, json.dumps([{"num_requests": 0, "method": "GET", "name": "idle"}]))
    assert math.isnan(found["idle.p95"].value)
    assert math.isnan(found["idle.average"].value)
    assert math.isnan(found["Aggregated.requests_per_s"].value)
    assert found["Aggregated.p95"].moment is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{HEAD}\nGET,x,1\n", "r.out:2: 3 cells, where the first line has 22"),
        (f'{HEAD}\nGET,"x', "r.out:2: no valid CSV: unexpected end of data"),
        (f"{HEAD}\n".encode() + b"\xff,\n", "r.out:2: no UTF-8"),
    ],
)
def test_a_broken_table_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    assert refused(tmp_path, text).message == said


def test_a_table_without_rows_has_no_numbers(tmp_path: Path) -> None:
    assert read_text(tmp_path, f"{HEAD}\n") == {}


# JMeter.


@pytest.mark.parametrize("label", ["home", "checkout, paid", "TOTAL"])
def test_samples_are_summed_up_by_label(label: str) -> None:
    found = read_asset("jmeter.csv")
    rows = [row for row in SAMPLES if label in (row["label"], "TOTAL")]
    assert len(rows) == (48 if label == "TOTAL" else 24)
    times = [int(row["elapsed"]) for row in rows]
    errors = sum(row["success"] == "false" for row in rows)
    assert found[f"{label}.count"].value == len(rows)
    assert found[f"{label}.average"].value == pytest.approx(sum(times) / len(times) / 1000)
    assert found[f"{label}.min"].value == min(times) / 1000
    assert found[f"{label}.max"].value == max(times) / 1000
    for percent in (50, 90, 95, 99, 99.9):
        expected = percentile(times, percent) / 1000
        assert found[f"{label}.p{percent:g}"].value == expected
    share = found[f"{label}.error_rate"]
    assert (share.value, share.samples) == (errors / len(rows), len(rows))
    assert share.interval == wilson(errors, len(rows), 0.95)


def test_throughput_is_by_the_time_from_first_to_last() -> None:
    begins = min(int(row["timeStamp"]) for row in SAMPLES)
    ends = max(int(row["timeStamp"]) + int(row["elapsed"]) for row in SAMPLES)
    found = read_asset("jmeter.csv")["TOTAL.throughput"]
    assert found.value == pytest.approx(48 / ((ends - begins) / 1000))
    assert found.moment == ends / 1000
    # What JMeter itself said of this run: 48 in 1.3 s.
    assert 36 < found.value < 42


def test_a_file_without_the_names_of_its_columns_says_how_to_get_them(tmp_path: Path) -> None:
    error = refused(tmp_path, asset("jmeter-no-header.csv").read_bytes())
    assert error.message == "r.out:1: there is no line that names the columns"
    assert error.hint is not None
    assert "print_field_names=true" in error.hint


COLUMNS = "timeStamp,elapsed,label,success"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("timeStamp,elapsed,label\n1,2,a\n", "r.out:1: the column 'success' is missing"),
        (f"{COLUMNS}\n1,2,a,true\n1,x,a,true\n", "r.out:3: its elapsed or timeStamp is no number"),
        (f"{COLUMNS}\n1,-2,a,true\n", "r.out:2: its elapsed or timeStamp is no number of ms"),
        (f"{COLUMNS}\n2026-01-31 12:00,2,a,true\n", "r.out:2: its elapsed or timeStamp is no"),
        (f"{COLUMNS}\n1,2,a\n", "r.out:2: 3 cells, where the first line has 4"),
        (f'{COLUMNS}\n1,2,"a,true\n', "r.out:2: no valid CSV"),
    ],
)
def test_broken_samples_are_told_with_their_line(tmp_path: Path, text: str, said: str) -> None:
    assert refused(tmp_path, text).message.startswith(said)


def test_more_labels_than_can_be_kept_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jmeter, "MOST_LABELS", 3)
    text = COLUMNS + "".join(f"\n{THEN * 1000:.0f},2,{label},true" for label in "ab")
    assert read_text(tmp_path, text)["b.max"].value == 0.002
    assert refused(tmp_path, f"{text}\n1,2,c,true").message == (
        "r.out:4: there are more than 3 labels"
    )


def test_a_label_that_is_too_long_is_refused(tmp_path: Path) -> None:
    text = f"{COLUMNS}\n1,2,{'x' * 1_000},true\n1,2,{'x' * 1_001},true\n"
    assert refused(tmp_path, text).message == "r.out:3: the label is too long"


def test_a_message_of_several_lines_is_one_cell(tmp_path: Path) -> None:
    text = f'{COLUMNS},responseMessage\n{THEN * 1000:.0f},18,a,false,"no\n""way"""\n'
    found = read_text(tmp_path, text)
    assert found["a.error_rate"].value == 1
    assert found["a.max"].value == 0.018
