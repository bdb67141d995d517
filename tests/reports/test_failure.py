"""A failure in full: headline, place, evidence, what to do."""

from typing import Any

import pytest
from verdicts import verdict, violation

from pytest_fitness.judge.limits import WHOLE
from pytest_fitness.model import Effect, Link, Outcome
from pytest_fitness.reports.failure import MOST_LINKS, MOST_VIOLATIONS, explain
from pytest_fitness.reports.wording import headline, worst


def test_a_failure_reads_like_the_error_of_a_compiler() -> None:
    found = verdict(
        violations=(violation(), violation("shop.web.cart", 11.0, line=40)),
        about="long functions hide defects",
        subject="5 functions in 9 modules",
        notes=("1 file left out",),
        owner="team-shop",
        link="https://example.org/adr/7",
    )
    assert explain(found).splitlines() == [
        "13 where ≤ 10 is allowed",
        "  --> fitness.yaml:7",
        "  why: long functions hide defects",
        "",
        "  shop/web.py:4: shop.web.page: 13",
        "  shop/web.py:40: shop.web.cart: 11",
        "",
        "  looked at: 5 functions in 9 modules",
        "  note: 1 file left out",
        "  help: Bring it back within the limit.",
        (
            "    or: accept what is there, with `baseline: frozen` and "
            "`pytest-fitness baseline --accept complexity`."
        ),
        "  ask: team-shop · https://example.org/adr/7",
    ]


def test_a_number_that_may_be_doubted_comes_with_its_interval() -> None:
    found = verdict(interval=(12.5, 13.25), samples=1520)
    assert "  interval: 12.5 to 13.25, of 1,520 samples" in explain(found).splitlines()
    found = verdict(interval=(12.5, 13.25), samples=1)
    assert "  interval: 12.5 to 13.25" in explain(found).splitlines()
    assert "interval" not in explain(verdict())


def test_each_link_of_a_chain_has_its_file_and_line() -> None:
    chain = (Link("a", "b", "a.py", 3), Link("b", "c", "src/b.py", 12))
    lines = explain(verdict(violations=(violation("a -> c", None, chain=chain),))).splitlines()
    assert "      a.py:3:      a imports b" in lines
    assert "      src/b.py:12: b imports c" in lines


def test_a_link_without_a_known_place_is_shown_by_name() -> None:
    chain = (Link("a", "b", "a.py"), Link("b", "c"))
    lines = explain(verdict(violations=(violation(chain=chain),))).splitlines()
    assert "      a.py: a imports b" in lines
    assert "            b imports c" in lines


def test_of_many_violations_the_first_are_shown_and_the_others_counted() -> None:
    many = tuple(violation(f"f{n}") for n in range(1234))
    text = explain(verdict(violations=many))
    assert text.count("shop/web.py:4") == MOST_VIOLATIONS
    assert "  … and 1,214 more; --fitness-json lists all of them" in text


def test_of_a_long_chain_the_first_links_are_shown() -> None:
    chain = tuple(Link(f"m{n}", f"m{n + 1}") for n in range(20))
    text = explain(verdict(violations=(violation(chain=chain),)))
    assert text.count(" imports ") == MOST_LINKS
    assert "… 8 more links" in text


def test_a_value_that_got_worse_stands_beside_the_one_that_was_accepted() -> None:
    text = explain(verdict(violations=(violation(accepted=11.0),)))
    assert "shop.web.page: 13, accepted at 11" in text


def test_a_number_of_the_whole_is_its_own_evidence() -> None:
    whole = violation(WHOLE, 13.0, path=None, line=None)
    assert WHOLE not in explain(verdict(violations=(whole,)))
    assert "accepted at 12" in explain(verdict(violations=(whole._replace(accepted=12.0),)))


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"frozen": True}, "Mend what is new or worse than accepted."),
        ({"limit": None}, "Remove what breaks the rule."),
        ({"outcome": Outcome.ERROR}, "Nothing was judged: mend the cause and run again."),
        ({"outcome": Outcome.ERROR, "hint": "Start it."}, "Start it."),
        ({"outcome": Outcome.NO_DATA, "effect": Effect.FAIL}, "Check what the function names"),
        ({"outcome": Outcome.INCONCLUSIVE, "effect": Effect.FAIL}, "Measure longer"),
        ({"outcome": Outcome.WARNED}, "Mend it before it becomes a failure."),
    ],
)
def test_what_to_do_depends_on_what_happened(known: dict[str, Any], expected: str) -> None:
    assert f"  help: {expected}" in explain(verdict(**known))


def test_what_was_fixed_is_counted() -> None:
    assert "  fixed: 2 accepted before are no more" in explain(verdict(fixed=("a", "b")))


@pytest.mark.parametrize(
    ("outcome", "effect", "expected"),
    [
        (Outcome.FAILED, None, "because"),
        (Outcome.ERROR, None, "error: because"),
        (Outcome.NO_DATA, Effect.FAIL, "no data: because"),
        (Outcome.WARNED, None, "a warning, and --fitness-strict is on: because"),
        (Outcome.NO_DATA, Effect.WARN, "a warning, and --fitness-strict is on: no data: because"),
    ],
)
def test_headlines(outcome: Outcome, effect: Effect | None, expected: str) -> None:
    assert headline(verdict(outcome=outcome, effect=effect, reason="because")) == expected


def test_the_worst_is_named_with_the_number_of_others() -> None:
    assert worst(verdict()) == ""
    one = verdict(violations=(violation(),))
    assert worst(one) == "shop/web.py:4: shop.web.page: 13"
    assert worst(one._replace(violations=one.violations * 3)).endswith(": 13 (and 2 more)")


def test_texts_from_outside_stay_on_their_line() -> None:
    nasty = "a\n\x1b[31m\u202eb"
    found = verdict(
        reason=nasty,
        about=nasty,
        subject=nasty,
        notes=(nasty,),
        hint=nasty,
        owner=nasty,
        violations=(violation(nasty, path=nasty, chain=(Link(nasty, nasty, nasty, 1),) * 2),),
    )
    text = explain(found)
    assert not set("\x1b\u202e") & set(text)
    assert "\nb" not in text.replace(r"\n", "")
