"""``pytest-fitness doctor``: what is found, what each function matches, what is not analysed."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from pytest_fitness.commands.baseline import UNJUDGED
from pytest_fitness.commands.inventory import inventory
from pytest_fitness.commands.output import plural, say, say_folded
from pytest_fitness.commands.reading import locate_config
from pytest_fitness.commands.unseen import unseen
from pytest_fitness.config.kinds import Kind
from pytest_fitness.judge.verdicts import verdict
from pytest_fitness.model import Check, FitnessFunction, Gate, Outcome, Verdict
from pytest_fitness.session.evaluate import evaluate
from pytest_fitness.session.opening import open_workspace, shown_path
from pytest_fitness.session.workspace import Workspace
from pytest_fitness.units import format_value

_LABEL: Final = 15
_MOST_LISTED: Final = 10


def doctor(here: Path, config: str | None) -> int:
    """Examine the configuration and all it names; 1 where something cannot be measured."""
    path = locate_config(config, here)
    workspace = open_workspace(path, here)
    try:
        verdicts = [
            _examine(kind, function, check, workspace)
            for kind, function, checks in workspace.plan
            for check in checks
        ]
        _report(workspace, verdicts, shown_path(path, here))
    finally:
        workspace.close()
    unjudged = [found for found in verdicts if found.outcome in UNJUDGED]
    say()
    if unjudged:
        say(f"{plural(len(unjudged), 'check')} cannot be measured")
        return 1
    say("everything can be measured")
    return 0


def _examine(kind: Kind, function: FitnessFunction, check: Check, workspace: Workspace) -> Verdict:
    """The verdict; what works on a system, or is kept from CI, is not set off by looking at it."""
    if kind.goes_alone(function):
        said = "not measured here: it puts a system under work"
        return verdict(function, check, Outcome.DORMANT, said)
    if Gate.CI in function.gates:
        return evaluate(kind, function, check, workspace)
    gates = ", ".join(function.gates)
    return verdict(function, check, Outcome.DORMANT, f"not measured here: it runs at {gates}")


def _report(workspace: Workspace, verdicts: Iterable[Verdict], shown: str) -> None:
    for label, text in inventory(workspace, shown):
        say_folded(text, f"{label:<{_LABEL}}", hanging=" " * _LABEL)
    say("\nfunctions")
    for found in verdicts:
        say_folded(f"{found.outcome:<7} {found.series}", "  ", hanging=" " * 10)
        for line in _details(found):
            say_folded(line, " " * 10)
    say("\nnot analysed")
    blind = list(unseen(workspace))
    if not blind:
        say("  nothing: all code of the packages is seen")
    for heading, lines in blind:
        say(f"  {heading}")
        _say_some(lines)


def _details(found: Verdict) -> Iterator[str]:
    """What was found and in what, or why nothing could be."""
    if found.outcome in (*UNJUDGED, Outcome.DORMANT):
        yield from found.reason.splitlines()
        yield from found.hint.splitlines()
        return
    limit = f", limit {found.limit.describe(found.unit)}" if found.limit else ""
    yield f"{format_value(found.value, found.unit)}{limit}; {found.subject}"
    counts = {"new": found.violations, "known": found.known, "fixed": found.fixed}
    shown = ", ".join(f"{len(places):,} {what}" for what, places in counts.items() if places)
    if shown:
        yield f"violations: {shown}"


def _say_some(lines: Sequence[str]) -> None:
    for line in lines[:_MOST_LISTED]:
        say_folded(line, " " * 4, hanging=" " * 6)
    if len(lines) > _MOST_LISTED:
        say(f"    … and {len(lines) - _MOST_LISTED:,} more")
