"""Charts of characters."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.reports.chart import Canvas, Plot, draw


def drawn(plot: Plot, width: int = 40, height: int = 5, unicode: bool = True) -> str:
    return "\n".join(draw(plot, Canvas(width, height, unicode)))


def test_points_limit_and_a_change() -> None:
    values = [1.0, 1.0, 1.0, 2.0, 2.0, 2.0]
    assert drawn(Plot(values, "", lines=[3.0], changes=[3])) == (
        "3 │──────\n  │   ┊\n  │   •••\n  │   ┊\n1 │•••┊"
    )


def test_in_ascii() -> None:
    text = drawn(Plot([1.0, 2.0], "", lines=[3.0], changes=[1]), unicode=False)
    assert text == "3 |--\n  | :\n  | o\n  | :\n1 |o:"


def test_values_carry_their_unit() -> None:
    assert drawn(Plot([0.1, 0.2], "s"), height=2) == "200ms │ •\n100ms │•"


def test_a_series_that_does_not_move_is_one_line() -> None:
    assert drawn(Plot([5.0] * 3, ""), height=3) == "  │\n5 │•••\n  │"


def test_a_gap_is_a_gap() -> None:
    assert drawn(Plot([1.0, None, float("nan"), 1.0], ""), height=1) == "1 │•  •"


def test_nothing_known_is_no_chart() -> None:
    assert draw(Plot([None, float("inf"), float("nan")], ""), Canvas()) == []
    assert draw(Plot([], "", lines=[1.0]), Canvas()) == []


def test_more_values_than_columns_share_them() -> None:
    lines = draw(Plot([float(i % 7) for i in range(10_000)], ""), Canvas(30, 7))
    assert max(map(len, lines)) <= 30
    assert all("•" in line for line in lines)


FLOATS = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True))


@given(
    st.lists(FLOATS, max_size=200),
    st.lists(st.floats(), max_size=2),
    st.integers(20, 200),
    st.integers(1, 30),
    st.booleans(),
)
def test_whatever_it_shows_it_keeps_to_its_canvas(
    values: list[float | None], lines: list[float], width: int, height: int, unicode: bool
) -> None:
    chart = draw(Plot(values, "", lines), Canvas(width, height, unicode))
    assert len(chart) in (0, height)
    assert all(len(line) <= max(width, 40) for line in chart)
    if not unicode:
        assert all(line.isascii() for line in chart)


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=30))
def test_every_value_is_shown_and_larger_ones_are_higher(values: list[float]) -> None:
    chart = draw(Plot(values, ""), Canvas(200, 15))
    columns = list(zip(*(line.split("│", 1)[1].ljust(len(values)) for line in chart), strict=True))
    heights = [column.index("•") for column in columns]
    ordered = sorted(zip(values, heights, strict=True))
    assert all(a[1] >= b[1] for a, b in pairwise(ordered))
