"""Quantities: read as people write them, shown as people read them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness import units
from pytest_fitness.units import Quantity, convert, format_value, parse


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("10", 10, units.COUNT),
        ("-3", -3, units.COUNT),
        ("1_000", 1000, units.COUNT),
        ("1e6", 1e6, units.COUNT),
        (".5", 0.5, units.COUNT),
        ("500ms", 0.5, units.SECONDS),
        ("2 s", 2, units.SECONDS),
        ("5m", 300, units.SECONDS),
        ("5min", 300, units.SECONDS),
        ("1.5h", 5400, units.SECONDS),
        ("30d", 2_592_000, units.SECONDS),
        ("250us", 0.00025, units.SECONDS),
        ("250µs", 0.00025, units.SECONDS),
        ("80%", 0.8, units.RATIO),
        ("0.1%", 0.001, units.RATIO),
        ("8GB", 8e9, units.BYTES),
        ("1GiB", 2**30, units.BYTES),
        ("512kB", 512_000, units.BYTES),
        ("100/s", 100, units.RATE),
        ("60/min", 1, units.RATE),
        ("10x", 10, units.FACTOR),
        ("$0.01", 0.01, "$"),
        ("€ 5", 5, "€"),
    ],
)
def test_reads_what_people_write(text: str, value: float, unit: str) -> None:
    assert parse(text) == Quantity(value, unit)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ms",
        "ten",
        "5 parsecs",
        "$5ms",
        "1.2.3",
        "--1",
        "nan",
        "inf",
        "1e999",
        "5m m",
        "9" * 400,
    ],
)
def test_refuses_what_is_no_quantity(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        parse(text)


def test_a_refusal_never_repeats_the_text() -> None:
    for text in ("s3cr3t", "5 s3cr3t", "s" * 100_000):
        with pytest.raises(ValueError, match=r"\S") as caught:
            parse(text)
        assert "s3cr3t" not in str(caught.value)
        assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("500ms", units.SECONDS, 0.5),
        ("0.8", units.RATIO, 0.8),
        ("1", units.RATIO, 1),
        ("80%", units.RATIO, 0.8),
        ("3", units.FACTOR, 3),
        ("5", "$", 5),
    ],
)
def test_converts_where_it_cannot_be_misread(text: str, unit: str, value: float) -> None:
    assert convert(parse(text), unit) == value


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("80", units.RATIO),
        ("-1", units.RATIO),
        ("500", units.SECONDS),
        ("500ms", units.COUNT),
        ("5s", units.BYTES),
        ("$5", "€"),
        ("10x", units.SECONDS),
        ("10x", units.COUNT),
        ("50%", units.COUNT),
    ],
)
def test_refuses_another_dimension(text: str, unit: str) -> None:
    with pytest.raises(ValueError, match="is not a"):
        convert(parse(text), unit)


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.5, units.SECONDS, "500ms"),
        (0.0, units.SECONDS, "0s"),
        (90, units.SECONDS, "1.5min"),
        (2.5e-7, units.SECONDS, "250ns"),
        (0.8, units.RATIO, "80%"),
        (0.001, units.RATIO, "0.1%"),
        (1.07, units.RATIO, "107%"),
        (8e9, units.BYTES, "8GB"),
        (0, units.BYTES, "0B"),
        (1_234_567, units.COUNT, "1234567"),
        (3.14159, units.COUNT, "3.142"),
        (-2.5, "$", "-$2.5"),
        (100, units.RATE, "100/s"),
        (10, units.FACTOR, "10x"),
        (None, units.SECONDS, "\N{EN DASH}"),
        (math.inf, units.COUNT, "inf"),
        (math.nan, units.COUNT, "nan"),
    ],
)
def test_shows_what_people_read(value: float | None, unit: str, shown: str) -> None:
    assert format_value(value, unit) == shown


ALL_UNITS = [
    units.COUNT,
    units.SECONDS,
    units.BYTES,
    units.RATIO,
    units.RATE,
    units.FACTOR,
    *units.CURRENCIES,
]


@given(
    st.floats(min_value=-1e12, max_value=1e12).filter(lambda v: v == 0 or abs(v) > 1e-6),
    st.sampled_from(ALL_UNITS),
)
def test_what_is_shown_reads_back_to_four_figures(value: float, unit: str) -> None:
    back = parse(str(Quantity(value, unit)))
    assert back.unit == unit
    assert math.isclose(back.value, value, rel_tol=1e-3)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_by_a_value_error(text: str) -> None:
    try:
        quantity = parse(text)
    except ValueError:
        return
    assert math.isfinite(quantity.value)


@pytest.mark.parametrize("unit", ALL_UNITS)
def test_every_unit_can_be_described(unit: str) -> None:
    assert "such as" in units.describe(unit)


def test_a_share_too_large_to_be_written_in_percent() -> None:
    assert units.format_value(1e308, units.RATIO) == "inf%"
