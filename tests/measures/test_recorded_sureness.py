"""How sure a number is that tests handed over: its own interval, or that of several."""

import math
import random
import time
from pathlib import Path
from statistics import mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judging import verdict

from pytest_fitness.measures.recorded.options import REDUCTIONS
from pytest_fitness.measures.recorded.reducing import Sure, reduced
from pytest_fitness.model import Outcome, Verdict
from pytest_fitness.results.handed_over import DIRECTORY, Record, write


def judged(root: Path, options: str, limit: str, *records: Record) -> Verdict:
    write(root / DIRECTORY, records, time.time())
    return verdict(root, f"recorded: {{{options}}}\n{limit}", top="version: 1")


@pytest.mark.parametrize(
    ("interval", "outcome"),
    [
        ((0.2, 0.24), Outcome.PASSED),
        ((0.2, 0.4), Outcome.PASSED),
        (None, Outcome.PASSED),
    ],
)
def test_within_its_limit_a_number_passes(
    tmp_path: Path, interval: tuple[float, float] | None, outcome: Outcome
) -> None:
    found = judged(
        tmp_path, "name: n, unit: s", "max: 300ms", Record("n", 0.21, "s", "", 9, interval)
    )
    assert (found.outcome, found.samples, found.interval) == (outcome, 9, interval)


@pytest.mark.parametrize(
    ("interval", "outcome"),
    [
        ((310.0, 420.0), Outcome.FAILED),
        ((290.0, 420.0), Outcome.INCONCLUSIVE),
        ((300.0, 420.0), Outcome.INCONCLUSIVE),
        (None, Outcome.FAILED),
    ],
)
def test_past_it_one_fails_only_where_all_of_its_interval_is(
    tmp_path: Path, interval: tuple[float, float] | None, outcome: Outcome
) -> None:
    number = Record("n", 350.0, "ms", "t.py::a", 40, interval)
    found = judged(tmp_path, "name: n, unit: s", "max: 300ms", number)
    assert found.outcome is outcome
    assert found.samples == 40
    in_seconds = None if interval is None else (interval[0] / 1000, interval[1] / 1000)
    assert found.interval == in_seconds


def test_what_would_tell_is_said(tmp_path: Path) -> None:
    number = Record("n", 350.0, "ms", "t.py::a", 40, (290, 420))
    found = judged(tmp_path, "name: n, unit: s", "max: 300ms", number)
    assert "only 290ms to 420ms; more samples, or more tests that record it" in found.reason


@pytest.mark.parametrize(
    ("recorded", "options", "unit", "ends"),
    [
        ("ms", "unit: s", "s", (0.1, 0.3)),
        ("", "unit: ms", "s", (0.1, 0.3)),
        ("kB", "unit: B", "B", (100_000, 300_000)),
        ("%", "unit: '%'", "%", (1.0, 3.0)),
        ("", "", "", (100, 300)),
    ],
)
def test_an_interval_has_the_unit_of_its_value(
    tmp_path: Path, recorded: str, options: str, unit: str, ends: tuple[float, float]
) -> None:
    number = Record("n", 200.0, recorded, "", 5, (100.0, 300.0))
    assert judged(tmp_path, f"name: n, {options}", f"min: 0{unit}", number).interval == ends


def test_the_last_of_several_is_as_sure_as_it_is_alone(tmp_path: Path) -> None:
    numbers = (Record("n", 9.0, "", "a", 3, (8, 10)), Record("n", 2.0, "", "b", 50, (1, 3)))
    found = judged(tmp_path, "name: n", "max: 5", *numbers)
    assert (found.value, found.samples, found.interval) == (2, 50, (1, 3))


def test_a_mean_of_few_that_differ_much_decides_nothing(tmp_path: Path) -> None:
    numbers = [Record("n", value) for value in (1.0, 6.0, 14.0)]
    found = judged(tmp_path, "name: n, reduce: mean", "max: 5", *numbers)
    assert (found.value, found.outcome) == (7, Outcome.INCONCLUSIVE)
    assert found.samples == 3


def test_a_mean_of_many_that_agree_decides(tmp_path: Path) -> None:
    numbers = [Record("n", value) for value in (6.9, 7.0, 7.1, 7.0)]
    found = judged(tmp_path, "name: n, reduce: mean", "max: 5", *numbers)
    assert found.outcome is Outcome.FAILED
    low, high = found.interval or (0.0, 0.0)
    # Student's t for three degrees of freedom and 95 %, from any table: 3.182.
    half = 3.182 * stdev([6.9, 7.0, 7.1, 7.0]) / 2
    assert [low, high] == pytest.approx([7 - half, 7 + half], rel=1e-4)


