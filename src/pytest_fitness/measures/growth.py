"""``growth``: how fast one number grows with another."""

from collections.abc import Iterator

from pytest_fitness import units
from pytest_fitness.config.kinds import Asked, Context, Kind
from pytest_fitness.config.nodes import Node, Scalar
from pytest_fitness.config.options import Options, Record, key
from pytest_fitness.config.questions import Question, QuestionValue
from pytest_fitness.config.reader import Invalid, Reader
from pytest_fitness.config.values import Amount, Schema
from pytest_fitness.hookspecs import hookimpl
from pytest_fitness.model import Check, FitnessFunction, Gate, Measurement


class _Axis:
    """Another question, or the word ``users`` for the one at the top of the file."""

    _question = QuestionValue()

    def decode(self, node: Node, reader: Reader) -> Question | Invalid:
        if not isinstance(node, Scalar):
            return self._question.decode(node, reader)
        if node.text != "users":
            return reader.problem(node, "expected `users` or a question {source: …, metric: …}")
        if reader.users is None:
            hint = "Add `users: {source: …, metric: …}` at the top of the file."
            return reader.problem(node, "there are no `users:` to measure against", hint)
        axis: Question | Invalid = reader.users
        return axis

    def schema(self) -> Schema:
        return {"anyOf": [{"const": "users"}, self._question.schema()]}


class GrowthOptions(Options):
    """What stands behind ``growth:``."""

    of: Question = key(QuestionValue(), "What grows.")
    per: Question = key(_Axis(), "What it grows with: `users`, or another question.")
    over: float = key(Amount(units.SECONDS), "The time that is looked at.", default=7 * 86400.0)


class Growth(Kind):
    """Elasticity: 1 is as fast as the other, 2 is its square, 0 is not at all."""

    name = "growth"
    about = "how fast one number grows with another: memory with users, cost with orders"
    options = Record(GrowthOptions)
    gates = (Gate.PRE_DEPLOY, Gate.SCHEDULED)
    takes_baseline = False

    def problems(self, function: FitnessFunction) -> Iterator[str]:
        """Both have to be series in time."""
        for name in ("of", "per"):
            question: Question = getattr(function.options, name)
            if not question.keeps_time:
                yield f"`{name}` needs a source that keeps time; {question.source} does not"

    def questions(self, function: FitnessFunction, now: float) -> Iterator[Asked]:
        """Both questions."""
        from pytest_fitness.measures.live import asked

        options: GrowthOptions = function.options
        for question in (options.of, options.per):
            yield asked(question, now, options.over + (question.over or 0.0))

    def measure(
        self,
        function: FitnessFunction,
        check: Check,  # noqa: ARG002
        context: Context,
    ) -> Measurement:
        """Ask for both series, and compare how they moved."""
        from pytest_fitness.judge.elasticity import elasticity, sentence
        from pytest_fitness.measures.live import values_in_time

        options: GrowthOptions = function.options
        of, per = (values_in_time(q, context, options.over) for q in (options.of, options.per))
        found = elasticity(of, per, function.confidence)
        said = sentence(options.of.shown, options.per.shown, found)
        known = found.low is not None and found.high is not None
        return Measurement(
            value=found.value,
            samples=found.samples,
            subject=said,
            interval=(found.low or 0.0, found.high or 0.0) if known else None,
            settles="a longer `over`, or a time in which more changed, would tell",
            undecided=said if found.undecided else "",
        )


@hookimpl
def fitness_kinds() -> list[Kind]:
    """The kind of this module."""
    return [Growth()]
