"""The summary: grouped rows in columns, within the width, in what the terminal can show."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from verdicts import verdict, violation

from pytest_fitness import units
from pytest_fitness.model import Limit, Outcome
from pytest_fitness.reports.lines import Style
from pytest_fitness.reports.terminal import (
    LONG_GROUP,
    LONG_RUN,
    Past,
    count,
    not_analysed,
    summarise,
)

PASSED = verdict("size", Outcome.PASSED, value=7.0, reason="7 is within ≤ 10", notes=("a note",))


def texts(*verdicts: object, past: dict[str, Past] | None = None, **style: object) -> list[str]:
    return [line.text for line in summarise(verdicts, past or {}, Style(**style))]  # type: ignore[arg-type]


def test_a_row_shows_value_limit_room_change_and_past() -> None:
    past = {"size": Past((3.0, None), "▁█")}
    assert texts(PASSED, past=past) == [
        "          value  limit  room  change  past",
        "complexity",
        "  ✓ size      7  ≤ 10   +30%      +4  ▁█",
        "1 passed",
    ]


def test_what_no_row_needs_has_no_column() -> None:
    contract = verdict("layers", value=0.0, limit=None, kind="contract", outcome=Outcome.PASSED)
    assert texts(contract) == [
        "            value  limit",
        "contract",
        "  ✓ layers      0  violations",
        "1 passed",
    ]


def test_a_failed_row_names_the_worst_place() -> None:
    found = verdict(violations=(violation(), violation("shop.web.cart", 11.0)))
    assert "      shop/web.py:4: shop.web.page: 13 (and 1 more)" in texts(found)


def test_a_row_that_did_not_pass_gives_its_reason() -> None:
    found = verdict("p95", Outcome.NO_DATA, value=None, reason="no module matches shop.legacy")
    assert "      no module matches shop.legacy" in texts(found)


def test_notes_of_passed_functions_show_on_request_only() -> None:
    assert "      a note" not in texts(PASSED)
    assert "      a note" in texts(PASSED, verbosity=1)


def test_functions_are_grouped_by_their_first_tag_or_their_kind() -> None:
    tagged = PASSED._replace(function="b", tags=("web", "slow"))
    names = [line.text for line in summarise([PASSED, tagged], {}, Style()) if line.bold]
    assert names == ["complexity", "web"]


def test_colours_say_how_it_ended() -> None:
    found = [PASSED, verdict("a"), verdict("b", Outcome.WARNED)]
    rows = [line.colour for line in summarise(found, {}, Style()) if line.text[2:3] in "✓✗!"]
    assert rows == ["green", "red", "yellow"]


def test_long_groups_and_long_runs_show_what_did_not_pass() -> None:
    many = [PASSED._replace(function=f"f{n}") for n in range(LONG_GROUP + 1)]
    lines = texts(*many, verdict())
    assert f"… and {LONG_GROUP + 1} more passed (-v lists them)" in lines
    assert sum("✓" in line for line in lines) == 0
    own_tags = [PASSED._replace(function=f"f{n}", tags=(f"t{n}",)) for n in range(LONG_RUN + 1)]
    assert texts(*own_tags) == [f"{LONG_RUN + 1} passed (-v lists them)", f"{LONG_RUN + 1} passed"]


@pytest.mark.parametrize(("verbosity", "rows"), [(-2, 0), (-1, 1), (0, 2), (1, 2)])
def test_quiet_and_verbose(verbosity: int, rows: int) -> None:
    lines = texts(PASSED, verdict(), verbosity=verbosity)
    assert sum(line.startswith(("  ✓", "  ✗")) for line in lines) == rows
    assert lines[-1] == "1 failed, 1 passed"


def test_the_last_line_counts_outcomes_and_what_the_baseline_knows() -> None:
    known = PASSED._replace(known=(violation(), violation("b")), fixed=("c",))
    assert count([known, verdict()]) == (
        "1 failed, 1 passed, 2 known violations frozen, 1 fixed (`pytest-fitness baseline --prune`)"
    )


def test_symbols_become_ascii_where_the_terminal_has_no_others() -> None:
    lines = texts(PASSED, verdict("a", value=None), unicode=False)
    assert all(line.isascii() for line in lines)
    assert any(line.startswith("  ok size") and "<= 10" in line for line in lines)


VERDICTS = st.builds(
    verdict,
    st.text("ab.-", min_size=1, max_size=100),
    st.sampled_from(Outcome),
    value=st.none() | st.floats(),
    limit=st.none() | st.builds(Limit, high=st.floats(allow_nan=False)),
    unit=st.sampled_from([units.COUNT, units.SECONDS, units.BYTES, units.RATIO]),
    reason=st.text(),
    notes=st.tuples(st.text()),
    tags=st.lists(st.sampled_from("ab")).map(tuple),
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(VERDICTS, min_size=1, max_size=4),
    st.integers(60, 200),
    st.booleans(),
    st.integers(-2, 2),
    st.text("▁█", max_size=12),
)
def test_no_line_is_ever_wider_than_the_terminal(
    verdicts: list[object], width: int, unicode: bool, verbosity: int, spark: str
) -> None:
    shown = spark if unicode else "_#"
    past = {v.series: Past((1.0,), shown) for v in verdicts}  # type: ignore[attr-defined]
    lines = texts(*verdicts, past=past, width=width, unicode=unicode, verbosity=verbosity)
    assert max(map(len, lines)) <= width
    assert unicode or all(line.isascii() for line in lines)
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize(
    ("paths", "line"),
    [
        (["shop/deep"], "1 directory, shop/deep; see `pytest-fitness doctor`"),
        (["a.b.py", "shop/x"], "1 directory and 1 file, a.b.py, …; see `pytest-fitness doctor`"),
        (["a.b.py", "c.d.py"], "2 files, a.b.py, …; see `pytest-fitness doctor`"),
    ],
)
def test_what_is_not_analysed_is_one_line(paths: list[str], line: str) -> None:
    assert not_analysed(paths, Style()) == f"not analysed: {line}"


def test_what_is_not_analysed_keeps_to_the_terminal_and_says_where_to_read_on() -> None:
    line = not_analysed([f"shop/{'x' * 90}\x1b", "b"], Style(width=70, unicode=False))
    assert len(line) == 70
    assert line.isascii()
    assert line.endswith("..; see `pytest-fitness doctor`")
