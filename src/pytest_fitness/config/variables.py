"""``${NAME}`` in the values of a configuration."""

import re
from collections.abc import Mapping

_VARIABLE = re.compile(r"\$\$\{|\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^}]*))?\}")


def expand(text: str, environment: Mapping[str, str], filled: dict[str, str] | None = None) -> str:
    """The text with ``${NAME}`` and ``${NAME:-default}`` filled in; ``$${`` stands for ``${``.

    Args:
        text: what was written.
        environment: the values by name.
        filled: takes in the name of each value that is filled in.

    Raises:
        KeyError: a variable without default is not set, or empty; its argument is the name.
    """
    if "${" not in text:
        return text

    def fill(match: re.Match[str]) -> str:
        if match["name"] is None:
            return "${"
        if environment.get(match["name"]):
            value = environment[match["name"]]
            if filled is not None:
                filled[value] = match["name"]
            return value
        if match["default"] is None:
            raise KeyError(match["name"])
        return match["default"]

    return _VARIABLE.sub(fill, text)
