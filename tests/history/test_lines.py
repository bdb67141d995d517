"""A run as a line: nothing is lost in it, and what is no such line is told."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from histories import MACHINE, recorded
from pytest_fitness.errors import HistoryError
from pytest_fitness.history import lines
from pytest_fitness.history.lines import read_line, write_line
from pytest_fitness.history.records import (
    Commit,
    Environment,
    Recorded,
    Result,
    Run,
    Status,
    storable,
)

RECORDED = Recorded(
    Run(
        1_700_000_000_123,
        MACHINE,
        Commit("c0ffee", "main", dirty=False),
        gate="ci",
        versions='{"python": "3.11.7"}',
        status=Status.ABORTED,
        id=7,
    ),
    (Result("größe", 2.5, "s", "failed", 1, 2), Result("cycles", 0.0, "count", "passed")),
)
LINE = json.loads(write_line(RECORDED))


def test_what_a_line_looks_like() -> None:
    """It is read by later versions, and by other programs: it does not change."""
    assert write_line(RECORDED) == (
        '{"format":1,"started_ms":1700000000123,'
        '"commit":{"id":"c0ffee","branch":"main","dirty":false},'
        '"environment":{"fingerprint":"3f2a","details":"{\\"cpus\\": 2}"},'
        '"gate":"ci","versions":"{\\"python\\": \\"3.11.7\\"}","status":"aborted","results":['
        '{"series":"cycles","value":0.0,"unit":"count","outcome":"passed"},'
        '{"series":"gr\\u00f6\\u00dfe","value":2.5,"unit":"s","outcome":"failed",'
        '"violations":1,"frozen":2}]}'
    )


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
counts = st.integers(0, 2**50)
results = st.builds(Result, texts, st.none() | st.floats(), texts, texts, counts, counts)
runs = st.builds(
    Run,
    st.integers(0, 2**50),
    st.builds(Environment, texts, texts),
    st.builds(Commit, st.none() | texts, st.none() | texts, st.none() | st.booleans()),
    st.none() | texts,
    texts,
    st.sampled_from(Status),
    st.none(),
)


@given(st.builds(Recorded, runs, st.lists(results, unique_by=lambda one: one.series).map(tuple)))
def test_what_was_written_is_what_is_read(given_run: Recorded) -> None:
    line = write_line(given_run)
    found = read_line(line)
    assert line.isascii()
    assert line.isprintable()
    assert found.run == given_run.run
    assert sorted(found.results, key=repr) == sorted(map(storable, given_run.results), key=repr)
    assert found.same(given_run)
    assert write_line(found) == line


def test_equal_runs_have_equal_lines_in_whatever_order_their_results_are() -> None:
    turned = RECORDED._replace(run=RECORDED.run._replace(id=8), results=RECORDED.results[::-1])
    assert write_line(turned) == write_line(RECORDED)


@pytest.mark.parametrize("value", [math.inf, -math.inf], ids=["above", "below"])
def test_infinities_are_kept(value: float) -> None:
    assert read_line(write_line(recorded(1, a=value))).results[0].value == value


def changed(**keys: object) -> str:
    return json.dumps(LINE | keys)


def result(**keys: object) -> str:
    return changed(results=[LINE["results"][0] | keys])


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("null", "a mapping with 'format' is expected"),
        ("[" * 100_000, "not the line of a run"),
        ("{}", "'format' is missing"),
        (changed(format="1"), "'format' is wrong"),
        (changed(format=True), "'format' is wrong"),
        (changed(started_ms=None), "'started_ms' is missing"),
        (changed(started_ms=-1), "-1 is no time"),
        (changed(started_ms=2**60), "is no time"),
        (changed(started_ms=1.5), "'started_ms' is wrong"),
        (changed(status="begun"), "'begun' is not a valid Status"),
        (changed(commit=[]), "'commit' is wrong"),
        (changed(commit={"dirty": "no"}), "'dirty' is wrong"),
        (changed(environment={}), "'fingerprint' is missing"),
        (changed(results=None), "'results' is missing"),
        (changed(results=[1]), "a mapping with 'series' is expected"),
        (result(series=None), "'series' is missing"),
        (result(value="many"), "many"),
        (result(value=True), "'value' is wrong"),
        (result(value=10**400), "too large"),
        (result(violations=-1), "'violations' is -1"),
        (result(frozen=2**60), "'frozen' is"),
        (result(unit="\udc80"), "surrogates not allowed"),
        (changed(results=[LINE["results"][0]] * 2), "occurs twice"),
        (changed().replace("2.5", "NaN"), "NaN is no value"),
    ],
    ids=[f"case-{number}" for number in range(26)],
)
def test_what_is_no_line_of_a_run_is_told(line: str, why: str) -> None:
    with pytest.raises(HistoryError) as caught:
        read_line(line)
    assert why in caught.value.message
    assert "\n" not in caught.value.message


def test_a_line_of_a_newer_format_is_told_as_such() -> None:
    with pytest.raises(HistoryError, match="its format is 2, known here is 1") as caught:
        read_line('{"format": 2, "unheard": "of"}')
    assert caught.value.hint == "upgrade pytest-fitness"


def test_a_line_without_end_is_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST", 100)
    with pytest.raises(HistoryError, match="more than 100 characters"):
        read_line("[" * 101)


def test_keys_that_are_not_known_are_passed_over() -> None:
    assert read_line(changed(host="ci-7")).same(RECORDED)
