"""What holds for every verdict, whatever was measured."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness import units
from pytest_fitness.errors import Location
from pytest_fitness.judge.limits import WHOLE, judge
from pytest_fitness.judge.samples import mean, percentile
from pytest_fitness.judge.verdicts import fails, no_data
from pytest_fitness.model import Check, Effect, FitnessFunction, Limit, Measurement, Outcome, Place
from pytest_fitness.transfer import to_builtins, verdict_from_builtins

FUNCTION = FitnessFunction("it", "kind", None, Location("fitness.yaml", 3))
ORDER = [Outcome.PASSED, Outcome.WARNED, Outcome.FAILED]
VALUES = st.integers(0, 30).map(float)
FOUND = st.dictionaries(st.sampled_from("abcdef"), VALUES, min_size=1)
NUMBERS = st.floats(-1e9, 1e9)


def places(values: dict[str, float]) -> Measurement:
    found = tuple(Place(name, name, value) for name, value in values.items())
    return Measurement(max(values.values()), places=found, judged_by_place=True)


def severity(check: Check, measurement: Measurement) -> int:
    return ORDER.index(judge(FUNCTION, check, measurement).outcome)


@given(FOUND, VALUES, VALUES)
def test_a_looser_limit_never_makes_it_worse(
    found: dict[str, float], line: float, more: float
) -> None:
    for strict, loose in (
        (Limit(high=line), Limit(high=line + more)),
        (Limit(low=line), Limit(low=line - more)),
    ):
        for measurement in (places(found), Measurement(max(found.values()))):
            assert severity(Check(limit=loose), measurement) <= severity(
                Check(limit=strict), measurement
            )


@given(FOUND, VALUES, VALUES)
def test_a_warn_line_changes_no_failure(found: dict[str, float], line: float, warn: float) -> None:
    plain = judge(FUNCTION, Check(limit=Limit(high=line)), places(found))
    warned = judge(FUNCTION, Check(limit=Limit(high=line), warn=Limit(high=warn)), places(found))
    assert (plain.outcome is Outcome.FAILED) == (warned.outcome is Outcome.FAILED)
    assert warned.violations == plain.violations
    assert not fails(warned) or fails(plain)


@given(FOUND, FOUND, st.sampled_from("abcdef"), VALUES)
def test_accepting_more_never_makes_it_worse(
    found: dict[str, float], accepted: dict[str, float], key: str, value: float
) -> None:
    check = Check(limit=Limit(high=10))
    before = judge(FUNCTION, check, places(found), accepted)
    after = judge(FUNCTION, check, places(found), {key: value} | accepted)
    assert len(after.violations) <= len(before.violations)


@given(NUMBERS, NUMBERS)
def test_a_single_number_fails_exactly_past_its_limit(value: float, line: float) -> None:
    for limit in (Limit(high=line), Limit(low=line), Limit(equals=line)):
        found = judge(FUNCTION, Check(limit=limit), Measurement(value))
        assert (found.outcome is Outcome.FAILED) == (not limit.allows(value))
        assert [violation.key for violation in found.violations] == [WHOLE] * fails(found)


@given(FOUND)
def test_the_order_of_places_does_not_change_the_outcome(found: dict[str, float]) -> None:
    check = Check(limit=Limit(high=15), warn=Limit(high=7))
    measurement = places(found)
    turned = measurement._replace(places=measurement.places[::-1])
    one, two = (judge(FUNCTION, check, each) for each in (measurement, turned))
    assert one.outcome is two.outcome
    assert set(one.violations) == set(two.violations)


@pytest.mark.parametrize("value", [math.inf, -math.inf, 1e308, -1e308])
@pytest.mark.parametrize("unit", [units.COUNT, units.SECONDS, units.RATIO, units.BYTES, "$"])
def test_a_number_beyond_all_bounds_is_judged_like_any_other(value: float, unit: str) -> None:
    high = judge(FUNCTION, Check(limit=Limit(high=1), unit=unit), Measurement(value, unit))
    low = judge(FUNCTION, Check(limit=Limit(low=1), unit=unit), Measurement(value, unit))
    assert fails(high) == (value > 0)
    assert fails(low) == (value < 0)
    assert len(high.reason) < 80


@pytest.mark.parametrize("accepted", [None, {}, {"a": 1.0}, {WHOLE: 5.0}])
@pytest.mark.parametrize(
    "measurement",
    [
        Measurement(None),
        Measurement(math.nan),
        Measurement(0, samples=0),
        Measurement(None, places=(Place("a", "a"),)),
    ],
)
@pytest.mark.parametrize("effect", Effect)
def test_nothing_measured_is_never_a_pass_whatever_was_accepted(
    accepted: dict[str, float | None] | None, measurement: Measurement, effect: Effect
) -> None:
    function = FUNCTION._replace(on_no_data=effect)
    found = judge(function, Check(limit=Limit(high=10)), measurement, accepted)
    assert (found.outcome, found.effect) == (Outcome.NO_DATA, effect)
    assert found.reason == "nothing was found"
    assert (found.violations, found.known, found.fixed) == ((), (), ())
    assert fails(found) is (effect is Effect.FAIL)
    assert fails(found, strict=True) is (effect is not Effect.SKIP)


def test_no_data_says_what_was_looked_for_and_notes() -> None:
    measurement = Measurement(None, units.RATIO, subject="0 modules", notes=("one left out",))
    found = no_data(FUNCTION, Check("part", unit=units.RATIO), measurement)
    assert (found.reason, found.notes, found.unit) == ("0 modules", ("one left out",), "%")
    assert found.series == "it::part"


def test_names_that_are_not_text_are_written_as_escapes_in_all_of_a_verdict() -> None:
    odd = "caf\udce9"
    place = Place(odd, odd, 5.0, path=odd)
    measurement = Measurement(
        5.0, places=(place,), judged_by_place=True, subject=odd, notes=(odd, "é")
    )
    found = judge(FUNCTION, Check(limit=Limit(high=1)), measurement)
    (violation,) = found.violations
    shown = (violation.key, violation.message, violation.path, found.subject, *found.notes)
    assert shown == (*("caf\\udce9",) * 5, "é")
    assert verdict_from_builtins(to_builtins(found)) == found
    again = judge(FUNCTION, Check(limit=Limit(high=1)), measurement, {violation.key: 5.0})
    assert (again.outcome, again.fixed) == (Outcome.PASSED, ())


@given(st.lists(NUMBERS, min_size=1, max_size=40), st.floats(0, 100), st.floats(0, 100))
def test_percentiles_lie_within_the_sample_and_rise(
    values: list[float], one: float, two: float
) -> None:
    low, high = sorted((one, two))
    slack = 1e-12 * max(map(abs, values))
    assert min(values) - slack <= percentile(values, low) <= percentile(values, high) + slack
    assert percentile(values, high) <= max(values) + slack
    assert (percentile(values, 0), percentile(values, 100)) == (min(values), max(values))


@given(st.lists(NUMBERS, min_size=1, max_size=40), st.floats(0, 100))
def test_statistics_do_not_ask_in_which_order_values_came(
    values: list[float], percent: float
) -> None:
    turned = sorted(values, key=lambda value: (-value, value))
    assert percentile(turned, percent) == percentile(values, percent)
    assert mean(turned) == mean(values)


@given(NUMBERS, st.integers(1, 50), st.floats(0, 100))
def test_statistics_of_equal_values_are_that_value(
    value: float, count: int, percent: float
) -> None:
    assert percentile([value] * count, percent) == value
    assert mean([value] * count) == pytest.approx(value, rel=1e-12)


def test_statistics_leave_their_values_alone() -> None:
    values = [3.0, 1.0, 2.0]
    assert (mean(values), percentile(values, 50)) == (2.0, 2.0)
    assert values == [3.0, 1.0, 2.0]
