"""What stands behind ``capacity:``."""

import math
from collections.abc import Iterator
from typing import Final, NamedTuple

from pytest_fitness import units
from pytest_fitness.config.limits import LIMIT_KEYS, decode_limit, limit_schema
from pytest_fitness.config.nodes import Mapping, Node
from pytest_fitness.config.options import Options, Record, key
from pytest_fitness.config.questions import Question
from pytest_fitness.config.reader import INVALID, Invalid, Reader, describe
from pytest_fitness.config.values import Amount, Integer, ListOf, Schema
from pytest_fitness.load.options import TargetOptions, target_problems
from pytest_fitness.measures.loading import time_problems
from pytest_fitness.model import Limit

UNITS: Final = {
    "p50": units.SECONDS,
    "p95": units.SECONDS,
    "p99": units.SECONDS,
    "max": units.SECONDS,
    "mean": units.SECONDS,
    "throughput": units.RATE,
    "error_rate": units.RATIO,
}
"""What a budget may limit, and in which units."""
_MORE_IS_BETTER: Final = "throughput"
_FAILURES: Final = Limit(high=0.01)
_MOST_STEPS: Final = 100
_MOST_USERS: Final = 1_000_000

Budget = tuple[tuple[str, Limit], ...]


class _Ladder(Options):
    """Steps that rise by a factor."""

    from_: int = key(Integer(1, _MOST_USERS), "The users of the first step.")
    to: int = key(Integer(1, _MOST_USERS), "The users of the last one.")
    factor: float = key(
        Amount(units.FACTOR), "How many times as many each next step has.", default=2.0
    )


class StepsValue:
    """A list of numbers of users, or ``{from: 10, to: 500, factor: 1.5}``."""

    _list = ListOf(Integer(1, _MOST_USERS), lone=False)
    _ladder = Record(_Ladder)

    def decode(self, node: Node, reader: Reader) -> tuple[int, ...] | Invalid:
        """The numbers, in the order of the file."""
        if not isinstance(node, Mapping):
            found: tuple[int, ...] | Invalid = self._list.decode(node, reader)
            return found
        ladder = self._ladder.decode(node, reader)
        if isinstance(ladder, Invalid):
            return INVALID
        if ladder.to < ladder.from_:
            return reader.problem(node, "`to` is less than `from`")
        if not 1.01 <= ladder.factor <= 1000:
            return reader.problem(node, "`factor` lies between 1.01 and 1000")
        return rungs(ladder.from_, ladder.to, ladder.factor)

    def schema(self) -> Schema:
        """An array of numbers, or an object."""
        return {"anyOf": [self._list.schema(), self._ladder.schema()]}


def rungs(first: int, last: int, factor: float) -> tuple[int, ...]:
    """Numbers from the first to the last, each so many times the one before."""
    found = [first]
    while found[-1] < last:
        found.append(min(last, max(found[-1] + 1, math.floor(found[-1] * factor + 0.5))))
    return tuple(found)


class BudgetValue:
    """Limits by name: ``{p95: {max: 500ms}, error_rate: {max: 1%}}``."""

    def decode(self, node: Node, reader: Reader) -> Budget | Invalid:
        """The limits."""
        if not isinstance(node, Mapping) or not node.entries:
            hint = "Name what users may expect: `budget: {p95: {max: 500ms}}`."
            return reader.problem(node, f"expected a mapping, found {describe(node)}", hint)
        found = {name.text: self._limit(name, value, reader) for name, value in node.entries}
        limits = [(name, limit) for name, limit in found.items() if not isinstance(limit, Invalid)]
        if len(limits) < len(found):
            return INVALID
        # Failures are answered fast: what refuses its users would have room for any number.
        implied = () if "error_rate" in found else (("error_rate", _FAILURES),)
        return (*limits, *implied)

    def schema(self) -> Schema:
        """An object with a limit for each name."""
        return {
            "type": "object",
            "properties": {name: self._limit_schema(_takes(name)) for name in UNITS},
            "additionalProperties": False,
            "minProperties": 1,
        }

    def _limit_schema(self, takes: str) -> Schema:
        return {
            "type": "object",
            "properties": {takes: limit_schema()[takes]},
            "additionalProperties": False,
            "required": [takes],
        }

    def _limit(self, name: Node, node: Node, reader: Reader) -> Limit | Invalid:
        text = str(getattr(name, "text", ""))
        if text not in UNITS:
            return reader.unknown(name, "number", text, UNITS)
        if not isinstance(node, Mapping):
            return reader.problem(
                node, f"expected a limit such as {{max: 500ms}}, found {describe(node)}"
            )
        for entry, _ in node.entries:
            if entry.text not in LIMIT_KEYS:
                return reader.unknown(entry, "key", entry.text, LIMIT_KEYS)
        limit = decode_limit(node.entries, UNITS[text], reader)
        if limit is None:
            return reader.problem(node, f"the budget of {text} is empty")
        if limit is INVALID or [entry.text for entry, _ in node.entries] == [_takes(text)]:
            return limit
        better = "more" if text == _MORE_IS_BETTER else "less"
        said = f"the budget of `{text}` takes `{_takes(text)}`: {better} is better"
        return reader.problem(node, said)


def _takes(name: str) -> str:
    return "min" if name == _MORE_IS_BETTER else "max"


class CapacityOptions(TargetOptions):
    """The search: which numbers of users, for how long, within which budget."""

    steps: tuple[int, ...] = key(StepsValue(), "The numbers of users, until the budget breaks.")
    budget: Budget = key(BudgetValue(), "What has to hold for so many users to have room.")
    hold: float = key(Amount(units.SECONDS), "How long each number is measured.", default=10.0)
    warm_up: float = key(
        Amount(units.SECONDS), "How long each number is there before that.", default=2.0
    )
    recovery: float = key(
        Amount(units.SECONDS),
        "How long it is watched after the peak, until the budget holds again; 0s leaves it out.",
        default=10.0,
    )


class Search(NamedTuple):
    """The options, and what stands under ``users:`` at the top of the file.

    Attributes:
        axis: the question that tells how many users there are now; None where it cannot be used.
        has_axis: whether the file has one at all.
    """

    options: CapacityOptions
    axis: Question | None = None
    has_axis: bool = False


class SearchValue:
    """The options with the ``users:`` at the top of the file."""

    _record = Record(CapacityOptions)

    def decode(self, node: Node, reader: Reader) -> Search | Invalid:
        """The options."""
        options = self._record.decode(node, reader)
        axis = reader.users if isinstance(reader.users, Question) else None
        if isinstance(options, Invalid):
            return INVALID
        return Search(options, axis, reader.users is not None)

    def schema(self) -> Schema:
        """The object of the options."""
        return self._record.schema()


def search_problems(options: CapacityOptions) -> Iterator[str]:
    """What is wrong with options that are each valid by themselves."""
    yield from target_problems(options)
    yield from time_problems(options, "hold", "warm_up")
    if list(options.steps) != sorted(set(options.steps)):
        yield "`steps` rise: each has more users than the one before"
    if len(options.steps) > _MOST_STEPS:
        yield f"{len(options.steps)} steps are more than {_MOST_STEPS}: take a larger `factor`"
    if not 0 <= options.recovery <= 3600:
        yield "`recovery` lies between 0s and 1h"
