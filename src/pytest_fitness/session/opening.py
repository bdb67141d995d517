"""Opening what a configuration names, with or without pytest."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pytest_fitness.config.loader import DEFAULT_NAME, Registry, load_config
from pytest_fitness.errors import FitnessError
from pytest_fitness.session.registry import load_registry
from pytest_fitness.session.workspace import Workspace


def find_config(given: str | None, *directories: Path) -> Path:
    """The configuration file: as given, relative to the first directory, else the first there is.

    Raises:
        FitnessError: there is none.
    """
    if given is not None:
        path = directories[0] / given
        if not path.is_file():
            raise FitnessError(f"there is no file {given}")
        return path.resolve()
    for directory in directories:
        path = directory / DEFAULT_NAME
        if path.is_file():
            return path.resolve()
    searched = " nor in ".join(map(str, dict.fromkeys(directories)))
    raise FitnessError(
        f"there is no {DEFAULT_NAME} in {searched}",
        "Write a first one with `pytest-fitness init`, or name one with an option.",
    )


def open_workspace(
    path: Path, here: Path, *, shared: Mapping[str, Any] = MappingProxyType({})
) -> Workspace:
    """Read a configuration and plan what it asks for.

    Args:
        path: the configuration.
        here: the directory that messages show paths relative to.
        shared: what the run that this one is part of shares.

    Raises:
        ConfigError: with every problem of the configuration.
    """
    registries: list[Registry] = []

    def register(plugins: tuple[str, ...], root: Path) -> Registry:
        registries.append(load_registry(plugins, root))
        return registries[0]

    config = load_config(path, register, shown=shown_path(path, here))
    cache = Path(shared["cache"]) if shared else _cache_directory(path.parent)
    run = shared["run"] if shared else os.urandom(16).hex()
    workspace = Workspace(config, registries[0], cache, run, shared)
    workspace.prepare()
    return workspace


def shown_path(path: Path, here: Path) -> str:
    """A path as messages show it: relative to where the command was started, where it can be."""
    try:
        return path.relative_to(here).as_posix()
    except ValueError:
        return path.as_posix()


def _cache_directory(root: Path) -> Path:
    """``.fitness`` beside the configuration, or one of our own where that cannot be written."""
    directory = root / ".fitness"
    try:
        directory.mkdir(exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            pass
        ignore = directory / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")
    except OSError:
        return _private_directory(root)
    return directory


def _private_directory(root: Path) -> Path:
    """A directory of this user's alone: what is read from a cache must not be anybody else's."""
    import hashlib

    name = hashlib.blake2b(os.fsencode(root), digest_size=8).hexdigest()
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    directory = base / "pytest-fitness" / name
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="pytest-fitness-"))
    return directory
