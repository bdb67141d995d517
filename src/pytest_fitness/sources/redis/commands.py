"""Which commands may be sent: the server itself says of each whether it only reads."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from pytest_fitness.errors import MeasureError

# They answer a number and change nothing, though the server does not flag them as reading.
_HARMLESS: Final = frozenset({"lastsave", "pubsub numpat", "slowlog len"})
_NAMES, _FLAGS, _SUBCOMMANDS = 0, 2, 9


def require_reading(words: Sequence[str], execute: Callable[..., Any]) -> None:
    """Refuse a command that the server does not flag as one that only reads.

    Args:
        words: the command.
        execute: sends the words of a command, and yields the plain reply.

    Raises:
        MeasureError: it may change something, or is unknown.
    """
    command, *rest = (word.lower() for word in words[:2])
    name = " ".join((command, *rest))
    if command in _HARMLESS or name in _HARMLESS:
        return
    found = execute("COMMAND", "INFO", command)
    if not found or not found[0]:
        raise MeasureError(
            f"the server knows no command {command.upper()}",
            "Look at its name; a sentinel or a proxy knows few: name the server behind it.",
        )
    flags = _flags(found[0], "|".join((command, *rest)))
    if "readonly" not in flags or "admin" in flags:
        raise MeasureError(
            f"{command.upper()} is not sent: the server does not flag it as one that only reads",
            "Ask with a command that reads, such as LLEN, ZCARD or GET.",
        )


def _flags(info: Sequence[Any], full_name: str) -> set[str]:
    """Those of the subcommand, where it is listed (since Redis 7)."""
    for each in info[_SUBCOMMANDS] if len(info) > _SUBCOMMANDS else ():
        if _text(each[_NAMES]) == full_name:
            return set(map(_text, each[_FLAGS]))
    return set(map(_text, info[_FLAGS]))


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
