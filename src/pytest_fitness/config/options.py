"""What a mapping of ``fitness.yaml`` may hold, declared once.

A kind or source declares its options as a class whose attributes are made by :func:`key`; the same
declaration decodes the file, words the errors and yields the JSON Schema::

    class WordsOptions(Options):
        measure: str = key(Choice("lines", "words"), "What is counted.")
        least: int = key(Integer(minimum=0), "Shorter files are left out.", default=0)
"""

from collections.abc import Iterable
from keyword import iskeyword
from typing import Any, ClassVar, NamedTuple, dataclass_transform

from pytest_fitness.config.nodes import Mapping, Node
from pytest_fitness.config.reader import INVALID, Reader, describe
from pytest_fitness.config.values import Schema, Value


class Key:
    """What an options class declares of one key."""

    def __init__(self, value: Value, about: str, default: Any) -> None:
        self.value = value
        self.about = about
        self.default = default

    @property
    def required(self) -> bool:
        """Whether the key must be given."""
        return self.default is ...


def key(value: Value, about: str, *, default: Any = ...) -> Any:
    """An attribute of an options class; without ``default`` the key is required."""
    return Key(value, about, default)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(key,))
class Options:
    """What a kind or source is told in ``fitness.yaml``; subclasses declare their keys.

    A key that is a Python keyword (``from``, ``as``) is declared with a trailing underscore.
    """

    keys: ClassVar[dict[str, Key]] = {}

    def __init_subclass__(cls) -> None:
        declared = {name: value for name, value in vars(cls).items() if isinstance(value, Key)}
        cls.keys = cls.keys | {name.rstrip("_"): value for name, value in declared.items()}
        for name in declared:
            delattr(cls, name)

    def __init__(self, **values: Any) -> None:
        for name, declared in self.keys.items():
            attribute = f"{name}_" if iskeyword(name) else name
            value = values.pop(attribute, declared.default)
            if value is ...:
                raise TypeError(f"{type(self).__name__} needs {attribute!r}")
            self.__dict__[attribute] = value
        if values:
            raise TypeError(f"{type(self).__name__} has no {', '.join(map(repr, values))}")

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        """What differs from the defaults; the same for equal options, and so fit for a key."""
        values = self.__dict__.values()
        given = [
            f"{name}={value!r}"
            for (name, declared), value in zip(self.keys.items(), values, strict=True)
            if value != declared.default
        ]
        return f"{type(self).__name__}({', '.join(given)})"


class Record(NamedTuple):
    """A mapping whose keys an options class declares."""

    type: type[Options]

    def decode(self, node: Node, reader: Reader) -> Any:
        """The options."""
        if not isinstance(node, Mapping):
            return reader.problem(node, f"expected a mapping, found {describe(node)}")
        return decode_record(self.type, node, reader)

    def schema(self) -> Schema:
        """An object with the declared keys, and no others."""
        return record_schema(self.type)


def decode_record(
    record: type[Options], node: Mapping, reader: Reader, entries: Iterable[Any] | None = None
) -> Any:
    """An options object from a mapping (or from some of its entries), all problems reported."""
    values: dict[str, Any] = {}
    for name, value in node.entries if entries is None else entries:
        declared = record.keys.get(name.text)
        if declared is None:
            reader.unknown(name, "key", name.text, record.keys)
            continue
        attribute = f"{name.text}_" if iskeyword(name.text) else name.text
        values[attribute] = declared.value.decode(value, reader)
    for name, declared in record.keys.items():
        if declared.required and name not in values and f"{name}_" not in values:
            reader.problem(node, f"the key {name!r} is missing", declared.about)
            return INVALID
    return INVALID if INVALID in values.values() else record(**values)


def record_schema(record: type[Options]) -> Schema:
    """The JSON Schema of an options class."""
    schema: Schema = {
        "type": "object",
        "properties": {
            name: declared.value.schema() | {"description": declared.about}
            for name, declared in record.keys.items()
        },
        "additionalProperties": False,
    }
    required = [name for name, declared in record.keys.items() if declared.required]
    return schema | ({"required": required} if required else {})
