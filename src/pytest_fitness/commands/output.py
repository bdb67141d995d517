"""How commands print."""

import sys

from pytest_fitness.reports.safe import one_line


def say(text: str = "") -> None:
    """Print a text of our own; what the terminal cannot show is replaced."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")


def say_line(text: str, limit: int = 400) -> None:
    """Print one line that may hold names from outside."""
    say(one_line(text, limit))


def plural(count: int, noun: str) -> str:
    """A number of things, in words: ``1 module``, ``3,000 modules``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
