"""The past of a number, as its source remembers it: enough points for a trend, and no more."""

import math
import statistics
from collections.abc import Iterator
from typing import Final

from pytest_fitness.answers import Points
from pytest_fitness.config.kinds import Asked, Context
from pytest_fitness.config.questions import Question
from pytest_fitness.measures.live import asked, values_in_time

POINTS: Final = 200


def past_question(question: Question, seconds: float, now: float) -> Asked:
    """What the source is asked for the past of a number."""
    wide = _widened(question, seconds)
    return asked(wide, now, seconds + (wide.over or 0.0))


def past_values(question: Question, context: Context, seconds: float) -> Points:
    """The number of a question through the last ``seconds``, without the newest of them.

    Raises:
        NoDataError: there is none.
        MeasureError: it cannot be had.
    """
    wide = _widened(question, seconds)
    # What rose in a longer time is more; all else is of the same size.
    share = 1.0
    if question.reduce == "increase" and question.over is not None and wide.over is not None:
        share = question.over / wide.over
    found = thinned(values_in_time(wide, context, seconds), context.now - seconds, context.now)
    return tuple((moment, value * share) for moment, value in found)


def thinned(points: Points, start: float, end: float) -> Points:
    """The middle value of each of a number of equal times, at the end of that time.

    A time without a value is left out, and so is the last, which is not over yet.
    """
    step = (end - start) / POINTS
    times: dict[int, list[float]] = {}
    for moment, value in points:
        if start <= moment <= end and not math.isnan(value):
            times.setdefault(int((moment - start) / step), []).append(value)
    return tuple(
        (start + (number + 1) * step, statistics.median(values))
        for number, values in sorted(times.items())
        if number < POINTS - 1
    )


def past_problems(question: Question, seconds: float) -> Iterator[str]:
    """Why a source cannot be asked for that much of its past."""
    if not question.keeps_time:
        yield f"`over` needs a source that keeps time; {question.source} knows only the present"
    else:
        yield from question.why_too_long(seconds, "`over` would")


def _widened(question: Question, seconds: float) -> Question:
    """The question about times that hold enough points each to be made of."""
    if question.over is None:
        return question
    return question._replace(over=max(question.over, 2 * seconds / POINTS))
