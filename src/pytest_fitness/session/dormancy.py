"""Functions that sleep: not due yet, for more users than there are, or for want of time."""

import time
from datetime import UTC, datetime

from pytest_fitness.config.kinds import Kind
from pytest_fitness.model import FitnessFunction
from pytest_fitness.session.workspace import Workspace
from pytest_fitness.units import SECONDS, format_value


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
            return f"{users:,.0f} users; it begins at {function.from_users:,.0f}"
    if workspace.deadline is None or function.id in workspace.begun:
        return ""
    return _takes_too_long(kind, function, workspace.deadline)


def _takes_too_long(kind: Kind, function: FitnessFunction, deadline: float) -> str:
    planned, left = kind.duration(function), max(0.0, deadline - time.time())
    if planned <= left:
        return ""
    takes, rest = format_value(round(planned, 1), SECONDS), format_value(round(left, 1), SECONDS)
    return f"not started: it takes {takes}, and {rest} of the time budget are left"
