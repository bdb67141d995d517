"""Real packages: the same modules and the same imports as grimp finds in them."""

import marshal
import sys
import sysconfig
from pathlib import Path

import grimp
import pytest

from graph_samples import written_imports
from pytest_fitness.codebase.imports.coupling import afferent, efferent
from pytest_fitness.codebase.imports.cycles import find_cycles
from pytest_fitness.codebase.imports.elements import Elements, all_modules
from pytest_fitness.codebase.imports.graph import ImportGraph, build_graph
from pytest_fitness.codebase.imports.structure import measure_structure
from pytest_fitness.codebase.modules import find_modules

SITE = Path(sysconfig.get_path("purelib"))
PACKAGES = ["pluggy", "yaml", "click", "packaging", "jsonschema", "attr", "radon", "importlinter"]
Edges = dict[tuple[str, str], list[int]]


def our_graph(*packages: str, external: bool = False, exclude: bool = False) -> ImportGraph:
    found = find_modules(packages, [SITE])
    raw = {module.name: written_imports(SITE / module.path) for module in found.modules}
    return build_graph(found, raw, include_external=external, exclude_type_checking=exclude)


def grimp_graph(*packages: str, external: bool = False, exclude: bool = False) -> grimp.ImportGraph:
    return grimp.build_graph(
        *packages,
        include_external_packages=external,
        exclude_type_checking_imports=exclude,
        cache_dir=None,
    )


def edges(graph: grimp.ImportGraph) -> Edges:
    return {
        (importer, imported): sorted(
            details["line_number"]
            for details in graph.get_import_details(importer=importer, imported=imported)
        )
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
    }


@pytest.mark.parametrize("external", [False, True])
@pytest.mark.parametrize("exclude", [False, True])
@pytest.mark.parametrize("package", PACKAGES)
def test_the_graph_is_that_of_grimp(package: str, *, external: bool, exclude: bool) -> None:
    ours = our_graph(package, external=external, exclude=exclude).to_grimp()
    theirs = grimp_graph(package, external=external, exclude=exclude)
    assert ours.modules == theirs.modules
    assert edges(ours) == edges(theirs)
    assert ours.count_imports() > 0


def test_several_packages_are_one_graph() -> None:
    ours = our_graph("importlinter", "click", external=True).to_grimp()
    theirs = grimp_graph("importlinter", "click", external=True)
    assert edges(ours) == edges(theirs)
    crossing = ours.find_shortest_chain("importlinter.cli", "click.core")
    assert crossing is not None
    assert ours.is_module_squashed("click") is False


@pytest.mark.parametrize("package", PACKAGES)
def test_the_graph_survives_the_cache(package: str) -> None:
    graph = our_graph(package, external=True)
    assert ImportGraph.unpack(marshal.loads(marshal.dumps(graph.pack()))) == graph


@pytest.mark.parametrize("package", PACKAGES)
def test_what_a_module_reaches_is_what_grimp_finds_downstream(package: str) -> None:
    graph = our_graph(package)
    theirs = grimp_graph(package)
    reach = measure_structure(all_modules(graph)).reach
    assert reach == {
        module: 1 + len(theirs.find_upstream_modules(module) - {module}) for module in reach
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_direct_neighbours_are_counted_as_grimp_does(package: str) -> None:
    elements = all_modules(our_graph(package))
    theirs = grimp_graph(package)
    for found in efferent(elements):
        others = theirs.find_modules_directly_imported_by(found.element) - {found.element}
        assert found.value == len(others)
    for found in afferent(elements):
        others = theirs.find_modules_that_directly_import(found.element) - {found.element}
        assert found.value == len(others)


@pytest.mark.parametrize("package", PACKAGES)
def test_cutting_what_is_advised_leaves_grimps_graph_without_cycles(package: str) -> None:
    graph = our_graph(package)
    theirs = grimp_graph(package)
    cycles = find_cycles(all_modules(graph))
    knotted = {name for cycle in cycles for name in cycle.elements}
    assert knotted == {
        module
        for module in theirs.modules
        for chain in [theirs.find_modules_directly_imported_by(module) - {module}]
        if any(theirs.chain_exists(importer=other, imported=module) for other in chain)
    }
    for cycle in cycles:
        for cut in cycle.cuts:
            assert cut in cycle.imports
            theirs.remove_import(importer=cut.importer, imported=cut.imported)
    for name in knotted:
        assert name not in theirs.find_upstream_modules(name)


@pytest.mark.parametrize("package", PACKAGES)
def test_the_lines_of_an_import_name_what_is_imported(package: str) -> None:
    graph = our_graph(package)
    for importer, row in enumerate(graph.imports):
        source = (SITE / graph.paths[importer]).read_text("utf-8").splitlines()
        for imported in row:
            for line in graph.import_lines(importer, imported):
                assert "import" in source[line - 1]


def test_nothing_that_is_read_is_imported() -> None:
    already = "mando" in sys.modules
    graph = our_graph("mando", external=True)
    assert "mando" in graph.index
    assert ("mando" in sys.modules) is already


def test_a_package_that_imports_all_over_has_more_reach_than_its_modules_alone() -> None:
    elements = all_modules(our_graph("click"))
    whole = measure_structure(elements)
    bare = measure_structure(
        Elements(build_graph(find_modules(["click"], [SITE]), {}), elements.names, elements.owner)
    )
    assert bare.ccd == len(elements.names)
    assert whole.ccd > bare.ccd
