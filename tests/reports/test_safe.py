"""Texts from outside cannot move the cursor, turn the direction, or fill the screen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.reports.safe import cut, in_ascii, one_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ümlaut 漢字", "plain ümlaut 漢字"),
        ("a\nb\tc", r"a\nb\tc"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\u202eright to left", r"\u202eright to left"),
        ("bad\udcff", r"bad\udcff"),
        ("x" * 10_000, "x" * 199 + "…"),
    ],
)
def test_one_line(text: str, shown: str) -> None:
    assert one_line(text) == shown


@given(st.text(st.characters()), st.integers(1, 50))
def test_a_line_is_never_longer_than_its_limit(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1


def test_cut() -> None:
    assert (cut("abc", 3), cut("abcd", 3), cut("abcd", 3, "..")) == ("abc", "ab…", "a..")


def test_in_ascii() -> None:
    assert in_ascii("≤ 10 … ü") == r"<= 10 .. \xfc"
