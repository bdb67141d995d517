"""A verdict and what got worse in its history, in one sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.judge.worsened import (
    FAIL,
    WARN,
    about,
    at_users,
    day,
    describe,
    is_by_trend,
    said_of_trend,
    with_trend,
)
from pytest_fitness.model import Limit, Outcome, Verdict
from pytest_fitness.trends import Crossing, Finding, Moment, UsersCrossing, Worsening

JUNE_1, DAY = 1_780_272_000.0, 86_400.0
SINCE = Moment(JUNE_1, "c0ffee" * 6 + "beef")
AHEAD = Crossing(JUNE_1 + 30 * DAY, JUNE_1 + 20 * DAY, JUNE_1 + 45 * DAY)
STEP = Worsening(Finding.STEP, 0.2, 0.3, 0.5, (0.45, 0.55), Moment(JUNE_1 - DAY), SINCE)
SUSPECTED = Worsening(Finding.SUSPECTED, 10.0, 40.0, 3.0, first_bad=SINCE, more=2)
DRIFT = Worsening(Finding.DRIFT, 0.2, 0.3, 0.5, first_bad=SINCE)
DATED = DRIFT._replace(by_date=AHEAD)
IN_USERS = DRIFT._replace(by_users=UsersCrossing(Crossing(14200.0, 13000.0, 16000.0), 9800.0))
ROSE = "rose by 50% (45% to 55%), from 200ms to 300ms, since 2026-06-01 (c0ffeec0ff)"


def verdict(
    outcome: Outcome = Outcome.PASSED, reason: str = "300ms where ≤ 1s is allowed"
) -> Verdict:
    return Verdict("p95", outcome, reason, value=0.3, unit="s", limit=Limit(high=1.0))


class TestSentences:
    @pytest.mark.parametrize(
        ("worse", "unit", "said"),
        [
            (STEP, "s", ROSE),
            (
                STEP._replace(before=0.9, after=0.72, change=-0.2, interval=(-0.25, -0.15)),
                "%",
                "fell by 20% (15% to 25%), from 90% to 72%, since 2026-06-01 (c0ffeec0ff)",
            ),
            (
                STEP._replace(interval=(-0.02, 0.1), change=0.04),
                "s",
                "rose by 4% (-2% to 10%), from 200ms to 300ms, since 2026-06-01 (c0ffeec0ff)",
            ),
            (
                STEP._replace(before=9, after=10, change=1 / 9, interval=(1 / 9, 1 / 9)),
                "",
                "rose by 11%, from 9 to 10, since 2026-06-01 (c0ffeec0ff)",
            ),
            (
                STEP._replace(before=0, after=3, change=None, interval=None),
                "",
                "rose from 0 to 3, since 2026-06-01 (c0ffeec0ff)",
            ),
            (
                STEP._replace(before=1, after=40000, change=39999, interval=(39000, 41000)),
                "",
                "rose by over 999%, from 1 to 40000, since 2026-06-01 (c0ffeec0ff)",
            ),
            (
                STEP._replace(first_bad=Moment(JUNE_1)),
                "s",
                "rose by 50% (45% to 55%), from 200ms to 300ms, since 2026-06-01",
            ),
            (STEP._replace(first_bad=None), "s", ROSE.partition(", since")[0]),
            (
                SUSPECTED,
                "",
                "40 after 10 (300% worse): a lone bad run, or a new level? 2 more runs decide",
            ),
            (
                SUSPECTED._replace(before=0, change=None, more=1),
                "",
                "40 after 0: a lone bad run, or a new level? 1 more run decides",
            ),
            (
                SUSPECTED._replace(before=0.9, after=0.45, change=-0.5),
                "%",
                "45% after 90% (50% worse): a lone bad run, or a new level? 2 more runs decide",
            ),
            (
                DRIFT,
                "s",
                "drifting: rose by 50%, from 200ms to 300ms, since 2026-06-01 (c0ffeec0ff)",
            ),
            (
                DATED,
                "s",
                (
                    "drifting: rose by 50%, from 200ms to 300ms, since 2026-06-01 (c0ffeec0ff);"
                    " at this pace the limit breaks about 2026-07-01"
                    " (between 2026-06-21 and 2026-07-16)"
                ),
            ),
            (
                IN_USERS,
                "s",
                (
                    "drifting: rose by 50%, from 200ms to 300ms, since 2026-06-01 (c0ffeec0ff);"
                    " the limit breaks at 14,200 users (13,000 to 16,000); now 9,800"
                ),
            ),
        ],
    )
    def test_what_by_how_much_and_since_when(self, worse: Worsening, unit: str, said: str) -> None:
        assert describe(worse, unit) == said

    @pytest.mark.parametrize(
        ("crossing", "said"),
        [
            (AHEAD, "about 2026-07-01 (between 2026-06-21 and 2026-07-16)"),
            (
                AHEAD._replace(high=None),
                "about 2026-07-01 (between 2026-06-21 and a day that is not in sight)",
            ),
            (Crossing(JUNE_1), "about 2026-06-01"),
        ],
    )
    def test_dates(self, crossing: Crossing, said: str) -> None:
        assert about(crossing) == said

    def test_users_with_the_day_on_which_there_will_be_so_many(self) -> None:
        crossing = UsersCrossing(Crossing(14200.0), 9800.0, Crossing(JUNE_1))
        assert at_users(crossing) == "at 14,200 users; now 9,800; about 2026-06-01"

    @pytest.mark.parametrize("seconds", [1e12, 1e300, -1e15])
    def test_a_moment_that_no_calendar_knows_is_told_as_a_number(self, seconds: float) -> None:
        assert day(seconds) == f"{seconds:.0f} s"

    @given(
        st.sampled_from(list(Finding)),
        st.floats(allow_nan=False, allow_infinity=False),
        st.floats(allow_nan=False, allow_infinity=False),
        st.none() | st.floats(allow_nan=False),
        st.none() | st.tuples(st.floats(allow_nan=False), st.floats(allow_nan=False)),
        st.sampled_from(["", "s", "%", "B", "/s", "$"]),
    )
    def test_any_numbers_make_one_line(
        self,
        finding: Finding,
        before: float,
        after: float,
        change: float | None,
        interval: tuple[float, float] | None,
        unit: str,
    ) -> None:
        said = describe(Worsening(finding, before, after, change, interval, more=2), unit)
        assert said.isprintable()
        assert "None" not in said


class TestVerdicts:
    @pytest.mark.parametrize(
        ("worse", "effect", "outcome"),
        [
            (STEP, WARN, Outcome.WARNED),
            (STEP, FAIL, Outcome.FAILED),
            (DATED, WARN, Outcome.WARNED),
            (DATED, FAIL, Outcome.FAILED),
            (IN_USERS, FAIL, Outcome.FAILED),
            (SUSPECTED, WARN, Outcome.WARNED),
            (SUSPECTED, FAIL, Outcome.WARNED),
            (DRIFT, FAIL, Outcome.PASSED),
        ],
    )
    def test_what_a_pass_becomes(self, worse: Worsening, effect: str, outcome: Outcome) -> None:
        told = with_trend(verdict(), worse, effect)
        assert told.outcome is outcome
        assert told.trend == worse
        assert is_by_trend(told) is (outcome is not Outcome.PASSED)

    @given(st.sampled_from([Outcome.PASSED, Outcome.WARNED]), st.sampled_from([WARN, FAIL]))
    def test_a_suspicion_never_fails(self, outcome: Outcome, effect: str) -> None:
        assert with_trend(verdict(outcome), SUSPECTED, effect).outcome is Outcome.WARNED

    @pytest.mark.parametrize("worse", [STEP, SUSPECTED, DRIFT, DATED])
    @pytest.mark.parametrize("effect", [WARN, FAIL])
    def test_what_has_failed_by_itself_keeps_its_reason(
        self, worse: Worsening, effect: str
    ) -> None:
        broken = verdict(Outcome.FAILED, "2s where ≤ 1s is allowed")
        assert with_trend(broken, worse, effect) == broken._replace(trend=worse)
        assert not is_by_trend(with_trend(broken, worse, effect))

    def test_what_was_warned_tells_both(self) -> None:
        told = with_trend(verdict(Outcome.WARNED, "past the earlier line"), STEP, FAIL)
        assert told.outcome is Outcome.FAILED
        assert told.reason == f"{ROSE}; past the earlier line"
        assert said_of_trend(told) == ROSE

    @pytest.mark.parametrize(
        "outcome", [Outcome.INCONCLUSIVE, Outcome.NO_DATA, Outcome.ERROR, Outcome.DORMANT]
    )
    def test_what_was_not_judged_has_no_trend(self, outcome: Outcome) -> None:
        assert with_trend(verdict(outcome), STEP, FAIL) == verdict(outcome)

    @pytest.mark.parametrize("outcome", list(Outcome))
    def test_nothing_found_changes_nothing(self, outcome: Outcome) -> None:
        assert with_trend(verdict(outcome), None, FAIL) == verdict(outcome)
        assert said_of_trend(verdict(outcome)) == ""
