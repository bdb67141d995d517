"""A measurement against its limit and the baseline: each outcome for its own reason."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness import units
from pytest_fitness.errors import Location
from pytest_fitness.judge.limits import WHOLE, judge
from pytest_fitness.judge.verdicts import fails
from pytest_fitness.model import (
    Check,
    Effect,
    FitnessFunction,
    Limit,
    Measurement,
    Outcome,
    Place,
    Verdict,
)

FUNCTION = FitnessFunction(
    id="complexity",
    kind="complexity",
    options=None,
    location=Location("fitness.yaml", 3),
    about="long functions hide defects",
    owner="team",
    link="https://example.org",
    tags=("code",),
)
TEN = Check(limit=Limit(high=10), warn=Limit(high=8))


def places(**values: float) -> Measurement:
    found = tuple(Place(name, name, value, "a.py", 1) for name, value in values.items())
    worst = max(values.values(), default=None)
    return Measurement(worst, places=found, judged_by_place=True, samples=len(found))


def count(*keys: str) -> Measurement:
    return Measurement(len(keys), places=tuple(Place(key, key) for key in keys))


def test_within_the_limit_passes_with_the_figures() -> None:
    found = judge(FUNCTION, TEN, places(a=7))
    assert found.outcome is Outcome.PASSED
    assert found.reason == "7 is within ≤ 10"
    assert (found.value, found.limit, found.violations) == (7, Limit(high=10), ())


def test_a_verdict_carries_whose_it_is() -> None:
    found = judge(FUNCTION, Check("part", Limit(high=10)), places(a=7))
    assert (found.function, found.part, found.series) == ("complexity", "part", "complexity::part")
    assert (found.about, found.owner, found.link) == (FUNCTION.about, "team", "https://example.org")
    assert (found.kind, found.tags, found.location) == ("complexity", ("code",), FUNCTION.location)


def test_a_value_on_the_line_is_within() -> None:
    assert judge(FUNCTION, TEN, places(a=10)).outcome is not Outcome.FAILED


def test_past_the_warn_line_is_warned() -> None:
    found = judge(FUNCTION, TEN, places(a=9, b=2))
    assert found.outcome is Outcome.WARNED
    assert found.reason == "past warn ≤ 8: a.py:1: a"
    assert not found.violations


def test_a_number_of_the_whole_past_the_warn_line_says_so() -> None:
    found = judge(FUNCTION, TEN, Measurement(9))
    assert (found.outcome, found.reason) == (Outcome.WARNED, "9 is past the warn line ≤ 8")


def test_past_the_limit_fails_with_every_place() -> None:
    found = judge(FUNCTION, TEN, places(a=12, b=9, c=11))
    assert found.outcome is Outcome.FAILED
    assert found.reason == "12 where ≤ 10 is allowed"
    assert [violation.key for violation in found.violations] == ["a", "c"]


def test_a_lower_limit_is_broken_from_below() -> None:
    check = Check(limit=Limit(low=0.8), unit=units.RATIO)
    found = judge(FUNCTION, check, Measurement(0.71, units.RATIO))
    assert found.outcome is Outcome.FAILED
    assert found.reason == "71% where ≥ 80% is allowed"
    assert [violation.key for violation in found.violations] == [WHOLE]


@pytest.mark.parametrize(
    ("limit", "good", "bad"),
    [(Limit(equals=0), 0, 1), (Limit(low=1, high=5), 3, 6), (Limit(low=1, high=5), 1, 0)],
)
def test_other_forms_of_limit(limit: Limit, good: float, bad: float) -> None:
    check = Check(limit=limit)
    assert judge(FUNCTION, check, Measurement(good)).outcome is Outcome.PASSED
    assert judge(FUNCTION, check, Measurement(bad)).outcome is Outcome.FAILED


def test_a_count_without_a_limit_allows_none() -> None:
    assert judge(FUNCTION, Check(), count()).outcome is Outcome.PASSED
    found = judge(FUNCTION, Check(), count("a -> b", "c -> d"))
    assert found.outcome is Outcome.FAILED
    assert found.reason == "2 violations"
    assert [violation.key for violation in found.violations] == ["a -> b", "c -> d"]


def test_a_count_within_its_limit_has_no_violations() -> None:
    found = judge(FUNCTION, Check(limit=Limit(high=2)), count("a", "b"))
    assert (found.outcome, found.violations) == (Outcome.PASSED, ())


@pytest.mark.parametrize("value", [None, math.nan])
def test_no_value_is_no_data(value: float | None) -> None:
    found = judge(FUNCTION, TEN, Measurement(value, subject="nothing matched shop.wep"))
    assert found.outcome is Outcome.NO_DATA
    assert "nothing matched shop.wep" in found.reason


def test_nothing_looked_at_is_no_data() -> None:
    assert judge(FUNCTION, TEN, Measurement(0, samples=0)).outcome is Outcome.NO_DATA


def test_what_is_frozen_passes_and_is_counted() -> None:
    found = judge(FUNCTION, TEN, places(a=12, b=14), {"a": 12, "b": 14})
    assert found.outcome is Outcome.PASSED
    assert found.reason == "2 known violations, none new"
    assert {violation.key for violation in found.known} == {"a", "b"}


def test_a_new_violation_beside_frozen_ones_fails() -> None:
    found = judge(FUNCTION, TEN, places(a=12, b=14), {"a": 12})
    assert found.outcome is Outcome.FAILED
    assert found.reason == "14 where ≤ 10 is allowed (1 new, 1 known)"
    assert [violation.key for violation in found.violations] == ["b"]


def test_a_frozen_violation_that_got_worse_fails_with_both_values() -> None:
    found = judge(FUNCTION, TEN, places(a=17), {"a": 14})
    assert found.outcome is Outcome.FAILED
    assert "1 worse than accepted" in found.reason
    assert (found.violations[0].value, found.violations[0].accepted) == (17, 14)


def test_a_frozen_violation_that_got_better_passes() -> None:
    found = judge(FUNCTION, TEN, places(a=12), {"a": 14})
    assert found.outcome is Outcome.PASSED
    assert (found.known[0].value, found.known[0].accepted) == (12, 14)


def test_worse_below_a_lower_limit_is_lower() -> None:
    check = Check(limit=Limit(low=20))
    assert judge(FUNCTION, check, places(a=10), {"a": 15}).outcome is Outcome.FAILED
    assert judge(FUNCTION, check, places(a=16), {"a": 15}).outcome is Outcome.PASSED


def test_on_the_other_side_of_a_range_is_worse() -> None:
    check = Check(limit=Limit(low=2, high=3))
    assert judge(FUNCTION, check, places(a=4), {"a": 4}).outcome is Outcome.PASSED
    assert judge(FUNCTION, check, places(a=1), {"a": 4}).outcome is Outcome.FAILED


def test_an_accepted_place_without_its_value_accepts_no_value() -> None:
    assert judge(FUNCTION, TEN, places(a=12), {"a": None}).outcome is Outcome.FAILED


def test_the_last_digits_of_a_float_do_not_make_it_worse() -> None:
    check = Check(limit=Limit(high=100))
    assert judge(FUNCTION, check, places(a=1234.5678), {"a": 1234.57}).outcome is Outcome.PASSED


def test_what_was_fixed_is_named() -> None:
    found = judge(FUNCTION, TEN, places(a=12, b=3), {"a": 12, "b": 14, "gone": 20})
    assert found.outcome is Outcome.PASSED
    assert found.fixed == ("b", "gone")


def test_a_single_number_can_be_frozen_as_a_whole() -> None:
    check = Check(limit=Limit(high=0.2), unit=units.RATIO)
    share = Measurement(0.43, units.RATIO)
    assert judge(FUNCTION, check, share, {}).outcome is Outcome.FAILED
    assert judge(FUNCTION, check, share, {WHOLE: 0.43}).outcome is Outcome.PASSED
    assert judge(FUNCTION, check, share, {WHOLE: 0.40}).outcome is Outcome.FAILED


def test_a_frozen_contract_fails_on_a_new_import_only() -> None:
    accepted = {"a -> b": None}
    assert judge(FUNCTION, Check(), count("a -> b"), accepted).outcome is Outcome.PASSED
    found = judge(FUNCTION, Check(), count("a -> b", "c -> d"), accepted)
    assert [violation.key for violation in found.violations] == ["c -> d"]
    assert found.reason == "2 violations (1 new, 1 known)"


def test_frozen_places_do_not_warn() -> None:
    assert judge(FUNCTION, TEN, places(a=12), {"a": 12}).outcome is Outcome.PASSED
    assert judge(FUNCTION, TEN, places(a=12, b=9), {"a": 12}).outcome is Outcome.WARNED


@pytest.mark.parametrize(
    ("outcome", "effect", "normal", "strict"),
    [
        (Outcome.PASSED, None, False, False),
        (Outcome.WARNED, None, False, True),
        (Outcome.FAILED, None, True, True),
        (Outcome.ERROR, None, True, True),
        (Outcome.DORMANT, None, False, False),
        (Outcome.NO_DATA, Effect.FAIL, True, True),
        (Outcome.NO_DATA, Effect.WARN, False, True),
        (Outcome.NO_DATA, Effect.SKIP, False, False),
        (Outcome.INCONCLUSIVE, Effect.WARN, False, True),
    ],
)
def test_what_fails_a_run(
    outcome: Outcome, effect: Effect | None, normal: bool, strict: bool
) -> None:
    verdict = Verdict("it", outcome, "because", effect=effect)
    assert fails(verdict) is normal
    assert fails(verdict, strict=strict) is (normal or strict)


VALUES = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 30).map(float), min_size=1)
LIMITS = st.integers(0, 30).map(lambda line: Limit(high=line)) | st.integers(0, 30).map(
    lambda line: Limit(low=line)
)


@given(VALUES, LIMITS)
def test_freezing_what_is_there_is_always_green(values: dict[str, float], limit: Limit) -> None:
    check = Check(limit=limit)
    measurement = places(**values)
    first = judge(FUNCTION, check, measurement, {})
    accepted = {violation.key: violation.value for violation in first.violations}
    again = judge(FUNCTION, check, measurement, accepted)
    assert again.outcome is Outcome.PASSED
    assert not again.fixed
    assert len(again.known) == len(first.violations)


@given(VALUES, VALUES, LIMITS)
def test_every_offending_place_is_new_known_or_worse(
    before: dict[str, float], now: dict[str, float], limit: Limit
) -> None:
    found = judge(FUNCTION, Check(limit=limit), places(**now), before)
    offending = {name for name, value in now.items() if not limit.allows(value)}
    assert {v.key for v in (*found.violations, *found.known)} == offending
    assert set(found.fixed) == set(before) - offending
    assert (found.outcome is Outcome.FAILED) == bool(found.violations)
    for violation in found.known:
        assert limit.excess(violation.value or 0) <= limit.excess(before[violation.key])
