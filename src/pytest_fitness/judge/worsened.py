"""A verdict and what got worse in its history, as one verdict with one reason."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from pytest_fitness.model import Outcome, Verdict
from pytest_fitness.trends import Crossing, Finding, UsersCrossing, Worsening
from pytest_fitness.units import RATIO, format_value

OFF: Final = "off"
WARN: Final = "warn"
FAIL: Final = "fail"
_LARGEST: Final = 9.99
_JUDGED: Final = frozenset({Outcome.PASSED, Outcome.WARNED, Outcome.FAILED})


def with_trend(verdict: Verdict, found: Worsening | None, effect: str) -> Verdict:
    """The verdict with what its history says.

    A suspicion only warns, and so does a drift as long as its limit is not in danger. What has
    failed by itself keeps its reason.

    Args:
        verdict: what was judged by the limit alone.
        found: what got worse.
        effect: ``warn`` or ``fail``: what a worsening does that is sure.
    """
    if found is None or verdict.outcome not in _JUDGED:
        return verdict
    told = verdict._replace(trend=found)
    is_harmless = found.finding is Finding.DRIFT and not (found.by_date or found.by_users)
    if verdict.outcome is Outcome.FAILED or is_harmless:
        return told
    said = describe(found, verdict.unit)
    is_sure = found.finding is not Finding.SUSPECTED
    return told._replace(
        outcome=Outcome.FAILED if is_sure and effect == FAIL else Outcome.WARNED,
        reason=f"{said}; {verdict.reason}" if verdict.outcome is Outcome.WARNED else said,
    )


def describe(found: Worsening, unit: str) -> str:
    """What got worse, by how much and since when, in one sentence."""
    before, after = (format_value(value, unit) for value in (found.before, found.after))
    share = "" if found.change is None else _share(abs(found.change))
    verb = "rose" if found.after > found.before else "fell"
    if found.finding is Finding.SUSPECTED:
        more = "1 more run decides" if found.more == 1 else f"{found.more} more runs decide"
        size = f" ({share} worse)" if share else ""
        return f"{after} after {before}{size}: a lone bad run, or a new level? {more}"
    by = f" by {share}{_between(found)}," if share else ""
    moved = f"{verb}{by} from {before} to {after}{_since(found)}"
    return f"drifting: {moved}{_ahead(found)}" if found.finding is Finding.DRIFT else moved


def is_by_trend(verdict: Verdict) -> bool:
    """Whether the verdict is what it is because of its history, and not of its limit."""
    return bool(said_of_trend(verdict))


def said_of_trend(verdict: Verdict) -> str:
    """The part of the reason that tells of the history; empty where it has none."""
    if verdict.trend is None:
        return ""
    said = describe(verdict.trend, verdict.unit)
    return said if verdict.reason.startswith(said) else ""


def about(crossing: Crossing) -> str:
    """A date, with those that it lies between."""
    if crossing.low is None:
        return f"about {day(crossing.at)}"
    latest = "a day that is not in sight" if crossing.high is None else day(crossing.high)
    return f"about {day(crossing.at)} (between {day(crossing.low)} and {latest})"


def day(seconds: float) -> str:
    """The date of a moment, in UTC; the number itself where there is no such day."""
    with suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
    return f"{seconds:.0f} s"


def _share(change: float) -> str:
    if change >= _LARGEST:
        return f"over {_LARGEST:.0%}"
    return format_value(float(f"{change:.2g}"), RATIO)


def _between(found: Worsening) -> str:
    if found.interval is None or found.interval[0] == found.interval[1]:
        return ""
    sign = -1 if found.after < found.before else 1
    low, high = sorted(sign * end for end in found.interval)
    return f" ({_share(low)} to {_share(high)})" if high < _LARGEST else ""


def _since(found: Worsening) -> str:
    if found.first_bad is None:
        return ""
    commit = f" ({found.first_bad.commit[:10]})" if found.first_bad.commit else ""
    return f", since {day(found.first_bad.seconds)}{commit}"


def at_users(crossing: UsersCrossing) -> str:
    """A number of users, with how many there are, and when there will be so many."""
    users, (low, high) = crossing.users, (crossing.users.low, crossing.users.high)
    between = f" ({low:,.0f} to {high:,.0f})" if low is not None and high is not None else ""
    date = f"; {about(crossing.date)}" if crossing.date is not None else ""
    return f"at {users.at:,.0f} users{between}; now {crossing.now:,.0f}{date}"


def _ahead(found: Worsening) -> str:
    if found.by_date is not None:
        return f"; at this pace the limit breaks {about(found.by_date)}"
    if found.by_users is not None:
        return f"; the limit breaks {at_users(found.by_users)}"
    return ""
