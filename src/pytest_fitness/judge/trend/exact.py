"""Series without noise, as static measures are: each change is one, however small and recent.

A series counts as one where most values equal the ones before them and few of the others come
back. A value that differs once or twice and comes back is an excursion: no level, unless the next
values go on in its direction (a staircase). The newest values are a level at once in a series
that has made no excursion, else as soon as they have lasted longer than the longest.
"""

from collections.abc import Sequence
from itertools import compress, count
from operator import ne
from typing import NamedTuple

_BRIEF = 2
_FEWEST_REPEATS = 2
_RETURNS = 32


class _Run(NamedTuple):
    """Equal values in a row."""

    value: float
    start: int
    length: int


def exact_steps(values: Sequence[float]) -> list[int]:
    """Where the value changes, every time."""
    return list(compress(count(1), map(ne, values[1:], values)))


def steps_without_noise(values: Sequence[float]) -> list[int] | None:
    """The first point of each new level; None where there is noise, or too little to tell."""
    if len(set(values)) > len(values) / 2 + 1:
        return None
    changes = sum(map(ne, values[1:], values))
    if not changes:
        return []
    repeats = len(values) - 1 - changes
    if repeats < max(_FEWEST_REPEATS, changes):
        return None
    levels, excursions = _levels(_runs(values))
    if excursions + _reversals(levels) > 1 + len(values) // _RETURNS:
        return None
    return [level.start for level in levels[1:]]


def _runs(values: Sequence[float]) -> list[_Run]:
    starts = [0, *exact_steps(values)]
    ends = [*starts[1:], len(values)]
    return [
        _Run(values[start], start, end - start) for start, end in zip(starts, ends, strict=True)
    ]


def _levels(runs: list[_Run]) -> tuple[list[_Run], int]:
    """The runs that are levels, and how many are not."""
    levels, excursions, longest = [runs[0]], 0, 0
    for run, later in zip(runs[1:], _lasting_after(runs)[1:], strict=True):
        if run.value == levels[-1].value:
            continue
        newest = later is None and run.length <= longest
        if newest or _comes_back(levels[-1], run, later):
            excursions, longest = excursions + 1, max(longest, run.length)
        else:
            levels.append(run)
    return levels, excursions


def _lasting_after(runs: list[_Run]) -> list[_Run | None]:
    """For each run the next one that is not brief, or else the last one."""
    later: list[_Run | None] = [None]
    for run in reversed(runs[1:]):
        later.append(run if run.length > _BRIEF or later[-1] is None else later[-1])
    return later[::-1]


def _comes_back(before: _Run, run: _Run, later: _Run | None) -> bool:
    if later is None or run.length > _BRIEF:
        return False
    return (run.value - before.value) * (later.value - run.value) <= 0


def _reversals(levels: list[_Run]) -> int:
    """How often the direction changes."""
    triples = zip(levels, levels[1:], levels[2:], strict=False)
    return sum((b.value - a.value) * (c.value - b.value) < 0 for a, b, c in triples)
