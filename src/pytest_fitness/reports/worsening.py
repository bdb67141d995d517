"""What gets worse, and what will break next, as lines of the summary."""

import math
from collections.abc import Iterator, Sequence
from typing import Final

from pytest_fitness.judge.worsened import about, at_users, describe
from pytest_fitness.model import Verdict
from pytest_fitness.reports.lines import Line, Style, folded
from pytest_fitness.trends import Worsening

_MOST: Final = 20
_NESTED: Final = " " * 6
_LINES_OF_EACH: Final = 2
_CHANGED: Final = "changed: "


def sections(verdicts: Sequence[Verdict], style: Style) -> Iterator[Line]:
    """The lines of both sections, and none where nothing gets worse."""
    worse = [each for each in verdicts if each.trend is not None]
    if style.verbosity < -1 or not worse:
        return
    yield Line("getting worse", bold=True)
    for verdict in worse[:_MOST]:
        yield from _told(verdict, style)
    if len(worse) > _MOST:
        yield from _lines(f"and {len(worse) - _MOST:,} more", style)
    dated = _dated(worse)
    if dated:
        yield Line("about to break", bold=True)
    for line in dated[:_MOST]:
        yield from _lines(line, style)


def _told(verdict: Verdict, style: Style) -> Iterator[Line]:
    assert verdict.trend is not None
    # Dates have their own section.
    undated = verdict.trend._replace(by_date=None, by_users=None)
    yield from _lines(f"{verdict.series}: {describe(undated, verdict.unit)}", style)
    for number, culprit in enumerate(verdict.trend.culprits):
        label = _CHANGED if number == 0 else " " * len(_CHANGED)
        yield from map(Line, folded(culprit, _NESTED + label, style, most=_LINES_OF_EACH))


def _lines(text: str, style: Style) -> Iterator[Line]:
    return map(Line, folded(text, "  ", style))


def _dated(worse: Sequence[Verdict]) -> list[str]:
    """Whose limit will be broken, and when; the soonest first."""
    dated = [
        (_moment(each.trend), f"{each.series}: {_when(each.trend)}")
        for each in worse
        if each.trend is not None and (each.trend.by_date or each.trend.by_users)
    ]
    return [line for _, line in sorted(dated)]


def _moment(found: Worsening) -> float:
    if found.by_date is not None:
        return found.by_date.at
    date = found.by_users.date if found.by_users is not None else None
    return date.at if date is not None else math.inf


def _when(found: Worsening) -> str:
    told = [about(found.by_date)] if found.by_date is not None else []
    told += [at_users(found.by_users)] if found.by_users is not None else []
    return "; ".join(told)
