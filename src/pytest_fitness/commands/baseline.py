"""``pytest-fitness baseline``: what is frozen, and changing it."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from pytest_fitness.commands.output import plural, say_line
from pytest_fitness.commands.reading import locate_config
from pytest_fitness.config.reader import suggest
from pytest_fitness.errors import BaselineError, FitnessError
from pytest_fitness.history.baseline import Baseline
from pytest_fitness.model import Outcome, Verdict
from pytest_fitness.session.aside import orphans
from pytest_fitness.session.evaluate import evaluate
from pytest_fitness.session.opening import open_workspace
from pytest_fitness.session.workspace import Workspace

UNJUDGED: Final = (Outcome.ERROR, Outcome.NO_DATA)
_HOW_TO_FREEZE: Final = "Add `baseline: frozen` to a function first."


def show(here: Path, config: str | None) -> int:
    """Print for each frozen check what is known, new and fixed; 1 where something is new."""
    workspace = open_workspace(locate_config(config, here), here)
    frozen = _frozen(workspace)
    if not frozen:
        say_line("no function has `baseline: frozen`")
        return 0
    _ = workspace.baseline
    verdicts = _judge(workspace, frozen)
    for verdict in _judged(verdicts):
        known, new, fixed = map(len, (verdict.known, verdict.violations, verdict.fixed))
        say_line(f"{verdict.series}: {known:,} known, {new:,} new, {fixed:,} fixed")
    if any(verdict.fixed for verdict in verdicts):
        say_line("take the fixed ones off the list: `pytest-fitness baseline --prune`")
    is_new = any(verdict.violations for verdict in verdicts)
    if is_new:
        say_line("see the new ones with `pytest --fitness`")
    return _report_unjudged(verdicts) or int(is_new)


def accept(here: Path, config: str | None, names: Sequence[str]) -> int:
    """Accept every violation there is, of some functions or of all frozen ones.

    What was accepted of a function that cannot be judged now stays accepted.
    """
    workspace = open_workspace(locate_config(config, here), here)
    frozen = _frozen(workspace)
    _refuse_unfrozen(names, frozen, workspace)
    before = _baseline_to_change(workspace, replace=not names)
    if not names:
        before = before.without(orphans(workspace, before))
    verdicts = _judge(workspace, names or frozen, fresh=True)
    judged = _judged(verdicts)
    after = before.accept(judged)
    after.save()
    for verdict in judged:
        say_line(_accepted_line(verdict, before))
    say_line(f"{after.path.name} lists {plural(_size(after), 'violation')}; commit it")
    return _report_unjudged(verdicts)


def freeze(workspace: Workspace) -> list[Verdict]:
    """Write the baseline anew, with every violation that the frozen functions find."""
    assert workspace.config.baseline is not None
    verdicts = _judge(workspace, _frozen(workspace), fresh=True)
    Baseline(workspace.config.baseline).accept(_judged(verdicts)).save()
    return verdicts


def prune(here: Path, config: str | None) -> int:
    """Remove what was fixed and tighten what got better; nothing is added."""
    workspace = open_workspace(locate_config(config, here), here)
    before = workspace.baseline
    verdicts = _judge(workspace, _frozen(workspace))
    gone = orphans(workspace, before)
    after = before.prune(verdicts).without(gone)
    if after != before:
        after.save()
    _report_pruned(before, after, gone)
    return _report_unjudged(verdicts)


def _report_pruned(before: Baseline, after: Baseline, gone: Sequence[str]) -> None:
    removed = _size(before) - _size(after)
    tightened = sum(
        before.of(series)[key] != value
        for series, entries in after.accepted.items()
        for key, value in entries.items()
    )
    say_line(
        f"{before.path.name}: {plural(removed, 'fixed violation')} removed, "
        f"{tightened:,} tightened, {_size(after):,} left{'; commit it' if after != before else ''}"
    )
    for name in gone:
        say_line(f"  {name}: nothing of that name is frozen any more")


def _accepted_line(verdict: Verdict, before: Baseline) -> str:
    known = before.of(verdict.series)
    new = sum(violation.key not in known for violation in verdict.violations)
    gone = len(known) + new - len(verdict.violations)
    change = f" ({new:,} new, {gone:,} gone)" if new or gone else ""
    return f"{verdict.series}: {len(verdict.violations):,} accepted{change}"


def _refuse_unfrozen(names: Sequence[str], frozen: Sequence[str], workspace: Workspace) -> None:
    known = {function.id for function in workspace.config.functions}
    for name in names:
        if name not in known:
            raise FitnessError(f"there is no function {name!r}", suggest(name, known))
        if name not in frozen:
            raise FitnessError(f"{name} is not frozen", "Add `baseline: frozen` to it first.")
    if not frozen:
        raise FitnessError("there is nothing to accept: no function is frozen", _HOW_TO_FREEZE)


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


def _baseline_to_change(workspace: Workspace, *, replace: bool) -> Baseline:
    """The baseline to add to; an unreadable one is replaced only where all is written anew."""
    assert workspace.config.baseline is not None
    try:
        return workspace.baseline
    except BaselineError:
        if workspace.config.baseline.exists() and not replace:
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
