"""What the kinds that ask live sources have in common: from a question to numbers.

Never a pass out of silence: no series, no point, an old point and a number that is none are each
told as "no data", in their own words.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from pytest_fitness import units
from pytest_fitness.answers import Answer, Points, Series, Window
from pytest_fitness.config.kinds import Asked, Context
from pytest_fitness.config.questions import Question
from pytest_fitness.errors import MeasureError, NoDataError
from pytest_fitness.judge.reduce import reduce, rolling
from pytest_fitness.judge.samples import mean

COMBINE: Final[Mapping[str, Callable[[Sequence[float]], float]]] = {
    "sum": math.fsum,
    "max": max,
    "min": min,
    "mean": mean,
}
_SHOWN_SERIES: Final = 3
_FINEST_STEP: Final = 1.0
_USUAL_STEP: Final = 15.0
# Fewer do not tell how two series grow with each other.
_FEWEST_POINTS: Final = 40
# So many points tell a trend, and no source is asked for more.
_MOST_POINTS: Final = 1_000


class Found(NamedTuple):
    """A number, how many samples it was made of, and what the reader should know."""

    value: float
    samples: int
    notes: tuple[str, ...] = ()


def asked(question: Question, now: float, seconds: float) -> Asked:
    """A question about the ``seconds`` before now; 0 for the newest value."""
    step = min(_USUAL_STEP, max(_FINEST_STEP, seconds / _FEWEST_POINTS))
    window = Window(now, seconds, max(step, seconds / _MOST_POINTS))
    return Asked(
        question.source, question.query, window, watched=seconds > 0 and not question.keeps_time
    )


def number(question: Question, context: Context) -> Found:
    """The number that a question comes to now.

    Raises:
        NoDataError: there is none, or it is too old.
        MeasureError: it cannot be had, or there are several.
    """
    answer = context.ask(asked(question, context.now, question.over or 0.0))
    series = chosen(answer, question)
    values: list[float] = []
    samples = resets = 0
    for one in series:
        _require_fresh(one.points, question, context.now)
        reduced = reduce(one.points, question.reduce or "last", question.over or 0.0)
        samples += reduced.samples
        resets += reduced.resets
        if reduced.value is not None:
            values.append(reduced.value)
    if not values:
        few = "every value is NaN: nothing happened that it could speak of"
        raise NoDataError(f"{question.source}: {question.shown}: {few}")
    value = COMBINE[question.combine or "sum"](values) * scale(answer, question)
    return Found(value, samples, (*answer.notes, *_resets(resets)))


def chosen(answer: Answer, question: Question) -> tuple[Series, ...]:
    """The series that a number is made of: one, or all of them where they are combined.

    Raises:
        NoDataError: there is none.
        MeasureError: there are several, and it is not said what becomes of them.
    """
    series = tuple(one for one in answer.series if one.points)
    if not series:
        said = f" ({'; '.join(answer.notes)})" if answer.notes else ""
        raise NoDataError(
            f"{question.source} has nothing for {question.shown}{said}",
            "Check the name and its labels, and whether the system reports it at all.",
        )
    if len(series) > 1 and question.combine is None:
        names = ", ".join(_labels(one) for one in series[:_SHOWN_SERIES])
        more = ", …" if len(series) > _SHOWN_SERIES else ""
        raise MeasureError(
            f"{question.shown} is {len(series):,} series: {names}{more}",
            "Name one by its labels, or say what becomes of them: `combine: sum`.",
        )
    return series


def values_in_time(question: Question, context: Context, seconds: float) -> Points:
    """The number of a question at each time of the last ``seconds``.

    Raises:
        NoDataError: there is none.
        MeasureError: it cannot be had.
    """
    wanted = asked(question, context.now, seconds + (question.over or 0.0))
    answer = context.ask(wanted)
    factor = scale(answer, question)
    columns = []
    for one in chosen(answer, question):
        points = one.points
        if question.over is not None and question.reduce is not None:
            # A source that was watched from now on answers with what came after.
            newest = max(context.now, points[-1][0])
            grid = _grid(newest, seconds, wanted.window.step)
            points = rolling(points, question.reduce, question.over, grid)
        columns.append(points)
    combined = columns[0] if len(columns) == 1 else _combined(columns, question)
    return tuple((moment, value * factor) for moment, value in combined)


def scale(answer: Answer, question: Question) -> float:
    """What the numbers of an answer are multiplied with to be in the unit of the question.

    Raises:
        MeasureError: the source says another unit than the question.
    """
    if answer.unit in (units.COUNT, question.unit):
        return question.scale if answer.unit == units.COUNT else 1.0
    said = f"`unit: {question.unit}`" if question.unit else "no `unit`"
    raise MeasureError(
        f"{question.source} answered {question.shown} in {answer.unit}; the question has {said}",
        f"Write `unit: {answer.unit}` into the question, or let the source print a plain number.",
    )


def moment(seconds: float) -> str:
    """A time of the day, for messages."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _grid(now: float, seconds: float, step: float) -> list[float]:
    count = max(1, math.ceil(seconds / step))
    return [now - step * back for back in range(count, -1, -1)]


def _combined(columns: Sequence[Points], question: Question) -> Points:
    """The combination at each time at which all series have a value."""
    by_time: dict[float, list[float]] = {}
    for points in columns:
        for time, value in points:
            by_time.setdefault(time, []).append(value)
    combine = COMBINE[question.combine or "sum"]
    return tuple(
        (time, combine(values))
        for time, values in sorted(by_time.items())
        if len(values) == len(columns)
    )


def _require_fresh(points: Points, question: Question, now: float) -> None:
    age = now - points[-1][0]
    if age > question.stale_after:
        old = units.format_value(age, units.SECONDS)
        raise NoDataError(
            f"{question.source}: the newest value of {question.shown} is {old} old",
            f"It was taken at {moment(points[-1][0])}; `stale_after` says how old it may be.",
        )


def _resets(count: int) -> tuple[str, ...]:
    return (f"{count:,} counter reset{'s' if count > 1 else ''} in that time",) if count else ()


def _labels(series: Series) -> str:
    return "{" + ", ".join(f'{name}="{value}"' for name, value in series.labels) + "}"
