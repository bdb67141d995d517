import importlib
import marshal
import sys
from pathlib import Path

import grimp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph_samples import graph_at, graph_of, write_tree, written_imports
from pytest_fitness.codebase.imports.graph import ImportGraph, build_graph
from pytest_fitness.codebase.modules import FoundModules, Module, find_modules

_SAMPLE = {
    "acme_ns/bank/__init__.py": "",
    "acme_ns/bank/api.py": """\
import acme_ns
import acme_ns.deep
import acme_ns.deep.shop
import acme_ns.deep.shop.gone.deeper
import acme_ns.deep.other.thing
import acme_ns.missing.part
from acme_ns.deep import loose
from acme_ns.deep.loose import ends
from acme_ns.deep.loose.ends import tie
from ..deep.shop import cart
""",
    "acme_ns/deep/loose/ends.py": "import json.decoder",
    "acme_ns/deep/shop/__init__.py": "import acme_ns.bank",
    "acme_ns/deep/shop/cart.py": """\
from .. import loose
import imports_shop.web.views
""",
    "imports_shop/__init__.py": """\
from . import web
from .web import views
""",
    "imports_shop/storage.py": """\
import acme_ns
import acme_ns.deep
import acme_ns.bank.api.pay
from .web import views, gone
from . import storage
""",
    "imports_shop/web/__init__.py": """\
import imports_shop.web
from .views import page, render
from .. import storage
""",
    "imports_shop/web/views.py": """\
from __future__ import annotations

import os.path, xml.dom.minidom as dom
from typing import TYPE_CHECKING

from imports_shop import *
from imports_shop.storage.tables import orders
from imports_shop.web.gone.away import nothing

if TYPE_CHECKING:
    from imports_shop import storage
    import decimal
else:
    from ..storage import Storage


def page():
    from imports_shop.storage import Storage

    try:
        import acme_ns.deep.shop.cart
    except ImportError:
        import acme_ns.other.thing
    return Storage


def render():
    from . import page
""",
}
Edges = dict[tuple[str, str], list[int]]


def edges(graph: grimp.ImportGraph) -> Edges:
    return {
        (importer, imported): sorted(
            detail["line_number"]
            for detail in graph.get_import_details(importer=importer, imported=imported)
        )
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
    }


