"""The types of values that a key of ``fitness.yaml`` can take."""

import re
from typing import Any, NamedTuple, Protocol

from pytest_fitness import units
from pytest_fitness.config.nodes import Mapping, Node, Sequence
from pytest_fitness.config.reader import INVALID, NULLS, Invalid, Reader, describe

Schema = dict[str, Any]


class Value(Protocol):
    """A type of value: how it is decoded, and its JSON Schema."""

    def decode(self, node: Node, reader: Reader) -> Any:
        """The value of a node, or ``INVALID`` once its problems are reported."""

    def schema(self) -> Schema:
        """The JSON Schema of what :meth:`decode` accepts."""


class Text(NamedTuple):
    """A text that is not empty; ``pattern`` must match all of it, ``wanted`` says so in words."""

    wanted: str = "a text"
    pattern: str | None = None

    def decode(self, node: Node, reader: Reader) -> str | Invalid:
        """The text, variables filled in."""
        text = reader.text(node, self.wanted)
        if isinstance(text, Invalid):
            return text
        if not text or (self.pattern and not re.fullmatch(self.pattern, text)):
            return reader.problem(node, f"expected {self.wanted}, found {describe(node)}")
        return text

    def schema(self) -> Schema:
        """A string, with its pattern."""
        bound = {"pattern": f"^(?:{self.pattern})$"} if self.pattern else {"minLength": 1}
        return {"type": "string", **bound}


class Choice:
    """One of a few names; ``what`` says what they are names of."""

    def __init__(self, *names: str, what: str = "value") -> None:
        self.names = names
        self.what = what

    def decode(self, node: Node, reader: Reader) -> str | Invalid:
        """The name, if it is one of them."""
        text = reader.text(node, f"one of {', '.join(self.names)}")
        if isinstance(text, str) and text not in self.names:
            return reader.unknown(node, self.what, text, self.names)
        return text

    def schema(self) -> Schema:
        """An enumeration."""
        return {"enum": list(self.names)}


class Flag(NamedTuple):
    """``true`` or ``false``."""

    def decode(self, node: Node, reader: Reader) -> bool | Invalid:
        """The truth value."""
        text = reader.text(node, "true or false")
        if isinstance(text, Invalid):
            return text
        if text.lower() not in ("true", "false"):
            return reader.problem(node, f"expected true or false, found {describe(node)}")
        return text.lower() == "true"

    def schema(self) -> Schema:
        """A boolean."""
        return {"type": "boolean"}


class Integer(NamedTuple):
    """A whole number within bounds."""

    minimum: int | None = None
    maximum: int | None = None

    def decode(self, node: Node, reader: Reader) -> int | Invalid:
        """The number."""
        text = reader.text(node, "a whole number")
        if isinstance(text, Invalid):
            return text
        if not re.fullmatch(r"[-+]?\d{1,18}", text):
            return reader.problem(node, f"expected a whole number, found {describe(node)}")
        number = int(text)
        if self.minimum is not None and number < self.minimum:
            return reader.problem(node, f"{describe(node)} is less than {self.minimum}")
        if self.maximum is not None and number > self.maximum:
            return reader.problem(node, f"{describe(node)} is more than {self.maximum}")
        return number

    def schema(self) -> Schema:
        """An integer with its bounds."""
        bounds = {"minimum": self.minimum, "maximum": self.maximum}
        return {"type": "integer"} | {k: v for k, v in bounds.items() if v is not None}


class Amount(NamedTuple):
    """A quantity in the base unit of ``unit`` (see :mod:`pytest_fitness.units`)."""

    unit: str = units.COUNT

    def decode(self, node: Node, reader: Reader) -> float | Invalid:
        """The number in the base unit."""
        text = reader.text(node, units.describe(self.unit))
        if isinstance(text, Invalid):
            return text
        try:
            return units.convert(units.parse(text), self.unit)
        except ValueError as error:
            wanted = units.describe(self.unit)
            hint = None if wanted in str(error) else f"Write {wanted}."
            return reader.problem(node, f"{describe(node)} {error}", hint)

    def schema(self) -> Schema:
        """A number, or a text with a unit; the loader alone knows which units fit."""
        return {"type": ["number", "string"], "pattern": r"\d|\$\{"}


