"""Text from outside (names, paths, messages) made harmless for a terminal or a line of a report."""

from typing import Final

_SYMBOLS: Final = str.maketrans(
    {"≤": "<=", "≥": ">=", "…": "..", "\N{EN DASH}": "-", "·": "-", "µ": "u"}
)


def one_line(text: str, limit: int = 200) -> str:
    """The text in one line, cut at ``limit``; what does not print as itself becomes an escape."""
    safe = text[: limit + 1]
    if not safe.isprintable():  # control and direction characters, lone surrogates
        safe = "".join(each if each.isprintable() else _escape(each) for each in safe)
    return cut(safe, limit)


def cut(text: str, width: int, mark: str = "…") -> str:
    """The text, or as much of its beginning as fits beside a mark that says so."""
    return text if len(text) <= width else f"{text[: max(width - len(mark), 0)]}{mark}"[:width]


def in_ascii(text: str) -> str:
    """The text for a terminal that shows nothing else; our own symbols become readable ones."""
    if text.isascii():
        return text
    return text.translate(_SYMBOLS).encode("ascii", "backslashreplace").decode("ascii")


def _escape(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
