"""What an inline ``contract`` is told: import-linter's own options."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

from pytest_fitness.config.nodes import Mapping as MappingNode
from pytest_fitness.config.nodes import Node, Scalar
from pytest_fitness.config.nodes import Sequence as SequenceNode
from pytest_fitness.config.reader import INVALID, Reader, describe
from pytest_fitness.config.values import Anything, Schema

Settings = Mapping[str, Any]

_IGNORES: Final = ("ignore_imports", "unmatched_ignore_imports_alerting")
# For each type of import-linter the options it must have, and those it may have.
TYPES: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "layers": (("layers",), ("containers", "exhaustive", "exhaustive_ignores", *_IGNORES)),
    "forbidden": (
        ("source_modules", "forbidden_modules"),
        ("allow_indirect_imports", "as_packages", *_IGNORES),
    ),
    "independence": (("modules",), _IGNORES),
    "protected": (("protected_modules", "allowed_importers"), ("as_packages", *_IGNORES)),
    "acyclic_siblings": (("ancestors",), ("depth", "skip_descendants", *_IGNORES)),
}
_ANY_TYPE: Final = ("type", "name", "broken_contract_guidance")
# These hold for the whole graph; a contract written here brings its own.
SESSION: Final = ("include_external_packages", "exclude_type_checking_imports", "contract_types")
_SESSION_FLAGS: Final = frozenset({"include_external_packages", "exclude_type_checking_imports"})
_ALL_FLAGS: Final = _SESSION_FLAGS | {"exhaustive", "as_packages", "allow_indirect_imports"}
_BOOLEAN: Final[Schema] = {"type": "boolean"}


class ContractOptions:
    """The keys of an inline contract: import-linter's own, checked where the type is built in."""

    def decode(self, node: Node, reader: Reader) -> Any:
        """The options as import-linter takes them."""
        options = Anything().decode(node, reader)
        if options is INVALID:
            return INVALID
        if not isinstance(node, MappingNode):
            return reader.problem(node, f"expected a mapping, found {describe(node)}")
        type_node = node.get("type")
        if not isinstance(type_node, Scalar):
            return reader.problem(node, "the contract has no type", f"One of: {', '.join(TYPES)}.")
        built_in = type_node.text in TYPES
        if not built_in and "contract_types" not in options:
            return reader.unknown(type_node, "contract type", type_node.text, TYPES)
        # A type of the project's own takes what it likes, but for what holds for the whole graph.
        known = [entry for entry in node.entries if built_in or entry[0].text in SESSION]
        flags = _ALL_FLAGS if built_in else _SESSION_FLAGS
        is_valid = _has_valid_values(known, options, flags, reader)
        if built_in:
            is_valid &= _has_valid_keys(node, type_node.text, reader)
        return options if is_valid else INVALID

    def schema(self) -> Schema:
        """One of the built-in types with its options, or a type of the project's own."""
        text_or_list: Schema = {
            "type": ["string", "array", "boolean", "integer"],
            "items": {"type": "string"},
        }
        own = {"type": "object", "required": ["type", "contract_types"]}
        return {
            "anyOf": [
                *(
                    {
                        "type": "object",
                        "properties": {
                            **dict.fromkeys((*required, *optional), text_or_list),
                            **dict.fromkeys((*_ANY_TYPE, *SESSION), text_or_list),
                            **dict.fromkeys({*optional, *SESSION} & _ALL_FLAGS, _BOOLEAN),
                            "type": {"const": name_of_type},
                        },
                        "required": ["type", *required],
                        "additionalProperties": False,
                    }
                    for name_of_type, (required, optional) in TYPES.items()
                ),
                own,
            ]
        }


def _has_valid_values(
    entries: Iterable[tuple[Scalar, Node]],
    options: Settings,
    flags: AbstractSet[str],
    reader: Reader,
) -> bool:
    before = len(reader.problems)
    for name, value in entries:
        if name.text in flags:
            _check_flag(name.text, value, options[name.text], reader)
        else:
            _check_value(name.text, value, options[name.text], reader)
    return len(reader.problems) == before


def _check_flag(name: str, node: Node, value: object, reader: Reader) -> None:
    if str(value).lower() not in ("true", "false"):
        reader.problem(node, f"{name!r} has to be true or false, found {describe(node)}")


def _check_value(name: str, node: Node, value: object, reader: Reader) -> None:
    if isinstance(node, SequenceNode):
        assert isinstance(value, list)
        for item_node, item in zip(node.items, value, strict=True):
            if not isinstance(item, str):
                found = describe(item_node)
                reader.problem(item_node, f"expected a text in the list {name!r}, found {found}")
    elif not isinstance(value, str | int):
        wanted = "a text, a flag, a whole number or a list of texts"
        reader.problem(node, f"{name!r} takes {wanted}, found {describe(node)}")


def _has_valid_keys(node: MappingNode, type_name: str, reader: Reader) -> bool:
    required, optional = TYPES[type_name]
    known = {*required, *optional, *_ANY_TYPE, *SESSION}
    given = {name.text for name, _ in node.entries}
    for name, _ in node.entries:
        if name.text not in known:
            reader.unknown(name, "key", name.text, known)
    for lacking in sorted(set(required) - given):
        reader.problem(node, f"a contract of type {type_name} needs the key {lacking!r}")
    return given <= known and given >= set(required)
