"""The child process that checks contracts with import-linter, away from the process of pytest.

Contract types of a project's own are imported here, and so may run, print or break whatever they
like. The question comes over standard input and the answer leaves over what was standard output,
both as :mod:`marshal` builtins; whatever is printed meanwhile goes to standard error.
"""

import contextlib
import copy
import difflib
import importlib
import io
import marshal
import os
import sys
import traceback
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pytest_fitness.codebase.contracts.chains import read_chains
from pytest_fitness.codebase.contracts.cycle_chains import read_cycles
from pytest_fitness.codebase.contracts.quick_case import own_types
from pytest_fitness.codebase.contracts.unmatched import expressions_of, find_unmatched_globs
from pytest_fitness.codebase.imports.graph import ImportGraph

if TYPE_CHECKING:
    import grimp
    from importlinter import Contract, ContractCheck

_BUILT_IN = {
    "layers": "importlinter.contracts.layers.LayersContract",
    "forbidden": "importlinter.contracts.forbidden.ForbiddenContract",
    "independence": "importlinter.contracts.independence.IndependenceContract",
    "protected": "importlinter.contracts.protected.ProtectedContract",
    "acyclic_siblings": "importlinter.contracts.acyclic_siblings.AcyclicSiblingsContract",
}
_WIDE = 100_000
_COLOURS = ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")


def main() -> None:
    """Answer the one question that stands on standard input."""
    question = marshal.load(sys.stdin.buffer)  # noqa: S302 (our own parent)
    with os.fdopen(os.dup(1), "wb") as answer:
        os.dup2(2, 1)
        for name in _COLOURS:
            os.environ.pop(name, None)
        marshal.dump(_answer(question), answer)


def _answer(question: Mapping[str, Any]) -> list[dict[str, Any]]:
    from importlinter.configuration import configure

    configure()
    graph = _Graph(ImportGraph.unpack(question["graph"]))
    sys.path[:0] = question["import_paths"]
    types = _Types(own_types(question["session_options"]))
    return [
        _guarded(graph, types, question["session_options"], options)
        for options in question["contracts"]
    ]


class _Graph:
    """The graph as it came, and as import-linter takes it."""

    def __init__(self, ours: ImportGraph) -> None:
        self.ours = ours
        self._theirs = ours.to_grimp()

    def copy(self) -> "grimp.ImportGraph":
        """A graph that a contract may change."""
        return copy.deepcopy(self._theirs)


def _guarded(
    graph: _Graph,
    types: "_Types",
    session_options: dict[str, Any],
    options: dict[str, Any],
) -> dict[str, Any]:
    from importlinter.domain.contract import InvalidContractOptions
    from importlinter.domain.helpers import MissingImport

    try:
        return _check(graph, types, session_options, options)
    except InvalidContractOptions as error:
        text = "; ".join(f"{name}: {text}" for name, text in sorted(error.errors.items()))
        return {"outcome": "invalid", "message": text}
    except MissingImport as error:
        return {"outcome": "invalid", "message": str(error), "hint": "remove the stale ignores"}
    except _UnknownTypeError as error:
        return {"outcome": "invalid", "message": error.args[0], "hint": error.args[1]}
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        known = isinstance(error, ValueError) and "importlinter" in where.filename
        text = str(error) if known else f"{type(error).__name__}: {error}"
        hint = None if known else f"raised in {where.filename}:{where.lineno}"
        return {"outcome": "invalid", "message": text, "hint": hint}


def _check(
    graph: _Graph,
    types: "_Types",
    session_options: dict[str, Any],
    options: dict[str, Any],
) -> dict[str, Any]:
    contract_class = types.find(options["type"])
    contract = contract_class(
        name=options["name"],
        session_options=copy.deepcopy(session_options),
        contract_options=copy.deepcopy(options),
    )
    notes: list[str] = []
    if types.is_own(options["type"]):
        # Contracts of built-in types were looked at before they were sent here.
        unmatched = find_unmatched_globs(graph.ours, expressions_of(contract))
        if unmatched.complaint:
            hint = "it could never be broken"
            return {"outcome": "invalid", "message": unmatched.complaint, "hint": hint}
        notes += unmatched.notes
    judged = graph.copy()
    check = contract.check(judged, verbose=False)
    notes += [str(warning) for warning in check.warnings]
    if check.ignored_import_count:
        plural = "" if check.ignored_import_count == 1 else "s"
        notes.append(f"{check.ignored_import_count} import{plural} ignored by ignore_imports")
    if check.kept:
        return {"outcome": "kept", "notes": notes}
    chains, modules = read_chains(check.metadata)
    cycles = read_cycles(check.metadata, judged)
    text = "" if chains or modules or cycles else _render(contract, check)
    return {
        "outcome": "broken",
        "notes": notes,
        "chains": chains,
        "cycles": cycles,
        "modules": modules,
        "text": text,
    }


def _render(contract: "Contract", check: "ContractCheck") -> str:
    """What the contract itself would print about being broken."""
    from importlinter.application import output

    output.console.width = _WIDE
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        contract.render_broken_contract(check)
    return "\n".join(line.rstrip() for line in printed.getvalue().strip().splitlines())


class _UnknownTypeError(Exception):
    """There is no such contract type, or it cannot be imported."""


class _Types:
    """Contract types by name; each is imported when a contract wants it, and at most then."""

    def __init__(self, own: Mapping[str, str]) -> None:
        self._own = own
        self._paths = {**_BUILT_IN, **own}

    def is_own(self, name: str) -> bool:
        """Whether a type is the project's own, perhaps in place of a built-in one."""
        return name in self._own

    def find(self, name: str) -> Any:
        """The class of a contract type."""
        path = self._paths.get(name)
        if path is None:
            near = difflib.get_close_matches(name, self._paths, n=1)
            known = ", ".join(sorted(self._paths))
            hint = f"did you mean {near[0]}?" if near else f"the types are {known}"
            raise _UnknownTypeError(f"there is no contract type {name!r}", hint)
        module, _, class_name = path.rpartition(".")
        try:
            return getattr(importlib.import_module(module), class_name)
        except (ImportError, AttributeError, ValueError) as error:
            hint = "contract_types are imported from the root directory of the project"
            text = f"the contract type {name} ({path}) cannot be imported: {error}"
            raise _UnknownTypeError(text, hint) from error


if __name__ == "__main__":
    main()
