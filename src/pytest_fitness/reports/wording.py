"""How verdicts and violations are worded, in whatever format."""

from pytest_fitness.judge.limits import WHOLE
from pytest_fitness.model import Effect, Outcome, Verdict, Violation
from pytest_fitness.reports.safe import one_line
from pytest_fitness.units import format_value


def headline(verdict: Verdict) -> str:
    """What is wrong, in the one line that a short summary shows."""
    reason = one_line(verdict.reason, 500)
    if verdict.outcome is Outcome.FAILED:
        return reason
    said = reason if verdict.outcome is Outcome.WARNED else f"{verdict.outcome}: {reason}"
    return f"a warning, and --fitness-strict is on: {said}" if is_warning(verdict) else said


def is_warning(verdict: Verdict) -> bool:
    """Whether it would not fail the run but for ``--fitness-strict``."""
    return verdict.outcome is Outcome.WARNED or verdict.effect is Effect.WARN


def worst(verdict: Verdict) -> str:
    """The first violation and how many there are besides; empty where there is no single one."""
    singles = [violation for violation in verdict.violations if violation.key != WHOLE]
    if not singles:
        return ""
    more = f" (and {len(singles) - 1:,} more)" if len(singles) > 1 else ""
    return f"{single(singles[0], verdict)}{more}"


def single(violation: Violation, verdict: Verdict) -> str:
    """A violation in one line: where it is, what it is, its value."""
    value = before = ""
    if violation.value is not None:
        value = f": {one_line(format_value(violation.value, verdict.unit))}"
    if violation.accepted is not None:
        accepted = format_value(violation.accepted, verdict.unit)
        before = f", accepted at {one_line(accepted)}"
    where = place(violation.path, violation.line)
    return f"{where}{one_line(violation.message, 300)}{value}{before}"


def place(path: str | None, line: int | None) -> str:
    """``file:line: ``, as editors understand it; empty where it is not known."""
    if path is None:
        return ""
    return f"{one_line(path)}:{line}: " if line is not None else f"{one_line(path)}: "
