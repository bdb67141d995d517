"""The JSON report for any verdict there can be."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_fitness.errors import Location
from pytest_fitness.model import Effect, Limit, Link, Outcome, Verdict, Violation
from pytest_fitness.reports.json_report import document, is_replaceable, write
from pytest_fitness.transfer import verdict_from_builtins
from pytest_fitness.trends import Crossing, Finding, Moment, UsersCrossing, Worsening

TEXT = st.text(max_size=20)
FINITE = st.none() | st.floats(allow_nan=False, allow_infinity=False)
LINES = st.none() | st.builds(Limit, low=FINITE, high=FINITE, equals=FINITE)
LINKS = st.lists(
    st.builds(Link, TEXT, TEXT, st.none() | TEXT, st.none() | st.integers()), max_size=2
)
VIOLATIONS = st.lists(
    st.builds(
        Violation,
        key=TEXT,
        message=TEXT,
        value=FINITE,
        path=st.none() | TEXT,
        line=st.none() | st.integers(),
        chain=LINKS.map(tuple),
        accepted=FINITE,
    ),
    max_size=2,
).map(tuple)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
MOMENTS = st.none() | st.builds(Moment, NUMBERS, st.none() | TEXT)
CROSSINGS = st.builds(Crossing, NUMBERS, FINITE, FINITE)
TRENDS = st.builds(
    Worsening,
    st.sampled_from(Finding),
    NUMBERS,
    NUMBERS,
    change=FINITE,
    interval=st.none() | st.tuples(NUMBERS, NUMBERS),
    last_good=MOMENTS,
    first_bad=MOMENTS,
    more=st.integers(0, 9),
    by_date=st.none() | CROSSINGS,
    by_users=st.none()
    | st.builds(UsersCrossing, CROSSINGS, now=NUMBERS, date=st.none() | CROSSINGS),
    culprits=st.lists(TEXT, max_size=2).map(tuple),
)
VERDICTS = st.builds(
    Verdict,
    TEXT,
    st.sampled_from(Outcome),
    TEXT,
    part=st.none() | TEXT,
    kind=TEXT,
    value=FINITE,
    unit=TEXT,
    limit=LINES,
    warn=LINES,
    violations=VIOLATIONS,
    known=VIOLATIONS,
    fixed=st.lists(TEXT, max_size=2).map(tuple),
    notes=st.lists(TEXT, max_size=2).map(tuple),
    tags=st.lists(TEXT, max_size=2).map(tuple),
    effect=st.none() | st.sampled_from(Effect),
    location=st.none() | st.builds(Location, TEXT, st.integers(), st.integers()),
    frozen=st.booleans(),
    seconds=st.floats(0, 1e9),
    samples=st.integers(0, 2**50),
    interval=st.none() | st.tuples(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9)),
    trend=st.none() | TRENDS,
)


@given(st.lists(VERDICTS, max_size=3))
def test_every_verdict_comes_back_as_it_was_and_in_its_place(verdicts: list[Verdict]) -> None:
    text = json.dumps(document({}, verdicts), allow_nan=False)
    entries = json.loads(text)["verdicts"]
    assert [entry.pop("id") for entry in entries] == [verdict.series for verdict in verdicts]
    assert [verdict_from_builtins(entry) for entry in entries] == verdicts


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(verdicts=st.lists(VERDICTS, max_size=2), gate=st.none() | TEXT)
def test_a_report_is_ascii_ends_its_line_and_can_be_replaced(
    tmp_path: Path, verdicts: list[Verdict], gate: str | None
) -> None:
    path = tmp_path / "out.json"
    write(path, {"gate": gate}, verdicts)
    text = path.read_bytes()
    assert text.isascii()
    assert text.endswith(b"}\n")
    assert is_replaceable(path)
    assert [child.name for child in tmp_path.iterdir()] == ["out.json"]


@pytest.mark.parametrize("field", ["value", "seconds"])
@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
def test_no_number_of_a_report_is_infinite(field: str, number: float) -> None:
    fields: dict[str, Any] = {field: number}
    verdict = Verdict("a", Outcome.ERROR, "b", **fields)
    (entry,) = document({}, [verdict])["verdicts"]
    assert entry[field] == str(number)
    json.dumps(entry, allow_nan=False)


def refuse_constant(name: str) -> Any:
    raise AssertionError(name)


def test_a_strict_parser_reads_a_report(tmp_path: Path) -> None:
    verdict = Verdict("a", Outcome.FAILED, "b", value=-math.inf, limit=Limit(high=math.inf))
    write(tmp_path / "out.json", {}, [verdict])
    text = (tmp_path / "out.json").read_text("ascii")
    (entry,) = json.loads(text, parse_constant=refuse_constant)["verdicts"]
    assert (entry["value"], entry["limit"]["high"]) == ("-inf", "inf")


@pytest.mark.parametrize(
    ("content", "replaceable"),
    [
        (b"", True),
        (b'{"format": 1, "run": {', True),
        (b'{\n "format": 27,\n "run": {}}', True),
        (b" ", False),
        (b"\xef\xbb\xbf{}", False),
        (b'{"format": "1", "run": {}}', False),
        (b'{"run": {}, "format": 1}', False),
        (b'x{"format": 1, "run": {}}', False),
        (b"\xff\xfe", False),
    ],
)
def test_what_is_taken_for_an_earlier_report(
    tmp_path: Path, content: bytes, replaceable: bool
) -> None:
    path = tmp_path / "out.json"
    path.write_bytes(content)
    assert is_replaceable(path) is replaceable
