"""Random packages with imports written in every way: the graph is the one that grimp builds."""

import importlib
import sys
from itertools import count
from pathlib import Path

import grimp
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from graph_samples import write_tree, written_imports
from pytest_fitness.codebase.imports.graph import ImportGraph, build_graph
from pytest_fitness.codebase.modules import find_modules

Edges = dict[tuple[str, str], list[int]]
PLACES = [
    "a/__init__.py", "a/x.py", "a/y.py", "a/deep/__init__.py", "a/deep/z.py", "b/__init__.py",
    "b/x.py", "c.py", "d.py",
]  # fmt: skip
TARGETS = ["{0}", "{0}.a", "{0}.a.x", "{0}.a.deep.z", "{0}.b", "{0}.c", "{0}.gone", "os.path"]
ORIGINS = [*TARGETS, ".", ".x", ".deep", ".deep.z", "..", "..c", "..b.x", "..deep", ".gone"]
NAMES = ["x", "c", "deep", "a", "Thing", "*"]
GUARDS = [
    "if TYPE_CHECKING:",
    "if typing.TYPE_CHECKING:",
    "if not TYPE_CHECKING:",
    "if sys.version_info >= (3, 12):",
    "for _ in ():",
    "while True:",
    "with open('x') as file:",
    "def late():",
    "async def later():",
    "class Holder:",
]
law = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
_numbers = count()


@st.composite
def simple_statements(draw: st.DrawFn) -> str:
    if draw(st.booleans()):
        parts = draw(st.lists(st.sampled_from(TARGETS), min_size=1, max_size=3))
        aliased = [part + draw(st.sampled_from(["", " as name"])) for part in parts]
        return f"import {', '.join(aliased)}"
    origin = draw(st.sampled_from(ORIGINS))
    names = draw(st.lists(st.sampled_from(NAMES[:-1]), min_size=1, max_size=3, unique=True))
    if draw(st.integers(0, 5)) == 0:
        return f"from {origin} import *"
    aliased = [name + draw(st.sampled_from(["", " as other"])) for name in names]
    if draw(st.booleans()):
        return f"from {origin} import {', '.join(aliased)}"
    inside = ",\n    ".join(aliased)
    return f"from {origin} import (\n    {inside},  # noqa\n)"


def indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


@st.composite
def statements(draw: st.DrawFn, depth: int = 2) -> str:
    form = draw(st.sampled_from(["plain", "plain", "guarded", "try", "else", "same line"]))
    first = draw(simple_statements())
    if form == "plain" or depth == 0:
        return f"{first}\n"
    if form == "same line":
        return f"value = 1; {first}\n"
    inner = indented(draw(statements(depth - 1)))
    if form == "try":
        return f"try:\n{indented(first)}except ImportError:\n{inner}"
    guard = draw(st.sampled_from(GUARDS))
    if form == "else" and guard.startswith("if"):
        return f"{guard}\n{indented(first)}else:\n{inner}"
    return f"{guard}\n{indented(first)}{inner}"


sources = st.lists(statements(), max_size=4).map("".join)
trees = st.dictionaries(st.sampled_from(PLACES), sources, min_size=1, max_size=len(PLACES))


def edges(graph: grimp.ImportGraph) -> Edges:
    return {
        (importer, imported): sorted(
            details["line_number"]
            for details in graph.get_import_details(importer=importer, imported=imported)
        )
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
    }


def written(tmp_path_factory: pytest.TempPathFactory, files: dict[str, str]) -> tuple[Path, str]:
    """A package of a name that was never imported, so that nothing is remembered of it."""
    package = f"random_{next(_numbers)}"
    root = tmp_path_factory.mktemp("random")
    tree = {f"{package}/{name}": text.replace("{0}", package) for name, text in files.items()}
    return write_tree(root, {f"{package}/__init__.py": ""} | tree), package


def our_graph(root: Path, package: str, *, external: bool, exclude: bool) -> ImportGraph:
    found = find_modules([package], [root])
    raw = {module.name: written_imports(Path(module.path)) for module in found.modules}
    return build_graph(found, raw, include_external=external, exclude_type_checking=exclude)


def grimp_graph(root: Path, package: str, *, external: bool, exclude: bool) -> grimp.ImportGraph:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [str(root), *sys.path])
        importlib.invalidate_caches()
        graph = grimp.build_graph(
            package,
            include_external_packages=external,
            exclude_type_checking_imports=exclude,
            cache_dir=None,
        )
    # An import that leaves the top-level package leads grimp to a module without a name.
    graph.remove_module("")
    return graph


@law
@given(files=trees, external=st.booleans(), exclude=st.booleans())
def test_the_graph_is_that_of_grimp(
    files: dict[str, str],
    external: bool,
    exclude: bool,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    root, package = written(tmp_path_factory, files)
    ours = our_graph(root, package, external=external, exclude=exclude).to_grimp()
    theirs = grimp_graph(root, package, external=external, exclude=exclude)
    event(f"{min(ours.count_imports() // 5 * 5, 20)} or more imports")
    assert ours.modules == theirs.modules
    assert edges(ours) == edges(theirs)


@law
@given(files=trees)
def test_leaving_out_imports_for_type_checkers_only_takes_away(
    files: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root, package = written(tmp_path_factory, files)
    every = edges(our_graph(root, package, external=True, exclude=False).to_grimp())
    fewer = edges(our_graph(root, package, external=True, exclude=True).to_grimp())
    assert all(set(lines) <= set(every[pair]) for pair, lines in fewer.items())
    if not any("TYPE_CHECKING:" in text for text in files.values()):
        assert fewer == every


@law
@given(files=trees)
def test_external_packages_change_nothing_among_ones_own(
    files: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root, package = written(tmp_path_factory, files)
    inner = our_graph(root, package, external=False, exclude=False)
    outer = our_graph(root, package, external=True, exclude=False)
    assert inner.names == outer.names[: outer.internal]
    # With external packages grimp takes what it does not find below the package for the package.
    top = outer.index[package]
    assert [[imported for imported in row if imported != top] for row in inner.imports] == [
        [imported for imported in row if imported < outer.internal and imported != top]
        for row in outer.imports[: outer.internal]
    ]
    assert all(not row for row in outer.imports[outer.internal :])


@law
@given(files=trees)
def test_rows_and_lines_ascend_without_repetition(
    files: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root, package = written(tmp_path_factory, files)
    graph = our_graph(root, package, external=True, exclude=False)
    assert graph.names[: graph.internal] == sorted(set(graph.names[: graph.internal]))
    for row, lines_of_row in zip(graph.imports, graph.lines, strict=True):
        assert row == sorted(set(row))
        assert len(lines_of_row) == len(row)
        assert all(lines and lines == sorted(set(lines)) for lines in lines_of_row)
