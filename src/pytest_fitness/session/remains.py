"""What is left of a secret where a text was cut in the middle of it."""

from collections.abc import Iterable, Sequence

from pytest_fitness.config.loader import SHORTEST_SECRET
from pytest_fitness.units import CUT


def hide_remains(text: str, spellings: Sequence[tuple[str, str]]) -> str:
    """The text without the beginning of a secret before a cut, or the end of one after it.

    Messages of other processes and of libraries are cut before anybody knows what in them is
    secret. What is left of one is hidden unless it is too short to be told from any other text.

    Args:
        text: in which each cut is marked by ``CUT``.
        spellings: each secret, and what is shown in its place; the longest first.
    """
    if CUT not in text:
        return text
    first, *rest = text.split(CUT)
    found = [first]
    for after in rest:
        found[-1] = _without_end(found[-1], spellings)
        found.append(_without_beginning(after, spellings))
    return CUT.join(found)


def _without_end(text: str, spellings: Sequence[tuple[str, str]]) -> str:
    for secret, shown in spellings:
        for length in _lengths(secret):
            if text.endswith(secret[:length]):
                return text[:-length] + shown
    return text


def _without_beginning(text: str, spellings: Sequence[tuple[str, str]]) -> str:
    for secret, shown in spellings:
        for length in _lengths(secret):
            if text.startswith(secret[-length:]):
                return shown + text[length:]
    return text


def _lengths(secret: str) -> Iterable[int]:
    return range(len(secret) - 1, SHORTEST_SECRET, -1)
