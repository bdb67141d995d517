"""The laws of quantities: every unit, every size, there and back."""

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fitness import units
from pytest_fitness.units import Quantity, convert, format_value, parse, shorten

SCALES = {
    "ns": Fraction(1, 10**9),
    "us": Fraction(1, 10**6),
    "µs": Fraction(1, 10**6),
    "ms": Fraction(1, 1000),
    "s": 1,
    "sec": 1,
    "m": 60,
    "min": 60,
    "h": 3600,
    "d": 86_400,
    "w": 7 * 86_400,
    "B": 1,
    "kB": 10**3,
    "KB": 10**3,
    "KiB": 2**10,
    "MB": 10**6,
    "MiB": 2**20,
    "GB": 10**9,
    "GiB": 2**30,
    "TB": 10**12,
    "TiB": 2**40,
    "PB": 10**15,
    "PiB": 2**50,
    "%": Fraction(1, 100),
    "x": 1,
    "/s": 1,
    "/min": Fraction(1, 60),
    "/m": Fraction(1, 60),
    "/h": Fraction(1, 3600),
    "/d": Fraction(1, 86_400),
    "": 1,
}
ALL_UNITS = [units.COUNT, "s", "B", "%", "/s", "x", *units.CURRENCIES]


@pytest.mark.parametrize(("suffix", "scale"), SCALES.items())
@settings(max_examples=20)
@given(st.integers(-(10**6), 10**6), st.integers(0, 3))
def test_a_quantity_is_its_number_times_its_unit(
    suffix: str, scale: Fraction | int, number: int, decimals: int
) -> None:
    exact = Fraction(number, 10**decimals)
    text = f"{number / 10**decimals:.{decimals}f}"
    for written in (f"{text}{suffix}", f"{text} {suffix}", f"  {text}{suffix}\n"):
        assert parse(written).value == pytest.approx(float(exact * scale), rel=1e-12)


@given(st.integers(-(10**15), 10**15), st.sampled_from(sorted(SCALES)))
def test_digits_may_be_grouped(number: int, suffix: str) -> None:
    assert parse(f"{number:_}{suffix}") == parse(f"{number}{suffix}")


@given(st.floats(-1e308, 1e308), st.sampled_from(ALL_UNITS))
def test_every_number_that_is_shown_reads_back_to_four_figures(value: float, unit: str) -> None:
    shown = format_value(value, unit)
    assert len(shown) < 32
    if "inf" not in shown:
        back = parse(shown)
        assert back.unit == unit
        assert math.isclose(back.value, value, rel_tol=6e-4, abs_tol=1e-300)


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), st.sampled_from(ALL_UNITS))
def test_what_is_more_is_never_shown_as_less(one: float, two: float, unit: str) -> None:
    low, high = sorted((one, two))
    shown = [parse(format_value(value, unit)).value for value in (low, high)]
    assert shown[0] <= shown[1] or math.isclose(*shown, rel_tol=1e-12)


@given(st.floats(-1e6, 1e6), st.sampled_from(ALL_UNITS), st.sampled_from(ALL_UNITS))
def test_a_quantity_is_converted_to_its_own_unit_or_not_at_all(
    value: float, unit: str, wanted: str
) -> None:
    try:
        found = convert(Quantity(value, unit), wanted)
    except ValueError:
        assert unit != wanted or (unit == units.RATIO and not 0 <= value <= 1)
    else:
        assert found == value
        assert unit in (wanted, units.COUNT)


@pytest.mark.parametrize("unit", [units.SECONDS, units.BYTES, units.RATE])
@pytest.mark.parametrize("text", ["0", "1", "10"])
def test_a_plain_number_is_not_guessed_to_be_a_time_a_size_or_a_rate(unit: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a .* such as"):
        convert(parse(text), unit)


@pytest.mark.parametrize("text", ["100.0001%", "150%", "-0.1%", "1.01", "-0.5", "80", "1e300%"])
def test_what_is_no_part_of_a_whole_is_no_share(text: str) -> None:
    with pytest.raises(ValueError, match="write 0% to 100%, or a number from 0 to 1"):
        convert(parse(text), units.RATIO)


@pytest.mark.parametrize(
    "text",
    [
        "1e400",
        "-1e400",
        "1e1000000",
        "1e99999999999999999999",
        "1e-99999999999999999999",
        "9e999999999999999d",
        "1e308w",
        "$1e999999999",
    ],
)
def test_an_exponent_beyond_all_numbers_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^is too large, or its exponent is$"):
        parse(text)


@given(st.sampled_from("+-") | st.just(""), st.integers(0), st.sampled_from(sorted(SCALES)))
def test_any_exponent_is_read_or_refused(sign: str, exponent: int, suffix: str) -> None:
    try:
        quantity = parse(f"1e{sign}{exponent}{suffix}")
    except ValueError:
        return
    assert math.isfinite(quantity.value)


@pytest.mark.parametrize(
    "text",
    [
        "0x10",
        "0o7",
        "1,000",
        "1.000,5",
        "1 000",
        "5.",
        ".",
        "_1",
        "1/",
        "1/S",
        "1/sec",
        "5MS",
        "5kb",
        "5mB",
        "5%%",
        "%5",
        "5$",
        "$ $5",
        "$5%",
        "€5/s",
        "$-5",
        "1h30m",
        "1:30",
        "∞",
        "½",
        "5 \N{CYRILLIC SMALL LETTER ES}",
        "",
    ],
)
def test_what_could_be_misread_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^(is not a quantity|has an unknown unit)"):
        parse(text)


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (1e15, units.COUNT, "1e+15"),
        (999_999_999_999_999, units.COUNT, "999999999999999"),
        (1e300, units.COUNT, "1e+300"),
        (-1e300, units.SECONDS, "-1.157e+295d"),
        (5e-324, units.COUNT, "4.941e-324"),
        (1e-12, units.RATIO, "1e-10%"),
        (0.07, units.RATIO, "7%"),
        (0.29, units.RATIO, "29%"),
        (1 / 3, units.RATIO, "33.33%"),
        (12.3456, units.RATIO, "1234.6%"),
        (86_400, units.SECONDS, "1d"),
        (1e-12, units.SECONDS, "0.001ns"),
        (-0.5, units.SECONDS, "-500ms"),
        (2**30, units.BYTES, "1.074GB"),
        (5e15, units.BYTES, "5000TB"),
        (-0.0, units.COUNT, "0"),
        (-math.inf, units.RATIO, "-inf"),
    ],
)
def test_large_small_and_odd_numbers_stay_readable(value: float, unit: str, shown: str) -> None:
    assert format_value(value, unit) == shown


@given(st.text(max_size=90), st.integers(2, 60))
def test_a_text_is_cut_to_its_length_and_only_where_it_is_longer(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert len(short) <= limit
    assert short == text or (short[-1] == "…" and text.startswith(short[:-1]))
    assert (short == text) == (len(text) <= limit)
