"""Which modules a codebase consists of: found by path, never imported, never through ``sys.path``.

The rules are those of grimp's module finder, so that both see the same modules.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pytest_fitness.errors import MeasureError

_INIT = "__init__.py"
_Trail = tuple[str, ...]
_Listing = tuple[list[str], list[tuple[str, _Trail]]]


class Module(NamedTuple):
    """One Python file under the name that it is imported by."""

    name: str
    path: str
    is_package: bool


class Skipped(NamedTuple):
    """Something that holds code and is not analysed, and why."""

    path: str
    reason: str


class FoundModules(NamedTuple):
    """The modules of the packages, sorted by name.

    Attributes:
        packages: the top-level packages that were asked for.
        modules: one entry a file.
        namespaces: directories without ``__init__.py`` that are importable all the same (PEP 420).
        skipped: what lies among the modules and is not analysed.
    """

    packages: tuple[str, ...]
    modules: tuple[Module, ...]
    namespaces: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()


def find_modules(packages: Sequence[str], roots: Sequence[Path]) -> FoundModules:
    """Find all modules of some top-level packages under some source roots.

    A package is looked up as the import system would: the first root that holds it wins, and a
    namespace package has a portion in each of them. A single file is a codebase of one module.

    Raises:
        MeasureError: a package is missing, or is part of a regular package.
    """
    if not packages:
        raise MeasureError("no package was named", "name at least one under codebase: packages:")
    finder = _Finder()
    for package in dict.fromkeys(packages):
        _check_top_level(package, roots)
        places = _locate(package, roots)
        if not places:
            raise _missing(package, roots)
        for place in places:
            finder.add(package, place)
    return FoundModules(
        packages=tuple(dict.fromkeys(packages)),
        modules=tuple(sorted(finder.modules.values())),
        namespaces=tuple(sorted(finder.namespaces())),
        skipped=tuple(sorted(finder.skipped)),
    )


class _Finder:
    """Gathers modules; ``candidates`` are directories that are namespaces once they hold one."""

    def __init__(self) -> None:
        self.modules: dict[str, Module] = {}
        self.skipped: list[Skipped] = []
        self.candidates: set[str] = set()

    def add(self, name: str, place: str) -> None:
        if place.endswith(".py"):
            self._add_file(name, place)
            return
        stack: list[tuple[str, str, bool, _Trail]] = [(name, place, False, ())]
        while stack:
            package, directory, regular, trail = stack.pop()
            files, directories = self._list(directory, trail)
            if _INIT in files:
                regular = True
                self._add_file(package, f"{directory}{os.sep}{_INIT}", is_package=True)
            elif regular:
                self._skip_orphan(directory, files, directories)
                continue
            else:
                self.candidates.add(package)
            self._add_files(package, directory, files)
            stack += [
                (f"{package}.{child}", f"{directory}{os.sep}{child}", regular, trail)
                for child, trail in reversed(directories)
            ]

    def namespaces(self) -> set[str]:
        found: set[str] = set()
        for name in self.modules if self.candidates else ():
            parent = name
            while (parent := parent.rpartition(".")[0]) and parent not in found:
                if parent in self.candidates:
                    found.add(parent)
        return found - self.modules.keys()

    def _add_files(self, package: str, directory: str, files: list[str]) -> None:
        for file in files:
            if file == _INIT:
                continue
            path = f"{directory}{os.sep}{file}"
            if file.count(".") > 1:
                self.skipped.append(Skipped(path, "its name holds more than one dot"))
            else:
                self._add_file(f"{package}.{file[:-3]}", path)

    def _add_file(self, name: str, path: str, *, is_package: bool = False) -> None:
        # The first one wins: where a.py stands beside a/__init__.py, grimp reads the plain file.
        first = self.modules.setdefault(name, Module(name, path, is_package))
        if first.path != path:
            self.skipped.append(Skipped(path, f"{first.path} has the same module name"))

    def _list(self, directory: str, trail: _Trail) -> _Listing:
        try:
            return _list(directory, trail)
        except FileNotFoundError:
            return [], []  # It was there a moment ago.
        except OSError as error:
            self.skipped.append(Skipped(directory, f"it cannot be listed: {error.strerror}"))
            return [], []

    def _skip_orphan(
        self, directory: str, files: list[str], directories: list[tuple[str, _Trail]]
    ) -> None:
        if files or _holds_python(directory, directories):
            self.skipped.append(Skipped(directory, f"it lies in a package and has no {_INIT}"))


def _list(directory: str, trail: _Trail) -> _Listing:
    """The Python files and the importable directories of a directory, by name.

    Each directory comes with the real paths between which links were followed on the way to it.
    """
    files, directories = [], []
    with os.scandir(directory) as entries:
        for entry in entries:
            name = entry.name
            if name.endswith(".py") and not name.startswith(".") and not _is_dir(entry):
                files.append(name)
            elif name.isidentifier() and _is_dir(entry):
                onward = _follow(entry, directory, trail) if entry.is_symlink() else trail
                if onward is not None:
                    directories.append((name, onward))
    return sorted(files), sorted(directories)


def _is_dir(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # A symbolic link in a circle, or to where nobody may look.


def _follow(entry: os.DirEntry[str], directory: str, trail: _Trail) -> _Trail | None:
    """The trail behind a symbolic link; None where it leads back to where it came from."""
    target = os.path.realpath(entry.path)
    passed = (*trail, os.path.realpath(directory))
    if any(f"{place}{os.sep}".startswith(f"{target}{os.sep}") for place in passed):
        return None
    return (*passed, target)


def _holds_python(directory: str, children: list[tuple[str, _Trail]]) -> bool:
    stack = [(f"{directory}{os.sep}{child}", trail) for child, trail in children]
    while stack:
        path, trail = stack.pop()
        try:
            files, directories = _list(path, trail)
        except OSError:
            continue
        if files:
            return True
        stack += [(f"{path}{os.sep}{child}", onward) for child, onward in directories]
    return False


def _locate(package: str, roots: Sequence[Path]) -> list[str]:
    portions = []
    for root in roots:
        place = os.path.join(root, *package.split("."))  # noqa: PTH118 (strings are quicker)
        if os.path.isfile(os.path.join(place, _INIT)):  # noqa: PTH113, PTH118
            return [place]
        if os.path.isfile(f"{place}.py"):  # noqa: PTH113
            return [f"{place}.py"]
        if os.path.isdir(place):  # noqa: PTH112
            portions.append(place)
    return portions


def _check_top_level(package: str, roots: Sequence[Path]) -> None:
    parts = package.split(".")
    for length in range(1, len(parts)):
        parent = ".".join(parts[:length])
        if any(Path(root, *parts[:length], _INIT).is_file() for root in roots):
            raise MeasureError(f"{package} is part of the package {parent}", f"name {parent}")


def _missing(package: str, roots: Sequence[Path]) -> MeasureError:
    import difflib

    searched = ", ".join(map(str, roots)) or "no directory at all"
    existing = sorted({name for root in roots for name in _top_level_names(Path(root))})
    near = difflib.get_close_matches(package, existing, n=3)
    hint = f"did you mean {', '.join(near)}?" if near else None
    if not near and existing:
        shown = ", ".join(existing[:5])
        hint = f"found there: {shown}{', ...' if len(existing) > 5 else ''}"
    return MeasureError(f"package {package} was not found under {searched}", hint)


def _top_level_names(root: Path) -> Iterator[str]:
    for path in root.iterdir() if root.is_dir() else ():
        if path.is_dir() and path.name.isidentifier() and any(path.glob("*.py")):
            yield path.name
        elif path.suffix == ".py" and path.stem.isidentifier():
            yield path.stem
