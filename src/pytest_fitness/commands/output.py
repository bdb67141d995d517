"""How commands print."""

import sys
import textwrap
from typing import Final

from pytest_fitness.reports.safe import one_line

WIDTH: Final = 80
_LONGEST: Final = 2_000
_ASCII: Final = str.maketrans({"≤": "<=", "≥": ">=", "…": ".."})


def say(text: str = "") -> None:
    """Print a text of our own; what the terminal cannot show is replaced."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(_ASCII).encode(encoding, "replace").decode(encoding)
    sys.stdout.write(text + "\n")


def say_line(text: str, limit: int = 400) -> None:
    """Print one line that may hold names from outside."""
    say(one_line(text, limit))


def say_folded(text: str, indent: str, *, hanging: str | None = None) -> None:
    """Print a text that may hold names from outside, in lines of 80 columns.

    Args:
        text: what is printed.
        indent: what stands before its first line.
        hanging: what stands before all others; the indent where it is not given.
    """
    lines = textwrap.wrap(
        one_line(text, _LONGEST),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent if hanging is None else hanging,
        break_on_hyphens=False,
        break_long_words=False,
    )
    for line in lines:
        say(line)


def plural(count: int, noun: str) -> str:
    """A number of things, in words: ``1 module``, ``3,000 modules``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
