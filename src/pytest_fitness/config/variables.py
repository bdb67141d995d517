"""``${NAME}`` in the values of a configuration."""

import re
from collections.abc import Mapping

_VARIABLE = re.compile(r"\$\$\{|\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^}]*))?\}")


def expand(text: str, environment: Mapping[str, str]) -> str:
    """The text with ``${NAME}`` and ``${NAME:-default}`` filled in; ``$${`` stands for ``${``.

    Raises:
        KeyError: a variable without default is not set, or empty; its argument is the name.
    """
    if "${" not in text:
        return text

    def fill(match: re.Match[str]) -> str:
        if match["name"] is None:
            return "${"
        if environment.get(match["name"]):
            return environment[match["name"]]
        if match["default"] is None:
            raise KeyError(match["name"])
        return match["default"]

    return _VARIABLE.sub(fill, text)
