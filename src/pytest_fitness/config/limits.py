"""Reading limits: ``max``, ``min``, ``between``, ``equals``, and the earlier line ``warn``."""

from collections.abc import Collection
from contextlib import suppress
from typing import Final

from pytest_fitness import units
from pytest_fitness.config.nodes import Mapping, Node, Scalar, Sequence
from pytest_fitness.config.reader import INVALID, Invalid, Reader, describe
from pytest_fitness.config.values import Amount, Schema
from pytest_fitness.config.variables import expand
from pytest_fitness.model import Limit

Entries = Collection[tuple[Scalar, Node]]
Pair = tuple[Limit | None, Limit | None]

LIMIT_KEYS: Final = ("max", "min", "between", "equals")


def written_unit(entries: Entries, reader: Reader) -> str:
    """The unit that a limit is written in; a plain number where nothing can be told from it."""
    for name, value in entries:
        first = value.items[0] if isinstance(value, Sequence) and value.items else value
        if name.text in LIMIT_KEYS and isinstance(first, Scalar):
            with suppress(KeyError, ValueError):  # told where the limit is read
                return units.parse(expand(first.text, reader.environment)).unit
    return units.COUNT


def decode_limit(entries: Entries, unit: str, reader: Reader) -> Limit | Invalid | None:
    """The limit among the entries of a mapping; None where there is none."""
    found = [(name, value) for name, value in entries if name.text in LIMIT_KEYS]
    if not found:
        return None
    if len(found) > 1:
        names = " and ".join(name.text for name, _ in found)
        hint = "Write one limit; `between: [low, high]` gives two lines."
        return reader.problem(found[1][0], f"two limits: {names}", hint)
    name, value = found[0]
    if name.text == "between":
        return _between(value, unit, reader)
    line = Amount(unit).decode(value, reader)
    if isinstance(line, Invalid):
        return line
    field = {"max": "high", "min": "low", "equals": "equals"}[name.text]
    return Limit(**{field: line})


def _between(value: Node, unit: str, reader: Reader) -> Limit | Invalid:
    if not isinstance(value, Sequence) or len(value.items) != 2:
        return reader.problem(value, f"expected a list [low, high], found {describe(value)}")
    low, high = (Amount(unit).decode(item, reader) for item in value.items)
    if isinstance(low, Invalid) or isinstance(high, Invalid):
        return INVALID
    if low > high:
        return reader.problem(value, "the first line of the range is above the second")
    return Limit(low=low, high=high)


def decode_pair(entries: Entries, unit: str, reader: Reader) -> Pair | Invalid:
    """A limit and the warn line beside it."""
    limit = decode_limit(entries, unit, reader)
    warn: Limit | Invalid | None = None
    for name, value in entries:
        if name.text == "warn":
            warn = _decode_warn(value, unit, limit, reader)
    if isinstance(limit, Invalid):
        return limit
    return warn if isinstance(warn, Invalid) else (limit, warn)


def _decode_warn(  # noqa: PLR0911 (one return for each thing that can be wrong)
    node: Node, unit: str, limit: Limit | Invalid | None, reader: Reader
) -> Limit | Invalid | None:
    if not isinstance(node, Mapping):
        hint = "Write it like a limit: `warn: {max: 8}`."
        return reader.problem(node, f"expected a mapping, found {describe(node)}", hint)
    for name, _ in node.entries:
        if name.text not in LIMIT_KEYS:
            return reader.unknown(name, "key", name.text, LIMIT_KEYS)
    warn = decode_limit(node.entries, unit, reader)
    if isinstance(warn, Invalid) or isinstance(limit, Invalid):
        return warn
    if warn is None:
        return reader.problem(node, "`warn` holds no limit")
    if limit is None:
        return reader.problem(
            node, "`warn` stands without a limit", "Add the limit it comes before."
        )
    if not _comes_before(warn, limit):
        hint = "The warn line must be reached before the limit is."
        return reader.problem(
            node, f"`warn` can never show before the limit {limit.describe(unit)}", hint
        )
    return warn


def _comes_before(warn: Limit, limit: Limit) -> bool:
    """Whether some value within the limit is past the warn line."""
    if warn.equals is not None:
        only = (warn.equals, warn.equals)
        return limit.equals != warn.equals and (limit.low, limit.high) != only
    if limit.equals is not None:
        return not warn.allows(limit.equals)
    stricter_high = warn.high is not None and (limit.high is None or warn.high < limit.high)
    stricter_low = warn.low is not None and (limit.low is None or warn.low > limit.low)
    return stricter_high or stricter_low


def limit_schema() -> dict[str, Schema]:
    """The JSON Schema of the limit keys, by key."""
    amount = Amount().schema()
    return {
        "max": amount | {"description": "The value must not be above this."},
        "min": amount | {"description": "The value must not be below this."},
        "between": {
            "type": "array",
            "items": amount,
            "minItems": 2,
            "maxItems": 2,
            "description": "The value must be within these two.",
        },
        "equals": amount | {"description": "The value must be exactly this."},
    }


def warn_schema() -> Schema:
    """The JSON Schema of ``warn``."""
    return {
        "type": "object",
        "properties": limit_schema(),
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
        "description": "The earlier line: past it, the function is listed as warned.",
    }
