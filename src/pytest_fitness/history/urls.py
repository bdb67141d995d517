"""Histories by their URLs, which may hold passwords."""

import re
from typing import Final

USER_AND_PASSWORD: Final = re.compile(r"(?is)^((?:[a-z][a-z0-9+.-]*:/+)?+)([^:]*):.*@")
PASSWORD_OPTION: Final = re.compile(r"(pass(?:word|wd)=)[^&\s]*", re.IGNORECASE)


def redact(url: str) -> str:
    """The URL without its password; rather too much is hidden than too little."""
    hidden = USER_AND_PASSWORD.sub(r"\1\2:***@", url)
    return PASSWORD_OPTION.sub(r"\1***", hidden)
