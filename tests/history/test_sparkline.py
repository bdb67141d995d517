import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.history.sparkline import (
    ASCII,
    BLOCKS,
    GAP,
    can_show_blocks,
    sparkline,
)

values = st.lists(st.none() | st.floats(), max_size=40)
widths = st.integers(-2, 30)


def test_the_lowest_and_the_highest_value_take_the_whole_height() -> None:
    assert sparkline([1, 2, 3, 4, 5, 6, 7, 8]) == "▁▂▃▄▅▆▇█"
    assert sparkline([8, 1]) == "█▁"


def test_plain_characters_serve_where_blocks_cannot_be_shown() -> None:
    assert sparkline([1, 2, 3, 4, 5, 6, 7, 8], ascii_only=True) == "_.-=+*#@"


@pytest.mark.parametrize("missing", [None, math.nan])
def test_what_is_missing_is_a_gap(missing: float | None) -> None:
    assert sparkline([1, missing, 2]) == "▁ █"


def test_no_values_are_no_line() -> None:
    assert sparkline([]) == ""
    assert sparkline([None, None]) == "  "


@pytest.mark.parametrize("value", [0, -3.5, 1e308])
def test_a_series_that_does_not_move_is_drawn_at_half_height(value: float) -> None:
    assert sparkline([value] * 3) == "▅▅▅"


def test_the_newest_values_are_shown() -> None:
    assert sparkline([9, 9, 1, 2], width=2) == "▁█"
    assert len(sparkline(range(100))) == 12


@pytest.mark.parametrize("width", [0, -1])
def test_no_width_is_no_line(width: int) -> None:
    assert sparkline([1, 2, 3], width=width) == ""


def test_infinities_do_not_flatten_the_rest() -> None:
    assert sparkline([-math.inf, 1, 2, math.inf]) == "▁▁██"
    assert sparkline([math.inf]) == "█"


def test_huge_and_tiny_values_are_told_apart() -> None:
    assert sparkline([-1.7e308, 0, 1.7e308]) == "▁▅█"
    assert sparkline([0, 5e-324]) == "▁█"


@given(values, widths, st.booleans())
def test_there_is_one_character_for_each_value_shown(
    series: list[float | None], width: int, ascii_only: bool
) -> None:
    line = sparkline(series, width, ascii_only)
    assert len(line) == max(0, min(width, len(series)))
    assert set(line) <= set(ASCII if ascii_only else BLOCKS) | {GAP}


@given(st.lists(st.floats(allow_nan=False), max_size=20))
def test_a_higher_value_never_has_a_lower_bar(series: list[float]) -> None:
    bars = sparkline(series, width=20)
    drawn = sorted(zip(series, map(BLOCKS.index, bars), strict=True))
    assert [bar for _, bar in drawn] == sorted(bar for _, bar in drawn)


@pytest.mark.parametrize(
    ("encoding", "can"),
    [("utf-8", True), ("cp437", False), ("ascii", False), ("no-such-codec", False), (None, False)],
)
def test_an_encoding_can_hold_the_blocks_or_not(encoding: str | None, can: bool) -> None:
    assert can_show_blocks(encoding) is can
