"""What holds for every limit, and for everything that crosses a process boundary."""

import json
import marshal
import math
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness import units
from pytest_fitness.errors import Location
from pytest_fitness.model import (
    Effect,
    Held,
    Limit,
    Link,
    Measurement,
    Outcome,
    Place,
    Verdict,
    Violation,
    series_of,
)
from pytest_fitness.transfer import (
    measurement_from_builtins,
    place_from_builtins,
    to_builtins,
    verdict_from_builtins,
)

NUMBERS = st.floats(allow_nan=False)
LINES = st.floats(-1e9, 1e9)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
MAYBE_TEXT = st.none() | TEXTS
MAYBE_NUMBER = st.none() | NUMBERS
MAYBE_LINE = st.none() | st.integers(1, 10**6)


def ranges() -> st.SearchStrategy[Limit]:
    return st.tuples(LINES, LINES).map(lambda pair: Limit(min(pair), max(pair)))


LIMITS = (
    LINES.map(lambda line: Limit(high=line))
    | LINES.map(lambda line: Limit(low=line))
    | LINES.map(lambda line: Limit(equals=line))
    | ranges()
)
CHAINS = st.lists(st.builds(Link, TEXTS, TEXTS, MAYBE_TEXT, MAYBE_LINE), max_size=3).map(tuple)
PLACES = st.builds(Place, TEXTS, TEXTS, MAYBE_NUMBER, MAYBE_TEXT, MAYBE_LINE, CHAINS)
VIOLATIONS = st.builds(
    Violation, TEXTS, TEXTS, MAYBE_NUMBER, MAYBE_TEXT, MAYBE_LINE, CHAINS, MAYBE_NUMBER
)
MEASUREMENTS = st.builds(
    Measurement,
    value=MAYBE_NUMBER,
    unit=st.sampled_from(["", "s", "%"]),
    places=st.lists(PLACES, max_size=3).map(tuple),
    judged_by_place=st.booleans(),
    samples=st.integers(0, 10**6),
    subject=TEXTS,
    notes=st.lists(TEXTS, max_size=2).map(tuple),
)
TIMES = st.floats(-1e12, 1e12)
HELD = st.builds(Held, st.lists(st.tuples(TIMES, TIMES), max_size=3).map(tuple), TIMES, TIMES)
MEASUREMENTS = st.builds(
    Measurement._replace,
    MEASUREMENTS,
    interval=st.none() | st.tuples(TIMES, TIMES),
    held=st.none() | HELD,
)
VERDICTS = st.builds(
    Verdict,
    function=TEXTS,
    outcome=st.sampled_from(Outcome),
    reason=TEXTS,
    part=MAYBE_TEXT,
    value=MAYBE_NUMBER,
    limit=st.none() | LIMITS,
    warn=st.none() | LIMITS,
    violations=st.lists(VIOLATIONS, max_size=2).map(tuple),
    known=st.lists(VIOLATIONS, max_size=2).map(tuple),
    fixed=st.lists(TEXTS, max_size=2).map(tuple),
    notes=st.lists(TEXTS, max_size=2).map(tuple),
    effect=st.none() | st.sampled_from(Effect),
    tags=st.lists(TEXTS, max_size=2).map(tuple),
    location=st.none() | st.builds(Location, TEXTS, st.integers(1), st.integers(1)),
    frozen=st.booleans(),
    seconds=st.floats(0, 1e6),
    interval=st.none() | st.tuples(TIMES, TIMES),
)


@given(PLACES)
def test_a_place_crosses_over_as_builtins(place: Place) -> None:
    assert place_from_builtins(json.loads(json.dumps(to_builtins(place)))) == place


@given(MEASUREMENTS)
def test_a_measurement_crosses_over_as_builtins(measurement: Measurement) -> None:
    builtins = to_builtins(measurement)
    assert measurement_from_builtins(builtins) == measurement
    assert measurement_from_builtins(marshal.loads(marshal.dumps(builtins))) == measurement
    assert measurement_from_builtins(json.loads(json.dumps(builtins))) == measurement


@given(VERDICTS)
def test_a_verdict_crosses_over_as_builtins(verdict: Verdict) -> None:
    builtins = to_builtins(verdict)
    back = verdict_from_builtins(json.loads(json.dumps(builtins)))
    assert back == verdict
    assert to_builtins(back) == builtins
    assert verdict_from_builtins(marshal.loads(marshal.dumps(builtins))) == verdict
    assert pickle.loads(pickle.dumps(verdict)) == verdict


