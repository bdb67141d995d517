"""Passwords in URLs of databases, which no message may show."""

import re
from contextlib import suppress
from typing import Final
from urllib.parse import unquote_plus, urlsplit

_AUTHORITY: Final = re.compile(r"(?s)^([a-z][a-z0-9+.-]*:/*)(?:(.*)@)?(.*)$", re.IGNORECASE)
_OPTION: Final = re.compile(r"[?&][^=&]*(?:pass|pwd|secret|token)[^=&]*=([^&#]+)", re.IGNORECASE)
HIDDEN: Final = "***"


def shown_address(url: str) -> str:
    """The URL without user, password and options; rather too much is left out than too little."""
    match = _AUTHORITY.match(url)
    if match is None:
        return "the url"
    return match[1] + match[3].partition("?")[0]


def hide_passwords(text: str, url: str) -> str:
    """The text, with what is secret in the URL hidden wherever it stands in it."""
    for secret in sorted(_passwords(url), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def _passwords(url: str) -> set[str]:
    found = [match[1] for match in _OPTION.finditer(url)]
    match = _AUTHORITY.match(url)
    if match is not None and match[2]:
        # One that was not encoded, with a slash or the like in it.
        found.append(match[2].partition(":")[2])
    with suppress(ValueError):
        found.append(urlsplit(url).password or "")
    return {secret for each in found for secret in (each, unquote_plus(each)) if secret}
