"""What came from the environment does not leave in a verdict."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, quote_plus

from pytest_fitness.answers import Answer
from pytest_fitness.model import Verdict, Violation


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


def redact_answer(answer: Answer, secrets: Mapping[str, str]) -> Answer:
    """The answer with what the source said beside its numbers shown in the same way."""
    if not secrets or not answer.notes:
        return answer
    spellings = _spellings(secrets)
    return answer._replace(notes=tuple(_hide(note, spellings) for note in answer.notes))


def _spellings(secrets: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each value as it may be met with, the longest first: one may be part of another."""
    found = {
        spelling: f"${{{name}}}"
        for value, name in secrets.items()
        for spelling in (value, quote(value, safe=""), quote(value), quote_plus(value))
    }
    return sorted(found.items(), key=lambda pair: -len(pair[0]))


def _hide(text: str, spellings: list[tuple[str, str]]) -> str:
    for value, shown in spellings:
        text = text.replace(value, shown)
    return text


def _redacted(violation: Violation, spellings: list[tuple[str, str]]) -> Violation:
    changes: dict[str, Any] = {"message": _hide(violation.message, spellings)}
    return violation._replace(**changes)
