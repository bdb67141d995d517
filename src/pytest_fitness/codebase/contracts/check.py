"""Checks import-linter contracts on an import graph.

What can be told to be kept from the graph alone is. All else goes to one child process, where
import-linter checks it and names the chains of imports that break it.
"""

import marshal
import os
import sys
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from pytest_fitness.codebase.contracts import quick as quick_contracts
from pytest_fitness.codebase.contracts.config import normalise_options
from pytest_fitness.codebase.contracts.unmatched import Unmatched, find_unmatched
from pytest_fitness.codebase.imports.graph import ImportGraph
from pytest_fitness.errors import MeasureError
from pytest_fitness.model import INDIRECT, Link, Place

_WORKER: Final = "pytest_fitness.codebase.contracts.worker"
_LAST_LINES: Final = 10


class ContractResult(NamedTuple):
    """What became of one contract.

    Attributes:
        outcome: invalid is a contract that could not be checked; ``message`` says why.
        places: the imports that break it, in the order of their keys.
        notes: what the reader should know (ignored imports, warnings).
        message: what is wrong with an invalid contract.
        hint: what to do about it.
    """

    outcome: Literal["kept", "broken", "invalid"]
    places: tuple[Place, ...] = ()
    notes: tuple[str, ...] = ()
    message: str = ""
    hint: str | None = None


def check_contracts(
    graph: ImportGraph,
    session_options: Mapping[str, Any],
    contracts: Sequence[Mapping[str, Any]],
    *,
    root_dir: Path,
    import_paths: Sequence[Path] = (),
    timeout: float = 300.0,
) -> list[ContractResult]:
    """Check contracts, each by itself, so that a bad one does not hide another.

    Args:
        graph: the import graph, built as the session options say.
        session_options: the options that hold for all contracts, with ``root_packages``.
        contracts: the options of each contract, with ``name`` and ``type``.
        root_dir: paths in the result are relative to it; contract types of the project's own are
            imported from it.
        import_paths: where else such contract types are imported from.
        timeout: seconds after which the checks are given up.

    Raises:
        MeasureError: the checks crashed or took too long.
    """
    session = normalise_options(session_options)
    wanted = [normalise_options(options) for options in contracts]
    unmatched = [find_unmatched(graph, session, options) for options in wanted]
    quick = [
        _quick(graph, session, options, found)
        for options, found in zip(wanted, unmatched, strict=True)
    ]
    left = [options for options, result in zip(wanted, quick, strict=True) if result is None]
    if not left:
        return [result for result in quick if result is not None]
    question = {
        "graph": graph.pack(),
        "session_options": session,
        "contracts": left,
        "import_paths": [str(path) for path in dict.fromkeys([root_dir, *import_paths])],
    }
    answers = iter(_ask_worker(question, root_dir, timeout))
    places = _Places(graph, root_dir)
    return [
        result or places.result(options, next(answers), found.notes)
        for options, result, found in zip(wanted, quick, unmatched, strict=True)
    ]


def _quick(
    graph: ImportGraph, session: Mapping[str, Any], options: Mapping[str, Any], found: Unmatched
) -> ContractResult | None:
    if found.complaint is not None:
        return ContractResult("invalid", message=found.complaint, hint="it could never be broken")
    verdict = quick_contracts.judge(graph, session, options)
    if verdict is None or not verdict.kept:
        return None
    count = verdict.ignored_imports
    note = f"{count} import{'' if count == 1 else 's'} ignored by ignore_imports"
    return ContractResult("kept", notes=(*found.notes, *((note,) if count else ())))


def _ask_worker(question: dict[str, Any], root_dir: Path, timeout: float) -> list[dict[str, Any]]:
    import subprocess

    try:
        # -P keeps the current directory from shadowing what the worker itself imports.
        done = subprocess.run(
            [sys.executable, "-P", "-m", _WORKER],
            input=marshal.dumps(question),
            capture_output=True,
            timeout=timeout,
            check=False,
            cwd=root_dir,
        )
    except subprocess.TimeoutExpired as error:
        raise MeasureError(
            f"the contracts were not checked within {timeout:g}s",
            "look for a contract type that does not end, or allow more time",
        ) from error
    try:
        answers: list[dict[str, Any]] = marshal.loads(done.stdout)  # noqa: S302 (our own child)
    except (EOFError, ValueError, TypeError) as error:
        lines = done.stderr.decode(errors="replace").strip().splitlines()[-_LAST_LINES:]
        raise MeasureError(
            f"checking the contracts crashed (exit status {done.returncode})",
            "\n".join(lines) or None,
        ) from error
    return answers


class _Places:
    """Turns chains of module names into places with file and line."""

    def __init__(self, graph: ImportGraph, root_dir: Path) -> None:
        self._graph = graph
        self._root_dir = root_dir
        self._paths: dict[str, str | None] = {}

    def result(
        self, options: Mapping[str, Any], answer: Mapping[str, Any], notes: Sequence[str]
    ) -> ContractResult:
        """The worker's answer on one contract as a result."""
        if answer["outcome"] == "invalid":
            return ContractResult("invalid", message=answer["message"], hint=answer.get("hint"))
        places = [self._chain(chain) for chain in answer.get("chains", ())]
        places += [self._cycle(**cycle) for cycle in answer.get("cycles", ())]
        places += [self._module(name) for name in answer.get("modules", ())]
        if answer["outcome"] == "broken" and not places:
            name = str(options["name"])
            places = [Place(key=name, message=answer["text"] or f"{name} is broken")]
        return ContractResult(
            outcome=answer["outcome"],
            places=tuple(sorted(places, key=lambda place: place.key)),
            notes=(*notes, *answer.get("notes", ())),
        )

    def _chain(self, names: Sequence[str]) -> Place:
        links = tuple(self._link(*pair) for pair in pairwise(names))
        first, last, between = names[0], names[-1], names[1:-1]
        through = f" indirectly through {', '.join(between)}" if between else ""
        return Place(
            key=f"{first}{INDIRECT if between else ' -> '}{last}",
            message=f"{first} imports {last}{through}",
            path=links[0].path,
            line=links[0].line,
            chain=links,
        )

    def _cycle(self, imports: Sequence[Sequence[str]], siblings: Sequence[str]) -> Place:
        links = tuple(self._link(*pair) for pair in imports)
        first = links[0]
        return Place(
            key=f"{first.importer} -> {first.imported}",
            message=(
                f"{first.importer} imports {first.imported},"
                f" which closes the cycle {' -> '.join(siblings)}"
            ),
            path=first.path,
            line=first.line,
            chain=links,
        )

    def _module(self, name: str) -> Place:
        path = self._path(name)
        message = f"{name} is not declared as a layer"
        return Place(key=name, message=message, path=path, line=1 if path else None)

    def _link(self, importer: str, imported: str) -> Link:
        index = self._graph.index
        lines = (
            self._graph.import_lines(index[importer], index[imported])
            if importer in index and imported in index
            else []
        )
        return Link(importer, imported, self._path(importer), lines[0] if lines else None)

    def _path(self, module: str) -> str | None:
        if module not in self._paths:
            place = self._graph.index.get(module, self._graph.internal)
            path = self._graph.paths[place] if place < self._graph.internal else ""
            relative = os.path.relpath(path, self._root_dir) if path else None
            self._paths[module] = relative and Path(relative).as_posix()
        return self._paths[module]
