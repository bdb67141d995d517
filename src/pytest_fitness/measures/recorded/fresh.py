"""Whether a number is of today: what was measured last month must not pass now."""

from typing import Final

from pytest_fitness import units
from pytest_fitness.errors import NoDataError
from pytest_fitness.results.reading import shown_moment

# Tools write local times without saying of where; no two places are further apart.
_AHEAD: Final = 86400.0


def shown_age(seconds: float) -> str:
    """How old a number is, roughly: ``3min``."""
    for suffix, scale in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= scale:
            return f"{seconds / scale:.0f}{suffix}"
    return f"{max(seconds, 0):.0f}s"


def require_fresh(what: str, moment: float, now: float, stale_after: float) -> None:
    """Refuse a number that is too old, or from the future.

    Args:
        what: the number, in words.
        moment: when it was measured.
        now: the moment of the run; all in seconds.
        stale_after: how old it may be.

    Raises:
        NoDataError: it is.
    """
    age = now - moment
    if age > stale_after:
        old, allowed = (units.format_value(each, units.SECONDS) for each in (age, stale_after))
        raise NoDataError(
            f"{what} is {old} old",
            f"It was measured at {shown_moment(moment)}; measure it again, or say how old it may"
            f" be: `stale_after` is {allowed}.",
        )
    if age < -_AHEAD:
        raise NoDataError(
            f"{what} is from the future: {shown_moment(moment)}",
            "Look at the clock of the machine that measured it.",
        )
