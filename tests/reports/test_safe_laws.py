"""Laws of text safety, for any text there can be."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from verdicts import verdict, violation

from pytest_fitness.model import Effect, Link, Outcome
from pytest_fitness.reports.failure import MOST_LINKS, MOST_VIOLATIONS, explain
from pytest_fitness.reports.lines import Style
from pytest_fitness.reports.safe import cut, in_ascii, one_line
from pytest_fitness.reports.terminal import not_analysed, summarise
from pytest_fitness.reports.wording import headline, place, single, worst

ANY = st.text(st.characters(exclude_categories=())) | st.text("\x1b[31m\r\n\u202e\x9b\udcff:\\ a")
NASTY = "".join(map(chr, [*range(32), *range(127, 160), 0x200B, 0x2028, 0x202E, 0x2066, 0xDCFF]))


def is_safe(text: str) -> bool:
    """Whether no character of a text controls, formats, separates lines or is none at all."""
    return not {unicodedata.category(each) for each in text} & {
        "Cc",
        "Cf",
        "Cs",
        "Co",
        "Cn",
        "Zl",
        "Zp",
    }


@given(ANY, st.integers(1, 400))
@example(NASTY, 400)
def test_no_control_character_ever_comes_out(text: str, limit: int) -> None:
    assert is_safe(one_line(text, limit))


@given(ANY, st.integers(1, 60))
@example(NASTY, 10)
def test_what_is_safe_stays_as_it_is(text: str, limit: int) -> None:
    once = one_line(text, limit)
    assert one_line(once, limit) == once


@given(ANY, st.integers(1, 60))
def test_a_text_is_cut_only_where_it_is_too_long_and_says_so(text: str, limit: int) -> None:
    whole = one_line(text, 10 * len(text) + 1)
    line = one_line(text, limit)
    assert line == whole if len(whole) <= limit else line.endswith("…") and len(line) == limit
    assert whole.startswith(line.removesuffix("…")) or "…" in text


@given(ANY)
def test_nothing_is_lost_where_there_is_room(text: str) -> None:
    shown = one_line(text, 10 * len(text) + 1)
    if text.isprintable():
        assert shown == text
    else:
        assert len(shown) > len(text)


@given(st.text(), st.integers(0, 40), st.sampled_from(["…", "..", ""]))
def test_a_cut_text_is_never_wider_than_its_width(text: str, width: int, mark: str) -> None:
    shown = cut(text, width, mark)
    assert len(shown) <= width
    assert (shown == text) == (len(text) <= width)


@given(ANY)
def test_ascii_is_ascii_and_stays_as_it_is(text: str) -> None:
    once = in_ascii(text)
    assert once.isascii()
    assert in_ascii(once) == once
    assert once == text or not text.isascii()


def everything(text: str, outcome: Outcome, effect: Effect | None) -> object:
    links = (Link(text, text, text, 1),) * 2
    return verdict(
        text,
        outcome,
        reason=text,
        about=text,
        owner=text,
        link=text,
        subject=text,
        hint=text,
        unit=text,
        kind=text,
        part=text,
        tags=(text,),
        notes=(text, text),
        effect=effect,
        violations=(violation(text, path=text, chain=links, accepted=1.0),) * 2,
    )


@given(ANY, st.sampled_from(Outcome), st.none() | st.sampled_from(Effect), st.integers(-2, 2))
@example(NASTY, Outcome.FAILED, None, 1)
@example(NASTY, Outcome.ERROR, None, 1)
def test_whatever_a_verdict_holds_reports_are_safe_line_by_line(
    text: str, outcome: Outcome, effect: Effect | None, verbosity: int
) -> None:
    found = everything(text, outcome, effect)
    explained = explain(found).split("\n")  # type: ignore[arg-type]
    assert all(map(is_safe, explained))
    assert max(map(len, explained)) < 2_000
    style = Style(verbosity=verbosity)
    for line in summarise([found], {}, style):  # type: ignore[list-item]
        assert is_safe(line.text)
        assert len(line.text) <= 80


@given(ANY)
@example(NASTY)
def test_the_number_of_lines_of_a_failure_does_not_depend_on_its_texts(text: str) -> None:
    plain = explain(everything("x", Outcome.FAILED, None))  # type: ignore[arg-type]
    shown = explain(everything(text or "x", Outcome.FAILED, None))  # type: ignore[arg-type]
    assert shown.count("\n") == plain.count("\n")


WORDINGS: dict[str, Callable[[str], str]] = {
    "headline": lambda text: headline(verdict(reason=text)),
    "place": lambda text: place(text, 3),
    "single": lambda text: single(violation(text, path=text, accepted=1.0), verdict(unit=text)),
    "worst": lambda text: worst(verdict(violations=(violation(text, path=text),) * 3)),
    "not analysed": lambda text: not_analysed([text, text], Style(width=500)),
}


@pytest.mark.parametrize("wording", WORDINGS.values(), ids=WORDINGS.keys())
@given(ANY)
@example(NASTY)
@example("x" * 10_000)
def test_every_wording_is_one_safe_line_of_bounded_length(
    wording: Callable[[str], str], text: str
) -> None:
    line = wording(text)
    assert is_safe(line)
    assert len(line) < 1_500


@given(st.integers(0, 60), st.integers(0, 30))
def test_a_failure_is_of_bounded_length_however_much_is_wrong(many: int, links: int) -> None:
    chain = tuple(Link(f"a{n}", f"b{n}") for n in range(links))
    found = verdict(violations=tuple(violation(f"f{n}", chain=chain) for n in range(many)))
    text = explain(found)
    assert text.count("shop/web.py:4") == min(many, MOST_VIOLATIONS)
    assert text.count(" imports ") == (
        min(many, MOST_VIOLATIONS) * min(links, MOST_LINKS) if links > 1 else 0
    )
    assert (f"{many - MOST_VIOLATIONS} more; --fitness-json" in text) == (many > MOST_VIOLATIONS)


@pytest.mark.parametrize(
    ("path", "line", "shown"),
    [
        (None, None, ""),
        (None, 3, ""),
        ("a.py", None, "a.py: "),
        ("a.py", 0, "a.py:0: "),
        ("a b/ü.py", 3, "a b/ü.py:3: "),
        ("a\nb.py", 3, r"a\nb.py:3: "),
    ],
)
def test_a_place_is_told_as_editors_understand_it(
    path: str | None, line: int | None, shown: str
) -> None:
    assert place(path, line) == shown


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("effect", [None, *Effect])
def test_every_headline_says_what_happened(outcome: Outcome, effect: Effect | None) -> None:
    said = headline(verdict(outcome=outcome, effect=effect, reason="because"))
    assert said.endswith("because")
    quiet = (Outcome.FAILED, Outcome.WARNED)
    assert (str(outcome) in said.removeprefix("a warning")) or outcome in quiet
    warns = outcome is Outcome.WARNED or effect is Effect.WARN
    assert ("--fitness-strict" in said) == (warns and outcome is not Outcome.FAILED)
