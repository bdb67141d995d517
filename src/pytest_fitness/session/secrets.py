"""What came from the environment does not leave: not in a verdict, not in the cache."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote, quote_plus

from pytest_fitness.model import Verdict, Violation
from pytest_fitness.session.remains import hide_remains

_SHORTEST_LINE: Final = 8  # a shorter one may be anything
_OPENING: Final = "${#"
_PLACEHOLDER: Final = re.compile(r"\$\{#(\d+)\}")


def redact(verdict: Verdict, secrets: Mapping[str, str]) -> Verdict:
    """The verdict with every value of ``secrets`` shown as the variable it came from."""
    if not secrets:
        return verdict
    spellings = _spellings(secrets)
    return verdict._replace(
        reason=_hide(verdict.reason, spellings),
        hint=_hide(verdict.hint, spellings),
        subject=_hide(verdict.subject, spellings),
        notes=tuple(_hide(note, spellings) for note in verdict.notes),
        violations=tuple(_redacted(one, spellings) for one in verdict.violations),
        known=tuple(_redacted(one, spellings) for one in verdict.known),
    )


def hidden(told: Any, secrets: Mapping[str, str]) -> Any:
    """What pytest tells of a test, with every value of ``secrets`` shown as its variable.

    Args:
        told: text, lists of it, or what pytest makes of an exception, which is changed in place.
        secrets: the variables, by their values. A traceback may show the lines of one apart.
    """
    lines = {line: name for value, name in secrets.items() for line in value.splitlines()}
    long = {line: name for line, name in lines.items() if len(line) >= _SHORTEST_LINE}
    return _hidden_in(told, _spellings({**long, **secrets})) if secrets else told


def _hidden_in(told: Any, spellings: list[tuple[str, str]]) -> Any:
    if isinstance(told, str):
        return _hide(told, spellings)
    if type(told) in (list, tuple):
        return type(told)(_hidden_in(each, spellings) for each in told)
    if hasattr(told, "toterminal"):
        for name, each in vars(told).items():
            setattr(told, name, _hidden_in(each, spellings))
    return told


def sealed(value: Any, secrets: Mapping[str, str]) -> Any:
    """Builtins with a placeholder for each value of ``secrets``: what may be written to a file."""
    if not secrets:
        return value
    spellings = _sealed_texts(secrets)
    numbers = {spelling: number for number, spelling in enumerate(spellings)}
    wanted = re.compile("|".join(map(re.escape, spellings)))

    def seal(text: str) -> str:
        whole = wanted.sub(lambda found: f"{_OPENING}{numbers[found[0]]}}}", text)
        return hide_remains(whole, _spellings(secrets))

    return _in_texts(value, seal)


def unsealed(value: Any, secrets: Mapping[str, str]) -> Any:
    """The builtins that :func:`sealed` was given."""
    if not secrets:
        return value
    spellings = _sealed_texts(secrets)
    return _in_texts(
        value, lambda text: _PLACEHOLDER.sub(lambda found: spellings[int(found[1])], text)
    )


def _sealed_texts(secrets: Mapping[str, str]) -> list[str]:
    """What has a placeholder: also what looks like one, so that it is put back as it was."""
    return [*(spelling for spelling, _ in _spellings(secrets)), _OPENING]


def _in_texts(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {_in_texts(key, change): _in_texts(each, change) for key, each in value.items()}
    for kind in (list, tuple, set, frozenset):
        if isinstance(value, kind):
            return kind(_in_texts(each, change) for each in value)
    return value


def _spellings(secrets: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each value as it may be met with, the longest first: one may be part of another."""
    found = {
        spelling: f"${{{name}}}"
        for value, name in secrets.items()
        for spelling in (
            value,
            repr(value)[1:-1],
            quote(value, safe=""),
            quote(value),
            quote_plus(value),
        )
    }
    return sorted(found.items(), key=lambda pair: -len(pair[0]))


def _hide(text: str, spellings: list[tuple[str, str]]) -> str:
    for value, shown in spellings:
        text = text.replace(value, shown)
    return hide_remains(text, spellings)


def _redacted(violation: Violation, spellings: list[tuple[str, str]]) -> Violation:
    changes: dict[str, Any] = {"message": _hide(violation.message, spellings)}
    return violation._replace(**changes)
