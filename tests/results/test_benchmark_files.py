"""pytest-benchmark, hyperfine, pyperf and asv, from what each of them really wrote."""

import json
import math
import statistics
from pathlib import Path
from typing import Any

import pytest

from pytest_fitness import units
from pytest_fitness.results import formats
from pytest_fitness.results.intervals import of_mean
from pytest_fitness.results.opened import ResultFile
from result_files import asset, read_asset, read_text, refused


def document(name: str) -> Any:
    return json.loads(asset(name).read_text("utf-8"))


FILES = {
    "pytest-benchmark.json": "pytest-benchmark",
    "pytest-benchmark-one.json": "pytest-benchmark",
    "hyperfine.json": "hyperfine",
    "hyperfine-one.json": "hyperfine",
    "pyperf.json": "pyperf",
    "pyperf-solo.json": "pyperf",
    "asv-1.json": "asv",
    "asv-2.json": "asv",
    "asv-2-quick.json": "asv",
}


@pytest.mark.parametrize("name", FILES)
def test_they_are_recognised_and_their_units_are_as_promised(name: str) -> None:
    assert formats.recognise(ResultFile(asset(name), name)) == FILES[name]
    readings = read_asset(name)
    assert len(readings) > 5
    for number, reading in readings.items():
        assert formats.unit_of(FILES[name], number) == reading.unit, number


# pytest-benchmark.


def test_the_statistics_of_pytest_benchmark() -> None:
    found = read_asset("pytest-benchmark.json")
    (first,) = [each for each in document("pytest-benchmark.json")["benchmarks"]
                if each["name"] == "test_search"]  # fmt: skip
    stats = first["stats"]
    for name in ("mean", "median", "min", "max", "stddev", "iqr", "q1", "q3", "total"):
        reading = found[f"test_search.{name}"]
        assert (reading.value, reading.unit, reading.samples) == (stats[name], "s", 12)
    assert found["test_search.rounds"].value == 12
    assert found["test_search.ops"].value == stats["ops"]
    assert found["test_search.mean"].moment == pytest.approx(1795247915.06, abs=1)


def test_the_interval_of_a_mean_is_students() -> None:
    found = read_asset("pytest-benchmark.json")
    mean, deviation = found["test_search.mean"], found["test_search.stddev"]
    # The quantile of Student's t at 97.5 % and 11 degrees of freedom, from any table: 2.201.
    half = 2.201 * deviation.value / math.sqrt(12)
    assert mean.interval == pytest.approx((mean.value - half, mean.value + half), rel=1e-4)
    ops = found["test_search.ops"]
    assert mean.interval is not None
    assert ops.interval == (1 / mean.interval[1], 1 / mean.interval[0])


def test_benchmarks_of_the_same_name_are_told_apart_by_their_full_name() -> None:
    found = read_asset("pytest-benchmark.json")
    assert "test_sum[1].mean" not in found
    here, there = (
        found[f"{path}::test_sum[1].mean"] for path in ("test_search.py", "a/test_other.py")
    )
    assert here.value != there.value
    assert "mean" not in found


def test_a_lone_benchmark_needs_no_name() -> None:
    found = read_asset("pytest-benchmark-one.json")
    assert found["mean"] == found["test_search.mean"] == found["test_search.py::test_search.mean"]


def test_a_benchmark_without_statistics_is_told(tmp_path: Path) -> None:
    broken = {"machine_info": {}, "benchmarks": [{"name": "test_a"}]}
    assert refused(tmp_path, json.dumps(broken)).message == (
        "r.out: a benchmark without statistics: \"{'name': 'test_a'}\""
    )


def test_statistics_that_are_missing_are_no_values(tmp_path: Path) -> None:
    stats = {"mean": "fast", "rounds": None, "median": None}
    text = json.dumps({"machine_info": {}, "benchmarks": [{"name": "a", "stats": stats}]})
    found = read_text(tmp_path, text)
    assert math.isnan(found["a.mean"].value)
    assert math.isnan(found["a.median"].value)
    assert found["a.mean"].samples == 0
    assert "a.max" not in found


# hyperfine.


def test_the_statistics_of_hyperfine() -> None:
    found = read_asset("hyperfine.json")
    for each in document("hyperfine.json")["results"]:
        for name in ("mean", "median", "min", "max", "stddev", "user", "system"):
            assert found[f"{each['command']}.{name}"].value == each[name]
        assert found[f"{each['command']}.median"].samples == len(each["times"]) == 5
        interval = found[f"{each['command']}.mean"].interval
        assert interval == of_mean(each["mean"], statistics.stdev(each["times"]), 5, 0.95)


def test_a_lone_command_needs_no_name() -> None:
    assert "mean" not in read_asset("hyperfine.json")
    found = read_asset("hyperfine-one.json")
    assert found["mean"] == found["sleep 0.02.mean"]


def test_one_run_has_no_interval(tmp_path: Path) -> None:
    result = {"command": "x", "mean": 1.5, "stddev": None, "median": 1.5, "times": [1.5]}
    found = read_text(tmp_path, json.dumps({"results": [result]}))
    assert (found["mean"].value, found["mean"].samples, found["mean"].interval) == (1.5, 1, None)
    assert math.isnan(found["stddev"].value)
    assert "max" not in found


# pyperf.


