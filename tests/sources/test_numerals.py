"""Numbers as servers write them."""

import math

import pytest

from pytest_fitness.sources.support.numerals import number_of


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (7, 7.0),
        (1.5, 1.5),
        (b"42", 42.0),
        ("-3.25", -3.25),
        ("1e3", 1000.0),
        (b"inf", math.inf),
        ("-inf", -math.inf),
        (10**400, math.inf),
        (-(10**400), -math.inf),
    ],
)
def test_numbers(written: object, number: float) -> None:
    assert number_of(written) == number


@pytest.mark.parametrize("written", ["NaN", b"-nan", math.nan])
def test_nan_is_what_the_source_says(written: object) -> None:
    found = number_of(written)
    assert found is not None
    assert math.isnan(found)


@pytest.mark.parametrize(
    "written",
    [True, False, None, "", b" ", "1_000", "1.2M", "0x10", b"\xff", [1], {"a": 1}, "12 %"],
)
def test_what_is_no_number(written: object) -> None:
    assert number_of(written) is None
