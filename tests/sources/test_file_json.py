"""JSON: a number at a path, or a series."""

import json
import math
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from file_asking import NOW, THEN, ask_file, points_of, refused
from pytest_fitness.answers import Answer, Points, Window
from pytest_fitness.errors import MeasureError


def ask(root: Path, document: Any, path: str = "@", window: Window = NOW) -> Answer:
    return ask_file(root / "a.json", json.dumps(document), window, path=path)


def points(root: Path, document: Any, path: str = "@", window: Window = NOW) -> Points:
    return points_of(ask(root, document, path, window))


def message(root: Path, document: Any, path: str = "@") -> str:
    return refused(root / "a.json", json.dumps(document), path=path).message


@pytest.mark.parametrize(
    ("document", "path", "value"),
    [
        ({"queue": {"depth": 7}}, "queue.depth", 7.0),
        ({"tests": [{"took": 1.5}, {"took": 2}]}, "sum(tests[].took)", 3.5),
        ({"tests": [1, 2, 3]}, "length(tests)", 3.0),
        ({"tests": [1, 2, 3]}, "tests[-1]", 3.0),
        ({"share": "0.25"}, "share", 0.25),
        ({"share": " -1e3 "}, "share", -1000.0),
        ({"share": "NaN"}, "share", math.nan),
        ([math.inf], "[0]", math.inf),
        ([10**300], "[0]", 1e300),
        (0, "@", 0.0),
    ],
)
def test_a_number(tmp_path: Path, document: Any, path: str, value: float) -> None:
    [(time, found)] = points(tmp_path, document, path)
    assert time == THEN
    assert repr(found) == repr(value)


@pytest.mark.parametrize(
    ("document", "path", "why"),
    [
        ({"a": None}, "a", "a.json: 'a' is null or not there"),
        ({"a": 1}, "b.c", "a.json: 'b.c' is null or not there"),
        ({"a": []}, "a", "a.json: 'a' is an empty list"),
        ({"a": []}, "a[0]", "a.json: 'a[0]' is null or not there"),
    ],
)
def test_nothing(tmp_path: Path, document: Any, path: str, why: str) -> None:
    assert ask(tmp_path, document, path) == Answer((), (why,))


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (True, "true or false is no number"),
        (False, "true or false is no number"),
        ({"a": 1}, "an object is no number"),
        (-(10**400), "a whole number of hundreds of digits is too large"),
        ([{"time": 10**400, "value": 1}], "[0]: a whole number of hundreds of digits is"),
        ("many", "'many' is no number"),
        ("", "'' is no number"),
        ("1_000", "'1_000' is no number"),
        ("1,5", "'1,5' has a decimal comma; write a point"),
        ("12 ms", "'12 ms' is no number"),
        ([1, 2], "it is a list of 2, and [0] has no time and value"),
        ([[THEN, 1]], "it is a list of 1, and [0] has no time and value"),
        ([{"time": THEN, "value": 1}, {"time": THEN}], "it is a list of 2, and [1] has no time"),
        ([{"time": THEN, "value": True}], "[0]: true or false is no number"),
        ([{"time": THEN, "value": "x"}], "[0]: 'x' is no number"),
        ([{"time": None, "value": 1}], "[0]: null is no time such as 2026-01-31T12:00:00Z"),
        ([{"time": True, "value": 1}], "[0]: true or false is no time"),
        ([{"time": "yesterday", "value": 1}], "[0]: 'yesterday' is no time"),
        ([{"time": "2026-01-31T12:00:00", "value": 1}], "has no offset from UTC such as Z"),
        ([{"time": "2026-01-31", "value": 1}], "has no offset from UTC such as Z"),
        ([{"time": "20260131", "value": 1}], "has no offset from UTC such as Z"),
        ([{"time": 20260131, "value": 1}], "20260131 is no time in seconds or milliseconds"),
        ([{"time": 1e18, "value": 1}], "1e+18 is no time in seconds or milliseconds"),
        ([{"time": math.nan, "value": 1}], "nan is no time in seconds or milliseconds"),
        (
            [{"time": THEN, "value": 1}, {"time": THEN, "value": 2}],
            "[1]: the time is that of [0], with another value",
        ),
    ],
)
def test_what_is_no_number_and_no_series(tmp_path: Path, document: Any, why: str) -> None:
    found = message(tmp_path, {"it": document}, "it")
    assert found.startswith("a.json: 'it': ")
    assert why in found


