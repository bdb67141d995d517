"""``metric``: a number of a live system."""

from collections.abc import Iterator

from pytest_fitness import units
from pytest_fitness.answers import Points
from pytest_fitness.config.kinds import Asked, Context, Kind
from pytest_fitness.config.questions import Question, QuestionValue
from pytest_fitness.hookspecs import hookimpl
from pytest_fitness.model import Check, FitnessFunction, Gate, Held, Measurement


class Metric(Kind):
    """A number of now; with ``for``, one that has to stay past its limit before it fails."""

    name = "metric"
    about = "a number of a live system"
    options = QuestionValue()
    gates = (Gate.PRE_DEPLOY, Gate.SCHEDULED)
    takes_baseline = False
    takes_for = True
    recalls = True

    def unit(self, options: Question, part: str | None) -> str:
        """The unit of the question; a rate where it is turned into one."""
        super().unit(options, part)
        counted = options.reduce == "rate" and options.unit == units.COUNT
        return units.RATE if counted else options.unit

    def problems(self, function: FitnessFunction) -> Iterator[str]:
        """``for`` needs a source that keeps time."""
        question: Question = function.options
        if function.trend.over is not None:
            from pytest_fitness.measures.recalling import past_problems

            yield from past_problems(question, function.trend.over)
        if function.hold is None:
            return
        if not question.keeps_time:
            yield f"`for` needs a source that keeps time; {question.source} knows only the present"
            return
        seconds = _back(function) + (question.over or 0.0)
        yield from question.why_too_long(seconds, "`for` and `stale_after` together")

    def questions(self, function: FitnessFunction, now: float) -> Iterator[Asked]:
        """The one question, and the one about its past."""
        from pytest_fitness.measures.live import asked

        question: Question = function.options
        yield asked(question, now, _back(function) + (question.over or 0.0))
        if function.trend.over is not None:
            from pytest_fitness.measures.recalling import past_question

            yield past_question(question, function.trend.over, now)

    def past(self, function: FitnessFunction, check: Check, context: Context) -> Points:  # noqa: ARG002
        """What the source remembers of it."""
        from pytest_fitness.measures.recalling import past_values

        return past_values(function.options, context, function.trend.over or 0.0)

    def measure(self, function: FitnessFunction, check: Check, context: Context) -> Measurement:
        """Ask for the number of now, or for all of the time that it has to hold."""
        from pytest_fitness.measures.live import number, values_in_time

        question: Question = function.options
        subject = f"{question.source}: {question.shown}"
        if function.hold is None:
            found = number(question, context)
            return Measurement(
                found.value, check.unit, samples=found.samples, subject=subject, notes=found.notes
            )
        points = values_in_time(question, context, _back(function))
        last, newest = points[-1] if points else (context.now, None)
        held = Held(points, max(context.now, last), question.stale_after)
        return Measurement(newest, check.unit, samples=len(points), subject=subject, held=held)


def _back(function: FitnessFunction) -> float:
    """How far back to look: what was before the time tells whether it lasted."""
    question: Question = function.options
    return 0.0 if function.hold is None else function.hold + question.stale_after


@hookimpl
def fitness_kinds() -> list[Kind]:
    """The kind of this module."""
    return [Metric()]
