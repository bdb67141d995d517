"""What holds of a baseline and judging together, whatever was accepted and whatever is found."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fitness.errors import Location
from pytest_fitness.history.baseline import Accepted, Baseline
from pytest_fitness.judge.limits import judge
from pytest_fitness.model import Check, FitnessFunction, Limit, Measurement, Outcome, Place, Verdict

law = settings(deadline=None, derandomize=True)
FUNCTION = FitnessFunction("it", "contract", None, Location("fitness.yaml", 1), frozen=True)
ENDS = [("a", "z"), ("b", "z"), ("a", "y")]
pairs = st.dictionaries(st.sampled_from(ENDS), st.sampled_from([" -> ", " -> ... -> "]))
found_keys = pairs.map(lambda found: {way.join(ends) for ends, way in found.items()})
accepted_keys = st.sets(
    st.sampled_from([way.join(ends) for ends in ENDS for way in (" -> ", " -> ... -> ")])
)
values = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 20))


def judged(keys: set[str], accepted: Accepted) -> Verdict:
    places = tuple(Place(key, key) for key in sorted(keys))
    return judge(FUNCTION, Check(), Measurement(len(places), places=places), accepted)


def judged_by_value(found: dict[str, int], accepted: Accepted) -> Verdict:
    places = tuple(Place(key, key, value) for key, value in sorted(found.items()))
    worst = max(found.values(), default=0)
    measurement = Measurement(worst, places=places, judged_by_place=True)
    return judge(FUNCTION, Check(limit=Limit(high=10)), measurement, accepted)


def is_covered(key: str, accepted: set[str]) -> bool:
    return key in accepted or key.replace("... -> ", "") in accepted


@law
@given(keys=found_keys, accepted=accepted_keys)
def test_a_violation_is_known_exactly_where_it_or_its_direct_import_was_accepted(
    keys: set[str], accepted: set[str]
) -> None:
    verdict = judged(keys, dict.fromkeys(accepted))
    known = {violation.key for violation in verdict.known}
    assert known == {key for key in keys if is_covered(key, accepted)}
    assert {violation.key for violation in verdict.violations} == keys - known
    assert (verdict.outcome is Outcome.PASSED) == (keys == known)
    assert set(verdict.fixed) <= accepted - keys


@law
@given(keys=found_keys, accepted=accepted_keys)
def test_pruning_makes_no_violation_new_and_leaves_nothing_to_prune(
    keys: set[str], accepted: set[str]
) -> None:
    before = Baseline(Path("b.json"), {"it": dict.fromkeys(accepted)})
    verdict = judged(keys, before.of("it"))
    after = before.prune([verdict])
    again = judged(keys, after.of("it"))
    assert again.violations == verdict.violations
    assert again.known == verdict.known
    assert again.fixed == ()
    assert after.prune([again]) == after


@law
@given(keys=found_keys, accepted=accepted_keys)
def test_what_is_accepted_passes_and_has_nothing_fixed(keys: set[str], accepted: set[str]) -> None:
    before = Baseline(Path("b.json"), {"it": dict.fromkeys(accepted)})
    after = before.accept([judged(keys, before.of("it"))])
    again = judged(keys, after.of("it"))
    assert (again.outcome, again.violations, again.fixed) == (Outcome.PASSED, (), ())
    assert after.of("it").keys() == keys


@law
@given(keys=found_keys)
def test_a_chain_that_became_direct_is_new_and_one_that_was_direct_is_not(keys: set[str]) -> None:
    direct = {key.replace("... -> ", "") for key in keys}
    chains = {key.replace(" -> ", " -> ... -> ") for key in direct}
    assert len(judged(direct, dict.fromkeys(chains)).violations) == len(direct)
    assert judged(direct, dict.fromkeys(chains)).fixed == ()
    assert judged(chains, dict.fromkeys(direct)).violations == ()
    assert judged(chains, dict.fromkeys(direct)).fixed == ()


@law
@given(found=values, later=values)
def test_a_value_may_get_better_and_never_worse(
    found: dict[str, int], later: dict[str, int]
) -> None:
    empty = Baseline(Path("b.json"))
    accepted = empty.accept([judged_by_value(found, {})])
    assert accepted.of("it") == {key: value for key, value in found.items() if value > 10}
    verdict = judged_by_value(later, accepted.of("it"))
    worse = {key for key, value in later.items() if value > max(10, found.get(key, 0))}
    assert {violation.key for violation in verdict.violations} == worse
    for key, value in accepted.prune([verdict]).of("it").items():
        before = accepted.of("it")[key]
        assert value is not None
        assert before is not None
        assert value <= before
