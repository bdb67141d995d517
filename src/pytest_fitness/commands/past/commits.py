"""Which past commits are measured, and the moment each is remembered under."""

import time
from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from pytest_fitness.errors import FitnessError
from pytest_fitness.history.git import Git, PastCommit

_UNSHALLOW = "This clone is shallow: get the rest with `git fetch --unshallow`."


class DatedCommit(NamedTuple):
    """A commit with the moment it is remembered under, in milliseconds since the epoch."""

    commit: PastCommit
    started_ms: int


def commits_since(repository: Git, since: str, every: int) -> list[DatedCommit]:
    """The first-parent history of HEAD since a commit or a date, newest first.

    Args:
        repository: where they are.
        since: a revision, which is not part of it, or a date, from which on commits are.
        every: take every Nth of them, the newest always.

    Raises:
        FitnessError: there is no such revision, or it has nothing to do with HEAD, or this clone
            does not reach back so far.
    """
    head = repository.find("HEAD")
    if head is None:
        raise FitnessError("there is no commit yet", "A backfill measures what was committed.")
    revision = repository.find(since)
    day = None if revision else _date(since, repository)
    if revision and not repository.are_related(head, revision):
        hint = _UNSHALLOW if repository.is_shallow else "Name a commit that HEAD descends from."
        raise FitnessError(f"HEAD and {since} have no commit in common", hint)
    found = dated(repository.first_parents(revision), time.time_ns() // 1_000_000)
    if day is not None:
        found = [each for each in found if each.started_ms >= day.timestamp() * 1000]
    if found and repository.is_shallow and not found[-1].commit.has_parents:
        raise FitnessError(
            f"the history of this clone ends at {found[-1].commit.id[:9]}, after {since}",
            _UNSHALLOW,
        )
    return found[::every]


def dated(commits: Sequence[PastCommit], now_ms: int) -> list[DatedCommit]:
    """Commits, newest first, with moments that tell their order.

    Clocks are wrong at times, and several commits may be made within a second. Those whose times
    agree with the order of all others keep them (a longest non-decreasing subsequence); each of
    the others comes right after the commit before it.
    """
    times = [min(max(each.committed, 0) * 1000, now_ms) for each in reversed(commits)]
    trusted = _longest_rise(times)
    # Those before the first that is trusted come right before it.
    last = times[trusted[0]] - trusted[0] - 1 if trusted else 0
    keeps = set(trusted)
    moments = []
    for place, moment in enumerate(times):
        last = max(moment, last + 1) if place in keeps else last + 1
        moments.append(last)
    return [DatedCommit(*pair) for pair in zip(commits, reversed(moments), strict=True)]


def _longest_rise(values: Sequence[int]) -> list[int]:
    """The places of a longest subsequence that never falls, by patience sorting."""
    tails: list[int] = []  # for each length the least value that a subsequence of it ends in
    ends: list[int] = []  # and its place
    before: list[int] = []  # for each place the one before it in the best that ends there
    for place, value in enumerate(values):
        length = bisect_right(tails, value)
        before.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [value]
        ends[length : length + 1] = [place]
    chosen = []
    place = ends[-1] if ends else -1
    while place >= 0:
        chosen.append(place)
        place = before[place]
    return chosen[::-1]


def _date(text: str, repository: Git) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError) as error:
        hint = _UNSHALLOW if repository.is_shallow else "`git log` shows what there is."
        raise FitnessError(
            f"--since: {text!r} is no commit, branch or tag, and no date such as 2026-01-31", hint
        ) from error