@given(VERDICTS)
def test_what_comes_back_has_its_own_types(verdict: Verdict) -> None:
    back = verdict_from_builtins(json.loads(json.dumps(to_builtins(verdict))))
    assert type(back.outcome) is Outcome
    assert back.effect is None or type(back.effect) is Effect
    assert back.limit is None or type(back.limit) is Limit
    assert back.location is None or type(back.location) is Location
    assert all(type(link) is Link for each in back.violations for link in each.chain)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Outcome.NO_DATA, "no data"),
        ((1, "a", None), [1, "a", None]),
        ([(1,), [2]], [[1], [2]]),
        (Limit(1, 2), {"low": 1, "high": 2, "equals": None}),
        ((Limit(high=0),), [{"low": None, "high": 0, "equals": None}]),
        (True, True),
        ({"a": 1}, {"a": 1}),
    ],
)
def test_builtins_are_only_builtins(value: object, expected: object) -> None:
    found = to_builtins(value)
    assert found == expected
    assert type(found) is type(expected)


@given(LIMITS, NUMBERS)
def test_a_value_is_allowed_exactly_where_it_is_not_in_excess(limit: Limit, value: float) -> None:
    assert limit.allows(value) == (limit.excess(value) <= 0)


@given(LINES, st.floats(0, 1e9), NUMBERS)
def test_a_looser_limit_allows_no_less(line: float, more: float, value: float) -> None:
    for strict, loose in (
        (Limit(high=line), Limit(high=line + more)),
        (Limit(low=line), Limit(low=line - more)),
        (Limit(low=line, high=line), Limit(low=line - more, high=line + more)),
        (Limit(equals=line), Limit(low=line, high=line)),
    ):
        assert loose.allows(value) or not strict.allows(value)
        assert loose.excess(value) <= strict.excess(value)


@given(ranges(), NUMBERS)
def test_a_range_is_its_two_lines_together(limit: Limit, value: float) -> None:
    lines = (Limit(low=limit.low), Limit(high=limit.high))
    assert limit.allows(value) == all(line.allows(value) for line in lines)
    assert limit.excess(value) == max(line.excess(value) for line in lines)


WHOLE = st.integers(-100, 100).filter(bool)


@given(WHOLE, WHOLE, st.integers(-200, 200))
def test_headroom_is_negative_exactly_past_a_limit(one: int, two: int, value: int) -> None:
    low, high = sorted((one, two))
    for limit in (Limit(high=high), Limit(low=low), Limit(low=low, high=high)):
        headroom = limit.headroom(value)
        assert headroom is not None
        assert (headroom >= 0) == limit.allows(value)
        assert (headroom == 0) == (limit.excess(value) == 0)


@given(LIMITS)
def test_no_number_is_within_a_limit_that_it_cannot_be_compared_with(limit: Limit) -> None:
    assert not limit.allows(math.nan)
    assert limit.allows(math.inf) == (limit.high is None and limit.equals is None)
    assert limit.allows(-math.inf) == (limit.low is None and limit.equals is None)


@given(LIMITS, st.sampled_from([units.COUNT, units.SECONDS, units.BYTES, units.RATIO, "$"]))
def test_a_limit_is_described_by_its_lines(limit: Limit, unit: str) -> None:
    shown = limit.describe(unit)
    assert shown[0] in "≤≥=" or " … " in shown
    for line in limit:
        assert line is None or units.format_value(line, unit) in shown


@pytest.mark.parametrize(
    ("function", "part", "series"), [("a", None, "a"), ("a", "p95", "a::p95"), ("a.b", "", "a.b::")]
)
def test_a_part_has_its_own_series(function: str, part: str | None, series: str) -> None:
    assert series_of(function, part) == series
    assert Verdict(function, Outcome.PASSED, "", part=part).series == series


def test_the_nouns_cannot_be_changed() -> None:
    for noun in (Limit(high=1), Place("k", "m"), Verdict("f", Outcome.PASSED, "r")):
        with pytest.raises(AttributeError):
            noun.value = 1  # type: ignore[misc,union-attr]
