"""Finding a configuration, and reading it where nothing of what it names is to be opened."""

from pathlib import Path

from pytest_fitness.config.loader import DEFAULT_NAME, Config, Registry, load_config
from pytest_fitness.errors import ConfigError
from pytest_fitness.session.opening import find_config, shown_path
from pytest_fitness.session.registry import load_registry


def locate_config(given: str | None, here: Path) -> Path:
    """The configuration as given, else the nearest one from here up to the repository's root.

    Raises:
        FitnessError: there is none.
    """
    if given is None:
        for directory in (here, *here.parents):
            if (directory / DEFAULT_NAME).is_file():
                return (directory / DEFAULT_NAME).resolve()
            if (directory / ".git").exists():
                break
    return find_config(given, here)


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
