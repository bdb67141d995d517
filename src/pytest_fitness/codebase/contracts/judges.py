"""Which import-linter would judge: part of what a result follows from."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path


@cache
def judges() -> str:
    """Which import-linter and grimp would judge, told from their files.

    Importing them, or asking importlib.metadata, takes longer than all else in a run in which
    nothing has changed.
    """
    told = []
    for module, project in (("importlinter", "import_linter"), ("grimp", "grimp")):
        spec = find_spec(module)
        if spec is None or spec.origin is None:
            continue
        path = Path(spec.origin)
        status = path.stat()
        versions = [name for name in _names_in(path.parents[1]) if name.startswith(f"{project}-")]
        told.append(f"{versions} {status.st_mtime_ns} {status.st_size}")
    return " ".join(told)


@cache
def _names_in(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())