def test_a_series(tmp_path: Path) -> None:
    document = [
        {"time": "2023-11-14T22:13:20Z", "value": 5, "host": "a"},
        {"time": "2023-11-14T23:12:20+01:00", "value": "4"},
        {"time": THEN - 30, "value": 4.5},
        {"time": (THEN - 90) * 1000, "value": 3},
        {"time": str(THEN - 10), "value": None},
        {"time": THEN + 5, "value": 9},
        {"time": THEN - 30, "value": 4.5},
    ]
    expected = ((THEN - 90, 3.0), (THEN - 60, 4.0), (THEN - 30, 4.5), (THEN, 5.0))
    assert points(tmp_path, document, "@", Window(THEN, 100)) == expected
    assert points(tmp_path, document, "@", Window(THEN, 90)) == expected[1:]
    assert points(tmp_path, document) == expected[-1:]
    assert points(tmp_path, document, "@", Window(THEN - 1000)) == ()
    assert points(tmp_path, {"of": document}, "of[?host=='a']", NOW) == expected[-1:]


TIMES = st.integers(0, 8 * 500).map(lambda eighths: THEN - eighths / 8)


def as_iso(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).isoformat()


@given(
    st.dictionaries(TIMES, st.integers(-9, 9), min_size=1),
    st.sampled_from([float, str, as_iso, lambda time: round(time * 1000)]),
    st.randoms(),
    TIMES,
    st.sampled_from([0.0, 1.0, 60.0]),
)
def test_the_points_of_a_window_however_times_are_written(
    series: dict[float, int], write: Any, random: Any, end: float, seconds: float
) -> None:
    document = [{"time": write(time), "value": value} for time, value in series.items()]
    random.shuffle(document)
    until = sorted((time, float(value)) for time, value in series.items() if time <= end)
    expected = [point for point in until if point[0] > end - seconds] if seconds else until[-1:]
    with TemporaryDirectory() as folder:
        assert points(Path(folder), document, "@", Window(end, seconds)) == tuple(expected)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "a.json:1:1: no valid JSON: Expecting value"),
        ('{"a": 1,\n"b"', "a.json:2:4: no valid JSON: Expecting ':' delimiter"),
        ("a = 1", "a.json:1:1: no valid JSON"),
        (b'{"a":\n"\xff"}', "a.json:2: no UTF-8"),
        ("[" * 100_000, "a.json: its lists and objects lie too deep within each other"),
        ("1" * 5000, "a.json: a number in it is too large"),
        ('{"a": 1} {"a": 2}', "a.json:1:10: no valid JSON: Extra data"),
    ],
)
def test_what_is_no_json(tmp_path: Path, text: str | bytes, why: str) -> None:
    if text == "1" * 5000:
        assert sys.get_int_max_str_digits() < 5000
    assert refused(tmp_path / "a.json", text, path="a").message.startswith(why)


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    assert points_of(ask_file(tmp_path / "a.json", "\ufeff5", path="@")) == ((THEN, 5.0),)


@pytest.mark.parametrize(
    ("document", "path", "function"),
    [({"a": "secret"}, "sum(a)", "sum"), ({"a": 5}, "length(a)", "length")],
)
def test_a_function_that_does_not_fit(
    tmp_path: Path, document: Any, path: str, function: str
) -> None:
    found = message(tmp_path, document, path)
    assert found == f"a.json: {path!r} cannot be found by {function}()"


def test_without_the_library_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def import_module(name: str) -> None:
        raise ModuleNotFoundError(name, name=name)

    monkeypatch.setattr("pytest_fitness.extras.import_module", import_module)
    error = refused(tmp_path / "a.json", "5", path="@")
    assert "the package jmespath, which is not installed" in error.message
    assert error.hint == "Install it: pip install 'pytest-fitness[file]'."


@given(st.binary(max_size=30))
def test_no_bytes_do_anything_but_be_refused(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        assert outcome(Path(folder), content).startswith(("a.json", "Answer("))


def outcome(root: Path, content: bytes) -> str:
    """The answer, or the message of the refusal; nothing else is raised."""
    try:
        return repr(ask_file(root / "a.json", content, path="@"))
    except MeasureError as error:
        return error.message
