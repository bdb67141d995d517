"""The summary: every function as value / limit / room left / change / past, grouped, in columns."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from pytest_fitness.judge.worsened import said_of_trend
from pytest_fitness.model import Outcome, Verdict
from pytest_fitness.reports.lines import Line, Style, plain
from pytest_fitness.reports.safe import cut, one_line
from pytest_fitness.reports.wording import worst
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
_ORDER: Final = (
    Outcome.FAILED, Outcome.ERROR, Outcome.NO_DATA, Outcome.INCONCLUSIVE,
    Outcome.WARNED, Outcome.PASSED, Outcome.DORMANT,
)  # fmt: skip
_QUIET: Final = frozenset({Outcome.PASSED, Outcome.DORMANT})
LONG_GROUP: Final = 25
LONG_RUN: Final = 200
_NARROWEST_NAME: Final = 12


class Past(NamedTuple):
    """What history knows of a series, oldest first, this run left out."""

    values: Sequence[float | None] = ()
    spark: str = ""


def listed(verdicts: Sequence[Verdict], style: Style) -> list[Verdict]:
    """The verdicts that get a row; of long lists that have passed only the count is told."""
    if style.verbosity > 0:
        return list(verdicts)
    if style.verbosity < -1:
        return []
    brief = style.verbosity < 0 or len(verdicts) > LONG_RUN
    return [
        verdict
        for group in _grouped(verdicts).values()
        for verdict in group
        if verdict.outcome not in _QUIET or not (brief or len(group) > LONG_GROUP)
    ]


def summarise(
    verdicts: Sequence[Verdict], past: Mapping[str, Past], style: Style
) -> Iterator[Line]:
    """The lines of the summary section, none of them wider than the terminal."""
    rows = listed(verdicts, style)
    for line in _table(rows, past, style) if rows else ():
        yield line._replace(text=cut(plain(line.text, style), style.width, plain("…", style)))
    hidden = len(verdicts) - len(rows)
    if hidden and style.verbosity == 0:
        more = f"… and {hidden:,} more" if rows else f"{hidden:,}"
        told = plain(f"{more} passed (-v lists them)", style)
        yield Line(cut(told, style.width, plain("…", style)))
    for text in _folded(count(verdicts), style.width):
        yield Line(cut(text, style.width, plain("…", style)))


def count(verdicts: Sequence[Verdict]) -> str:
    """How many verdicts of each outcome, and what the baseline knows: one line."""
    outcomes = [verdict.outcome for verdict in verdicts]
    parts = [f"{outcomes.count(o):,} {o}" for o in _ORDER if o in outcomes]
    known = sum(len(verdict.known) for verdict in verdicts)
    fixed = sum(len(verdict.fixed) for verdict in verdicts)
    if known:
        parts.append(f"{known:,} known violation{'s' if known > 1 else ''} frozen")
    if fixed:
        parts.append(f"{fixed:,} fixed (`pytest-fitness baseline --prune`)")
    return ", ".join(parts)


def _folded(listing: str, width: int) -> list[str]:
    """A listing in lines that keep to the width: what stands last counts as much."""
    lines = [""]
    for part in listing.split(", "):
        if lines[-1] and len(lines[-1]) + len(part) + 3 > width:
            lines[-1] += ","
            lines.append(part)
        else:
            lines[-1] += f", {part}" if lines[-1] else part
    return lines


def not_analysed(paths: Sequence[str], style: Style) -> str:
    """What no function looked at, in one line that says where to read on."""
    files = sum(path.endswith(".py") for path in paths)
    counts = (
        (len(paths) - files, "directory", "directories"),
        (files, "file", "files"),
    )
    counted = " and ".join(f"{n:,} {one if n == 1 else many}" for n, one, many in counts if n)
    more = ", …" if len(paths) > 1 else ""
    end = plain(f"{more}; see `pytest-fitness doctor`", style)
    beginning = plain(f"not analysed: {counted}, {one_line(paths[0])}", style)
    room = max(style.width - len(end), _NARROWEST_NAME)
    return cut(cut(beginning, room, plain("…", style)) + end, style.width, plain("…", style))


def _grouped(verdicts: Sequence[Verdict]) -> dict[str, list[Verdict]]:
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault(verdict.tags[0] if verdict.tags else verdict.kind, []).append(verdict)
    return groups


def _table(rows: Sequence[Verdict], past: Mapping[str, Past], style: Style) -> Iterator[Line]:
    cells = {v.series: _cells(v, past.get(v.series, Past()), style) for v in rows}
    widths = _widths(list(cells.values()), style)
    more = plain("…", style)
    yield Line(_join(_TITLES, widths, more))
    for name, group in sorted(_grouped(rows).items()):
        yield Line(one_line(name), bold=True)
        for verdict in group:
            colour = _COLOURS.get(verdict.outcome, "yellow")
            yield Line(_join(cells[verdict.series], widths, more), colour)
            for remark in _remarks(verdict, style):
                yield Line(f"      {one_line(remark, 500)}")


class _Cells(NamedTuple):
    name: str
    value: str
    limit: str
    room: str
    change: str
    spark: str


_TITLES: Final = _Cells("", "value", "limit", "room", "change", "past")
_TO_THE_RIGHT: Final = (False, True, False, True, True, False)


def _cells(verdict: Verdict, past: Past, style: Style) -> _Cells:
    mark = MARKS[verdict.outcome][0 if style.unicode else 1]
    texts = (
        f"  {mark} {verdict.series}",
        format_value(verdict.value, verdict.unit),
        _limit(verdict),
        _room(verdict),
        _change(verdict, past),
        past.spark,
    )
    return _Cells(*(plain(one_line(cell), style) for cell in texts))


def _widths(rows: Sequence[_Cells], style: Style) -> list[int]:
    """The width of each column; the past goes first where there is too little room."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for column, title in enumerate(_TITLES):
        widths[column] = max(widths[column], len(title)) if widths[column] else 0
    for column in (5, 4, 3):
        left = style.width - sum(width + 2 for width in widths[1:] if width)
        if left < min(widths[0], _NARROWEST_NAME + 8):
            widths[column] = 0
    left = style.width - sum(width + 2 for width in widths[1:] if width)
    widths[0] = min(widths[0], max(_NARROWEST_NAME, left))
    return widths


def _join(cells: _Cells, widths: Sequence[int], more: str) -> str:
    fields = [cut(cells.name, widths[0], more).ljust(widths[0])]
    for cell, width, right in zip(cells[1:], widths[1:], _TO_THE_RIGHT[1:], strict=True):
        if width:
            fields.append(cell.rjust(width) if right else cell.ljust(width))
    return "  ".join(fields).rstrip()


def _remarks(verdict: Verdict, style: Style) -> Iterator[str]:
    """What the row itself does not say."""
    # What a trend has to say stands below, with more of it.
    reason = verdict.reason.removeprefix(said_of_trend(verdict)).removeprefix("; ")
    if verdict.outcome is Outcome.FAILED:
        reason = worst(verdict) or (reason if verdict.frozen or not verdict.violations else "")
    elif verdict.outcome is Outcome.PASSED and not verdict.known:
        reason = ""
    if reason:
        yield reason
    if style.verbosity > 0:
        yield from verdict.notes


def _limit(verdict: Verdict) -> str:
    if verdict.limit is not None:
        return verdict.limit.describe(verdict.unit)
    if verdict.value is None:
        return ""
    return "violation" if verdict.value == 1 else "violations"


def _room(verdict: Verdict) -> str:
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
