"""Architectural fitness functions: one ``fitness.yaml``, run by ``pytest --fitness``.

The names a plugin author needs are imported from here; each is loaded when first used, so that a
plain ``pytest`` pays nothing for them.
"""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pytest_fitness.config.kinds import Context, Kind, Source
    from pytest_fitness.config.options import Options, Record, key
    from pytest_fitness.errors import FitnessError, MeasureError, NoDataError
    from pytest_fitness.hookspecs import hookimpl
    from pytest_fitness.model import Check, FitnessFunction, Limit, Measurement, Place, Verdict
    from pytest_fitness.session.recording import Records
    from pytest_fitness.version import __version__

_HOMES: Final = {
    "Check": "model",
    "Context": "config.kinds",
    "FitnessError": "errors",
    "FitnessFunction": "model",
    "Kind": "config.kinds",
    "Limit": "model",
    "MeasureError": "errors",
    "Measurement": "model",
    "NoDataError": "errors",
    "Options": "config.options",
    "Place": "model",
    "Record": "config.options",
    "Records": "session.recording",
    "Source": "config.kinds",
    "Verdict": "model",
    "__version__": "version",
    "hookimpl": "hookspecs",
    "key": "config.options",
}

__all__ = [
    "Check",
    "Context",
    "FitnessError",
    "FitnessFunction",
    "Kind",
    "Limit",
    "MeasureError",
    "Measurement",
    "NoDataError",
    "Options",
    "Place",
    "Record",
    "Records",
    "Source",
    "Verdict",
    "__version__",
    "hookimpl",
    "key",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
