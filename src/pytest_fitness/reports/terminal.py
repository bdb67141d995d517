"""The summary: every function as value / limit / headroom / change / past, grouped, in columns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pytest_fitness.judge.limits import fails
from pytest_fitness.model import Outcome, Verdict
from pytest_fitness.reports.safe import one_line
from pytest_fitness.units import format_value

MARKS: Final = {
    Outcome.PASSED: ("✓", "ok"),
    Outcome.WARNED: ("!", "!!"),
    Outcome.FAILED: ("✗", "XX"),
    Outcome.INCONCLUSIVE: ("?", "??"),
    Outcome.NO_DATA: ("∅", "--"),
    Outcome.ERROR: ("E", "EE"),
    Outcome.DORMANT: ("·", ".."),
}
_COLOURS: Final = {
    Outcome.PASSED: "green",
    Outcome.FAILED: "red",
    Outcome.ERROR: "red",
    Outcome.NO_DATA: "red",
}
LONG_GROUP: Final = 25


@dataclass(frozen=True)
class Past:
    """What history knows of a series, oldest first, this run left out."""

    values: Sequence[float | None] = ()
    spark: str = ""


@dataclass(frozen=True)
class Style:
    """How much room there is and what it can show.

    Attributes:
        verbosity: below 0 only what is not passed; above 0 every function.
    """

    width: int = 80
    unicode: bool = True
    verbosity: int = 0


@dataclass(frozen=True)
class Line:
    """A line to print; ``colour`` is a terminal colour or empty."""

    text: str
    colour: str = ""
    bold: bool = field(default=False)


def summarise(
    verdicts: Sequence[Verdict], past: Mapping[str, Past], style: Style
) -> Iterator[Line]:
    """The lines of the summary section."""
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault(verdict.tags[0] if verdict.tags else verdict.kind, []).append(verdict)
    columns = _Columns.fitting(verdicts, past, style)
    for name in sorted(groups):
        yield from _group(name, groups[name], past, style, columns)
    yield Line(count(verdicts))


def count(verdicts: Sequence[Verdict]) -> str:
    """How many verdicts of each outcome, and what the baseline knows: one line."""
    outcomes = [verdict.outcome for verdict in verdicts]
    order = (Outcome.FAILED, Outcome.ERROR, Outcome.NO_DATA, Outcome.INCONCLUSIVE,
             Outcome.WARNED, Outcome.PASSED, Outcome.DORMANT)  # fmt: skip
    parts = [f"{outcomes.count(o):,} {o}" for o in order if o in outcomes]
    known = sum(len(verdict.known) for verdict in verdicts)
    fixed = sum(len(verdict.fixed) for verdict in verdicts)
    if known:
        parts.append(f"{known:,} known violation{'s' if known > 1 else ''} frozen")
    if fixed:
        parts.append(f"{fixed:,} fixed (`pytest-fitness baseline --prune`)")
    return ", ".join(parts)


def _group(
    name: str,
    verdicts: Sequence[Verdict],
    past: Mapping[str, Past],
    style: Style,
    columns: "_Columns",
) -> Iterator[Line]:
    shown = list(_shown(verdicts, style))
    hidden = len(verdicts) - len(shown)
    if not shown and style.verbosity < 0:
        return
    yield Line(one_line(name, style.width), bold=True)
    for verdict in shown:
        yield from _row(verdict, past.get(verdict.series, Past()), style, columns)
    if hidden and style.verbosity >= 0:
        yield Line(f"  … and {hidden:,} passed (-v shows them)")


def _shown(verdicts: Sequence[Verdict], style: Style) -> Iterator[Verdict]:
    brief = style.verbosity < 0 or (style.verbosity == 0 and len(verdicts) > LONG_GROUP)
    for verdict in verdicts:
        if not (brief and verdict.outcome in (Outcome.PASSED, Outcome.DORMANT)):
            yield verdict


@dataclass(frozen=True)
class _Columns:
    name: int
    value: int
    limit: int
    change: int
    spark: int

    @classmethod
    def fitting(
        cls, verdicts: Sequence[Verdict], past: Mapping[str, Past], style: Style
    ) -> "_Columns":
        """The widths that show these verdicts within the width of the terminal."""
        sparks = [len(known.spark) for known in past.values()]
        value = max((len(_value(v)) for v in verdicts), default=0)
        limit = max((len(_limit(v, style)) for v in verdicts), default=0)
        change = max((len(_change(v, past.get(v.series, Past()))) for v in verdicts), default=0)
        spark = min(max(sparks, default=0), max(0, style.width - 60))
        longest = max((len(v.series) for v in verdicts), default=0)
        others = 4 + 2 + value + 2 + limit + 2 + 5 + (change and 2 + change) + (spark and 2 + spark)
        return cls(max(12, min(longest, style.width - 1 - others)), value, limit, change, spark)


def _row(verdict: Verdict, past: Past, style: Style, columns: _Columns) -> Iterator[Line]:
    mark = MARKS[verdict.outcome][0 if style.unicode else 1]
    cells = [
        f"  {mark} {_cut(one_line(verdict.series), columns.name, style):<{columns.name}}",
        f"{_value(verdict):>{columns.value}}",
        f"{_limit(verdict, style):<{columns.limit}}",
        f"{_headroom(verdict):>5}",
    ]
    if columns.change:
        cells.append(f"{_change(verdict, past):>{columns.change}}")
    if columns.spark:
        cells.append(past.spark[-columns.spark :])
    yield Line("  ".join(cells).rstrip(), _COLOURS.get(verdict.outcome, "yellow"))
    if verdict.outcome not in (Outcome.PASSED, Outcome.DORMANT) or verdict.known or verdict.notes:
        for remark in _remarks(verdict):
            yield Line(f"      {_cut(one_line(remark, 1000), style.width - 7, style)}")


def _remarks(verdict: Verdict) -> Iterator[str]:
    if verdict.outcome not in (Outcome.PASSED,) or verdict.known:
        yield verdict.reason
    if verdict.outcome is not Outcome.PASSED or not fails(verdict):
        yield from verdict.notes[:2]


def _value(verdict: Verdict) -> str:
    return format_value(verdict.value, verdict.unit)


def _limit(verdict: Verdict, style: Style) -> str:
    if verdict.limit is None:
        return ""
    text = verdict.limit.describe(verdict.unit)
    if style.unicode:
        return text
    return text.replace("≤", "<=").replace("≥", ">=").replace("…", "..")


def _headroom(verdict: Verdict) -> str:
    if verdict.limit is None or verdict.value is None:
        return ""
    share = verdict.limit.headroom(verdict.value)
    if share is None:
        return ""
    return f"{share:+.0%}" if abs(share) < 9.995 else (">999%" if share > 0 else "<-999%")


def _change(verdict: Verdict, past: Past) -> str:
    before = next((value for value in reversed(past.values) if value is not None), None)
    if before is None or verdict.value is None:
        return ""
    if verdict.value == before:
        return "="
    sign = "+" if verdict.value > before else "-"
    return sign + format_value(abs(verdict.value - before), verdict.unit)


def _cut(text: str, width: int, style: Style) -> str:
    if len(text) <= width:
        return text
    return f"{text[: width - 1]}…" if style.unicode else f"{text[: width - 2]}.."
