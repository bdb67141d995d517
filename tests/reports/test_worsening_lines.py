"""What gets worse, and what will break next, as the summary shows it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from verdicts import verdict

from pytest_fitness.judge.worsened import FAIL, WARN, with_trend
from pytest_fitness.model import Outcome, Verdict
from pytest_fitness.reports.failure import explain
from pytest_fitness.reports.lines import Style
from pytest_fitness.reports.terminal import summarise
from pytest_fitness.reports.worsening import sections
from pytest_fitness.trends import Crossing, Finding, Moment, UsersCrossing, Worsening

JUNE_1, DAY = 1_780_272_000.0, 86_400.0
SINCE = Moment(JUNE_1, "c0ffee" * 6 + "beef")
ADA = "c0ffeec Ada Example: make it slow"
STEP = Worsening(
    Finding.STEP, 0.2, 0.3, 0.5, (0.45, 0.55), Moment(JUNE_1 - DAY), SINCE, culprits=(ADA,)
)
SUSPECTED = Worsening(Finding.SUSPECTED, 0.2, 0.3, 0.5, first_bad=SINCE, more=2)
DRIFT = Worsening(Finding.DRIFT, 0.2, 0.3, 0.5, first_bad=SINCE)


def dated(days: float) -> Worsening:
    return DRIFT._replace(by_date=Crossing(JUNE_1 + days * DAY))


def worse(name: str, found: Worsening, **known: Any) -> Verdict:
    passed = verdict(name, Outcome.PASSED, unit="s", value=0.3, **{"reason": "fine", **known})
    return with_trend(passed, found, WARN)


def lines(*verdicts: Verdict, **style: Any) -> list[str]:
    return [line.text for line in sections(verdicts, Style(**style))]


class TestGettingWorse:
    def test_what_by_how_much_since_when_and_by_whom(self) -> None:
        assert lines(worse("p95", STEP), worse("p99", SUSPECTED)) == [
            "getting worse",
            "  p95: rose by 50% (45% to 55%), from 200ms to 300ms, since 2026-06-01",
            "      (c0ffeec0ff)",
            "      changed: c0ffeec Ada Example: make it slow",
            "  p99: 300ms after 200ms (50% worse): a lone bad run, or a new level? 2 more",
            "      runs decide",
        ]

    def test_in_forty_columns(self) -> None:
        assert lines(worse("p95", STEP), width=40) == [
            "getting worse",
            "  p95: rose by 50% (45% to 55%), from",
            "      200ms to 300ms, since 2026-06-01",
            "      (c0ffeec0ff)",
            "      changed: c0ffeec Ada Example: make",
            "                   it slow",
        ]

    def test_of_several_commits_each_has_a_line(self) -> None:
        found = STEP._replace(culprits=(ADA, "beefbee Bob: and slower", "and 3 more commits"))
        assert lines(worse("p95", found))[-3:] == [
            "      changed: c0ffeec Ada Example: make it slow",
            "               beefbee Bob: and slower",
            "               and 3 more commits",
        ]

    def test_a_commit_of_many_words_is_cut(self) -> None:
        found = STEP._replace(culprits=("c0ffeec Ada Example: " + "and so on " * 50,))
        told = lines(worse("p95", found))
        assert len(told) == 5
        assert told[-1].endswith(" …")

    def test_nothing_is_said_where_nothing_gets_worse(self) -> None:
        assert lines(verdict("p95", Outcome.PASSED)) == []
        assert lines() == []

    @pytest.mark.parametrize(
        ("verbosity", "shown"), [(1, True), (0, True), (-1, True), (-2, False)]
    )
    def test_as_quiet_as_was_asked_for(self, verbosity: int, shown: bool) -> None:
        assert bool(lines(worse("p95", STEP), verbosity=verbosity)) is shown

    def test_of_very_many_the_rest_is_counted(self) -> None:
        told = lines(*(worse(f"f{number}", SUSPECTED) for number in range(1_023)), width=200)
        assert len(told) == 22
        assert told[-1] == "  and 1,003 more"


class TestAboutToBreak:
    def test_the_soonest_comes_first(self) -> None:
        found = lines(worse("later", dated(40)), worse("sooner", dated(5)), width=200)
        assert found[-3:] == [
            "about to break",
            "  sooner: about 2026-06-06",
            "  later: about 2026-07-11",
        ]

    def test_the_date_is_told_once(self) -> None:
        assert "".join(lines(worse("p95", dated(5)), width=200)).count("2026-06-06") == 1

    def test_by_users_it_comes_last_where_it_has_no_date(self) -> None:
        users = DRIFT._replace(by_users=UsersCrossing(Crossing(14_200.0), 9_800.0))
        assert lines(worse("a", users), worse("b", dated(5)), width=200)[-2:] == [
            "  b: about 2026-06-06",
            "  a: at 14,200 users; now 9,800",
        ]

    def test_a_step_has_no_such_day(self) -> None:
        assert "about to break" not in lines(worse("p95", STEP))


class TestOnAnyTerminal:
    HOSTILE = "\x1b[2J\n\u202e≤💥"

    def test_names_from_outside_do_no_harm(self) -> None:
        found = STEP._replace(culprits=(f"c0ffeec {self.HOSTILE}: x",))
        told = "".join(lines(worse(self.HOSTILE, found)))
        assert told.isprintable()
        assert r"\x1b[2J\n\u202e" in told

    def test_in_ascii(self) -> None:
        found = STEP._replace(culprits=("c0ffeec Žofie: naïve …",))
        assert all(line.isascii() for line in lines(worse(self.HOSTILE, found), unicode=False))

    @given(
        st.text(max_size=60),
        st.lists(st.text(max_size=120), max_size=3),
        st.integers(20, 200),
        st.booleans(),
    )
    def test_whatever_the_names_it_keeps_to_the_width(
        self, name: str, culprits: list[str], width: int, unicode: bool
    ) -> None:
        found = dated(9)._replace(culprits=tuple(culprits))
        told = lines(worse(name or "a", found), width=width, unicode=unicode)
        assert all(line.isprintable() for line in told)
        assert max(map(len, told)) <= max(width, 50)


class TestNotTwice:
    """What a trend has to say stands in its section, and not at its row as well."""

    @staticmethod
    def rows(shown: Verdict) -> list[str]:
        return [line.text for line in summarise([shown], {}, Style(120))]

    @pytest.mark.parametrize("effect", [WARN, FAIL])
    def test_the_row_leaves_it_to_the_section(self, effect: str) -> None:
        passed = verdict("p95", Outcome.PASSED, unit="s", value=0.3, reason="fine")
        assert "rose by" not in "\n".join(self.rows(with_trend(passed, STEP, effect)))

    def test_what_else_was_warned_of_is_told_at_the_row(self) -> None:
        past = verdict("p95", Outcome.WARNED, unit="s", value=0.3, reason="past 250ms")
        assert "      past 250ms" in self.rows(with_trend(past, STEP, WARN))

    def test_a_broken_limit_is_told_at_the_row(self) -> None:
        broken = verdict("p95", Outcome.FAILED, unit="s", value=0.3, reason="300ms where …")
        assert "      300ms where …" in self.rows(with_trend(broken, STEP, WARN))


def test_a_failure_by_trend_says_what_can_be_done() -> None:
    passed = verdict("p95", Outcome.PASSED, unit="s", value=0.3, reason="fine")
    told = explain(with_trend(passed, STEP, FAIL))
    assert told.startswith("rose by 50% (45% to 55%), from 200ms to 300ms, since 2026-06-01")
    assert "help: Mend what made it worse" in told
    assert "`trend: warn`" in told
    assert "baseline" not in told
