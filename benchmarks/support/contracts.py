"""Contracts judged by ``lint-imports`` and by ``pytest --fitness``, from the same file."""

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pytest_fitness.codebase.contracts.config import read_contracts
from support.fitness import report, write_config
from support.programs import ProgramError, run
from support.tools import tool

KEPT, BROKEN = "kept", "broken"
_LINE = re.compile(r"(?P<name>.+) (?P<verdict>KEPT|BROKEN)(?: \(.*\))?")
_SUM = re.compile(r"Contracts: (?P<kept>\d+) kept, (?P<broken>\d+) broken\.")
_WORDS = {"passed": KEPT, "failed": BROKEN}


def by_import_linter(root: Path, source: str, contracts: str) -> dict[str, str]:
    """Each contract of a file with kept or broken, as the command prints them."""
    command = [str(tool("lint-imports")), "--config", contracts, "--no-logo", "--no-cache"]
    path = str((root / source).resolve())
    # A wide terminal: a name must not be broken into two lines.
    done = run(command, root, expect=(0, 1), PYTHONPATH=path, COLUMNS="500")
    return verdicts_in(done.output)


def verdicts_in(output: str) -> dict[str, str]:
    """The verdicts in what ``lint-imports`` printed.

    Raises:
        ProgramError: it did not print as many verdicts as it counted.
    """
    head, counted, _ = output.partition("Contracts: ")
    matches = (_LINE.fullmatch(line.strip()) for line in head.splitlines())
    found = {match["name"]: match["verdict"].lower() for match in matches if match}
    total = _SUM.search(output)
    words = list(found.values())
    if (
        not counted
        or not total
        or [words.count(KEPT), words.count(BROKEN)]
        != [
            int(total["kept"]),
            int(total["broken"]),
        ]
    ):
        raise ProgramError(f"what lint-imports printed was not understood:\n{output[:2000]}")
    return found


def by_fitness(root: Path, package: str, source: str, contracts: str) -> dict[str, str]:
    """Each contract of a file with kept or broken, as the verdicts of a run say."""
    config = write_config(
        root / f"corpus-{Path(contracts).stem}.yaml",
        package,
        source,
        [f"contracts: {{contracts: {{from: {contracts}}}}}"],
    )
    _, verdicts = report(root, config)
    names = {
        f"contracts::{each.id}": each.name for each in read_contracts(root / contracts).contracts
    }
    outcomes = {names[verdict["id"]]: verdict["outcome"] for verdict in verdicts}
    return {name: _WORDS.get(outcome, outcome) for name, outcome in outcomes.items()}


def differences(ours: Mapping[str, str], theirs: Mapping[str, str]) -> list[str]:
    """One line a contract on which the two do not agree."""
    return [
        f"{name}: {ours.get(name, 'missing')}, import-linter {theirs.get(name, 'missing')}"
        for name in sorted(ours.keys() | theirs.keys())
        if ours.get(name) != theirs.get(name)
    ]


def without_ignores(text: str) -> str:
    """The contracts in a TOML text, each without its ``ignore_imports``."""
    settings = tomllib.loads(text)["tool"]["importlinter"]
    contracts = settings.pop("contracts")
    parts = ["[tool.importlinter]", *_table(settings)]
    for contract in contracts:
        contract.pop("ignore_imports", None)
        parts += ["", "[[tool.importlinter.contracts]]", *_table(contract)]
    return "\n".join([*parts, ""])


def _table(values: Mapping[str, Any]) -> list[str]:
    # A string, a list of strings and a boolean are written in TOML as they are in JSON.
    return [f"{name} = {json.dumps(value)}" for name, value in values.items()]
