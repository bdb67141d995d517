"""Starting a fitness session: everything that can be wrong is found before anything is measured."""

import gc
from typing import Final

import pytest

from pytest_fitness.errors import ConfigError, FitnessError
from pytest_fitness.history.records import Reference
from pytest_fitness.history.store import open_existing
from pytest_fitness.session.hooks import FitnessPlugin
from pytest_fitness.session.items import RUN
from pytest_fitness.session.lanes import Lanes
from pytest_fitness.session.memory import Memory
from pytest_fitness.session.opening import find_config, open_workspace
from pytest_fitness.session.progress import Progress
from pytest_fitness.session.recorder import DEFAULT, reference_of
from pytest_fitness.session.workspace import Workspace
from pytest_fitness.units import SECONDS, convert, parse

_MOST_REPEATS: Final = 100


def start(config: pytest.Config) -> None:
    """Read the configuration and register the hooks of a fitness session.

    Raises:
        pytest.UsageError: the configuration, the history or an option cannot be used.
    """
    # Until the run begins nothing becomes garbage; looking for it is a third of a warm start.
    gc.disable()
    config.add_cleanup(gc.enable)
    # After pytest's own last collection, for which everything would have to be visited once more.
    config.add_cleanup(gc.unfreeze)
    try:
        _start(config)
    except ConfigError as error:
        count = len(error.problems)
        plural = "s" if count > 1 else ""
        message = f"{count} problem{plural} in the configuration\n{error.message}"
        raise pytest.UsageError(message) from error
    except FitnessError as error:
        raise pytest.UsageError(str(error)) from error


def _start(config: pytest.Config) -> None:
    if config.getoption("dist", "no") == "each" and not hasattr(config, "workerinput"):
        raise pytest.UsageError(
            "--dist each would measure every function once a worker\n"
            "Run `pytest --fitness` with another --dist, or with -n alone."
        )
    here = config.invocation_params.dir
    path = find_config(config.option.fitness_config, here, config.rootpath)
    shared = getattr(config, "workerinput", {}).get("fitness", {})
    workspace = open_workspace(path, here, shared=shared)
    workspace.deadline = workspace.deadline or _deadline(config, workspace)
    workspace.show = Progress(config).show
    workspace.gate = config.option.fitness_gate
    workspace.confirm = _confirm(config)
    workspace.memory = _memory(config, workspace)
    plugin = FitnessPlugin(config, workspace)
    plugin.arguments()  # what a worker says of them would be lost
    if not hasattr(config, "workerinput"):
        from pytest_fitness.session.controller import Controller

        config.pluginmanager.register(Controller(config, workspace), "fitness-controller")
        config.pluginmanager.register(Lanes(workspace), "fitness-lanes")
    config.stash[RUN] = plugin
    config.pluginmanager.register(plugin, "fitness-session")
    if workspace.config.secrets:
        from pytest_fitness.session.private_reports import PrivateReports

        config.pluginmanager.register(PrivateReports(workspace.config.secrets), "fitness-private")
    functions = list(workspace.config.functions)
    if workspace.config.tests:
        from pytest_fitness.session.python_items import PythonCollection
        from pytest_fitness.session.python_runs import PythonRuns

        config.pluginmanager.register(PythonCollection(plugin), "fitness-python-collection")
        config.pluginmanager.register(PythonRuns(plugin), "fitness-python-runs")
        functions += [test.function for test in workspace.config.tests]
    for tag in sorted({tag for function in functions for tag in function.tags}):
        config.addinivalue_line("markers", f"{tag}: a tag of {path.name}")


def _confirm(config: pytest.Config) -> int:
    times: int = config.option.fitness_confirm or 0
    if not 0 <= times <= _MOST_REPEATS:
        raise FitnessError(
            f"--fitness-confirm: {times} is not a number of times from 0 to {_MOST_REPEATS}"
        )
    return times


def _memory(config: pytest.Config, workspace: Workspace) -> Memory:
    """The past, as this process reads it; workers are given the same options."""
    if config.option.fitness_no_history or config.option.collectonly:
        return Memory(lambda: None, Reference)
    root = workspace.config.root
    place = config.option.fitness_history or workspace.config.history or DEFAULT
    return Memory(
        lambda: open_existing(place, base=root),
        lambda: reference_of(workspace.config),
        workspace.series,
    )


def _deadline(config: pytest.Config, workspace: Workspace) -> float | None:
    given = config.option.fitness_time_budget
    if given is None:
        return None
    try:
        return workspace.now + convert(parse(given), SECONDS)
    except ValueError as error:
        raise FitnessError(f"--fitness-time-budget: {given!r} {error}") from error
