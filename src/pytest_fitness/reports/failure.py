"""A failed verdict in full, as a good compiler words an error."""

from collections.abc import Iterator
from typing import Final

from pytest_fitness.model import Outcome, Verdict, Violation
from pytest_fitness.reports.safe import one_line
from pytest_fitness.units import format_value

MOST_VIOLATIONS: Final = 20
MOST_LINKS: Final = 12

_ADVICE: Final = {
    Outcome.ERROR: "Nothing was judged: mend the cause and run again.",
    Outcome.NO_DATA: "Check what the function names: a rule that matches nothing is never a pass.",
}


def explain(verdict: Verdict) -> str:
    """What was measured, the limit, the evidence with its places, and what to do."""
    return "\n".join(_lines(verdict))


def _lines(verdict: Verdict) -> Iterator[str]:
    yield f"{_label(verdict.outcome)}: {one_line(verdict.series)}: {one_line(verdict.reason, 500)}"
    if verdict.location is not None:
        yield f"  --> {verdict.location.path}:{verdict.location.line}"
    if verdict.about:
        yield f"  why: {one_line(verdict.about, 500)}"
    for violation in verdict.violations[:MOST_VIOLATIONS]:
        yield ""
        yield from _violation(violation, verdict)
    if len(verdict.violations) > MOST_VIOLATIONS:
        yield ""
        yield f"  … and {len(verdict.violations) - MOST_VIOLATIONS:,} more"
    yield ""
    if verdict.subject:
        yield f"  looked at: {one_line(verdict.subject, 500)}"
    for note in verdict.notes:
        yield f"  note: {one_line(note, 500)}"
    if verdict.fixed:
        yield f"  fixed: {len(verdict.fixed)} accepted before are no more"
    yield f"  help: {_advice(verdict)}"
    if verdict.owner or verdict.link:
        contact = " · ".join(filter(None, (verdict.owner, verdict.link)))
        yield f"  ask: {one_line(contact)}"


def _label(outcome: Outcome) -> str:
    return {Outcome.WARNED: "warning"}.get(outcome, str(outcome))


def _violation(violation: Violation, verdict: Verdict) -> Iterator[str]:
    place = _place(violation.path, violation.line)
    value = (
        f": {format_value(violation.value, verdict.unit)}" if violation.value is not None else ""
    )
    before = ""
    if violation.accepted is not None:
        before = f", accepted at {format_value(violation.accepted, verdict.unit)}"
    yield f"  {place}{one_line(violation.message, 300)}{value}{before}"
    links = violation.chain
    if len(links) < 2:
        return
    width = max(len(_place(link.path, link.line)) for link in links[:MOST_LINKS])
    for link in links[:MOST_LINKS]:
        where = _place(link.path, link.line).ljust(width)
        yield f"      {where}{one_line(link.importer)} imports {one_line(link.imported)}"
    if len(links) > MOST_LINKS:
        yield f"      … {len(links) - MOST_LINKS} more links"


def _place(path: str | None, line: int | None) -> str:
    if path is None:
        return ""
    return f"{one_line(path)}:{line}: " if line is not None else f"{one_line(path)}: "


def _advice(verdict: Verdict) -> str:
    if verdict.hint:
        return one_line(verdict.hint, 500)
    if verdict.outcome in _ADVICE:
        return _ADVICE[verdict.outcome]
    return (
        "Bring it back within the limit; or accept what is there with "
        f"`baseline: frozen` and `pytest-fitness baseline --accept {verdict.function}`."
    )
