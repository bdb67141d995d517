"""Finding the kinds and sources: the built-in ones, installed plugins, and the project's own."""

import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, Final, TypeVar

import pluggy

from pytest_fitness import hookspecs
from pytest_fitness.config.functions import COMMON_KEYS
from pytest_fitness.config.kinds import Kind, Source
from pytest_fitness.config.limits import LIMIT_KEYS
from pytest_fitness.config.loader import Registry
from pytest_fitness.errors import FitnessError

BUILT_IN: Final = (
    "pytest_fitness.measures.contracts",
    "pytest_fitness.measures.coupling.kind",
    "pytest_fitness.measures.complexity.kind",
)
Named = TypeVar("Named", Kind, Source)
_TAKEN: Final = frozenset({*COMMON_KEYS, *LIMIT_KEYS, "warn", "limits"})


def load_registry(plugins: Iterable[str] = (), root: Path | None = None) -> Registry:
    """The kinds and sources of all plugins.

    Args:
        plugins: modules of the project itself, imported from ``root``.
        root: the directory of ``fitness.yaml``.

    Raises:
        FitnessError: a plugin cannot be imported, or two of them add the same name.
    """
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    for name in BUILT_IN:
        manager.register(import_module(name), name)
    _load_installed(manager)
    for name in plugins:
        manager.register(_import_local(name, root), name)
    kinds: list[Kind] = _called(manager, "fitness_kinds")
    sources: list[Source] = _called(manager, "fitness_sources")
    return Registry(_by_name(kinds, "kind"), _by_name(sources, "source"))


def _load_installed(manager: pluggy.PluginManager) -> None:
    try:
        manager.load_setuptools_entrypoints(hookspecs.PROJECT)
    except Exception as error:
        raise FitnessError(
            f"an installed plugin cannot be loaded: {type(error).__name__}: {error}",
            f"It is registered under the entry-point group {hookspecs.PROJECT!r}.",
        ) from error


def _import_local(name: str, root: Path | None) -> Any:
    if root is not None and str(root) not in sys.path:
        sys.path.insert(0, str(root))
    try:
        return import_module(name)
    except Exception as error:
        raise FitnessError(
            f"the plugin {name!r} cannot be imported: {type(error).__name__}: {error}",
            "`plugins:` names Python modules, looked up from the directory of this file.",
        ) from error


def _called(manager: pluggy.PluginManager, hook: str) -> list[Any]:
    try:
        answers = getattr(manager.hook, hook)()
    except Exception as error:
        message = f"the hook {hook} of a plugin failed: {type(error).__name__}: {error}"
        raise FitnessError(message) from error
    # pluggy asks the last registered first; names are listed in the order of registration.
    return [item for answer in reversed(answers) for item in answer]


def _by_name(items: list[Named], what: str) -> dict[str, Named]:
    found: dict[str, Named] = {}
    for item in items:
        if item.name in found or (what == "kind" and item.name in _TAKEN):
            first = type(found[item.name]).__module__ if item.name in found else "pytest-fitness"
            message = f"the {what} {item.name!r} of {type(item).__module__} exists already"
            raise FitnessError(message, f"It is taken by {first}.")
        found[item.name] = item
    return found
