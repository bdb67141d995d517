"""A text that is cut in the middle of a secret shows no half of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fitness.model import Outcome, Verdict
from pytest_fitness.processes.groups import last_lines
from pytest_fitness.reports.safe import cut
from pytest_fitness.session.remains import hide_remains
from pytest_fitness.session.secrets import redact, sealed, unsealed
from pytest_fitness.units import shorten

SECRET = "correct-horse-battery"
SPELLINGS = [(SECRET, "${T}")]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("it is correct-horse-…", "it is ${T}…"),
        ("it is corr…", "it is ${T}…"),
        ("it is cor…", "it is cor…"),  # no more than begins many words
        ("…battery it is", "…${T} it is"),
        ("…tery", "…${T}"),
        ("correct-…se-battery", "${T}…${T}"),
        ("a… correct-… b", "a… ${T}… b"),
        ("… correct-horse-", "… correct-horse-"),  # not cut, so it is not that secret
        ("correct-horse-", "correct-horse-"),
        ("", ""),
        ("…", "…"),
    ],
)
def test_what_a_cut_left(text: str, shown: str) -> None:
    assert hide_remains(text, SPELLINGS) == shown


secrets = st.text("abcXYZ/+%$", min_size=8, max_size=30)
plain = st.text("0123456789 ", max_size=40)


@settings(deadline=None)
@given(secrets, plain, plain, st.integers(1, 60))
def test_no_way_of_cutting_leaves_half_of_a_secret(
    secret: str, before: str, after: str, limit: int
) -> None:
    text = before + secret + after
    for short in (shorten(text, limit), cut(text, limit), last_lines(text, width=limit)):
        shown = redact(Verdict("f", Outcome.FAILED, short), {secret: "T"}).reason
        for length in range(4, len(secret) + 1):
            piece = secret[:length]
            assert piece not in shown or piece in before + "${T}" + after


@settings(deadline=None)
@given(secrets, st.integers(1, 30))
def test_what_is_kept_on_the_disk_holds_no_half_either(secret: str, kept: int) -> None:
    text = f"{secret[:kept]}…"
    found = sealed([text], {secret: "T"})
    assert unsealed(found, {secret: "T"}) in ([text], ["${T}…"])
    assert len(secret[:kept]) <= 3 or secret[:kept] not in found[0] or secret[:kept] in "${T}…"


def test_the_last_lines_of_a_long_text_say_that_they_are_cut() -> None:
    assert last_lines("x" * 20_000 + SECRET + "y" * 9_990).startswith("…")
    assert last_lines("x" * 300) == "x" * 199 + "…"
    assert last_lines("x" * 200) == "x" * 200
