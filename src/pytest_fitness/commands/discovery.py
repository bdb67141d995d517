"""Which packages a repository holds, told from its directories alone."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from pytest_fitness.config.loader import MODULE
from pytest_fitness.errors import FitnessError

_ASIDE: Final = frozenset(
    {
        "bench", "benchmark", "benchmarks", "build", "dist", "doc", "docs", "env", "example",
        "examples", "node_modules", "sample", "samples", "test", "tests", "testing", "venv",
        "conftest", "fabfile", "noxfile", "setup", "toxfile", "versioneer",
    }
)  # fmt: skip
_TEST: Final = re.compile(r"test_.*|.*_tests?")
# No namespace is this deep; a link that leads back to itself is.
_DEEPEST: Final = 4


class Discovery(NamedTuple):
    """The packages of a repository.

    Attributes:
        source: where they lie, where the default of ``codebase: {source}`` would mislead.
    """

    packages: tuple[str, ...]
    source: str | None = None


def find_packages(root: Path) -> Discovery:
    """The packages under ``src`` or, where there are none, under the root itself.

    Raises:
        FitnessError: there are none.
    """
    src = root / "src"
    src_is_package = _is_regular(src)
    if not src_is_package and (packages := tuple(_below_src(src))):
        return Discovery(packages)
    packages = tuple(_below_root(root))
    if not packages:
        raise FitnessError(
            f"no Python package was found in {root}{'' if src_is_package else ' nor in its src'}",
            "Tests, docs, examples and build results were not looked at. Name the package with "
            "`--package NAME`.",
        )
    return Discovery(packages, "." if src_is_package else None)


def _below_src(src: Path) -> Iterator[str]:
    for directory in _directories(src):
        yield from _portions(directory, directory.name, 1)
    yield from _modules(src)


def _below_root(root: Path) -> Iterator[str]:
    """Regular packages; scripts and directories without ``__init__.py`` only where there are none.

    Beside a package they are tools; alone they are the project.
    """
    regular = [directory.name for directory in _directories(root) if _is_regular(directory)]
    if regular:
        yield from regular
        return
    for directory in _directories(root):
        if directory.name != "src":
            yield from _portions(directory, directory.name, 1)
    yield from _modules(root)


def _portions(directory: Path, name: str, depth: int) -> Iterator[str]:
    """The package, or where it is a mere namespace (PEP 420), the packages in it."""
    if _is_regular(directory) or next(_modules(directory), None) is not None:
        yield name
    elif depth < _DEEPEST:
        for child in _directories(directory):
            yield from _portions(child, f"{name}.{child.name}", depth + 1)


def _modules(directory: Path) -> Iterator[str]:
    files = (path for path in _entries(directory) if path.suffix == ".py" and path.is_file())
    return (path.stem for path in files if _is_wanted(path.stem))


def _directories(directory: Path) -> Iterator[Path]:
    for path in _entries(directory):
        if _is_wanted(path.name) and path.is_dir() and not (path / "pyvenv.cfg").exists():
            yield path


def _entries(directory: Path) -> list[Path]:
    try:
        return sorted(directory.iterdir())
    except OSError:
        return []


def _is_regular(directory: Path) -> bool:
    return (directory / "__init__.py").is_file()


def _is_wanted(name: str) -> bool:
    importable = re.fullmatch(MODULE, name) is not None and not name.startswith("__")
    return importable and name.lower() not in _ASIDE and not _TEST.fullmatch(name)
