"""The keys that every function may have, whatever its kind."""

from collections.abc import Iterator
from typing import Final

from pytest_fitness import units
from pytest_fitness.config.comparing import ComparisonValue, TrendValue
from pytest_fitness.config.kinds import Kind
from pytest_fitness.config.nodes import Node
from pytest_fitness.config.options import Options, key
from pytest_fitness.config.reader import Invalid, Reader
from pytest_fitness.config.values import Amount, Choice, ListOf, Schema, Text
from pytest_fitness.judge.comparing import direction
from pytest_fitness.model import Effect, FitnessFunction, Gate
from pytest_fitness.trends import Better, Comparison, TrendRule

# A test marker of one of these names would change how pytest runs the item.
_RESERVED_TAGS: Final = frozenset(
    {
        "skip",
        "skipif",
        "xfail",
        "parametrize",
        "usefixtures",
        "filterwarnings",
        "tryfirst",
        "trylast",
    }
)


class _Tag:
    """A tag, which becomes a marker of the test item."""

    _text = Text("a tag such as checkout or team-a", r"[A-Za-z_][A-Za-z0-9_-]{0,59}")

    def decode(self, node: Node, reader: Reader) -> str | Invalid:
        tag = self._text.decode(node, reader)
        if tag in _RESERVED_TAGS:
            return reader.problem(node, f"the tag {tag!r} has a meaning of its own to pytest")
        return tag

    def schema(self) -> Schema:
        return self._text.schema() | {"not": {"enum": sorted(_RESERVED_TAGS)}}


class Common(Options):
    """The keys that every function may have beside its kind and its limits."""

    about: str = key(Text(), "Why this rule exists; shown where it fails.", default="")
    owner: str = key(Text(), "Who is asked when it fails.", default="")
    link: str = key(Text(), "Where to read more: a decision record, a dashboard.", default="")
    tags: tuple[str, ...] = key(ListOf(_Tag()), "Names to select by: `-m tag`.", default=())
    gates: tuple[str, ...] | None = key(
        ListOf(Choice(*Gate, what="gate")), "The moments at which it runs.", default=None
    )
    baseline: str | None = key(
        Choice("frozen", what="baseline"),
        "frozen: violations listed in the baseline file are known; only new or worse ones fail.",
        default=None,
    )
    on_no_data: str = key(
        Choice(*Effect, what="effect"), "What it means that there is no data.", default="fail"
    )
    for_: float | None = key(
        Amount(units.SECONDS),
        "How long the limit has to be broken before it fails; shorter is warned.",
        default=None,
    )
    confidence: float = key(
        Amount(units.RATIO), "How sure a fail has to be, where numbers are samples.", default=0.95
    )
    every: float | None = key(
        Amount(units.SECONDS), "How long after a run it is due again.", default=None
    )
    from_users: float | None = key(
        Amount(), "The users below which it is dormant; needs `users:`.", default=None
    )
    on_inconclusive: str = key(
        Choice(*Effect, what="effect"), "What it means that it cannot be told.", default="warn"
    )
    compare: Comparison | None = key(
        ComparisonValue(),
        "A limit whose line is drawn from what was measured before.",
        default=None,
    )
    trend: TrendRule = key(
        TrendValue(), "What is done when its history gets worse.", default=TrendRule()
    )
    better: str | None = key(
        Choice(*Better, what="direction"), "Which way it gets better.", default=None
    )


COMMON_KEYS: Final = frozenset(Common.keys)


def common_problems(
    kind: Kind, function: FitnessFunction, common: Common, reader: Reader
) -> Iterator[str]:
    """What is wrong with common keys that are each valid by themselves."""
    yield from _undirected(function)
    if common.for_ is not None and not kind.takes_for:
        yield f"`for` has no meaning beside `{kind.name}`"
    if common.baseline is not None and not kind.takes_baseline:
        yield f"`baseline` has no meaning beside `{kind.name}`: what it finds passes"
    if common.for_ is not None and common.for_ <= 0:
        yield "`for` must be longer than nothing"
    if not 0.5 <= common.confidence < 1:
        yield "`confidence` lies between 50% and 100%: 95% is usual"
    if common.trend.over is not None and not kind.recalls:
        yield f"`trend.over` has no meaning beside `{kind.name}`: its past is in the history alone"
    if common.from_users is not None and reader.users is None:
        yield "`from_users` needs `users: {source: …, metric: …}` at the top of the file"


def _undirected(function: FitnessFunction) -> Iterator[str]:
    """The comparisons that ask for better, and do not tell what that is."""
    pairs = {"": (function.limit, function.compare)} | {
        f"{part}: ": (function.limits[part][0], compare)
        for part, compare in function.compares.items()
    }
    for part, (limit, compare) in pairs.items():
        asks = compare is not None and (compare.improve or compare.factor)
        if asks and direction(limit, function.better, compare) is None:
            yield f"{part}say which way it gets better: `better: lower` or `better: higher`"