def test_the_confidence_of_the_function_counts(tmp_path: Path) -> None:
    numbers = [Record("n", value) for value in (5.2, 5.6, 5.4)]
    for confidence, outcome in (("90%", Outcome.FAILED), ("99%", Outcome.INCONCLUSIVE)):
        limit = f"max: 5\nconfidence: {confidence}"
        found = judged(tmp_path, "name: n, reduce: mean", limit, *numbers)
        assert found.outcome is outcome


def test_numbers_that_are_the_same_each_time_leave_no_doubt(tmp_path: Path) -> None:
    found = judged(tmp_path, "name: n, reduce: mean", "max: 5", *[Record("n", 6.0)] * 2)
    assert (found.outcome, found.interval) == (Outcome.FAILED, (6, 6))


def test_a_median_is_judged_by_the_ranks_of_the_values(tmp_path: Path) -> None:
    numbers = [Record("n", float(value)) for value in range(1, 11)]
    found = judged(tmp_path, "name: n, reduce: p50", "max: 5", *numbers)
    assert (found.value, found.interval) == (5.5, (2, 9))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert judged(tmp_path, "name: n, reduce: p50", "max: 1", *numbers).outcome is Outcome.FAILED


def test_what_the_fixture_was_told_decides_in_the_next_run(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_search(fitness):
            fitness.record("search", 350, "ms", samples=40, interval=(290, 420))

        def test_cart(fitness):
            fitness.record("cart", 350, "ms", samples=40, interval=(310, 420))
        """
    )
    (pytester.path / "fitness.yaml").write_text(
        "functions:\n  search: {recorded: {name: search, unit: s}, max: 300ms}\n"
        "  cart: {recorded: {name: cart, unit: s}, max: 300ms}\n"
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=2)
    result = pytester.runpytest_inprocess("--fitness", "-rf")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["  ? search  350ms*", "FAILED fitness.yaml::cart*"])


numbers = st.floats(-1e9, 1e9)


@st.composite
def sure(draw: st.DrawFn) -> Sure:
    low, value, high = sorted([draw(numbers), draw(numbers), draw(numbers)])
    return Sure(value, draw(st.integers(1, 99)), draw(st.sampled_from([None, (low, high)])))


@given(st.lists(sure(), min_size=1, max_size=8), st.sampled_from(REDUCTIONS))
def test_an_interval_holds_its_number(found: list[Sure], how: str) -> None:
    one = reduced(found, how, 0.95)
    slack = 1e-6 + 1e-9 * abs(one.value)
    if one.interval is not None:
        assert one.interval[0] - slack <= one.value <= one.interval[1] + slack
    assert min(each.value for each in found) - slack <= one.value
    assert one.value <= max(each.value for each in found) + slack
    assert max(each.samples for each in found[-1:]) <= one.samples


@given(sure(), st.sampled_from(REDUCTIONS))
def test_one_number_stays_as_it_is(found: Sure, how: str) -> None:
    assert reduced([found], how, 0.95) is found


@given(st.lists(sure(), min_size=1, max_size=8))
def test_the_least_and_the_largest_mirror_each_other(found: list[Sure]) -> None:
    mirrored = [
        Sure(-one.value, one.samples, one.interval and (-one.interval[1], -one.interval[0]))
        for one in found
    ]
    least, largest = reduced(found, "min", 0.95), reduced(mirrored, "max", 0.95)
    assert least.value == -largest.value
    assert least.interval == (largest.interval and (-largest.interval[1], -largest.interval[0]))


def test_the_largest_is_past_a_limit_where_any_of_them_surely_is() -> None:
    wide, narrow = Sure(9.0, 3, (1.0, 20.0)), Sure(8.0, 90, (7.9, 8.1))
    assert reduced([wide, narrow], "max", 0.95) == Sure(9.0, 93, (7.9, 20.0))
    assert reduced([wide, Sure(8.0)], "max", 0.95) == Sure(9.0, 4, (8.0, 20.0))
    assert reduced([Sure(9.0), Sure(8.0)], "max", 0.95) == Sure(9.0, 2)


def test_an_interval_of_a_mean_holds_the_truth_as_often_as_it_says() -> None:
    drawn, missed = random.Random(7), 0
    for _ in range(600):
        values = [Sure(drawn.gauss(5, 2)) for _ in range(6)]
        low, high = reduced(values, "mean", 0.9).interval or (math.nan, math.nan)
        missed += not low <= 5 <= high
    # 60 of 600 are expected; four standard deviations of a binomial are 29.
    assert 31 <= missed <= 89


def test_a_mean_is_that_of_the_values() -> None:
    found = [Sure(value, 2, (value - 1, value + 1)) for value in (1.0, 2.0, 6.0)]
    one = reduced(found, "mean", 0.95)
    assert (one.value, one.samples) == (mean([1.0, 2.0, 6.0]), 6)
