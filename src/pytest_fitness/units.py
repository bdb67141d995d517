"""Quantities with units: ``500ms``, ``80%``, ``8GB``, ``100/s``, ``$0.01``, ``10x``.

A quantity is read into the base unit of its dimension, so that limits and measurements compare as
plain floats: seconds, bytes, per second, fractions of one.
"""

import math
import re
from decimal import Decimal
from typing import Final, NamedTuple

COUNT: Final = ""
SECONDS: Final = "s"
BYTES: Final = "B"
RATIO: Final = "%"
RATE: Final = "/s"
FACTOR: Final = "x"
CURRENCIES: Final = ("$", "€", "£", "¥")

_TIME = {
    "ns": "1e-9", "us": "1e-6", "µs": "1e-6", "μs": "1e-6", "ms": "1e-3", "s": "1", "sec": "1",
    "m": "60", "min": "60", "h": "3600", "d": "86400", "w": "604800",
}  # fmt: skip
_BYTES = {"B": 1} | {
    f"{prefix}{suffix}": base**power
    for power, prefixes in enumerate(("kK", "M", "G", "T", "P"), start=1)
    for prefix in prefixes
    for suffix, base in (("B", 1000), ("iB", 1024))
}
_RATE = {"/s": 1, "/min": 60, "/m": 60, "/h": 3600, "/d": 86400}

_SCALES: Final[dict[str, tuple[str, Decimal]]] = {
    "": (COUNT, Decimal(1)),
    "%": (RATIO, Decimal("0.01")),
    "x": (FACTOR, Decimal(1)),
    **{suffix: (SECONDS, Decimal(scale)) for suffix, scale in _TIME.items()},
    **{suffix: (BYTES, Decimal(scale)) for suffix, scale in _BYTES.items()},
    **{suffix: (RATE, 1 / Decimal(scale)) for suffix, scale in _RATE.items()},
}
_QUANTITY = re.compile(
    r"(?P<sign>[-+]?)(?P<currency>[$€£¥]?)\s?(?P<number>(?:\d[\d_]*)?\.?\d+(?:[eE][-+]?\d+)?)\s?"
    r"(?P<suffix>[A-Za-zµμ%]*|/[a-z]+)"
)
_LONGEST = 64

_EXAMPLES: Final = {
    COUNT: "a plain number such as 10",
    SECONDS: "a time such as 500ms, 2s or 5m",
    BYTES: "a size such as 512kB, 8GB or 1GiB",
    RATIO: "a share such as 80% (or 0.8)",
    RATE: "a rate such as 100/s or 5/min",
    FACTOR: "a factor such as 10x",
}


class Quantity(NamedTuple):
    """A number in the base unit of its dimension; ``unit`` is one of this module's constants."""

    value: float
    unit: str = COUNT

    def __str__(self) -> str:
        return format_value(self.value, self.unit)


def describe(unit: str) -> str:
    """How a person writes a quantity of this unit, for error messages."""
    return _EXAMPLES.get(unit, f"an amount such as {unit}0.01")


def parse(text: str) -> Quantity:
    """Read a quantity as a person writes it.

    Raises:
        ValueError: the text is no quantity. The message completes a sentence that begins with it,
            and does not repeat it: a configuration may hold secrets.
    """
    match = _QUANTITY.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if match is None:
        raise ValueError("is not a quantity such as 500ms, 80%, 8GB or 100/s")
    suffix, currency = match["suffix"], match["currency"]
    if suffix not in _SCALES or (currency and suffix):
        raise ValueError("has an unknown unit; known are ms, s, m, h, d, %, kB, MB, GB, /s, x, $")
    unit, scale = _SCALES[suffix]
    try:
        value = float(Decimal(match["sign"] + match["number"].replace("_", "")) * scale)
    except ArithmeticError:  # an exponent that even a decimal cannot hold
        value = math.inf
    if not math.isfinite(value):
        raise ValueError("is too large, or its exponent is")
    return Quantity(value, currency or unit)


def named(text: str) -> tuple[str, float]:
    """The base unit of a unit as a person names it, and how much of it that is: ``ms`` is 0.001 s.

    Raises:
        ValueError: there is no such unit; the message completes a sentence that begins with it.
    """
    if text in CURRENCIES:
        return text, 1.0
    if text not in _SCALES:
        raise ValueError("is no unit; known are ms, s, m, h, d, %, B, kB, MB, GB, /s, x, $")
    unit, scale = _SCALES[text]
    return unit, float(scale)


def convert(quantity: Quantity, unit: str) -> float:
    """The value of a quantity where ``unit`` is expected.

    A plain number is accepted where it cannot be misread: for counts and factors, and for a share.
    A share is part of a whole: no limit past 0% or 100% could ever be met, or ever be broken.

    Raises:
        ValueError: the quantity has another dimension, or is no share.
    """
    if unit == RATIO and quantity.unit in (COUNT, RATIO):
        if 0 <= quantity.value <= 1:
            return quantity.value
        raise ValueError("is not a share: write 0% to 100%, or a number from 0 to 1")
    if quantity.unit == unit or (quantity.unit == COUNT and unit in (FACTOR, *CURRENCIES)):
        return quantity.value
    raise ValueError(f"is not {describe(unit)}")


CUT: Final = "…"
"""Stands where a text was cut, so that what is left there of a secret is known for one."""


def shorten(text: str, limit: int = 60) -> str:
    """The text, cut where it is too long to be quoted in one line."""
    return text if len(text) <= limit else f"{text[: limit - 1]}{CUT}"


def format_value(value: float | None, unit: str = COUNT) -> str:  # noqa: PLR0911
    """A value in its base unit, as a person would write it: four figures, a fitting prefix."""
    if value is None:
        return "–"  # noqa: RUF001 (a dash, as tables show what is missing)
    if not math.isfinite(value):
        return str(value)
    if unit in CURRENCIES:
        return f"{'-' if value < 0 else ''}{unit}{_number(abs(value))}"
    if unit == RATIO:
        return f"{_number(value * 100)}%"
    if unit == SECONDS:
        return _scaled(value, (("d", 86400), ("h", 3600), ("min", 60), ("s", 1), ("ms", 1e-3),
                               ("us", 1e-6), ("ns", 1e-9)))  # fmt: skip
    if unit == BYTES:
        return _scaled(value, (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("B", 1)))
    return f"{_number(value)}{unit}"


def _scaled(value: float, scales: tuple[tuple[str, float], ...]) -> str:
    magnitude = abs(value)
    for suffix, scale in scales:
        if magnitude >= scale:
            return f"{_number(value / scale)}{suffix}"
    suffix, scale = scales[-1] if magnitude else next(pair for pair in scales if pair[1] == 1)
    return f"{_number(value / scale)}{suffix}"


def _number(value: float) -> str:
    if math.isinf(value):  # a huge share, times 100
        return str(value)
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value)}"
    if 1000 <= abs(value) < 1e15:
        return f"{value:.1f}".removesuffix(".0")
    return f"{value:.4g}"
