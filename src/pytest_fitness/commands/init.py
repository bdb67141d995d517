"""``pytest-fitness init``: a first ``fitness.yaml`` and a baseline that are green at once."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from pytest_fitness.commands.discovery import Discovery, find_packages
from pytest_fitness.commands.drafting import Contracts, Drafted, draft_for, find_contracts
from pytest_fitness.commands.output import plural, say, say_line
from pytest_fitness.config.loader import DEFAULT_NAME, MODULE
from pytest_fitness.errors import FitnessError
from pytest_fitness.files import replace_text
from pytest_fitness.session.opening import shown_path

_BASELINE: Final = "fitness-baseline.json"
_MOST_NAMED: Final = 5


def init(here: Path, config: str | None, *, packages: Sequence[str], force: bool) -> int:
    """Look at the repository, write both files and say what to do next.

    Args:
        here: the directory that the command was started in.
        config: the file to write, relative to it; its directory is the repository.
        packages: what to analyse; by default what is found.
        force: whether files that are there are replaced.
    """
    here = here.resolve()
    target = Path(here, config or DEFAULT_NAME)
    target = target.parent.resolve() / target.name
    baseline = target.parent / _BASELINE
    _refuse(target, baseline, here, force=force)
    contracts = find_contracts(target.parent)
    discovery = _discover(target.parent, packages, contracts)
    drafted = draft_for(target.parent, discovery, contracts, _BASELINE)
    _write({baseline: drafted.baseline, target: drafted.config})
    _report_found(drafted, contracts)
    _report_written(drafted, shown_path(target, here), shown_path(baseline, here), config)
    return 0


def _refuse(target: Path, baseline: Path, here: Path, *, force: bool) -> None:
    if not target.parent.is_dir():
        raise FitnessError(f"there is no directory {shown_path(target.parent, here)}")
    for path in (target, baseline):
        if path.exists() and not path.is_file():
            raise FitnessError(f"{shown_path(path, here)} is not a file")
        if path.exists() and not force:
            raise FitnessError(
                f"{shown_path(path, here)} exists already",
                "Replace it with `pytest-fitness init --force`; what it says now is then lost.",
            )


def _discover(root: Path, packages: Sequence[str], contracts: Contracts | None) -> Discovery:
    for name in packages:
        if not re.fullmatch(MODULE, name):
            hint = "Give the name that it is imported by, such as shop."
            raise FitnessError(f"{name!r} is not the name of a package", hint)
    if packages:
        return Discovery(tuple(dict.fromkeys(packages)))
    try:
        return find_packages(root)
    except FitnessError:
        if contracts is None or contracts.file is None:
            raise
        return Discovery(contracts.file.root_packages)


def _write(texts: Mapping[Path, str]) -> None:
    """Write all of the files, or leave all of them as they were."""
    before = {path: path.read_bytes() if path.exists() else None for path in texts}
    try:
        for path, text in texts.items():
            replace_text(path, text)
    except OSError as error:
        for path, content in before.items():
            _restore(path, content)
        raise FitnessError(f"{error.filename} cannot be written: {error.strerror}") from error


def _restore(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink(missing_ok=True)
    elif path.read_bytes() != content:
        path.write_bytes(content)


def _report_found(drafted: Drafted, contracts: Contracts | None) -> None:
    packages = ", ".join(drafted.draft.packages)
    say_line(f"found     {plural(drafted.modules, 'module')} in {packages}")
    if contracts is not None and contracts.file is not None:
        count = plural(len(contracts.file.contracts), "contract")
        say_line(f"          {count} of import-linter in {contracts.path.name}")
    excluded = list(drafted.draft.exclude.values())
    if excluded:
        say_line(f"left out  {plural(len(excluded), 'module')} with a file that cannot be parsed:")
        _say_some(excluded)
    for rule in drafted.draft.rules:
        if rule.problems:
            say_line(f"left out  the function {rule.id}, which cannot be checked yet:")
            _say_some([line for problem in rule.problems for line in problem.splitlines()])


def _say_some(lines: Sequence[str]) -> None:
    for line in lines[:_MOST_NAMED]:
        say_line(f"          {line}", 160)
    if len(lines) > _MOST_NAMED:
        say(f"          … and {len(lines) - _MOST_NAMED} more")


def _report_written(drafted: Drafted, target: str, baseline: str, config: str | None) -> None:
    checked = sum(not rule.problems for rule in drafted.draft.rules)
    frozen = sum(len(verdict.violations) for verdict in drafted.verdicts)
    option = f" --fitness-config {target}" if config else ""
    say_line(f"wrote     {target}: {plural(checked, 'function')}")
    say_line(f"          {baseline}: {plural(frozen, 'violation')} of today, frozen")
    say_line(f"next      pytest --fitness{option}")
    say_line(f"          git add {target} {baseline}")
    say("From here on, what is new or gets worse fails; what is frozen may only get better.")
