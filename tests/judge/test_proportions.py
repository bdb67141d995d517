"""Shares of events, their intervals, and how many events it takes."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pytest_fitness.answers import Points
from pytest_fitness.judge.intervals import Standing, stand
from pytest_fitness.judge.proportions import (
    Ratio,
    events_needed,
    events_until_clear,
    ratio_of_increases,
    share_stands,
    wilson,
    wilson_corrected,
)
from pytest_fitness.model import Limit

COUNTS = st.integers(1, 10**7)
SHARES = st.floats(0, 1)
CONFIDENCES = st.sampled_from([0.8, 0.9, 0.95, 0.99, 0.999])
LIMITS = st.one_of(
    st.floats(0.01, 0.99).map(lambda line: Limit(low=line)),
    st.floats(0.01, 0.99).map(lambda line: Limit(high=line)),
    st.tuples(st.floats(0.01, 0.4), st.floats(0.6, 0.99)).map(lambda lines: Limit(*lines)),
)


def counter(*values: float) -> Points:
    return tuple((float(second), value) for second, value in enumerate(values))


@pytest.mark.parametrize(
    ("good", "total", "low", "high"),
    [
        # Newcombe, Two-sided confidence intervals for the single proportion, 1998, table I.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_intervals_as_published(good: float, total: float, low: float, high: float) -> None:
    assert wilson(good, total) == pytest.approx((low, high), abs=5e-5)


@given(COUNTS, st.data(), CONFIDENCES)
def test_an_interval_ends_where_the_score_test_does(
    total: int, data: st.DataObject, confidence: float
) -> None:
    # Wilson's own definition: (share - p)² = z² p (1 - p) / n at both of its ends.
    from statistics import NormalDist

    good = data.draw(st.integers(1, total))
    deviations = NormalDist().inv_cdf((1 + confidence) / 2)
    for end in wilson(good, total, confidence):
        if end < 1:
            distance = (good / total - end) ** 2
            assert distance == pytest.approx(deviations**2 * end * (1 - end) / total, rel=1e-4)


@given(COUNTS, st.data(), CONFIDENCES)
def test_an_interval_holds_the_share_and_lies_within_0_to_1(
    total: int, data: st.DataObject, confidence: float
) -> None:
    good = data.draw(st.integers(0, total))
    low, high = wilson(good, total, confidence)
    assert 0 <= low <= good / total <= high <= 1
    assert low < high
    assert (low == 0) == (good == 0)
    assert (high == 1) == (good == total)


@given(COUNTS, st.data(), CONFIDENCES)
def test_good_and_bad_events_mirror_each_other(
    total: int, data: st.DataObject, confidence: float
) -> None:
    good = data.draw(st.integers(0, total))
    low, high = wilson(good, total, confidence)
    assert wilson(total - good, total, confidence) == pytest.approx((1 - high, 1 - low), abs=1e-12)


@given(COUNTS, st.data(), st.integers(2, 100))
def test_more_events_and_less_confidence_make_it_narrower(
    total: int, data: st.DataObject, times: int
) -> None:
    good = data.draw(st.integers(0, total))
    low, high = wilson(good, total, 0.95)
    for narrow_low, narrow_high in (wilson(good * times, total * times), wilson(good, total, 0.9)):
        assert low - 1e-12 <= narrow_low
        assert narrow_high <= high + 1e-12
        assert narrow_high - narrow_low < high - low


@given(st.integers(2, 10**6), st.data())
def test_more_good_events_raise_both_ends(total: int, data: st.DataObject) -> None:
    good = data.draw(st.integers(1, total))
    less, more = wilson(good - 1, total), wilson(good, total)
    assert less[0] < more[0]
    assert less[1] < more[1] or more[1] == 1


@pytest.mark.parametrize(
    ("good", "total"), [(0, 0), (2, 1), (-1, 5), (math.nan, 5), (1, math.nan), (1, math.inf)]
)
def test_no_events_have_no_interval(good: float, total: float) -> None:
    with pytest.raises(ValueError, match="at least one"):
        wilson(good, total)


@pytest.mark.parametrize("confidence", [0, 1, -0.5, 95])
def test_a_confidence_is_a_share(confidence: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        wilson(1, 2, confidence)


def test_a_single_bad_event_never_breaks_a_rule_of_99_percent() -> None:
    limit = Limit(low=0.99)
    for total in range(3, 100):
        assert share_stands(total - 1, total, limit) is Standing.OPEN
        assert share_stands(total, total, limit) is Standing.OPEN
    # The interval alone would say so: it is too narrow for so few.
    assert stand(*wilson(9, 10), limit) is Standing.PAST


def test_many_events_tell() -> None:
    limit = Limit(low=0.99)
    assert share_stands(970, 1000, limit) is Standing.PAST
    assert share_stands(9980, 10000, limit) is Standing.WITHIN
    assert share_stands(9895, 10000, limit) is Standing.OPEN
    assert share_stands(2, 5, limit) is Standing.PAST
    assert share_stands(0, 0, limit) is Standing.OPEN


@given(st.integers(1, 60), st.data(), st.sampled_from([0.01, 0.1, 0.5, 0.8, 0.99]))
def test_what_is_past_a_limit_is_no_chance(total: int, data: st.DataObject, line: float) -> None:
    good = data.draw(st.integers(0, total))
    chances = [
        math.comb(total, count) * line**count * (1 - line) ** (total - count)
        for count in range(total + 1)
    ]
    if share_stands(good, total, Limit(low=line)) is Standing.PAST:
        assert sum(chances[: good + 1]) <= 0.025 + 1e-12
    if share_stands(good, total, Limit(high=line)) is Standing.PAST:
        assert sum(chances[good:]) <= 0.025 + 1e-12


@pytest.mark.parametrize(("line", "total"), [(0.99, 10), (0.99, 300), (0.9, 12), (0.5, 40)])
def test_a_rule_that_is_kept_hardly_ever_fails(line: float, total: int) -> None:
    failing = sum(
        math.comb(total, good) * line**good * (1 - line) ** (total - good)
        for good in range(total + 1)
        if share_stands(good, total, Limit(low=line)) is Standing.PAST
    )
    assert failing <= 0.025


def test_how_many_events_it_takes() -> None:
    # By the interval alone 48 would do for one bad in a hundred where one in a thousand may be.
    assert stand(*wilson(0.99 * 48, 48), Limit(low=0.999)) is Standing.PAST
    needed = events_needed(0.99, Limit(low=0.999), 10)
    assert needed is not None
    assert needed > 38
    # All good: z² · 0.99 · 0.01 / 0.01² = 380.3.
    assert events_needed(1.0, Limit(low=0.99), 3) == 378
    assert events_needed(1.0, Limit(low=0.99), 0) == 381
    assert events_needed(0.5, Limit(low=0.99), 1000) == 0


def test_on_the_line_it_never_becomes_clear() -> None:
    assert events_needed(0.99, Limit(low=0.99), 10**6) is None
    assert events_needed(0.99, Limit(low=0.5, high=0.99), 10**6) is None
    assert events_needed(0.99, Limit(equals=0.99), 10**6) is None
    assert events_needed(0.99 + 1e-9, Limit(low=0.99), 10**6) is None


def test_one_bad_event_is_enough_where_none_may_be() -> None:
    assert share_stands(0, 5, Limit(high=0)) is Standing.WITHIN
    assert share_stands(5, 5, Limit(low=1)) is Standing.WITHIN
    assert share_stands(5, 5, Limit(equals=1)) is Standing.WITHIN
    assert share_stands(1, 5, Limit(high=0)) is Standing.PAST
    assert share_stands(4, 5, Limit(low=1)) is Standing.PAST
    assert events_needed(0.0, Limit(high=0), 5) == 0
    assert events_needed(1.0, Limit(low=1), 5) == 0
    assert events_needed(0.5, Limit(equals=1), 0) == 1


def test_a_limit_that_everything_meets_is_met_by_anything() -> None:
    assert events_needed(0.0, Limit(low=0), 1) == 0
    assert events_needed(1.0, Limit(low=0.2, high=1), 20) == 0


@given(SHARES, LIMITS, st.integers(1, 10**5), CONFIDENCES)
def test_the_events_needed_are_enough_and_one_less_is_not(
    share: float, limit: Limit, total: int, confidence: float
) -> None:
    needed = events_needed(share, limit, total, confidence)
    assume(needed is not None)
    assert needed is not None

    def standing(events: float) -> Standing:
        return share_stands(share * events, events, limit, confidence)

    expected = Standing.WITHIN if limit.allows(share) else Standing.PAST
    assert standing(total + needed) is expected
    if needed:
        assert standing(total + needed - 1) is Standing.OPEN


@given(st.integers(0, 40), st.integers(1, 40), LIMITS)
def test_small_numbers_of_events_are_counted_exactly(good: int, more: int, limit: Limit) -> None:
    total = good + more
    share = good / total
    needed = events_needed(share, limit, total)
    for events in range(total, total + 300):
        if share_stands(share * events, events, limit) is not Standing.OPEN:
            assert needed == events - total
            return
    assert needed is None or needed >= 299


@given(SHARES, LIMITS, st.integers(1, 10**5), st.integers(0, 10**5))
def test_events_that_came_are_needed_no_more(
    share: float, limit: Limit, total: int, more: int
) -> None:
    before, after = (events_needed(share, limit, each) for each in (total, total + more))
    assert (before is None) == (after is None)
    if before is not None and after is not None:
        assert after == max(0, before - more)


@pytest.mark.parametrize(
    ("low", "high", "limit", "expected"),
    [
        (0.1, 0.2, Limit(high=0.2), Standing.WITHIN),
        (0.1, 0.2, Limit(high=0.15), Standing.OPEN),
        (0.1, 0.2, Limit(high=0.1), Standing.OPEN),
        (0.1, 0.2, Limit(high=0.05), Standing.PAST),
        (0.1, 0.2, Limit(low=0.1), Standing.WITHIN),
        (0.1, 0.2, Limit(low=0.15), Standing.OPEN),
        (0.1, 0.2, Limit(low=0.3), Standing.PAST),
        (0.1, 0.9, Limit(low=0.4, high=0.6), Standing.OPEN),
        (0.1, 0.3, Limit(low=0.4, high=0.6), Standing.PAST),
        (0.5, 0.5, Limit(equals=0.5), Standing.WITHIN),
        (0.4, 0.5, Limit(equals=0.5), Standing.OPEN),
        (0.4, 0.5, Limit(equals=0.6), Standing.PAST),
    ],
)
def test_how_intervals_stand(low: float, high: float, limit: Limit, expected: Standing) -> None:
    assert stand(low, high, limit) is expected


@given(SHARES, SHARES, LIMITS, SHARES)
def test_an_interval_past_a_limit_holds_nothing_that_is_allowed(
    one: float, other: float, limit: Limit, weight: float
) -> None:
    low, high = sorted((one, other))
    inside = min(high, max(low, low + weight * (high - low)))
    standing = stand(low, high, limit)
    if standing is Standing.PAST:
        assert not limit.allows(inside)
    if standing is Standing.WITHIN:
        assert limit.allows(inside)


def test_a_ratio_of_hits_to_misses() -> None:
    found = ratio_of_increases([counter(100, 180)], rest=[counter(50, 70)])
    low, high = wilson(80, 100)
    assert found == Ratio(0.8, low, high, 80, 100)


def test_a_ratio_of_good_events_to_all() -> None:
    found = ratio_of_increases([counter(100, 180)], whole=[counter(200, 300)], confidence=0.99)
    assert (found.share, found.total) == (0.8, 100)
    assert (found.low, found.high) == wilson(80, 100, 0.99)


def test_busy_instances_count_for_more() -> None:
    hits = [counter(0, 990), counter(0, 1)]
    misses = [counter(0, 10), counter(0, 9)]
    assert ratio_of_increases(hits, rest=misses).share == 991 / 1010


def test_resets_of_all_counters_are_noticed() -> None:
    found = ratio_of_increases([counter(1000, 8)], rest=[counter(500, 510, 2), counter(5, 5)])
    assert (found.share, found.resets) == (8 / 20, 2)


@pytest.mark.parametrize(
    ("hits", "misses"),
    [
        ([], [counter(0, 5)]),
        ([counter(0, 5)], []),
        ([counter(7)], [counter(0, 5)]),
        ([counter(5, 5)], [counter(9, 9)]),
        ([counter(math.nan, math.nan)], [counter(0, 5)]),
    ],
)
def test_no_events_have_no_ratio(hits: list[Points], misses: list[Points]) -> None:
    found = ratio_of_increases(hits, rest=misses)
    assert (found.share, found.total) == (None, 0)


def test_an_instance_that_just_came_does_not_hide_the_others() -> None:
    found = ratio_of_increases([counter(0, 9), counter(3)], rest=[counter(0, 1)])
    assert found.share == 0.9


def test_a_part_beyond_the_whole_is_all_of_it_and_noticed() -> None:
    found = ratio_of_increases([counter(0, 102)], whole=[counter(0, 100)])
    assert (found.share, found.part, found.total, found.beyond) == (1.0, 100, 100, 2)
    nothing = ratio_of_increases([counter(0, 2)], whole=[counter(5, 5)])
    assert (nothing.share, nothing.beyond) == (None, 2)


def test_a_part_is_compared_with_the_whole_or_the_rest() -> None:
    with pytest.raises(ValueError, match="the whole, or with the rest"):
        ratio_of_increases([counter(0, 1)])
    with pytest.raises(ValueError, match="the whole, or with the rest"):
        ratio_of_increases([counter(0, 1)], whole=[counter(0, 1)], rest=[counter(0, 1)])


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=8))
def test_a_ratio_matters_not_in_how_many_counters_it_is_counted(
    counts: list[tuple[int, int]],
) -> None:
    assume(sum(map(sum, counts)))
    parts = [counter(0, good) for good, _ in counts], [counter(0, bad) for _, bad in counts]
    sums = counter(0, sum(good for good, _ in counts)), counter(0, sum(bad for _, bad in counts))
    assert ratio_of_increases(parts[0], rest=parts[1]) == ratio_of_increases(
        [sums[0]], rest=[sums[1]]
    )


# Newcombe, Statistics in Medicine 17, 1998, table I, method 4.
@pytest.mark.parametrize(
    ("good", "total", "low", "high"),
    [
        (81, 263, 0.2535, 0.3682),
        (15, 148, 0.0598, 0.1644),
        (0, 20, 0.0, 0.2005),
        (1, 29, 0.0018, 0.1963),
    ],
)
def test_the_corrected_interval_is_that_of_newcombe(
    good: int, total: int, low: float, high: float
) -> None:
    assert wilson_corrected(good, total) == pytest.approx((low, high), abs=1e-4)


@given(st.integers(1, 2000), st.data())
def test_the_corrected_interval_holds_the_plain_one(total: int, data: st.DataObject) -> None:
    good = data.draw(st.integers(0, total))
    plain, corrected = wilson(good, total), wilson_corrected(good, total)
    assert 0 <= corrected[0] <= plain[0] + 1e-12
    assert plain[1] - 1e-12 <= corrected[1] <= 1


@pytest.mark.parametrize(("good", "total"), [(49, 51), (9, 10), (3, 4), (980, 995)])
def test_so_many_more_events_do_tell_and_half_as_many_do_not(good: int, total: int) -> None:
    share, limit = good / total, Limit(low=0.99)
    more = events_until_clear(share, limit, total)
    assert more is not None
    events = total + more
    assert limit.excludes(wilson_corrected(share * events, events))
    if more:
        fewer = total + more / 2
        assert not limit.excludes(wilson_corrected(share * fewer, fewer))


@pytest.mark.parametrize(("share", "low"), [(0.99, 0.99), (1.0, 0.99)])
def test_what_is_within_or_on_the_line_is_never_excluded(share: float, low: float) -> None:
    assert events_until_clear(share, Limit(low=low), 10) is None
