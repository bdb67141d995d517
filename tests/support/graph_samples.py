"""Graphs and packages that several tests are written against."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from pytest_fitness.codebase.files.inspection import analyse
from pytest_fitness.codebase.imports.graph import ImportGraph, RawImport, build_graph
from pytest_fitness.codebase.modules import FoundModules, Module, find_modules


def graph_of(imports: Mapping[str, Iterable[str]], *, external: Iterable[str] = ()) -> ImportGraph:
    """A graph of modules that import each other on line 1, 2, ... of their files."""
    outside = set(external)
    named = set(imports) | {name for targets in imports.values() for name in targets}
    names = {
        ".".join(name.split(".")[:length])
        for name in named - outside
        for length in range(1, len(name.split(".")) + 1)
    }
    packages = {name.rpartition(".")[0] for name in names}
    modules = tuple(
        Module(
            name, f"/project/{name.replace('.', '/')}{_suffix(name in packages)}", name in packages
        )
        for name in sorted(names)
    )
    raw: dict[str, list[RawImport]] = {
        name: [(target, line, False) for line, target in enumerate(targets, start=1)]
        for name, targets in imports.items()
    }
    roots = tuple(sorted({name.partition(".")[0] for name in names}))
    return build_graph(FoundModules(roots, modules), raw, include_external=True)


def write_tree(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def graph_at(root: Path, *packages: str, include_external: bool = False) -> ImportGraph:
    found = find_modules(packages, [root])
    raw = {module.name: written_imports(Path(module.path)) for module in found.modules}
    return build_graph(found, raw, include_external=include_external)


def written_imports(path: Path) -> list[RawImport]:
    """Imported objects as they are written in a file."""
    return analyse(path.read_bytes()).imports


def _suffix(is_package: bool) -> str:
    return "/__init__.py" if is_package else ".py"
