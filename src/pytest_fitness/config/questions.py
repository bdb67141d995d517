"""A question to a live source, as functions write it: ``{source: prom, metric: up, over: 5m}``."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from pytest_fitness import units
from pytest_fitness.config.nodes import Mapping, Node, Scalar, Sequence
from pytest_fitness.config.options import Options, decode_record, key, record_schema
from pytest_fitness.config.reader import INVALID, Invalid, Reader, describe
from pytest_fitness.config.values import Amount, Choice, Schema, Text, Unit

REDUCTIONS: Final = ("last", "mean", "min", "max", "p50", "p95", "p99", "increase", "rate")
COMBINATIONS: Final = ("sum", "max", "min", "mean")


class _Common(Options):
    """The keys of every question, whatever the source."""

    source: str = key(Text("a source"), "Which of the `sources:` is asked.")
    unit: tuple[str, float] = key(
        Unit(), "The unit of its numbers; a plain number by default.", default=(units.COUNT, 1.0)
    )
    over: float | None = key(
        Amount(units.SECONDS),
        "The time behind each value that `reduce` makes one of.",
        default=None,
    )
    reduce: str | None = key(
        Choice(*REDUCTIONS, what="reduction"),
        "What becomes of the values of that time.",
        default=None,
    )
    combine: str | None = key(
        Choice(*COMBINATIONS, what="combination"),
        "What becomes of several series; without it more than one is refused.",
        default=None,
    )
    stale_after: float = key(
        Amount(units.SECONDS), "How old the newest value may be.", default=300.0
    )


class Question(NamedTuple):
    """What is asked of a source, and what is made of its answer.

    Attributes:
        query: the source's own query options.
        unit: the base unit of the values.
        scale: what the source's numbers are multiplied with to be in it.
        keeps_time: whether the source answers with a series in time.
        longest: the longest time that it can be asked about, in seconds; None for any.
        shown: the question in a few words, for messages.
    """

    source: str
    query: Any
    unit: str
    scale: float
    over: float | None
    reduce: str | None
    combine: str | None
    stale_after: float
    keeps_time: bool
    shown: str
    longest: float | None = None

    def why_too_long(self, seconds: float, what: str) -> Iterator[str]:
        """Why it cannot be asked about so many seconds, which ``what`` says the origin of."""
        if self.longest is not None and seconds > self.longest:
            wanted, longest = (
                units.format_value(each, units.SECONDS) for each in (seconds, self.longest)
            )
            yield (
                f"{what} ask about {wanted}, and {self.source} knows only the present: "
                f"it is watched for {longest} at most"
            )


class QuestionValue(NamedTuple):
    """A question as the value of a key."""

    def decode(self, node: Node, reader: Reader) -> Question | Invalid:
        """The question, by the keys of the source that it names."""
        if not isinstance(node, Mapping):
            hint = "Write `{source: NAME, metric: NAME}`."
            return reader.problem(node, f"expected a mapping, found {describe(node)}", hint)
        named = node.get("source")
        if named is None:
            return reader.problem(node, "the key 'source' is missing", "Name one of `sources:`.")
        name = reader.text(named, "a source")
        if isinstance(name, Invalid):
            return INVALID
        if name not in reader.sources:
            return reader.unknown(named, "source", name, reader.sources)
        entry = reader.sources[name]
        return INVALID if entry is None else _decode(node, name, entry, reader)

    def schema(self) -> Schema:
        """The common keys; those of the sources are in the loader's hands."""
        return record_schema(_Common) | {"additionalProperties": True}


def _decode(node: Mapping, name: str, entry: Any, reader: Reader) -> Question | Invalid:
    query_keys = entry.source.query.keys
    common: list[tuple[Scalar, Node]] = []
    own: list[tuple[Scalar, Node]] = []
    unknown = False
    for item in node.entries:
        if item[0].text in query_keys:
            own.append(item)
        elif item[0].text in _Common.keys:
            common.append(item)
        else:
            unknown = True
            reader.unknown(item[0], "key", item[0].text, {*query_keys, *_Common.keys})
    options = decode_record(_Common, node, reader, common)
    query = decode_record(entry.source.query, node, reader, own)
    if unknown or isinstance(options, Invalid) or isinstance(query, Invalid):
        return INVALID
    keeps_time = entry.source.keeps_time(entry.options, query)
    problems = [*entry.source.query_problems(query), *_problems(options)]
    for problem in problems:
        reader.problem(reader.blame(problem, [node], node), problem)
    unit, scale = options.unit
    question = Question(
        source=name,
        query=query,
        unit=unit,
        scale=scale,
        over=options.over,
        reduce=options.reduce,
        combine=options.combine,
        stale_after=options.stale_after,
        keeps_time=keeps_time,
        shown=_shown(own),
        longest=entry.source.longest(entry.options, query),
    )
    for problem in question.why_too_long(options.over or 0.0, "`over` would"):
        reader.problem(reader.blame(problem, [node], node), problem)
    return question


def _problems(options: _Common) -> list[str]:
    found = []
    if options.over is not None and options.reduce is None:
        found.append("`over` needs `reduce`: " + ", ".join(REDUCTIONS))
    if options.reduce not in (None, "last") and options.over is None:
        found.append(f"`reduce: {options.reduce}` needs `over`: the time that it is made of")
    if options.over is not None and options.over <= 0:
        found.append("`over` must be longer than nothing")
    return found


def _shown(own: list[tuple[Scalar, Node]]) -> str:
    texts: list[str] = []
    for _, node in own:
        nodes = node.items if isinstance(node, Sequence) else (node,)
        texts += [each.text for each in nodes if isinstance(each, Scalar)]
    return units.shorten(" ".join(texts), 80) or "the question"
