"""``contracts`` and ``contract``: import-linter's contracts, from its own files or written here."""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from pytest_fitness.codebase.analysis import Codebase
from pytest_fitness.config.kinds import Context, Kind
from pytest_fitness.config.options import Options, Record, key
from pytest_fitness.config.values import Text
from pytest_fitness.errors import MeasureError
from pytest_fitness.hookspecs import hookimpl
from pytest_fitness.measures.contract_options import SESSION, TYPES, ContractOptions
from pytest_fitness.model import Check, FitnessFunction, Measurement
from pytest_fitness.transfer import place_from_builtins, to_builtins

__all__ = ["TYPES", "Contract", "Contracts"]

Settings = Mapping[str, Any]


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
    static = True
    measures_anew = False

    def checks(self, function: FitnessFunction, context: Context) -> Sequence[Check]:
        """A check a contract."""
        from pytest_fitness.codebase.contracts.config import read_contracts

        name = function.options.from_
        shown = PurePosixPath(function.location.path).parent / name
        file = read_contracts(context.root / name, str(shown))
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


class Contract(Kind):
    """One contract, written in ``fitness.yaml`` with import-linter's own options."""

    name = "contract"
    about = "who may import whom: a contract of import-linter"
    options = ContractOptions()
    takes_limit = False
    static = True
    measures_anew = False

    def measure(self, function: FitnessFunction, _: Check, context: Context) -> Measurement:
        """Check the contract."""
        codebase = context.codebase
        contract = {"name": function.id} | {
            name: value for name, value in function.options.items() if name not in SESSION
        }
        session = {name: function.options[name] for name in SESSION if name in function.options}
        session["root_packages"] = list(codebase.packages)
        (result,) = _results(codebase, session, [contract], context)
        found = _measurement(result, f"the contract {contract['name']!r}")
        return found._replace(notes=found.notes + codebase.notes)


def _results(
    codebase: Codebase, session: Settings, contracts: Sequence[Settings], context: Context
) -> list[Any]:
    """The results of some contracts on one graph, checked together and once a run.

    They are kept for later runs where all contracts could be judged: what made one invalid may
    be gone by then, though the code has not changed. Nor are those with contract types of the
    project's own, which may change while the code that they judge does not.
    """
    from pytest_fitness.codebase.contracts.judges import judges

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

    def recall_or_check(key: str) -> Any:
        may_keep = "contract_types" not in session
        kept = codebase.recall(key) if may_keep else None
        if kept is not None:
            return kept
        results = context.once(f"{codebase.digest} {key}", check)
        if may_keep and all(result["outcome"] != "invalid" for result in results):
            codebase.keep(key, results)
        return results

    told = [sorted(options.items()) for options in (session, *contracts)]
    key = f"contracts {told} {judges()}"
    found: list[Any] = codebase.memo(key, lambda: recall_or_check(key))
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
