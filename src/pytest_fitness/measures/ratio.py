"""``ratio``: the share of events that were good, judged by how many there were."""

import math
from collections.abc import Iterator
from typing import Final

from pytest_fitness import units
from pytest_fitness.answers import Points
from pytest_fitness.config.kinds import Asked, Context, Kind
from pytest_fitness.config.options import Options, Record, key
from pytest_fitness.config.questions import Question, QuestionValue
from pytest_fitness.config.values import Amount, Flag, Integer
from pytest_fitness.errors import MeasureError, NoDataError
from pytest_fitness.hookspecs import hookimpl
from pytest_fitness.model import Check, FitnessFunction, Gate, Measurement

# What is counted, what it is counted with, and whether the latter holds the former.
_PAIRS: Final = (("hits", "misses", False), ("part", "whole", True), ("good", "total", True))


class RatioOptions(Options):
    """What stands behind ``ratio:``: one of three pairs."""

    hits: Question | None = key(QuestionValue(), "The hits; beside `misses`.", default=None)
    misses: Question | None = key(QuestionValue(), "The misses.", default=None)
    part: Question | None = key(QuestionValue(), "The part; beside `whole`.", default=None)
    whole: Question | None = key(QuestionValue(), "The whole, part included.", default=None)
    good: Question | None = key(QuestionValue(), "The good events; beside `total`.", default=None)
    total: Question | None = key(QuestionValue(), "All events.", default=None)
    over: float | None = key(
        Amount(units.SECONDS),
        "The time whose events count, by the increase of the counters; without it, all since they"
        " began.",
        default=None,
    )
    min_events: int = key(Integer(minimum=1), "With fewer it is inconclusive.", default=10)
    counts: bool = key(
        Flag(), "Whether the numbers count events; if not, they are not a sample.", default=True
    )

    @property
    def pair(self) -> tuple[Question, Question, bool]:
        """What is counted, what with, and whether the latter holds the former."""
        for counted, other, holds in _PAIRS:
            if getattr(self, counted) is not None and getattr(self, other) is not None:
                return self._windowed(counted), self._windowed(other), holds
        raise AssertionError("options without a pair are refused")

    def _windowed(self, name: str) -> Question:
        question: Question = getattr(self, name)
        if self.over is None:
            return question
        return question._replace(over=self.over, reduce="increase")


class Ratio(Kind):
    """Hits of lookups, good of all, a part of a whole."""

    name = "ratio"
    about = "a share of events in a live system: cache hits, errors, successes"
    options = Record(RatioOptions)
    gates = (Gate.PRE_DEPLOY, Gate.SCHEDULED)
    takes_baseline = False
    recalls = True

    def unit(self, options: RatioOptions, part: str | None) -> str:
        """A share."""
        super().unit(options, part)
        return units.RATIO

    def problems(self, function: FitnessFunction) -> Iterator[str]:
        """Exactly one pair, and one time for both."""
        options: RatioOptions = function.options
        given = {name for *names, _ in _PAIRS for name in names if getattr(options, name)}
        if given not in [{counted, other} for counted, other, _ in _PAIRS]:
            yield "a ratio takes `hits` and `misses`, `part` and `whole`, or `good` and `total`"
            return
        if options.over is not None and any(getattr(options, name).over for name in given):
            yield "`over` stands twice: write it once, beside the pair"
        yield from _times(options, function.trend.over)

    def questions(self, function: FitnessFunction, now: float) -> Iterator[Asked]:
        """Both questions, and those about their past."""
        from pytest_fitness.measures.live import asked

        for question in function.options.pair[:2]:
            yield asked(question, now, question.over or 0.0)
            if function.trend.over is not None:
                from pytest_fitness.measures.recalling import past_question

                yield past_question(question, function.trend.over, now)

    def past(self, function: FitnessFunction, check: Check, context: Context) -> Points:  # noqa: ARG002
        """The share at each time at which both sources have a number and anything happened."""
        from pytest_fitness.measures.recalling import past_values

        counted, other, holds = function.options.pair
        seconds = function.trend.over or 0.0
        parts = dict(past_values(counted, context, seconds))
        shares = []
        for moment, rest in past_values(other, context, seconds):
            part = parts.get(moment)
            total = rest if holds or part is None else part + rest
            if part is not None and total > 0 and part <= total:
                shares.append((moment, part / total))
        return tuple(shares)

    def measure(self, function: FitnessFunction, check: Check, context: Context) -> Measurement:
        """Count both, and say between what the true share lies."""
        from pytest_fitness.judge.proportions import share_interval
        from pytest_fitness.measures.live import number

        options: RatioOptions = function.options
        counted, other, holds = options.pair
        part, rest = number(counted, context), number(other, context)
        total = rest.value if holds else part.value + rest.value
        _require_share(part.value, total, options)
        notes = tuple(dict.fromkeys(part.notes + rest.notes))
        what = "" if options.over is None else f" in {units.format_value(options.over, 's')}"
        subject = (
            f"{units.format_value(part.value)} of {units.format_value(total)}{what}:"
            f" {counted.source}: {counted.shown}"
        )
        if total == 0:
            raise NoDataError(f"no events{what}: {counted.source}: {counted.shown}")
        share = part.value / total
        if not options.counts:
            return Measurement(share, units.RATIO, subject=subject, notes=notes)
        return Measurement(
            share,
            units.RATIO,
            samples=max(1, round(total)),
            subject=subject,
            notes=notes,
            interval=share_interval(part.value, total, function.confidence),
            settles=_settles(share, total, function, check),
            undecided=_too_few(total, options),
        )


def _times(options: RatioOptions, past: float | None) -> Iterator[str]:
    """Why its sources cannot be asked for so long a time."""
    for question in options.pair[:2]:
        if options.over is not None:
            yield from question.why_too_long(options.over, "`over` would")
        if past is not None:
            from pytest_fitness.measures.recalling import past_problems

            yield from past_problems(question, past)


def _require_share(part: float, total: float, options: RatioOptions) -> None:
    numbers = (part, total)
    if not all(math.isfinite(value) and value >= 0 for value in numbers) or part > total:
        raise MeasureError(
            f"{part:g} of {total:g} is no share",
            "Both count the same events; the whole holds the part."
            if options.counts
            else "The whole holds the part.",
        )


def _too_few(total: float, options: RatioOptions) -> str:
    if total >= options.min_events:
        return ""
    more = math.ceil(options.min_events - total)
    return f"{total:,.0f} events: {more:,} more are wanted (`min_events: {options.min_events}`)"


def _settles(share: float, total: float, function: FitnessFunction, check: Check) -> str:
    if check.limit is None or check.limit.allows(share):
        return ""
    from pytest_fitness.judge.proportions import events_until_clear

    more = events_until_clear(share, check.limit, total, function.confidence)
    return "" if more is None else f"about {more:,} more events would tell"


@hookimpl
def fitness_kinds() -> list[Kind]:
    """The kind of this module."""
    return [Ratio()]
