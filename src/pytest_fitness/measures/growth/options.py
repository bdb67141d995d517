"""What stands behind ``growth:``, whether it is observed or found by experiment."""

import math
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

from pytest_fitness import units
from pytest_fitness.config.nodes import Mapping, Node, Scalar
from pytest_fitness.config.options import Options, Record, key
from pytest_fitness.config.questions import Question, QuestionValue
from pytest_fitness.config.reader import Invalid, Reader
from pytest_fitness.config.values import Amount, Choice, Flag, Integer, ListOf, Schema
from pytest_fitness.load.options import TargetOptions, target_problems
from pytest_fitness.measures.loading import time_problems

READINGS_A_SECOND: Final = 2.0
# With fewer nothing is told of how two numbers grow with each other.
_FEWEST: Final = 36
_FEWEST_STEPS: Final = 3
_VARIED: Final = 1.5


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


class _Read:
    """A question that is asked again and again, so that there is no time behind each value."""

    _question = QuestionValue()

    def decode(self, node: Node, reader: Reader) -> Question | Invalid:
        if isinstance(node, Mapping):
            for name in ("over", "reduce"):
                if (found := node.get(name)) is not None:
                    said = f"`{name}` has no meaning in an experiment: `of` is read twice a second"
                    return reader.problem(found, said, f"Leave `{name}` out.")
        return self._question.decode(node, reader)

    def schema(self) -> Schema:
        return self._question.schema()


class ObservedOptions(Options):
    """Growth that is looked up in the past."""

    of: Question = key(QuestionValue(), "What grows.")
    per: Question = key(_Axis(), "What it grows with: `users`, or another question.")
    over: float = key(Amount(units.SECONDS), "The time that is looked at.", default=7 * 86400.0)


class LoadOptions(TargetOptions):
    """The load of an experiment: who asks what, and how many users for how long."""

    steps: tuple[int, ...] = key(
        ListOf(Integer(1, 1_000_000), lone=False), "The numbers of users, one after the other."
    )
    settle: float = key(
        Amount(units.SECONDS), "How long after each change nothing is measured.", default=3.0
    )
    hold: float = key(
        Amount(units.SECONDS), "How long each number of users is measured.", default=8.0
    )
    beyond_idle: bool = key(
        Flag(), "Whether what was there before the first user is taken off.", default=False
    )


class ExperimentOptions(Options):
    """Growth that is measured while virtual users come and go."""

    of: Question = key(_Read(), "What grows.")
    per: str = key(Choice("users"), "What it grows with: the users of the load.", default="users")
    experiment: LoadOptions = key(Record(LoadOptions), "The load under which it is measured.")


class GrowthValue:
    """Either of both, told apart by the key ``experiment``."""

    def decode(self, node: Node, reader: Reader) -> ObservedOptions | ExperimentOptions | Invalid:
        """The options."""
        is_experiment = isinstance(node, Mapping) and node.get("experiment") is not None
        record = Record(ExperimentOptions if is_experiment else ObservedOptions)
        found: ObservedOptions | ExperimentOptions | Invalid = record.decode(node, reader)
        return found

    def schema(self) -> Schema:
        """Either object."""
        return {"anyOf": [Record(each).schema() for each in (ObservedOptions, ExperimentOptions)]}


def observed_problems(options: ObservedOptions) -> Iterator[str]:
    """Both have to be series in time, and known for so long."""
    for name in ("of", "per"):
        question: Question = getattr(options, name)
        if not question.keeps_time:
            yield f"`{name}` needs a source that keeps time; {question.source} does not"
            continue
        yield from question.why_too_long(options.over + (question.over or 0.0), "`over` would")


def experiment_problems(options: ExperimentOptions) -> Iterator[str]:
    """What is wrong with options that are each valid by themselves."""
    load = options.experiment
    yield from target_problems(load)
    yield from time_problems(load, "hold", "settle")
    climbed = [load.steps[place] for place in climb(load.steps)]
    if len(set(climbed)) < _FEWEST_STEPS or max(climbed) < _VARIED * min(climbed):
        yield "`steps` need three rising numbers of users, the last of them 1.5 times the first"
    elif 0 < len(climbed) * load.hold * READINGS_A_SECOND < _FEWEST:
        enough = math.ceil(_FEWEST / READINGS_A_SECOND / len(climbed))
        yield f"`hold` is too short to tell anything: {enough}s would do for {len(climbed)} steps"


def climb(users: Sequence[int]) -> list[int]:
    """The places on the way up to the largest; what comes after it shows leaks, not growth."""
    highest = users.index(max(users))
    peaks = accumulate(users[: highest + 1], max)
    return [place for place, peak in enumerate(peaks) if users[place] == peak]
