"""Reading a configuration where nothing of what it names is to be opened."""

from pathlib import Path

from pytest_fitness.config.loader import Config, Registry, load_config
from pytest_fitness.errors import ConfigError
from pytest_fitness.session.opening import shown_path
from pytest_fitness.session.registry import load_registry


def read_config(path: Path, here: Path) -> Config:
    """A valid configuration.

    Raises:
        ConfigError: with every problem found.
    """
    return load_config(path, load_registry, shown=shown_path(path, here))


def read_registry(path: Path, here: Path) -> Registry:
    """The kinds and sources of a configuration, which may have problems elsewhere.

    Raises:
        ConfigError: it cannot be read, or a plugin that it names cannot.
    """
    found: list[Registry] = []

    def register(plugins: tuple[str, ...], root: Path) -> Registry:
        found.append(load_registry(plugins, root))
        return found[0]

    try:
        load_config(path, register, shown=shown_path(path, here))
    except ConfigError:
        if not found:
            raise
    return found[0]
