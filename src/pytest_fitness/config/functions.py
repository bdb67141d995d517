"""One entry under ``functions:`` to a :class:`~pytest_fitness.model.FitnessFunction`."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pytest_fitness import units
from pytest_fitness.config.kinds import Kind
from pytest_fitness.config.limits import LIMIT_KEYS, Entries, Pair, decode_pair, written_unit
from pytest_fitness.config.nodes import Mapping as MappingNode
from pytest_fitness.config.nodes import Node, Scalar
from pytest_fitness.config.options import Options, decode_record, key
from pytest_fitness.config.reader import INVALID, Invalid, Reader, describe
from pytest_fitness.config.values import Amount, Choice, ListOf, Schema, Text
from pytest_fitness.model import Effect, FitnessFunction, Gate

ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
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


COMMON_KEYS: Final = frozenset(Common.keys)
_LIMIT_AND_WARN: Final = (*LIMIT_KEYS, "warn")
_LIMITING: Final = frozenset({*LIMIT_KEYS, "warn", "limits"})


def decode_function(
    name: Scalar, node: Node, kinds: Mapping[str, Kind], reader: Reader
) -> FitnessFunction | Invalid:
    """A function from its entry, all problems reported."""
    if not ID.fullmatch(name.text):
        hint = "Ids are lower-case letters, digits, `.`, `_` and `-`: checkout-p95."
        return reader.problem(name, f"{describe(name)} is not a valid id", hint)
    if not isinstance(node, MappingNode):
        return reader.problem(node, f"expected a mapping, found {describe(node)}")
    kind = _find_kind(name, node, kinds, reader)
    common_entries = [entry for entry in node.entries if entry[0].text in COMMON_KEYS]
    common = decode_record(Common, node, reader, common_entries) if common_entries else Common()
    if kind is None:
        return INVALID
    options = _decode_options(kind, node, reader)
    if isinstance(options, Invalid):
        return INVALID
    usable = Common() if isinstance(common, Invalid) else common
    function = _with_limits(name, node, kind, options, usable, reader)
    return INVALID if isinstance(common, Invalid) else function


def _find_kind(
    name: Scalar, node: MappingNode, kinds: Mapping[str, Kind], reader: Reader
) -> Kind | None:
    found = [entry[0] for entry in node.entries if entry[0].text in kinds]
    known = {*COMMON_KEYS, *_LIMITING}
    unknown = [e for e, _ in node.entries if e.text not in known and e.text not in kinds]
    for entry in unknown:
        reader.unknown(entry, "key", entry.text, {*kinds, *known})
    if not found:
        if not unknown:
            hint = f"Give one of: {', '.join(sorted(kinds))}."
            reader.problem(name, f"{name.text} says nothing to measure", hint)
        return None
    if len(found) > 1:
        hint = "A function has one kind; make two functions of it."
        reader.problem(found[1], f"two kinds: {found[0].text} and {found[1].text}", hint)
        return None
    return kinds[found[0].text]


def _decode_options(kind: Kind, node: MappingNode, reader: Reader) -> Any:
    value = node.get(kind.name)
    assert value is not None
    return kind.options.decode(value, reader)


def _with_limits(
    name: Scalar, node: MappingNode, kind: Kind, options: Any, common: Common, reader: Reader
) -> FitnessFunction | Invalid:
    before = len(reader.problems)
    several = node.get("limits")
    limiting = [entry for entry in node.entries if entry[0].text in _LIMITING]
    unit = units.COUNT
    pair: Pair | Invalid = (None, None)
    limits: dict[str, Pair] = {}
    if not kind.takes_limit:
        _refuse_limits(limiting, kind, reader)
    elif several is not None:
        limits = _decode_limits(several, kind, options, limiting, reader)
    else:
        try:
            unit = kind.lone_unit(options, written_unit(limiting, reader))
        except ValueError as error:
            pair = reader.problem(limiting[0][0] if limiting else name, str(error))
        else:
            pair = _decode_one_limit(name, limiting, unit, reader)
    if isinstance(pair, Invalid):
        pair = (None, None)
    is_limited = len(reader.problems) == before
    function = FitnessFunction(
        id=name.text,
        kind=kind.name,
        options=options,
        location=reader.location(name),
        about=common.about,
        owner=common.owner,
        link=common.link,
        tags=common.tags,
        gates=common.gates if common.gates is not None else kind.gates,
        frozen=common.baseline == "frozen",
        on_no_data=Effect(common.on_no_data),
        on_inconclusive=Effect(common.on_inconclusive),
        limit=pair[0],
        warn=pair[1],
        limits=limits,
        unit=unit,
        hold=common.for_,
        confidence=common.confidence,
        every=common.every,
        from_users=common.from_users,
        freezable=kind.takes_baseline,
    )
    for message in (*_common_problems(kind, common, reader), *kind.problems(function)):
        reader.problem(name, f"{name.text}: {message}")
    return function if is_limited else INVALID


def _common_problems(kind: Kind, common: Common, reader: Reader) -> Iterator[str]:
    if common.for_ is not None and not kind.takes_for:
        yield f"`for` has no meaning beside `{kind.name}`"
    if common.baseline is not None and not kind.takes_baseline:
        yield f"`baseline` has no meaning beside `{kind.name}`: what it finds passes"
    if common.for_ is not None and common.for_ <= 0:
        yield "`for` must be longer than nothing"
    if not 0.5 <= common.confidence < 1:
        yield "`confidence` lies between 50% and 100%: 95% is usual"
    if common.from_users is not None and reader.users is None:
        yield "`from_users` needs `users: {source: …, metric: …}` at the top of the file"


def _refuse_limits(limiting: Entries, kind: Kind, reader: Reader) -> None:
    for entry, _ in limiting:
        hint = "It fails on any violation; `baseline: frozen` accepts the known ones."
        reader.problem(entry, f"`{kind.name}` takes no limit", hint)


def _decode_one_limit(name: Scalar, limiting: Entries, unit: str, reader: Reader) -> Pair | Invalid:
    pair = decode_pair(limiting, unit, reader)
    if pair == (None, None):
        hint = "Add `max:`, `min:`, `between:` or `equals:`."
        return reader.problem(name, f"{name.text} has no limit", hint)
    return pair


def _decode_limits(
    node: Node, kind: Kind, options: Any, limiting: Entries, reader: Reader
) -> dict[str, Pair]:
    for entry, _ in limiting:
        if entry.text != "limits":
            reader.problem(
                entry, f"`{entry.text}` stands beside `limits`", "Move it into `limits`."
            )
        elif not kind.takes_several:
            hint = "Write the limit beside it: `max: 10`."
            reader.problem(entry, f"`{kind.name}` measures one number only", hint)
    if not kind.takes_several:
        return {}
    if not isinstance(node, MappingNode) or not node.entries:
        hint = "Name what is limited: `limits: {p95: {max: 500ms}}`."
        reader.problem(node, f"expected a mapping, found {describe(node)}", hint)
        return {}
    limits = {
        part.text: _decode_part(part, value, kind, options, reader) for part, value in node.entries
    }
    return {part: pair for part, pair in limits.items() if not isinstance(pair, Invalid)}


def _decode_part(
    part: Scalar, value: Node, kind: Kind, options: Any, reader: Reader
) -> Pair | Invalid:
    try:
        unit = kind.unit(options, part.text)
    except ValueError as error:
        return reader.problem(part, str(error))
    if not isinstance(value, MappingNode):
        return reader.problem(
            value, f"expected a limit such as {{max: 10}}, found {describe(value)}"
        )
    for entry, _ in value.entries:
        if entry.text not in _LIMIT_AND_WARN:
            reader.unknown(entry, "key", entry.text, _LIMIT_AND_WARN)
    return _decode_one_limit(part, value.entries, unit, reader)
