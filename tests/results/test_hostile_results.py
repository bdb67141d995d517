"""Whatever is wrong with a file: numbers or one clear error, and nothing else."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pytest_fitness.errors import MeasureError
from pytest_fitness.results import formats
from pytest_fitness.results.reading import Reading, Readings
from result_files import ASSETS, asset, opened

DOCUMENTS = sorted(path.name for path in ASSETS.glob("*.json") if path.name != "k6-stream.json")
TEXTS = ["coverage-branch.xml", "junit.xml", "jmeter.csv", "locust_stats.csv", "k6-stream.json"]
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from([10**400, "1e999", "2026-01-31", "byte", -1]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
calm = settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=30)


def places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every container with every key or index in it."""
    keys = list(node) if isinstance(node, dict) else range(len(node))
    for key in keys:
        yield node, key
        if isinstance(node[key], dict | list):
            yield from places(node[key])


def check(directory: Path, content: bytes) -> None:
    """Read it: what comes out is sound, or one error that names the file and says what to do."""
    found: Readings = {}
    told: list[MeasureError] = []
    try:
        found = formats.read(opened(directory, content))
    except MeasureError as error:
        told.append(error)
    assert all(error.message.startswith("r.out") and error.hint for error in told)
    for name, reading in found.items():
        assert isinstance(name, str)
        assert isinstance(reading, Reading)
        assert type(reading.value) is float
        assert type(reading.samples) is int
        assert reading.samples >= 0
        assert reading.moment is None or 0 < reading.moment < 1e11
        if reading.interval is not None:
            low, high = reading.interval
            assert low <= high


@pytest.mark.parametrize("name", DOCUMENTS)
@given(data=st.data())
@calm
def test_any_part_of_a_document_may_be_anything(
    tmp_path: Path, name: str, data: st.DataObject
) -> None:
    document = json.loads(asset(name).read_text("utf-8"))
    for _ in range(data.draw(st.integers(1, 3))):
        container, key = data.draw(st.sampled_from(list(places(document))))
        if data.draw(st.booleans()):
            container[key] = data.draw(VALUES)
        else:
            del container[key]
        if not document:
            break
    check(tmp_path, json.dumps(document).encode())


@pytest.mark.parametrize("name", TEXTS)
@given(data=st.data())
@calm
def test_any_part_of_a_text_may_be_anything(tmp_path: Path, name: str, data: st.DataObject) -> None:
    body = asset(name).read_bytes()
    start = data.draw(st.integers(0, len(body)))
    end = start + data.draw(st.integers(0, 40))
    patch = data.draw(st.binary(max_size=6) | st.sampled_from([b"nan", b"1e999", b'"', b"<a>"]))
    check(tmp_path, body[:start] + patch + body[end:])


HEAD_OF_ASV = '"commit_hash": 1, "params": {}'
ODD = {
    "runs that are none": '{"version": "1.0", "benchmarks": [null, {"runs": []}]}',
    "values that are none": '{"version": "1.0", "benchmarks": [{"runs": [{"values": 3}, {}]}]}',
    "a share below zero": '{"metrics": {"a": {"passes": -1, "fails": 0}}}',
    "an endless share": '{"metrics": {"a": {"passes": 1e999, "fails": 1}}}',
    "no number at all": '{"metrics": {"a": {"count": {}, "rate": []}, "b": {"avg": []}}}',
    "columns that are lists": f'{{{HEAD_OF_ASV}, "version": 2, "result_columns": [["result"]],'
    ' "results": {"time_x": [1]}}',
    "an interval upside down": f'{{{HEAD_OF_ASV}, "version": 1, "results": {{"time_x":'
    ' {"result": [1], "stats": [{"ci_99": [3, 2]}]}}}',
    "before the epoch": '[{"num_requests": 1, "last_request_timestamp": 0, "start_time": -5}]',
    "huge counts": '[{"num_requests": 1e300, "num_failures": 1, "response_times": {"x": 1}}]',
}


@pytest.mark.parametrize("content", ODD.values(), ids=ODD)
def test_what_once_was_read_wrongly(tmp_path: Path, content: str) -> None:
    assert formats.recognise(opened(tmp_path, content)) is not None
    check(tmp_path, content.encode())


@given(st.binary(max_size=200))
@example(b'{"results": {}, "params": 1, "commit_hash": 1, "version": 2}')
@example(b'{"results": [], "params": 1, "commit_hash": 1, "version": 2}')
@example(b'{"results": null, "params": 1, "commit_hash": 1, "version": 1}')
@example(b'{"benchmarks": [1, {"runs": [1]}], "version": "1.0"}')
@example(b'{"benchmarks": [null], "machine_info": {}}')
@example(b'{"results": []}')
@example(b'{"results": {"metrics": [{"name": "a"}]}, "version": []}')
@example(b'{"type": "Point", "data": []}')
@example(b'[{"num_requests": {}}]')
@example(b"timeStamp,elapsed")
@example(b"<coverage>" + b"<package>" * 50)
@calm
def test_any_bytes_may_come(tmp_path: Path, content: bytes) -> None:
    with suppress(MeasureError):
        formats.recognise(opened(tmp_path, content))
    if content.strip():
        check(tmp_path, content)
