"""Lines of a terminal, and what a terminal can show."""

import textwrap
from typing import NamedTuple

from pytest_fitness.reports.safe import in_ascii, one_line

_LONGEST = 2_000


class Style(NamedTuple):
    """How much room there is and what it can show.

    Attributes:
        verbosity: below 0 only what is not passed, below -1 the count alone; above 0 every
            function with its notes.
    """

    width: int = 80
    unicode: bool = True
    verbosity: int = 0


class Line(NamedTuple):
    """A line to print; ``colour`` is a terminal colour or empty."""

    text: str
    colour: str = ""
    bold: bool = False


def plain(text: str, style: Style) -> str:
    """The text with nothing in it that the terminal cannot show."""
    return text if style.unicode else in_ascii(text)


def folded(text: str, indent: str, style: Style, most: int | None = None) -> list[str]:
    """A text that may hold names from outside, in lines that keep to the width, and so many."""
    return textwrap.wrap(
        plain(one_line(text, _LONGEST), style),
        max(style.width, len(indent) + 24),
        initial_indent=indent,
        subsequent_indent=" " * (len(indent) + 4),
        break_on_hyphens=False,
        max_lines=most,
        placeholder=plain(" …", style),
    )
