"""Shares of events, their intervals, and how many events it takes."""

import math
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.judge.proportions import events_until_clear, exact, share_interval, wilson
from pytest_fitness.model import Limit

COUNTS = st.integers(1, 10**7)
CONFIDENCES = st.sampled_from([0.8, 0.9, 0.95, 0.99, 0.999])


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
def test_intervals_as_published(good: int, total: int, low: float, high: float) -> None:
    assert wilson(good, total) == pytest.approx((low, high), abs=1e-4)


@given(COUNTS, st.data(), CONFIDENCES)
def test_an_interval_ends_where_the_score_test_does(
    total: int, data: st.DataObject, confidence: float
) -> None:
    # By definition (|share - p| - 1/2n)² = z² p (1 - p) / n at both ends that are not 0 or 1.
    good = data.draw(st.integers(0, total))
    deviations = NormalDist().inv_cdf((1 + confidence) / 2)
    for end in wilson(good, total, confidence):
        if 0 < end < 1:
            distance = (abs(good / total - end) - 1 / (2 * total)) ** 2
            expected = deviations**2 * end * (1 - end) / total
            assert distance == pytest.approx(expected, rel=1e-3)


@given(COUNTS, st.data(), CONFIDENCES)
def test_an_interval_holds_the_share_and_lies_within_0_to_1(
    total: int, data: st.DataObject, confidence: float
) -> None:
    good = data.draw(st.integers(0, total))
    low, high = wilson(good, total, confidence)
    assert 0 <= low <= good / total <= high <= 1
    assert low < high
    if good == 0:
        assert low == 0
    if good == total:
        assert high == 1


@given(COUNTS, st.data(), CONFIDENCES)
def test_good_and_bad_events_mirror_each_other(
    total: int, data: st.DataObject, confidence: float
) -> None:
    good = data.draw(st.integers(0, total))
    low, high = wilson(good, total, confidence)
    assert wilson(total - good, total, confidence) == pytest.approx((1 - high, 1 - low), abs=1e-9)


@given(st.integers(1, 2000), st.data())
def test_it_is_never_narrower_than_without_the_correction(total: int, data: st.DataObject) -> None:
    good = data.draw(st.integers(0, total))
    share, square = good / total, NormalDist().inv_cdf(0.975) ** 2
    centre = (good + square / 2) / (total + square)
    half = math.sqrt(square * (total * share * (1 - share) + square / 4)) / (total + square)
    low, high = wilson(good, total)
    assert low <= centre - half + 1e-12
    assert centre + half - 1e-12 <= high


@given(COUNTS, st.data(), st.integers(2, 100))
def test_more_events_and_less_confidence_make_it_narrower(
    total: int, data: st.DataObject, times: int
) -> None:
    good = data.draw(st.integers(0, total))
    low, high = wilson(good, total, 0.95)
    for narrow_low, narrow_high in (wilson(good * times, total * times), wilson(good, total, 0.9)):
        assert low - 1e-9 <= narrow_low
        assert narrow_high <= high + 1e-9


@given(st.integers(2, 10**6), st.data())
def test_more_good_events_never_lower_an_end(total: int, data: st.DataObject) -> None:
    good = data.draw(st.integers(1, total))
    less, more = wilson(good - 1, total), wilson(good, total)
    assert less[0] <= more[0] + 1e-12
    assert less[1] <= more[1] + 1e-12


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


@given(st.integers(1, 10**6), st.data(), CONFIDENCES)
def test_the_exact_interval_ends_where_the_binomial_test_does(
    total: int, data: st.DataObject, confidence: float
) -> None:
    bad = data.draw(st.integers(0, min(total, 20)))
    low, high = exact(total - bad, total, confidence)
    tail = (1 - confidence) / 2
    if bad > 0:
        assert at_most(total - bad, total, high) == pytest.approx(tail, rel=1e-3)
    if bad < total:
        assert 1 - at_most(total - bad - 1, total, low) == pytest.approx(tail, rel=1e-3)


def at_most(good: int, total: int, share: float) -> float:
    """The chance of no more than so many good events; few of them may be missing."""
    more = math.fsum(
        math.exp(
            math.lgamma(total + 1)
            - math.lgamma(bad + 1)
            - math.lgamma(total - bad + 1)
            + (bad * math.log1p(-share) if bad else 0.0)
            + (total - bad) * math.log(share)
        )
        for bad in range(total - good)
    )
    return 1 - more


@given(COUNTS, st.data(), CONFIDENCES)
def test_the_interval_of_a_share_holds_both(
    total: int, data: st.DataObject, confidence: float
) -> None:
    good = data.draw(st.integers(0, total))
    low, high = share_interval(good, total, confidence)
    least, most = wilson(good, total, confidence)
    assert 0 <= low <= least <= good / total <= most <= high <= 1


@pytest.mark.parametrize("line", [0.5, 0.9, 0.99, 0.995, 0.999])
@pytest.mark.parametrize("total", [3, 10, 51, 200, 1000])
def test_a_rule_that_is_just_kept_hardly_ever_fails(line: float, total: int) -> None:
    """Summed over all outcomes, the chance of a false alarm is no more than promised."""
    chance = math.fsum(
        math.comb(total, good) * line**good * (1 - line) ** (total - good)
        for good in range(total + 1)
        if good / total < line and Limit(low=line).excludes(share_interval(good, total))
    )
    assert chance <= 0.025


@pytest.mark.parametrize(("good", "total"), [(970, 1000), (99, 200), (0, 10)])
def test_many_bad_events_tell(good: int, total: int) -> None:
    assert Limit(low=0.99).excludes(share_interval(good, total))


@pytest.mark.parametrize(("good", "total"), [(49, 51), (9, 10), (3, 4), (980, 995)])
def test_so_many_more_events_do_tell_and_half_as_many_do_not(good: int, total: int) -> None:
    share, limit = good / total, Limit(low=0.99)
    more = events_until_clear(share, limit, total)
    assert more is not None
    events = total + more
    assert limit.excludes(share_interval(share * events, events))
    if more:
        fewer = total + more / 2
        assert not limit.excludes(share_interval(share * fewer, fewer))


@pytest.mark.parametrize(("share", "low"), [(0.99, 0.99), (1.0, 0.99)])
def test_what_is_within_or_on_the_line_is_never_excluded(share: float, low: float) -> None:
    assert events_until_clear(share, Limit(low=low), 10) is None
