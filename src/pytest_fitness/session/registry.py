"""Finding the kinds and sources: the built-in ones, installed plugins, and the project's own."""

import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pluggy

from pytest_fitness import hookspecs
from pytest_fitness.config.common import COMMON_KEYS
from pytest_fitness.config.kinds import Kind, Source
from pytest_fitness.config.limits import LIMIT_KEYS
from pytest_fitness.config.loader import Registry
from pytest_fitness.errors import FitnessError
from pytest_fitness.session.built_in import KINDS, SOURCES, Named, Registered

_HOOK_OF: Final[Mapping[type[Any], str]] = {Kind: "fitness_kinds", Source: "fitness_sources"}
_HOOKS: Final = "The hooks are fitness_kinds() and fitness_sources(), without arguments."
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
    _load_installed(manager)
    for name in plugins:
        _register(manager, _import_local(name, root), name)
    kinds: list[Kind] = _called(manager, _HOOK_OF[Kind], Kind)
    sources: list[Source] = _called(manager, _HOOK_OF[Source], Source)
    return Registry(
        Registered(
            _by_name(kinds, "kind"), KINDS, lambda name: _built_in(f"measures.{name}", Kind)
        ),
        Registered(
            _by_name(sources, "source"), SOURCES, lambda name: _built_in(f"sources.{name}", Source)
        ),
    )


def _built_in(name: str, wanted: type[Any]) -> list[Any]:
    """What a built-in module registers, by the same hook as any plugin."""
    module = f"pytest_fitness.{name}"
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(import_module(module), module)
    return _called(manager, _HOOK_OF[wanted], wanted)


def _load_installed(manager: pluggy.PluginManager) -> None:
    try:
        manager.load_setuptools_entrypoints(hookspecs.PROJECT)
    except (Exception, SystemExit) as error:
        raise FitnessError(
            f"an installed plugin cannot be loaded: {type(error).__name__}: {error}",
            f"It is registered under the entry-point group {hookspecs.PROJECT!r}.",
        ) from error


def _import_local(name: str, root: Path | None) -> Any:
    if root is not None and str(root) not in sys.path:
        sys.path.insert(0, str(root))
    try:
        return import_module(name)
    except (Exception, SystemExit) as error:
        raise FitnessError(
            f"the plugin {name!r} cannot be imported: {type(error).__name__}: {error}",
            "`plugins:` names Python modules, looked up from the directory of this file.",
        ) from error


def _register(manager: pluggy.PluginManager, plugin: Any, name: str) -> None:
    if manager.is_registered(plugin):
        return  # named twice, or installed as well
    for attribute in dir(plugin):
        if manager.parse_hookimpl_opts(plugin, attribute) and not hasattr(hookspecs, attribute):
            raise FitnessError(
                f"the plugin {name!r} implements {attribute!r}, which is no hook", _HOOKS
            )
    try:
        manager.register(plugin, name)
    except (pluggy.PluginValidationError, ValueError) as error:
        raise FitnessError(f"the plugin {name!r} cannot be used: {error}", _HOOKS) from error


def _called(manager: pluggy.PluginManager, hook: str, wanted: type[Any]) -> list[Any]:
    try:
        # pluggy asks the last registered first; names are listed in the order of registration.
        answers = reversed(getattr(manager.hook, hook)())
        found = [item for answer in answers for item in answer]
    except (Exception, SystemExit) as error:
        message = f"the hook {hook} of a plugin failed: {type(error).__name__}: {error}"
        raise FitnessError(message, f"It returns a list of {wanted.__name__} objects.") from error
    for item in found:
        _require_usable(item, wanted, hook)
    return found


def _require_usable(item: object, wanted: type[Any], hook: str) -> None:
    what = wanted.__name__
    if isinstance(item, type) and issubclass(item, wanted):
        raise FitnessError(
            f"the hook {hook} of {item.__module__} returned the class {item.__name__}",
            f"It returns a list of objects: [{item.__name__}()].",
        )
    if not isinstance(item, wanted):
        raise FitnessError(
            f"the hook {hook} of a plugin returned {item!r}, which is no {what}",
            f"It returns a list of {what} objects.",
        )
    for attribute in ("name", "about", "options"):
        if not hasattr(item, attribute):
            owner = f"{type(item).__module__}.{type(item).__qualname__}"
            raise FitnessError(f"the {what.lower()} {owner} has no {attribute!r}")


def _by_name(items: list[Named], what: str) -> dict[str, Named]:
    found: dict[str, Named] = {}
    for item in items:
        taken = _TAKEN | KINDS.keys() if what == "kind" else SOURCES.keys()
        if item.name in found or item.name in taken:
            first = type(found[item.name]).__module__ if item.name in found else "pytest-fitness"
            message = f"the {what} {item.name!r} of {type(item).__module__} exists already"
            raise FitnessError(message, f"It is taken by {first}.")
        found[item.name] = item
    return found
