"""Starting a fitness session: everything that can be wrong is found before anything is measured."""

import gc

import pytest

from pytest_fitness.errors import ConfigError, FitnessError
from pytest_fitness.session.hooks import FitnessPlugin
from pytest_fitness.session.items import RUN
from pytest_fitness.session.lanes import Lanes
from pytest_fitness.session.opening import find_config, open_workspace
from pytest_fitness.session.progress import Progress
from pytest_fitness.session.workspace import Workspace
from pytest_fitness.units import SECONDS, convert, parse


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
    plugin = FitnessPlugin(config, workspace)
    plugin.arguments()  # what a worker says of them would be lost
    if not hasattr(config, "workerinput"):
        from pytest_fitness.session.controller import Controller

        config.pluginmanager.register(Controller(config, workspace), "fitness-controller")
        config.pluginmanager.register(Lanes(workspace), "fitness-lanes")
    config.stash[RUN] = plugin
    config.pluginmanager.register(plugin, "fitness-session")
    functions = list(workspace.config.functions)
    if workspace.config.tests:
        from pytest_fitness.session.python_items import PythonCollection
        from pytest_fitness.session.python_runs import PythonRuns

        config.pluginmanager.register(PythonCollection(plugin), "fitness-python-collection")
        config.pluginmanager.register(PythonRuns(plugin), "fitness-python-runs")
        functions += [test.function for test in workspace.config.tests]
    for tag in sorted({tag for function in functions for tag in function.tags}):
        config.addinivalue_line("markers", f"{tag}: a tag of {path.name}")


def _deadline(config: pytest.Config, workspace: Workspace) -> float | None:
    given = config.option.fitness_time_budget
    if given is None:
        return None
    try:
        return workspace.now + convert(parse(given), SECONDS)
    except ValueError as error:
        raise FitnessError(f"--fitness-time-budget: {given!r} {error}") from error
