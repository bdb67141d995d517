"""The part of PromQL that names series."""

import re
from typing import Final

_NAME: Final = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_STRING: Final = r"""(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)"""
# A string alone is a name that has other characters, such as {"http.requests"}.
_MATCHER: Final = (
    rf"(?:(?:[a-zA-Z_][a-zA-Z0-9_]*|{_STRING})\s*(?:=~|!~|!=|=)\s*{_STRING}|{_STRING})"
)
_MATCHERS: Final = rf"\{{\s*{_MATCHER}(?:\s*,\s*{_MATCHER})*\s*(?:,\s*)?\}}"
_SELECTOR: Final = re.compile(rf"{_NAME}(?:\s*(?:{_MATCHERS}|\{{\s*\}}))?|{_MATCHERS}")


def is_selector(text: str) -> bool:
    """Whether it is a name, labels, or both: no function, range, offset or comment."""
    return _SELECTOR.fullmatch(text.strip()) is not None
