"""Functions that sleep: not due yet, for more users than there are, or for want of time."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from pytest_fitness.config.kinds import Kind
from pytest_fitness.model import FitnessFunction, Outcome, Verdict
from pytest_fitness.session.workspace import Workspace
from pytest_fitness.units import SECONDS, format_value

_NOT_STARTED: Final = "not started: "


def may_be_asked_ahead(function: FitnessFunction, workspace: Workspace) -> bool:
    """Whether it is known, without asking anything, that a function runs now."""
    return function.from_users is None and _due(function, workspace) <= workspace.now


def _due(function: FitnessFunction, workspace: Workspace) -> float:
    last = workspace.last_judged.get(function.id)
    return 0.0 if function.every is None or last is None else last + function.every


def why_dormant(kind: Kind, function: FitnessFunction, workspace: Workspace) -> str:
    """Why a function does not run now; empty where it does.

    Raises:
        NoDataError: how many users there are is not known.
        MeasureError: it cannot be found out.
    """
    due = _due(function, workspace)
    if function.every is not None and workspace.now < due:
        when = datetime.fromtimestamp(due, UTC).strftime("%Y-%m-%d %H:%M UTC")
        return f"not due before {when} (every {format_value(function.every, SECONDS)})"
    if function.from_users is not None:
        users = workspace.users()
        if users < function.from_users:
            return f"{_in_users(users)}; it begins at {function.from_users:,.0f}"
    if workspace.deadline is None or function.id in workspace.begun:
        return ""
    return _takes_too_long(kind, function, workspace.deadline)


def _takes_too_long(kind: Kind, function: FitnessFunction, deadline: float) -> str:
    planned, left = kind.duration(function), max(0.0, deadline - time.time())
    if planned <= left:
        return ""
    takes, rest = format_value(round(planned, 1), SECONDS), format_value(round(left, 1), SECONDS)
    return f"{_NOT_STARTED}it takes {takes}, and {rest} of the time budget are left"


def why_nothing_was_judged(verdicts: Sequence[Verdict]) -> str:
    """That all slept, some of them for want of time; empty where it was otherwise.

    Such a run has not found the system fit, and must not look as if it had.
    """
    late = sum(verdict.reason.startswith(_NOT_STARTED) for verdict in verdicts)
    if not late or any(verdict.outcome is not Outcome.DORMANT for verdict in verdicts):
        return ""
    return (
        f"nothing was judged: the time budget was too small for {late:,} of {len(verdicts):,};"
        " give --fitness-time-budget more, or leave it out"
    )


def _in_users(count: float) -> str:
    shown = f"{count:,.0f}"
    return f"{shown} user{'' if shown == '1' else 's'}"
