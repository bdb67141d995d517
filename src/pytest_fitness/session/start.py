"""Starting a fitness session: everything that can be wrong is found before anything is measured."""

import gc

import pytest

from pytest_fitness.errors import ConfigError, FitnessError
from pytest_fitness.session.hooks import FitnessPlugin
from pytest_fitness.session.items import RUN
from pytest_fitness.session.opening import find_config, open_workspace


def start(config: pytest.Config) -> None:
    """Read the configuration and register the hooks of a fitness session.

    Raises:
        pytest.UsageError: the configuration, the history or an option cannot be used.
    """
    # Until the run begins nothing becomes garbage; looking for it is a third of a warm start.
    gc.disable()
    config.add_cleanup(gc.enable)
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
    plugin = FitnessPlugin(config, workspace)
    plugin.arguments()  # what a worker says of them would be lost
    if not hasattr(config, "workerinput"):
        from pytest_fitness.session.controller import Controller

        config.pluginmanager.register(Controller(config, workspace), "fitness-controller")
    config.stash[RUN] = plugin
    config.pluginmanager.register(plugin, "fitness-session")
    for tag in sorted({tag for function in workspace.config.functions for tag in function.tags}):
        config.addinivalue_line("markers", f"{tag}: a tag of {path.name}")
