"""``pytest-fitness baseline``: what is frozen, and changing it."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from pytest_fitness.commands.output import say_line
from pytest_fitness.config.reader import suggest
from pytest_fitness.errors import BaselineError, FitnessError
from pytest_fitness.history.baseline import Baseline
from pytest_fitness.model import Outcome, Verdict
from pytest_fitness.session.evaluate import evaluate
from pytest_fitness.session.opening import find_config, open_workspace
from pytest_fitness.session.workspace import Workspace

UNJUDGED: Final = (Outcome.ERROR, Outcome.NO_DATA)


def show(here: Path, config: str | None) -> int:
    """Print for each frozen check what is known, new and fixed; 1 where something is new."""
    workspace = open_workspace(find_config(config, here), here)
    _ = workspace.baseline
    verdicts = _judge(workspace, _frozen(workspace))
    for verdict in verdicts:
        if verdict.outcome in UNJUDGED:
            say_line(f"{verdict.series}: {verdict.outcome}: {verdict.reason}")
            continue
        counts = (
            f"{len(verdict.known)} known, {len(verdict.violations)} new, {len(verdict.fixed)} fixed"
        )
        say_line(f"{verdict.series}: {counts}")
    if not verdicts:
        say_line("no function has `baseline: frozen`")
    return int(any(v.violations or v.outcome in UNJUDGED for v in verdicts))


def accept(here: Path, config: str | None, names: Sequence[str]) -> int:
    """Accept every violation there is, of some functions or of all frozen ones."""
    workspace = open_workspace(find_config(config, here), here)
    frozen = _frozen(workspace)
    for name in names:
        if name not in frozen:
            known = {function.id for function in workspace.config.functions}
            if name in known:
                hint = "Add `baseline: frozen` to it first."
                raise FitnessError(f"{name} is not frozen", hint)
            raise FitnessError(f"there is no function {name!r}", suggest(name, known))
    before = _baseline_or_none(workspace, replace=not names)
    return _accept(workspace, before, names or frozen)


def freeze(workspace: Workspace) -> list[Verdict]:
    """Write the baseline anew, with every violation that the frozen functions find."""
    assert workspace.config.baseline is not None
    verdicts = _judge(workspace, _frozen(workspace), fresh=True)
    Baseline(workspace.config.baseline).accept(_judged(verdicts)).save()
    return verdicts


def prune(here: Path, config: str | None) -> int:
    """Remove what was fixed and tighten what got better; nothing is added."""
    workspace = open_workspace(find_config(config, here), here)
    before = workspace.baseline
    frozen = _frozen(workspace)
    verdicts = _judge(workspace, frozen)
    gone = [name for name in before.accepted if name.split("::")[0] not in frozen]
    after = before.prune(verdicts).without(gone)
    removed = _size(before) - _size(after)
    if after != before:
        after.save()
    say_line(f"{before.path.name}: {removed} fixed violations removed, {_size(after)} left")
    for name in gone:
        say_line(f"  {name} is no frozen function any more")
    return _report_unjudged(verdicts)


def _accept(workspace: Workspace, before: Baseline, names: Iterable[str]) -> int:
    verdicts = _judge(workspace, names, fresh=True)
    after = before.accept(_judged(verdicts))
    after.save()
    for verdict in _judged(verdicts):
        say_line(f"{verdict.series}: {len(verdict.violations)} accepted")
    say_line(f"{after.path.name} lists {_size(after)} violations; commit it")
    return _report_unjudged(verdicts)


def _frozen(workspace: Workspace) -> list[str]:
    return [function.id for function in workspace.config.functions if function.frozen]


def _judge(workspace: Workspace, names: Iterable[str], *, fresh: bool = False) -> list[Verdict]:
    wanted = set(names)
    if fresh:
        workspace.forget_baseline()
    try:
        return [
            evaluate(kind, function, check, workspace)
            for kind, function, checks in workspace.plan
            if function.id in wanted
            for check in checks
        ]
    finally:
        workspace.close()


def _baseline_or_none(workspace: Workspace, *, replace: bool) -> Baseline:
    """The baseline to add to; an unreadable one is only replaced where all of it is written anew."""
    assert workspace.config.baseline is not None
    try:
        return Baseline(workspace.config.baseline) if replace else workspace.baseline
    except BaselineError:
        if workspace.config.baseline.exists():
            raise
        return Baseline(workspace.config.baseline)


def _judged(verdicts: Iterable[Verdict]) -> list[Verdict]:
    return [verdict for verdict in verdicts if verdict.outcome not in UNJUDGED]


def _report_unjudged(verdicts: Iterable[Verdict]) -> int:
    unjudged = [verdict for verdict in verdicts if verdict.outcome in UNJUDGED]
    for verdict in unjudged:
        say_line(f"{verdict.series}: {verdict.outcome}: {verdict.reason}")
    return int(bool(unjudged))


def _size(baseline: Baseline) -> int:
    return sum(map(len, baseline.accepted.values()))