def both_graphs(
    root: Path, packages: list[str], *, external: bool, exclude: bool
) -> tuple[grimp.ImportGraph, grimp.ImportGraph]:
    """Our graph and grimp's own of the same packages."""
    found = find_modules(packages, [root])
    raw = {module.name: written_imports(Path(module.path)) for module in found.modules}
    ours = build_graph(found, raw, include_external=external, exclude_type_checking=exclude)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [str(root), *sys.path])
        importlib.invalidate_caches()
        theirs = grimp.build_graph(
            *packages,
            include_external_packages=external,
            exclude_type_checking_imports=exclude,
            cache_dir=None,
        )
        for name in [name for name in sys.modules if name.partition(".")[0] == "acme_ns"]:
            del sys.modules[name]
    return ours.to_grimp(), theirs


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Packages with every way to write an import, one of them a namespace."""
    return write_tree(tmp_path_factory.mktemp("sample"), _SAMPLE)


@pytest.mark.parametrize("external", [False, True])
@pytest.mark.parametrize("exclude", [False, True])
@pytest.mark.parametrize(
    "packages",
    [
        ["imports_shop"],
        ["acme_ns"],
        ["acme_ns.bank"],
        ["acme_ns.bank", "acme_ns.deep.shop"],
        ["imports_shop", "acme_ns.deep.shop"],
    ],
    ids="+".join,
)
def test_equals_the_graph_of_grimp(
    packages: list[str], sample: Path, *, external: bool, exclude: bool
) -> None:
    ours, theirs = both_graphs(sample, packages, external=external, exclude=exclude)

    assert ours.modules == theirs.modules
    assert edges(ours) == edges(theirs)
    assert {name for name in ours.modules if ours.is_module_squashed(name)} == {
        name for name in theirs.modules if theirs.is_module_squashed(name)
    }


_TARGETS = st.sampled_from(
    [
        "import {0}.a", "import {0}.a.x, os.path", "import {0}", "from . import x",
        "from .x import y", "from .. import a", "from {0}.a.x import thing",
        "from {0} import *", "import other.{0}", "from {0}.b import gone",
        "import {0}.b.gone.deeper", "from .a import x as y, z",
    ]
)  # fmt: skip
_PLACES = st.sampled_from(["a/__init__.py", "a/x.py", "b.py", "b/__init__.py", "b/x.py", "c/x.py"])
_numbers = iter(range(10**6))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    files=st.dictionaries(_PLACES, st.lists(_TARGETS, max_size=4), min_size=1, max_size=6),
    regular=st.booleans(),
    external=st.booleans(),
)
def test_resolves_any_import_as_grimp_does(
    files: dict[str, list[str]],
    regular: bool,
    external: bool,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    package = f"sample{next(_numbers)}"
    root = tmp_path_factory.mktemp("resolve")
    tree = {
        f"{package}/{name}": "\n".join(line.format(package) for line in lines)
        for name, lines in files.items()
    }
    write_tree(root, tree | ({f"{package}/__init__.py": ""} if regular else {}))

    ours, theirs = both_graphs(root, [package], external=external, exclude=False)

    # An import that leaves the top-level package leads grimp to a module without a name.
    theirs.remove_module("")
    assert ours.modules == theirs.modules
    assert edges(ours) == edges(theirs)


def test_resolves_an_object_to_the_module_that_holds_it() -> None:
    graph = graph_of({"shop.web": ["shop.db.connect", "shop.db"], "shop.db": []})

    assert graph.names == ["shop", "shop.db", "shop.db.connect", "shop.web"]
    assert graph.imports[graph.index["shop.web"]] == [1, 2]


def test_keeps_every_line_of_an_import(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path,
        {
            "shop/__init__.py": "",
            "shop/a.py": "import shop.b\n\nfrom shop.b import x, y",
            "shop/b.py": "",
        },
    )

    graph = graph_at(root, "shop")

    assert graph.import_lines(graph.index["shop.a"], graph.index["shop.b"]) == [1, 3]
    assert graph.import_lines(graph.index["shop.b"], graph.index["shop.a"]) == []


def test_a_relative_import_that_leaves_the_top_level_is_left_out(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path, {"shop/__init__.py": "from ... import x", "shop/a.py": "from .. import shop"}
    )

    graph = graph_at(root, "shop", include_external=True)

    assert (graph.names, graph.imports) == (["shop", "shop.a"], [[], []])


def test_a_single_file_module_imports_external_packages(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {"shop.py": "import os.path\nfrom . import x"})

    graph = graph_at(root, "shop", include_external=True)

    assert (graph.names, graph.imports, graph.internal) == (["shop", "os"], [[1], []], 1)


def test_external_modules_come_last_and_have_no_path() -> None:
    graph = graph_of({"shop": ["attrs", "zlib"]}, external=["attrs", "zlib"])

    assert graph.names == ["shop", "attrs", "zlib"]
    assert (graph.internal, graph.paths) == (1, ["/project/shop.py"])


def test_a_package_is_one_range_of_names() -> None:
    odd_names = [
        "shop",
        "shop.web",
        "shop.web-old",
        "shop.web.views",
        "shop.web_api",
        "shop.webs.a",
    ]
    modules = tuple(Module(name, f"{name}.py", is_package=False) for name in sorted(odd_names))

    graph = build_graph(FoundModules(("shop",), modules), {})

    assert [graph.names[place] for place in graph.descendants("shop.web")] == ["shop.web.views"]
    assert [graph.names[place] for place in graph.package("shop.web")] == [
        "shop.web", "shop.web.views",
    ]  # fmt: skip
    assert [graph.names[place] for place in graph.package("shop.webs")] == ["shop.webs.a"]
    assert graph.package("shop.nothing") == []


def test_survives_marshal() -> None:
    graph = graph_of({"shop.a": ["shop.b", "os"], "shop.b": ["shop.a"]}, external=["os"])

    assert ImportGraph.unpack(marshal.loads(marshal.dumps(graph.pack()))) == graph


def test_type_checking_imports_are_left_out_on_request() -> None:
    modules = tuple(Module(name, f"{name}.py", is_package=False) for name in ("shop.a", "shop.b"))
    raw = {"shop.a": [("shop.b", 1, True), ("shop.b", 9, False)]}

    graph = build_graph(FoundModules(("shop",), modules), raw, exclude_type_checking=True)

    assert graph.lines == [[[9]], []]