class Unit:
    """The name of a unit: its base unit, and how much of that it is."""

    _text = Text("a unit such as s, ms, B, % or /s")

    def decode(self, node: Node, reader: Reader) -> tuple[str, float] | Invalid:
        """``ms`` is 0.001 s."""
        text = self._text.decode(node, reader)
        if isinstance(text, Invalid):
            return text
        try:
            return units.named(text)
        except ValueError as error:
            return reader.problem(node, f"{describe(node)} {error}")

    def schema(self) -> Schema:
        """A string."""
        return self._text.schema()


class ListOf(NamedTuple):
    """A list; where ``lone`` is set, a single value stands for a list of one."""

    item: Value
    lone: bool = True
    empty: bool = False

    def decode(self, node: Node, reader: Reader) -> tuple[Any, ...] | Invalid:
        """The items as a tuple."""
        if not isinstance(node, Sequence):
            if not self.lone or isinstance(node, Mapping):
                return reader.problem(node, f"expected a list, found {describe(node)}")
            nodes: list[Node] = [node]
        else:
            nodes = node.items
        if not nodes and not self.empty:
            return reader.problem(node, "the list is empty")
        items = tuple(self.item.decode(item, reader) for item in nodes)
        return INVALID if INVALID in items else items

    def schema(self) -> Schema:
        """An array, or a single item."""
        item = self.item.schema()
        array: Schema = {"type": "array", "items": item} | ({} if self.empty else {"minItems": 1})
        return {"anyOf": [item, array]} if self.lone else array


class MapOf(NamedTuple):
    """A mapping from free names to values of one type."""

    value: Value
    name: str = "name"
    pattern: str = r"\S(.*\S)?"

    def decode(self, node: Node, reader: Reader) -> dict[str, Any] | Invalid:
        """The values by name."""
        if not isinstance(node, Mapping):
            return reader.problem(node, f"expected a mapping, found {describe(node)}")
        if not node.entries:
            return reader.problem(node, "the mapping is empty")
        values: dict[str, Any] = {}
        for name, value in node.entries:
            if not re.fullmatch(self.pattern, name.text):
                reader.problem(name, f"{describe(name)} is not a valid {self.name}")
            values[name.text] = self.value.decode(value, reader)
        return INVALID if INVALID in values.values() else values

    def schema(self) -> Schema:
        """An object whose keys are free."""
        return {
            "type": "object",
            "propertyNames": {"pattern": f"^(?:{self.pattern})$"},
            "additionalProperties": self.value.schema(),
            "minProperties": 1,
        }


class Anything(NamedTuple):
    """Whatever stands there, as builtins: plain ``true``, numbers and texts; lists; mappings."""

    def decode(self, node: Node, reader: Reader) -> Any:
        """The value as builtins."""
        if isinstance(node, Sequence):
            items = [self.decode(item, reader) for item in node.items]
            return INVALID if INVALID in items else items
        if isinstance(node, Mapping):
            values = {name.text: self.decode(value, reader) for name, value in node.entries}
            return INVALID if INVALID in values.values() else values
        text = reader.text(node, "a value")
        return text if isinstance(text, Invalid) or node.quoted else _plain(text)

    def schema(self) -> Schema:
        """No restriction."""
        return {}


def _plain(text: str) -> Any:
    """What an unquoted scalar means in YAML 1.2's core schema."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if text in NULLS:
        return None
    for pattern, convert in ((r"[-+]?\d{1,18}", int), (r"[-+]?\d{1,18}\.\d+", float)):
        if re.fullmatch(pattern, text):
            return convert(text)
    return text
