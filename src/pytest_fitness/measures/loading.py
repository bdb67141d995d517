"""What the kinds that put a system under load have in common."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from pytest_fitness.config.kinds import Context
from pytest_fitness.errors import FitnessError, MeasureError, NoDataError
from pytest_fitness.load.options import TargetOptions

_LONGEST: Final = 86_400.0


def time_problems(options: TargetOptions, measured: str, before: str) -> Iterator[str]:
    """What is wrong with the times of each step.

    Args:
        options: what holds them, in seconds.
        measured: the key of how long it is measured.
        before: the key of how long it is there before that.
    """
    if not 0 < getattr(options, measured) <= _LONGEST:
        yield f"`{measured}` is more than 0s, and at most 24h"
    if not 0 <= getattr(options, before) <= _LONGEST:
        yield f"`{before}` lies between 0s and 24h"


def loaded_once(
    key: str, target: str | None, context: Context, load: Callable[[], list[Any]]
) -> list[Any]:
    """What a load found, in builtins: it is run once for all limits, also where it fails.

    Args:
        key: what tells it from others of this run.
        target: the source that it is put upon.
        context: the run.
        load: runs it.

    Raises:
        NoDataError: it had nothing that could be judged.
        MeasureError: it failed; the hint tells how the target ended, where it did.
    """

    def run() -> dict[str, list[Any]]:
        try:
            found = load()
            if target is not None:
                _require_life(target, context)
            return {"found": found}
        except NoDataError as error:
            return {"no data": [error.message, error.hint]}
        except MeasureError as error:
            return {"error": [error.message, _hint(error, target, context)]}

    found: dict[str, list[Any]] = context.once(key, run)
    if "no data" in found:
        raise NoDataError(*found["no data"])
    if "error" in found:
        raise MeasureError(*found["error"])
    return found["found"]


def _require_life(target: str, context: Context) -> None:
    """What ended under a load has not stood it, whatever it had answered by then."""
    try:
        context.source(target).up()
    except MeasureError as ended:
        said = f"{target} did not outlive the load: {ended.message}"
        raise MeasureError(said, ended.hint) from ended


def _hint(error: FitnessError, target: str | None, context: Context) -> str | None:
    """What to do; where the target has ended, how it did."""
    if target is not None:
        try:
            context.source(target).up()
        except MeasureError as ended:
            if ended.message not in error.message:
                return " ".join(filter(None, (f"{target}: {ended.message}.", ended.hint)))
            return error.hint or ended.hint
    return error.hint
