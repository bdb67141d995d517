"""A failed verdict in full, as a good compiler words an error."""

from collections.abc import Iterator
from typing import Final

from pytest_fitness.judge.limits import WHOLE
from pytest_fitness.judge.worsened import is_by_trend
from pytest_fitness.model import Outcome, Verdict, Violation
from pytest_fitness.reports.safe import one_line
from pytest_fitness.reports.wording import headline, is_warning, place, single
from pytest_fitness.units import format_value

MOST_VIOLATIONS: Final = 20
MOST_LINKS: Final = 12
_UNJUDGED: Final = {
    Outcome.ERROR: "Nothing was judged: mend the cause and run again.",
    Outcome.NO_DATA: "Check what the function names: a rule that matches nothing is never a pass.",
    Outcome.INCONCLUSIVE: "Measure longer; `on_inconclusive` says what it means for the run.",
}
_OF_TREND: Final = (
    "Mend what made it worse; the limit itself is kept.",
    "let the run pass with it: `trend: warn` lists what gets worse.",
)


def explain(verdict: Verdict) -> str:
    """What was measured, the limit, the evidence with its places, and what to do."""
    return "\n".join(_lines(verdict))


def _lines(verdict: Verdict) -> Iterator[str]:
    yield headline(verdict)
    if verdict.location is not None:
        yield f"  --> {one_line(verdict.location.path)}:{verdict.location.line}"
    if verdict.about:
        yield f"  why: {one_line(verdict.about, 500)}"
    yield from _evidence(verdict)
    yield ""
    if verdict.subject:
        yield f"  looked at: {one_line(verdict.subject, 500)}"
    if verdict.interval is not None:
        low, high = (format_value(end, verdict.unit) for end in verdict.interval)
        of = f", of {verdict.samples:,} samples" if verdict.samples > 1 else ""
        yield f"  interval: {low} to {high}{of}"
    for note in verdict.notes:
        yield f"  note: {one_line(note, 500)}"
    if verdict.fixed:
        yield f"  fixed: {len(verdict.fixed):,} accepted before are no more"
    for label, advice in zip(("help:", "  or:"), _advice(verdict), strict=False):
        yield f"  {label} {advice}"
    if verdict.owner or verdict.link:
        contact = " · ".join(filter(None, (verdict.owner, verdict.link)))
        yield f"  ask: {one_line(contact)}"


def _evidence(verdict: Verdict) -> Iterator[str]:
    shown = [v for v in verdict.violations if v.key != WHOLE or v.accepted is not None]
    chained = any(len(violation.chain) > 1 for violation in shown)
    for position, violation in enumerate(shown[:MOST_VIOLATIONS]):
        if position == 0 or chained:
            yield ""
        yield f"  {single(violation, verdict)}"
        yield from _chain(violation)
    more = len(shown) - MOST_VIOLATIONS
    if more > 0:
        yield f"  … and {more:,} more; --fitness-json lists all of them"


def _chain(violation: Violation) -> Iterator[str]:
    links = violation.chain
    if len(links) < 2:
        return
    width = max(len(place(link.path, link.line)) for link in links[:MOST_LINKS])
    for link in links[:MOST_LINKS]:
        where = place(link.path, link.line).ljust(width)
        yield f"      {where}{one_line(link.importer)} imports {one_line(link.imported)}"
    if len(links) > MOST_LINKS:
        yield f"      … {len(links) - MOST_LINKS} more links"


def _advice(verdict: Verdict) -> tuple[str, ...]:
    """What to do; and what else could be done."""
    if is_warning(verdict):
        return ("Mend it before it becomes a failure.", "run without --fitness-strict.")
    told = one_line(verdict.hint, 500) or _UNJUDGED.get(verdict.outcome)
    if told:
        return (told,)
    if is_by_trend(verdict):
        return _OF_TREND
    accept = f"`pytest-fitness baseline --accept {verdict.function}`"
    if verdict.frozen:
        return ("Mend what is new or worse than accepted.", f"accept it too: {accept}.")
    if not verdict.freezable:
        return ("Bring it back within the limit.",)
    mend = "Bring it back within the limit." if verdict.limit else "Remove what breaks the rule."
    return (mend, f"accept what is there, with `baseline: frozen` and {accept}.")
