"""Which format a file has, and what its numbers are measured in before it is read."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_fitness import units
from pytest_fitness.errors import MeasureError, NoDataError
from pytest_fitness.results import formats, opened
from pytest_fitness.results.formats import unit_of
from pytest_fitness.results.names import FORMATS, MODULES
from pytest_fitness.results.opened import ResultFile
from result_files import ASSETS, asset, read_text, refused
from result_files import opened as open_text

WRITTEN_BY = {
    "asv": "asv-1.json asv-2.json asv-2-quick.json",
    "cobertura": "coverage.xml coverage-branch.xml",
    "hyperfine": "hyperfine.json hyperfine-one.json",
    "jmeter": "jmeter.csv jmeter-no-header.csv",
    "junit": "junit.xml",
    "k6": "k6-handle-summary.json k6-machine-readable.json k6-stream.json"
    " k6-stream-summary-export.json k6-summary-export.json",
    "locust": "locust.json locust_stats.csv",
    "pyperf": "pyperf.json pyperf-solo.json pyperf-memory.json",
    "pytest-benchmark": "pytest-benchmark.json pytest-benchmark-one.json",
}
FILES = {name: format_ for format_, names in WRITTEN_BY.items() for name in names.split()}


def test_every_file_and_every_format_is_looked_at() -> None:
    assert {path.name for path in ASSETS.iterdir()} - {"README.md"} == set(FILES)
    assert set(WRITTEN_BY) == set(FORMATS) == set(MODULES)


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_recognised_by_its_content_alone(tmp_path: Path, name: str) -> None:
    file = open_text(tmp_path, asset(name).read_bytes())
    assert formats.recognise(file) == FILES[name]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("format_", FORMATS)
def test_a_file_of_the_wrong_tool_is_told(name: str, format_: str) -> None:
    if FILES[name] == format_:
        return
    with pytest.raises(MeasureError) as caught:
        formats.read(ResultFile(asset(name), name), format_)
    found = FILES[name]
    assert caught.value.message == f"{name}: this is a file of {found}, not of {format_}"
    assert caught.value.hint == f"Name a file of {format_}, or write `format: {found}`."


UNKNOWN = {
    "an object": "{}",
    "a list": "[]",
    "numbers": "[1, 2]",
    "a text": "hello\nworld",
    "binary": bytes(range(256)),
    "a table": "a,b\n1,2\n",
    "a list of objects": '[{"a": 1}]',
    "an empty result": '{"results": [{"x": 1}]}',
    "metrics of another tool": '{"metrics": [1]}',
    "metrics of nothing": '{"metrics": {"a": 1}, "results": {"metrics": 3}}',
}


@pytest.mark.parametrize("content", UNKNOWN.values(), ids=UNKNOWN)
def test_what_no_tool_wrote_is_told(tmp_path: Path, content: str | bytes) -> None:
    error = refused(tmp_path, content)
    assert error.message == "r.out: no result file of a tool that is known"
    assert "k6, locust, jmeter" in str(error.hint)
    error = refused(tmp_path, content, "hyperfine")
    assert error.message == "r.out: this is no result file of hyperfine"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "r.out: it is empty"),
        (" \n\t\n", "r.out: it is empty"),
        ('{"metrics": {\n"a":', "r.out:2: no valid JSON: Expecting value"),
        ('{"a": "\udcff"}'.encode("utf-8", "surrogateescape"), "r.out:1: no UTF-8"),
        ("[" * 100_000, "r.out: its lists and objects lie too deep within each other"),
        ('{"a": ' + "1" * 5_000 + "}", "r.out: a number in it is too large"),
    ],
)
@pytest.mark.parametrize("format_", [None, "k6", "pyperf"])
def test_broken_files_are_told_whatever_was_expected(
    tmp_path: Path, content: str | bytes, said: str, format_: str | None
) -> None:
    assert refused(tmp_path, content, format_).message.startswith(said)


@pytest.mark.parametrize("name", [name for name in FILES if FILES[name] != "jmeter"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_a_file_that_was_cut_short_is_told(tmp_path: Path, name: str, share: float) -> None:
    """Never a number out of half a file: but for rows and lines, which end whole or not at all."""
    body = asset(name).read_bytes()
    cut = body[: int(len(body) * share)]
    if name.endswith((".csv", "k6-stream.json")) and cut.endswith(b"\n"):
        cut = cut[:-20]
    assert refused(tmp_path, cut).message.startswith("r.out:")


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    for name in ("locust_stats.csv", "k6-handle-summary.json", "k6-stream.json", "junit.xml"):
        body = asset(name).read_bytes()
        assert read_text(tmp_path, b"\xef\xbb\xbf" + body) == read_text(tmp_path, body)


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoDataError, match=r"there is no file gone\.json") as missing:
        ResultFile(tmp_path / "gone.json", "gone.json")
    assert missing.value.hint == "Run first what writes it; a relative path starts at fitness.yaml."
    with pytest.raises(MeasureError, match="here: it is no plain file"):
        ResultFile(tmp_path, "here")
    with pytest.raises(MeasureError, match="it cannot be read: "):
        ResultFile(Path("a\0b"), "odd")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(MeasureError, match="pipe: it is no plain file"):
            ResultFile(tmp_path / "pipe", "pipe")


def test_a_file_that_is_too_large_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "MOST_BYTES", 1024 * 1024)
    large = tmp_path / "large.json"
    large.write_bytes(b'{"a": "' + b"x" * 1024 * 1024 + b'"}')
    with pytest.raises(MeasureError, match=r"large\.json: it is larger than 1 MiB"):
        formats.read(ResultFile(large, "large.json"))


def test_a_stream_that_is_too_large_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = open_text(tmp_path, asset("k6-stream.json").read_bytes())
    monkeypatch.setattr(opened, "MOST_STREAMED", 9_000)
    with pytest.raises(MeasureError, match=r"r\.out: it is larger than 0 GiB"):
        formats.read(file)


def test_more_numbers_than_can_be_kept_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened, "MOST_NUMBERS", 10)
    assert len(read_text(tmp_path, asset("pyperf.json").read_bytes())) == 10
    monkeypatch.setattr(opened, "MOST_NUMBERS", 9)
    error = refused(tmp_path, asset("pyperf.json").read_bytes())
    assert error.message == "r.out: it holds more than 9 numbers"


@pytest.mark.parametrize("name", [name for name in FILES if name != "jmeter-no-header.csv"])
def test_no_format_makes_more_numbers_than_can_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(opened, "MOST_NUMBERS", 4)
    error = refused(tmp_path, asset(name).read_bytes())
    assert error.message == "r.out: it holds more than 4 numbers"


STREAM = """
import json, resource, sys
from pathlib import Path
from pytest_fitness.results import formats, spread
from pytest_fitness.results.opened import ResultFile
spread.MOST_KEPT = 10_000
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
file = ResultFile(Path(sys.argv[1]), "stream")
formats.read(ResultFile(Path(sys.argv[2]), "small"))
before = peak()
count = formats.read(file)["t.p95"].samples
print(json.dumps([count, peak() - before]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs resource")
def test_a_long_stream_takes_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    metric = {"name": "t", "type": "trend", "contains": "time"}
    head = json.dumps({"type": "Metric", "data": metric, "metric": "t"}) + "\n"
    tags = ',"tags":{"url":"' + "x" * 600 + '"}'
    line = '{"metric":"t","type":"Point","data":{"time":"2026-01-31T12:00:00Z","value":%d' + tags
    long, short = tmp_path / "long.json", tmp_path / "short.json"
    body = "".join((line % (number % 977)) + "}}\n" for number in range(30_000))
    long.write_text(head + body, "utf-8")
    short.write_text(head + body[:7_000].rpartition("\n")[0], "utf-8")
    assert long.stat().st_size > 20_000_000
    done = subprocess.run(
        [sys.executable, "-c", STREAM, long, short], capture_output=True, check=True
    )
    count, kibibytes = json.loads(done.stdout)
    assert count == 30_000
    assert kibibytes < 8 * 1024


# Units.


@pytest.mark.parametrize(
    ("format_", "name", "unit"),
    [
        ("k6", "http_req_duration.p95", units.SECONDS),
        ("k6", "http_req_duration.p99.9", units.SECONDS),
        ("k6", "http_req_duration{scenario:a.b}.max", units.SECONDS),
        ("k6", "http_req_failed.rate", units.RATIO),
        ("k6", "checks.rate", units.RATIO),
        ("k6", "http_reqs.rate", units.RATE),
        ("k6", "data_sent.count", units.BYTES),
        ("k6", "data_sent.rate", units.RATE),
        ("k6", "vus.value", units.COUNT),
        ("k6", "own.rate", None),
        ("k6", "own.p95", None),
        ("k6", "own.count", units.COUNT),
        ("locust", "checkout.p95", units.SECONDS),
        ("locust", "GET /a.b.failure_ratio", units.RATIO),
        ("jmeter", "checkout.p99.9", units.SECONDS),
        ("jmeter", "TOTAL.error_rate", units.RATIO),
        ("jmeter", "TOTAL.throughput", units.RATE),
        ("pytest-benchmark", "test_a.ops", units.RATE),
        ("pytest-benchmark", "mean", units.SECONDS),
        ("pyperf", "mean", units.SECONDS),
        ("hyperfine", "ls -l /tmp.mean", units.SECONDS),
        ("asv", "a.B.peakmem_x(1, 'b.c')", units.BYTES),
        ("asv", "timeraw_x", units.SECONDS),
        ("asv", "a.track_x", None),
        ("cobertura", "line-rate", units.RATIO),
        ("cobertura", "a/b.py.lines-valid", units.COUNT),
        ("junit", "a.b.time", units.SECONDS),
        ("junit", "testcase.max", units.SECONDS),
        ("junit", "failures", units.COUNT),
        (None, "http_req_duration.p95", units.SECONDS),
        (None, "line-rate", units.RATIO),
        (None, "failures", units.COUNT),
        (None, "mean", units.SECONDS),
        (None, "search.mem_index", units.BYTES),
    ],
)
def test_the_unit_follows_from_the_name(format_: str | None, name: str, unit: str | None) -> None:
    assert unit_of(format_, name) == unit


@pytest.mark.parametrize(
    ("format_", "name"),
    [
        ("k6", "p95"),
        ("k6", "http_req_duration"),
        ("k6", "http_req_duration.p(95)"),
        ("k6", "http_req_duration.p101"),
        ("k6", "http_req_duration.mean"),
        ("k6", ""),
        ("locust", "p95"),
        ("locust", "checkout.p950"),
        ("jmeter", "checkout.mean"),
        ("pytest-benchmark", "test_a.p95"),
        ("pyperf", "sort.average"),
        ("hyperfine", "ls.p95"),
        ("asv", "search.mean"),
        ("asv", "search.timely"),
        ("cobertura", "coverage"),
        ("junit", "testcase.min"),
    ],
)
def test_a_name_that_a_tool_does_not_have_is_told(format_: str, name: str) -> None:
    with pytest.raises(ValueError, match="of " + format_) as caught:
        unit_of(format_, name)
    assert str(caught.value).startswith(repr(name))


def test_without_a_format_all_that_have_the_name_must_agree() -> None:
    with pytest.raises(
        ValueError, match=r"'checkout\.max' is meant\? Add `format`, which may be k6, "
    ):
        unit_of(None, "checkout.max")
    with pytest.raises(ValueError, match="no known tool writes a number 'p95'"):
        unit_of(None, "p95")


def test_a_unit_that_is_stated_has_to_fit() -> None:
    assert unit_of("k6", "own.p95", units.SECONDS) is None
    assert unit_of("k6", "http_req_duration.p95", units.SECONDS) == units.SECONDS
    assert unit_of("pyperf", "mean", units.COUNT) == units.COUNT
    with pytest.raises(ValueError, match="is measured in s, not in B"):
        unit_of("k6", "http_req_duration.p95", units.BYTES)
    with pytest.raises(ValueError, match="is measured in plain numbers, not in s"):
        unit_of("junit", "failures", units.SECONDS)
    with pytest.raises(ValueError, match="is measured in s, not in /s"):
        unit_of("pyperf", "mean", units.RATE)
