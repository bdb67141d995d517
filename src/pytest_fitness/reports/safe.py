"""Text from outside (names, paths, messages) made harmless for a terminal or a line of a report."""

import re
from typing import Final

_UNSAFE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def one_line(text: str, limit: int = 200) -> str:
    """The text in one line: control and direction characters shown as escapes, cut at ``limit``."""
    safe = _UNSAFE.sub(lambda match: _escape(match[0]), text[: limit + 1])
    return safe if len(safe) <= limit else f"{safe[: limit - 1]}…"


def _escape(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
