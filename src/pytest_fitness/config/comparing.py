"""Reading ``compare``, ``trend`` and ``better``: what a function is held against over time."""

from collections.abc import Iterator
from typing import Final

from pytest_fitness import units
from pytest_fitness.config.nodes import Mapping, Node
from pytest_fitness.config.options import Options, decode_record, key, record_schema
from pytest_fitness.config.reader import Invalid, Reader, describe
from pytest_fitness.config.values import Amount, Choice, Schema, Text
from pytest_fitness.trends import Comparison, TrendRule

_PINNED: Final = "baseline:"
EFFECTS: Final = ("off", "warn", "fail")


class _Change:
    """By which share something changes: unlike a part of a whole, it may be over 100%."""

    _wanted = "a change such as 10% or 150%"

    def decode(self, node: Node, reader: Reader) -> float | Invalid:
        text = reader.text(node, self._wanted)
        if isinstance(text, Invalid):
            return text
        try:
            quantity = units.parse(text)
        except ValueError as error:
            return reader.problem(node, f"{describe(node)} {error}", f"Write {self._wanted}.")
        if quantity.unit not in (units.COUNT, units.RATIO) or quantity.value < 0:
            return reader.problem(node, f"expected {self._wanted}, found {describe(node)}")
        return quantity.value

    def schema(self) -> Schema:
        return Amount(units.RATIO).schema()


class CompareOptions(Options):
    """The keys under ``compare``."""

    to: str = key(
        Text("`rolling`, or `baseline:` and a name", r"rolling|baseline:[A-Za-z0-9][\w.+-]{0,99}"),
        "rolling: the level of the last good runs; baseline:NAME: a pinned value.",
    )
    max_increase: float | None = key(
        _Change(), "How far it may lie above the reference: 10%.", default=None
    )
    max_decrease: float | None = key(
        _Change(), "How far it may lie below the reference: 10%.", default=None
    )
    improve: float | None = key(
        _Change(), "How much better than the reference it has to be: 50%.", default=None
    )
    factor: float | None = key(
        Amount(units.FACTOR), "How many times better than the reference: 5x.", default=None
    )


class ComparisonValue:
    """A comparison with the past, which draws the line of a limit."""

    def decode(self, node: Node, reader: Reader) -> Comparison | Invalid:
        """The comparison; a mapping with one or two lines."""
        if not isinstance(node, Mapping):
            hint = "Write `compare: {to: rolling, max_increase: 10%}`."
            return reader.problem(node, "expected a mapping", hint)
        options = decode_record(CompareOptions, node, reader)
        if isinstance(options, Invalid):
            return options
        for message in _problems(options):
            return reader.problem(node, message)
        return Comparison(
            options.to.removeprefix(_PINNED),
            options.max_increase,
            options.max_decrease,
            options.improve,
            options.factor,
        )

    def schema(self) -> Schema:
        """An object with the declared keys."""
        return record_schema(CompareOptions)


def _problems(options: CompareOptions) -> Iterator[str]:
    lines = [options.max_increase, options.max_decrease, options.improve, options.factor]
    if all(line is None for line in lines):
        yield "`compare` draws no line: add `max_increase: 10%`, or `improve: 50%`, or `factor: 5x`"
    if options.improve is not None and options.factor is not None:
        yield "`improve` and `factor` say the same thing twice: keep one"
    if options.factor is not None and options.factor < 1:
        yield "`factor` says how many times better it has to be: 1x is as good as before"


class TrendOptions(Options):
    """The keys under ``trend``."""

    effect: str | None = key(
        Choice(*EFFECTS, what="effect"), "What is done when it gets worse.", default=None
    )
    over: float | None = key(
        Amount(units.SECONDS), "How much of its past a live source is asked for.", default=None
    )
    least: float | None = key(
        Amount(units.RATIO), "Steps that are smaller are not worth a word.", default=None
    )


class TrendValue:
    """``off``, ``warn`` or ``fail``, or a mapping with more."""

    _choice = Choice(*EFFECTS, what="effect")

    def decode(self, node: Node, reader: Reader) -> TrendRule | Invalid:
        """The rule."""
        if not isinstance(node, Mapping):
            effect = self._choice.decode(node, reader)
            return effect if isinstance(effect, Invalid) else TrendRule(effect)
        options = decode_record(TrendOptions, node, reader)
        if isinstance(options, Invalid):
            return options
        if options.over is not None and options.over <= 0:
            return reader.problem(node, "`over` must be longer than nothing: 30d")
        return TrendRule(options.effect, options.over, options.least)

    def schema(self) -> Schema:
        """One of the names, or an object."""
        return {"anyOf": [self._choice.schema(), record_schema(TrendOptions)]}
