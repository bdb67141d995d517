"""``contracts`` and ``contract``: import-linter's contracts, from its own files or written here."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pytest_fitness.codebase.analysis import Codebase
from pytest_fitness.config.kinds import Context, Kind
from pytest_fitness.config.nodes import Mapping as MappingNode
from pytest_fitness.config.nodes import Node, Scalar
from pytest_fitness.config.options import Options, Record, key
from pytest_fitness.config.reader import INVALID, Reader, describe
from pytest_fitness.config.values import Anything, Schema, Text
from pytest_fitness.errors import MeasureError
from pytest_fitness.hookspecs import hookimpl
from pytest_fitness.model import (
    Check,
    FitnessFunction,
    Measurement,
    place_from_builtins,
    to_builtins,
)

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
_SESSION: Final = ("include_external_packages", "exclude_type_checking_imports", "contract_types")


class ContractsOptions(Options):
    """Where the contracts are."""

    from_: str = key(
        Text("a file such as pyproject.toml"),
        "pyproject.toml, .importlinter or setup.cfg with contracts of import-linter.",
    )


class Contracts(Kind):
    """Every contract that a repository already has, as a check of its own."""

    name = "contracts"
    about = "import-linter's contracts, as they stand in its own configuration"
    options = Record(ContractsOptions)
    takes_limit = False

    def checks(self, function: FitnessFunction, context: Context) -> Sequence[Check]:
        """A check a contract."""
        from pytest_fitness.codebase.contracts.config import read_contracts

        file = read_contracts(context.root / function.options.from_)
        return [
            Check(contract.id, detail=(file, place))
            for place, contract in enumerate(file.contracts)
        ]

    def measure(self, _: FitnessFunction, check: Check, context: Context) -> Measurement:
        """Check all contracts of the file at once, and report on one of them."""
        file, place = check.detail
        options = [contract.options for contract in file.contracts]
        codebase = context.codebase.of(file.root_packages)
        results = _results(codebase, file.session_options, options, context)
        return _measurement(results[place], f"the contract {file.contracts[place].name!r}")


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
        if type_node.text in TYPES:
            return options if _has_valid_keys(node, type_node.text, reader) else INVALID
        if "contract_types" in options:
            return options
        return reader.unknown(type_node, "contract type", type_node.text, TYPES)

    def schema(self) -> Schema:
        """One of the built-in types with its options, or a type of the project's own."""
        text_or_list: Schema = {"type": ["string", "array", "boolean", "integer"]}
        own = {"type": "object", "required": ["type", "contract_types"]}
        return {
            "anyOf": [
                *(
                    {
                        "type": "object",
                        "properties": {
                            **dict.fromkeys((*required, *optional), text_or_list),
                            **dict.fromkeys((*_ANY_TYPE, *_SESSION), text_or_list),
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


def _has_valid_keys(node: MappingNode, type_name: str, reader: Reader) -> bool:
    required, optional = TYPES[type_name]
    known = {*required, *optional, *_ANY_TYPE, *_SESSION}
    given = {name.text for name, _ in node.entries}
    for name, _ in node.entries:
        if name.text not in known:
            reader.unknown(name, "key", name.text, known)
    for lacking in sorted(set(required) - given):
        reader.problem(node, f"a contract of type {type_name} needs the key {lacking!r}")
    return given <= known and given >= set(required)


class Contract(Kind):
    """One contract, written in ``fitness.yaml`` with import-linter's own options."""

    name = "contract"
    about = "who may import whom: a contract of import-linter"
    options = ContractOptions()
    takes_limit = False

    def measure(self, function: FitnessFunction, _: Check, context: Context) -> Measurement:
        """Check the contract."""
        codebase = context.codebase
        contract = {"name": function.id} | {
            name: value for name, value in function.options.items() if name not in _SESSION
        }
        session = {name: function.options[name] for name in _SESSION if name in function.options}
        session["root_packages"] = list(codebase.packages)
        (result,) = _results(codebase, session, [contract], context)
        return _measurement(result, f"the contract {contract['name']!r}")


def _results(
    codebase: Codebase, session: Settings, contracts: Sequence[Settings], context: Context
) -> list[Any]:
    """The results of some contracts on one graph, checked together and once a run."""

    def check() -> list[Any]:
        from pytest_fitness.codebase.contracts.check import check_contracts

        graph = codebase.graph(
            external=_is_true(session.get("include_external_packages")),
            type_checking=not _is_true(session.get("exclude_type_checking_imports")),
        )
        results = check_contracts(
            graph, session, contracts, root_dir=context.root, import_paths=codebase.roots
        )
        return [to_builtins(result) for result in results]

    key = f"contracts {sorted(session.items())} {[sorted(each.items()) for each in contracts]}"
    # A contract type of the project's own may change while the code that it judges does not.
    remember = context.once if "contract_types" in session else codebase.shared
    found: list[Any] = remember(key, check)
    return found


def _measurement(result: Mapping[str, Any], subject: str) -> Measurement:
    if result["outcome"] == "invalid":
        raise MeasureError(f"{subject} cannot be checked: {result['message']}", result["hint"])
    places = tuple(map(place_from_builtins, result["places"]))
    return Measurement(
        value=len(places), places=places, subject=subject, notes=tuple(result["notes"])
    )


def _is_true(value: object) -> bool:
    return str(value).lower() == "true"


@hookimpl
def fitness_kinds() -> list[Kind]:
    """The kinds of this module."""
    return [Contracts(), Contract()]
