"""One entry under ``functions:`` to a :class:`~pytest_fitness.model.FitnessFunction`."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from pytest_fitness import units
from pytest_fitness.config.common import COMMON_KEYS, Common, common_problems
from pytest_fitness.config.comparing import ComparisonValue
from pytest_fitness.config.kinds import Kind
from pytest_fitness.config.limits import LIMIT_KEYS, Entries, Pair, decode_pair, written_unit
from pytest_fitness.config.nodes import Mapping as MappingNode
from pytest_fitness.config.nodes import Node, Scalar
from pytest_fitness.config.options import decode_record
from pytest_fitness.config.reader import INVALID, Invalid, Reader, describe
from pytest_fitness.model import Effect, FitnessFunction
from pytest_fitness.trends import Better, Comparison

ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_COMPARE: Final = "compare"
_LIMIT_KEYS_OF_PART: Final = (*LIMIT_KEYS, "warn", _COMPARE)
_LIMITING: Final = frozenset({*LIMIT_KEYS, "warn", "limits", _COMPARE})
Part = tuple[Pair, Comparison | None]


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
    limited = _decode_limiting(name, node, kind, options, common, reader)
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
        limit=limited.pair[0],
        warn=limited.pair[1],
        limits={part: pair for part, (pair, _) in limited.parts.items()},
        unit=limited.unit,
        hold=common.for_,
        confidence=common.confidence,
        every=common.every,
        from_users=common.from_users,
        freezable=kind.takes_baseline,
        compare=common.compare,
        compares={part: found for part, (_, found) in limited.parts.items() if found is not None},
        better=None if common.better is None else Better(common.better),
        trend=common.trend,
    )
    _tell_problems(name, node, kind, (function, common), reader)
    return function if is_limited else INVALID


class _Limited(NamedTuple):
    """What limits a function: one pair, or one for each of its parts."""

    pair: Pair = (None, None)
    unit: str = units.COUNT
    parts: Mapping[str, Part] = MappingProxyType({})


def _decode_limiting(
    name: Scalar, node: MappingNode, kind: Kind, options: Any, common: Common, reader: Reader
) -> _Limited:
    limiting = [entry for entry in node.entries if entry[0].text in _LIMITING]
    several = node.get("limits")
    if not kind.takes_limit:
        _refuse_limits(limiting, kind, reader)
        return _Limited()
    if several is not None:
        return _Limited(parts=_decode_limits(several, kind, options, limiting, reader))
    try:
        unit = kind.lone_unit(options, written_unit(limiting, reader))
    except ValueError as error:
        reader.problem(limiting[0][0] if limiting else name, str(error))
        return _Limited()
    pair = _decode_one_limit(name, limiting, unit, reader, common.compare)
    return _Limited(unit=unit) if isinstance(pair, Invalid) else _Limited(pair, unit)


def _tell_problems(
    name: Scalar,
    node: MappingNode,
    kind: Kind,
    found: tuple[FitnessFunction, Common],
    reader: Reader,
) -> None:
    """What is wrong with keys that are each valid by themselves, each where it stands."""
    function, common = found
    value = node.get(kind.name) or node
    for message in common_problems(kind, function, common, reader):
        reader.problem(reader.blame(message, [node], name), f"{name.text}: {message}")
    for message in kind.problems(function):
        reader.problem(reader.blame(message, [value, node], name), f"{name.text}: {message}")


def _refuse_limits(limiting: Entries, kind: Kind, reader: Reader) -> None:
    for entry, _ in limiting:
        hint = "It fails on any violation; `baseline: frozen` accepts the known ones."
        reader.problem(entry, f"`{kind.name}` takes no limit", hint)


def _decode_one_limit(
    name: Scalar, limiting: Entries, unit: str, reader: Reader, compare: Comparison | None
) -> Pair | Invalid:
    pair = decode_pair(limiting, unit, reader)
    if pair == (None, None) and compare is None:
        hint = "Add `max:`, `min:`, `between:` or `equals:`."
        return reader.problem(name, f"{name.text} has no limit", hint)
    return pair


def _decode_limits(
    node: Node, kind: Kind, options: Any, limiting: Entries, reader: Reader
) -> dict[str, Part]:
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
    parts = {
        part.text: _decode_part(part, value, kind, options, reader) for part, value in node.entries
    }
    return {part: found for part, found in parts.items() if not isinstance(found, Invalid)}


def _decode_part(
    part: Scalar, value: Node, kind: Kind, options: Any, reader: Reader
) -> Part | Invalid:
    try:
        unit = kind.unit(options, part.text)
    except ValueError as error:
        return reader.problem(part, str(error))
    if not isinstance(value, MappingNode):
        return reader.problem(
            value, f"expected a limit such as {{max: 10}}, found {describe(value)}"
        )
    for entry, _ in value.entries:
        if entry.text not in _LIMIT_KEYS_OF_PART:
            reader.unknown(entry, "key", entry.text, _LIMIT_KEYS_OF_PART)
    node = value.get(_COMPARE)
    compare = None if node is None else ComparisonValue().decode(node, reader)
    if isinstance(compare, Invalid):
        return compare
    pair = _decode_one_limit(part, value.entries, unit, reader, compare)
    return pair if isinstance(pair, Invalid) else (pair, compare)
