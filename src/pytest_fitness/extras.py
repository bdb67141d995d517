"""Libraries that only some sources need."""

from importlib import import_module
from typing import Any

from pytest_fitness.errors import MeasureError


def require(module: str, extra: str) -> Any:
    """An optional library; imported here, where it is used for the first time.

    Args:
        module: what is imported, such as ``redis`` or ``sqlalchemy.exc``.
        extra: the extra of this package that installs it.

    Raises:
        MeasureError: it is not installed, or cannot be imported.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        package = module.partition(".")[0]
        if error.name is None or error.name.partition(".")[0] != package:
            raise _broken(module, error) from error
        raise MeasureError(
            f"this needs the package {package}, which is not installed",
            f"Install it: pip install 'pytest-fitness[{extra}]'.",
        ) from error
    except ImportError as error:
        raise _broken(module, error) from error


def _broken(module: str, error: ImportError) -> MeasureError:
    return MeasureError(
        f"the package {module} is installed but cannot be imported: {error}",
        "Look at it with: pip check",
    )
