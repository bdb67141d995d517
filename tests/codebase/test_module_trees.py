"""Random trees of files and directories: the modules are those of grimp, and of Python itself."""

import os
import pkgutil
import sysconfig
from pathlib import Path

import pytest
from grimp.adaptors.filesystem import FileSystem
from grimp.adaptors.modulefinder import ModuleFinder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph_samples import write_tree
from pytest_fitness.codebase.modules import FoundModules, find_modules

SITE = Path(sysconfig.get_path("purelib"))
PACKAGES = ["pluggy", "yaml", "click", "packaging", "jsonschema", "hypothesis", "pip", "rich"]
law = settings(
    max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
directories = st.lists(
    st.sampled_from(["a", "b", "ünï", "_c", "9d", "with-dash", "__pycache__", "a.b"]), max_size=4
)
files = st.sampled_from(
    ["__init__.py", "__init__.py", "a.py", "b.py", "__main__.py", "b.pyi", "c.pyc", "d.so", "é.py",
     "two.dots.py", ".hidden.py", "9x.py", "with-dash.py", "class.py", "README"]
)  # fmt: skip
trees = st.lists(st.tuples(directories, files), max_size=20).map(
    lambda entries: {"/".join([*parts, name]) for parts, name in entries}
)


def written(tmp_path_factory: pytest.TempPathFactory, tree: set[str]) -> Path:
    root = tmp_path_factory.mktemp("tree")
    return write_tree(root, {f"pkg/{name}": "" for name in {*tree, "__init__.py"}})


def names(found: FoundModules) -> set[str]:
    return {module.name for module in found.modules}


def grimp_names(directory: Path, name: str) -> set[str]:
    found = ModuleFinder().find_package(name, str(directory), FileSystem())
    return {file.module.name for file in found.module_files}


@law
@given(tree=trees)
def test_the_modules_are_those_of_grimp(
    tree: set[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = written(tmp_path_factory, tree)
    assert names(find_modules(["pkg"], [root])) == grimp_names(root / "pkg", "pkg")


@law
@given(tree=trees)
def test_every_python_file_is_a_module_or_left_out_for_a_reason(
    tree: set[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = written(tmp_path_factory, tree)
    found = find_modules(["pkg"], [root])
    known = {module.path for module in found.modules}
    skipped = {path for path, _ in found.skipped}
    for path in (root / "pkg").rglob("*.py"):
        parts = path.relative_to(root).parts
        is_reachable = all(part.isidentifier() for part in parts[:-1])
        if not is_reachable or path.name.startswith("."):
            continue
        above = {str(parent) for parent in path.parents}
        assert (str(path) in known) != (str(path) in skipped or bool(above & skipped))


@law
@given(tree=trees)
def test_modules_are_sorted_unique_and_named_after_their_files(
    tree: set[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = written(tmp_path_factory, tree)
    modules = find_modules(["pkg"], [root]).modules
    assert [module.name for module in modules] == sorted({module.name for module in modules})
    for module in modules:
        path = Path(module.path).relative_to(root).with_suffix("")
        parts = path.parts[:-1] if module.is_package else path.parts
        assert module.name == ".".join(parts)
        assert module.is_package == (path.name == "__init__")


@law
@given(tree=trees, more=trees)
def test_a_file_more_never_takes_a_module_away(
    tree: set[str], more: set[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    before = find_modules(["pkg"], [written(tmp_path_factory, tree)])
    after = find_modules(["pkg"], [written(tmp_path_factory, tree | more)])
    assert names(before) <= names(after)


@law
@given(tree=trees)
def test_the_order_of_the_directory_does_not_matter(
    tree: set[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("tree")
    for name in sorted({*tree, "__init__.py"}, reverse=True):
        write_tree(root, {f"pkg/{name}": ""})
    again = written(tmp_path_factory, tree)
    one, other = find_modules(["pkg"], [root]), find_modules(["pkg"], [again])
    assert [module._replace(path="") for module in one.modules] == [
        module._replace(path="") for module in other.modules
    ]
    assert [os.path.relpath(path, root) for path, _ in one.skipped] == [
        os.path.relpath(path, again) for path, _ in other.skipped
    ]


@pytest.mark.parametrize("package", PACKAGES)
def test_installed_packages_have_the_modules_that_grimp_finds(package: str) -> None:
    assert names(find_modules([package], [SITE])) == grimp_names(SITE / package, package)


@pytest.mark.parametrize("package", PACKAGES)
def test_installed_packages_have_every_module_that_python_would_import(package: str) -> None:
    found = names(find_modules([package], [SITE]))
    waiting = [(package, str(SITE / package))]
    importable = {package}
    while waiting:
        parent, path = waiting.pop()
        for _, name, is_package in pkgutil.iter_modules([path]):
            if is_package or Path(path, f"{name}.py").is_file():
                importable.add(f"{parent}.{name}")
            if is_package:
                waiting.append((f"{parent}.{name}", str(Path(path, name))))
    assert importable <= found


@law
@given(tree=trees, linked=trees)
def test_a_linked_directory_holds_what_its_target_holds(
    tree: set[str], linked: set[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = written(tmp_path_factory, {f"a/{name}" for name in tree} | {"a/__init__.py"})
    write_tree(root, {f"other/{name}": "" for name in {*linked, "__init__.py"}})
    (root / "pkg/linked").symlink_to(root / "other")
    through = {
        name.replace("pkg.linked", "other", 1)
        for name in names(find_modules(["pkg"], [root]))
        if f"{name}.".startswith("pkg.linked.")
    }
    assert through == names(find_modules(["other"], [root]))


@law
@given(tree=trees, linked=trees)
def test_packages_are_found_together_as_they_are_alone(
    tree: set[str], linked: set[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = written(tmp_path_factory, tree)
    write_tree(root, {f"other/{name}": "" for name in {*linked, "__init__.py"}})
    alone = [find_modules([name], [root]) for name in ("pkg", "other")]
    both = find_modules(["pkg", "other", "pkg"], [root])
    assert both.packages == ("pkg", "other")
    assert sorted(both.modules) == sorted(module for one in alone for module in one.modules)
    assert sorted(both.skipped) == sorted(skipped for one in alone for skipped in one.skipped)