def test_the_statistics_of_pyperf() -> None:
    found = read_asset("pyperf.json")
    for each in document("pyperf.json")["benchmarks"]:
        values = [value for run in each["runs"] for value in run["values"]]
        name = each["metadata"]["name"]
        assert found[f"{name}.mean"].value == pytest.approx(statistics.mean(values))
        assert found[f"{name}.median"].value == pytest.approx(statistics.median(values))
        assert found[f"{name}.stdev"].value == pytest.approx(statistics.stdev(values))
        assert found[f"{name}.min"].value == min(values)
        assert found[f"{name}.max"].value == max(values)
        assert found[f"{name}.max"].samples == 6


def test_the_values_of_one_process_count_once() -> None:
    found = read_asset("pyperf.json")["sort.mean"]
    (runs,) = [each["runs"] for each in document("pyperf.json")["benchmarks"]
               if each["metadata"]["name"] == "sort"]  # fmt: skip
    means = [statistics.mean(run["values"]) for run in runs]
    # Two processes: one degree of freedom, whose quantile is 12.706.
    half = 12.706 * statistics.stdev(means) / math.sqrt(2)
    assert found.interval == pytest.approx((found.value - half, found.value + half), rel=1e-4)


def test_a_lone_benchmark_of_pyperf_needs_no_name() -> None:
    found = read_asset("pyperf-solo.json")
    assert found["mean"] == found["solo.mean"]
    assert found["mean"].unit == units.SECONDS


def test_memory_is_bytes() -> None:
    found = read_asset("pyperf-memory.json")["command.max"]
    assert (found.value, found.unit) == (12857344.0, units.BYTES)
    assert formats.unit_of("pyperf", "command.max") == units.SECONDS
    assert formats.unit_of("pyperf", "command.max", units.BYTES) == units.BYTES


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": "2.0"}, "version '2.0' of pyperf's format is not known"),
        ({"version": None}, "version 'None' of pyperf's format is not known"),
        ({"metadata": {"unit": "joule"}}, "the unit 'joule' is not known"),
    ],
)
def test_what_is_not_known_of_pyperf_is_refused(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    text = json.dumps(document("pyperf.json") | change)
    assert refused(tmp_path, text).message == f"r.out: {said}"


def test_a_benchmark_that_was_only_calibrated_has_no_values(tmp_path: Path) -> None:
    runs = [{"warmups": [[1, 0.5]], "metadata": {"date": "2026-01-31 12:00:00"}}, {"values": []}]
    text = json.dumps({"version": "1.0", "benchmarks": [{"runs": runs}]})
    found = read_text(tmp_path, text)["mean"]
    assert math.isnan(found.value)
    assert found.samples == 0


# asv.


@pytest.mark.parametrize("name", ["asv-1.json", "asv-2.json"])
def test_both_versions_of_asv_say_the_same_kind_of_things(name: str) -> None:
    found = read_asset(name)
    assert found["search.Suite.mem_list(100, 'b')"].value == 856
    assert found["search.Suite.mem_list(100, 'b')"].unit == units.BYTES
    assert found["search.track_size"].value == 42
    assert found["search.track_size"].unit is None
    assert found["search.peakmem_list"].value > 1e7
    times = {number: found[number] for number in found if "time_" in number}
    assert set(times) == {
        "search.time_plain",
        *(f"search.Suite.time_sort({n}, {kind!r})" for n in (10, 100) for kind in "ab"),
    }
    for reading in times.values():
        assert reading.samples == 8
        assert reading.interval is not None
        assert reading.interval[0] <= reading.value <= reading.interval[1]


def test_asv_says_when_each_benchmark_began() -> None:
    moments = {each.moment for each in read_asset("asv-1.json").values()}
    started = document("asv-1.json")["started_at"].values()
    assert moments == {each / 1000 for each in started}
    assert read_asset("asv-2.json")["search.track_size"].moment == 1795247800.995


def test_a_quick_run_of_asv_has_no_intervals_and_a_failed_benchmark_no_value() -> None:
    found = read_asset("asv-2-quick.json")
    assert {reading.interval for reading in found.values()} == {None}
    assert math.isnan(found["search.time_broken"].value)
    assert found["search.time_plain"].value == pytest.approx(2.331e-06, rel=1e-3)


def test_older_results_of_asv_are_plain_numbers(tmp_path: Path) -> None:
    results = {"a.time_x": 0.5, "a.time_y": None, "a.time_z": [1.0], "odd": {"result": [2.0]}}
    head = {"commit_hash": "c", "params": {}, "version": 1}
    found = read_text(tmp_path, json.dumps(head | {"results": results}))
    assert found["a.time_x"].value == 0.5
    assert math.isnan(found["a.time_y"].value)
    assert found["a.time_z"].value == 1.0
    assert found["odd"].unit is None


def test_a_version_of_asv_that_is_not_known_is_refused(tmp_path: Path) -> None:
    text = json.dumps(document("asv-2.json") | {"version": 3})
    assert refused(tmp_path, text).message == ("r.out: version 3 of asv's results is not known")


def test_parameters_that_would_make_billions_of_names_cost_nothing(tmp_path: Path) -> None:
    row = [[1.0, 2.0], [[str(n) for n in range(1_000)]] * 6]
    head = {"commit_hash": "c", "params": {}, "version": 2, "result_columns": ["result", "params"]}
    found = read_text(tmp_path, json.dumps(head | {"results": {"time_x": row}}))
    assert list(found) == ["time_x(0, 0, 0, 0, 0, 0)", "time_x(0, 0, 0, 0, 0, 1)"]
