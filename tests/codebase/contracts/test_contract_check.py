import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graph_samples import graph_at, graph_of, write_tree
from pytest_fitness.codebase.contracts.chains import read_chains
from pytest_fitness.codebase.contracts.check import ContractResult, check_contracts
from pytest_fitness.codebase.imports.graph import ImportGraph
from pytest_fitness.errors import MeasureError
from pytest_fitness.model import Link, Place

SHOP = {
    "src/shop/__init__.py": "",
    "src/shop/web/__init__.py": "",
    "src/shop/web/views.py": "import shop.services.cart\n",
    "src/shop/web/forms.py": "\nimport shop.services.cart\n",
    "src/shop/services/__init__.py": "",
    "src/shop/services/cart.py": "from shop.storage import db\nfrom shop import util\n",
    "src/shop/storage/__init__.py": "",
    "src/shop/storage/db.py": "\n\nfrom shop.web import views\nimport shop.web.views\n",
    "src/shop/storage/cache.py": "import shop.util\n",
    "src/shop/storage/files.py": "import shop.util\n",
    "src/shop/util.py": "import shop.glue\n",
    "src/shop/glue.py": "from shop.web import views\nfrom shop.web import forms\n",
    "contract_kinds.py": '''
import os
import sys
import time

from importlinter import Contract, ContractCheck, fields, output

print("imported, on standard output")
os.write(1, b"and straight to the file descriptor")


class Forbid(Contract):
    """Keeps one module from importing another; says so in its own words."""

    importer = fields.StringField()
    imported = fields.StringField()

    def check(self, graph, verbose):
        print("checking")
        details = graph.get_import_details(importer=self.importer, imported=self.imported)
        for detail in details:
            graph.remove_module(self.imported)
        return ContractCheck(kept=not details, metadata={"details": details}, warnings=["mind it"])

    def render_broken_contract(self, check):
        for detail in check.metadata["details"]:
            output.print_error(f"{self.importer} must not import {self.imported}, see line")
            output.print(f"  {detail['line_number']}" + " and so on" * 20)


class Odd(Forbid):
    def check(self, graph, verbose):
        return ContractCheck(kept=False, metadata={"invalid_chains": "none of your business"})

    def render_broken_contract(self, check):
        pass


class Exits(Forbid):
    def check(self, graph, verbose):
        sys.exit("enough")


class Raises(Forbid):
    def check(self, graph, verbose):
        raise LookupError("no luck")


class Dies(Forbid):
    def check(self, graph, verbose):
        print("last words", file=sys.stderr, flush=True)
        os._exit(3)


class Sleeps(Forbid):
    def check(self, graph, verbose):
        time.sleep(60)
''',
}
SESSION = {
    "root_packages": ["shop"],
    "contract_types": [
        *(
            f"{name.lower()}: contract_kinds.{name}"
            for name in ("Forbid", "Odd", "Exits", "Raises")
        ),
        "dies: contract_kinds.Dies",
        "sleeps: contract_kinds.Sleeps",
        "gone: nowhere.Contract",
        "unfound: contract_kinds.Nothing",
    ],
}
CONTRACTS: dict[str, dict[str, Any]] = {
    "layers": {"type": "layers", "layers": ["shop.web", "shop.services", "shop.storage"]},
    "exhaustive": {
        "type": "layers", "layers": ["web", "services"], "containers": ["shop"], "exhaustive": True,
        "exhaustive_ignores": ["storage"],
    },
    "kept": {
        "type": "layers", "layers": ["shop.web", "shop.services", "shop.storage"],
        "ignore_imports": ["shop.storage.* -> shop.web.views", "shop.glue -> shop.web.*"],
    },
    "independence": {"type": "independence", "modules": ["shop.util", "shop.storage.cache"]},
    "forbidden": {
        "type": "forbidden", "source_modules": ["shop.services"],
        "forbidden_modules": ["shop.web"], "allow_indirect_imports": False,
    },
    "protected": {
        "type": "protected", "protected_modules": ["shop.util"],
        "allowed_importers": ["shop.services"],
    },
    "acyclic": {"type": "acyclic_siblings", "ancestors": ["shop"], "depth": 1},
    "own": {"type": "forbid", "importer": "shop.storage.db", "imported": "shop.web.views"},
    "own-kept": {"type": "forbid", "importer": "shop.util", "imported": "shop.web.views"},
    "odd": {"type": "odd", "importer": "a", "imported": "b"},
    "exits": {"type": "exits", "importer": "a", "imported": "b"},
    "raises": {"type": "raises", "importer": "a", "imported": "b"},
    "unknown": {"type": "layer", "layers": ["shop.web"]},
    "strange": {"type": "qqq"},
    "gone": {"type": "gone"},
    "unfound": {"type": "unfound"},
    "bad-options": {"type": "layers", "layer": ["shop.web"]},
    "missing": {"type": "layers", "layers": ["shop.web", "shop.gone"]},
    "stale": {
        "type": "independence", "modules": ["shop.web", "shop.glue"],
        "ignore_imports": ["shop.web -> shop.glue"],
    },
    "stale-warns": {
        "type": "independence", "modules": ["shop.web.views", "shop.web.forms"],
        "ignore_imports": ["shop.web -> shop.glue", "shop.storage.db -> shop.web.views"],
        "unmatched_ignore_imports_alerting": "warn",
    },
    "overlap": {"type": "independence", "modules": ["shop.web", "shop.web.views"]},
    "vacuous": {"type": "independence", "modules": ["shop.gone.*"]},
    "empty": {"type": "independence", "modules": []},
    "absent": {"type": "layers", "layers": ["(shop.gone)", "(shop.lost)"]},
    "absent-inside": {"type": "layers", "layers": ["(x) | (y)"], "containers": ["shop", "shop.*"]},
    "no-layers": {"type": "layers", "layers": []},
    "nobody": {
        "type": "protected", "protected_modules": ["shop.web.forms"], "allowed_importers": [],
        "ignore_imports": ["shop.glue -> shop.web.forms"],
    },
    "half-vacuous": {
        "type": "forbidden", "source_modules": ["shop.gone.*", "shop.web"],
        "forbidden_modules": ["shop.glue"], "allow_indirect_imports": True,
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tree(tmp_path_factory.mktemp("project"), SHOP)


@pytest.fixture(scope="module")
def graph(root: Path) -> ImportGraph:
    return graph_at(root / "src", "shop")


@pytest.fixture(scope="module")
def results(root: Path, graph: ImportGraph) -> dict[str, ContractResult]:
    """All contracts, checked at once by one child."""
    contracts = [{"name": name} | options for name, options in CONTRACTS.items()]
    found = check_contracts(graph, SESSION, contracts, root_dir=root)
    return dict(zip(CONTRACTS, found, strict=True))


def keys(result: ContractResult) -> list[str]:
    return [place.key for place in result.places]


def test_one_place_for_each_pair_of_modules(results: dict[str, ContractResult]) -> None:
    broken = results["layers"]

    assert (broken.outcome, broken.message) == ("broken", "")
    assert keys(broken) == [
        "shop.services.cart -> ... -> shop.web.forms",
        "shop.services.cart -> ... -> shop.web.views",
        "shop.storage.cache -> ... -> shop.web.forms",
        "shop.storage.cache -> ... -> shop.web.views",
        "shop.storage.db -> shop.web.views",
        "shop.storage.files -> ... -> shop.web.forms",
        "shop.storage.files -> ... -> shop.web.views",
    ]


def test_a_direct_import_says_where_it_stands(results: dict[str, ContractResult]) -> None:
    place = results["layers"].places[4]

    path = "src/shop/storage/db.py"
    assert place == Place(
        key="shop.storage.db -> shop.web.views",
        message="shop.storage.db imports shop.web.views",
        path=path,
        line=3,
        chain=(Link("shop.storage.db", "shop.web.views", path, 3),),
    )


def test_every_link_of_a_chain_has_its_line(results: dict[str, ContractResult]) -> None:
    place = results["layers"].places[2]

    assert place.message == (
        "shop.storage.cache imports shop.web.forms indirectly through shop.util, shop.glue"
    )
    assert (place.path, place.line) == ("src/shop/storage/cache.py", 1)
    assert place.chain == (
        Link("shop.storage.cache", "shop.util", "src/shop/storage/cache.py", 1),
        Link("shop.util", "shop.glue", "src/shop/util.py", 1),
        Link("shop.glue", "shop.web.forms", "src/shop/glue.py", 2),
    )


def test_removing_one_head_leaves_the_other_places_as_they_are(
    root: Path, graph: ImportGraph, results: dict[str, ContractResult]
) -> None:
    imports = list(graph.imports)
    imports[graph.index["shop.storage.cache"]] = []
    lines = [found if row else [] for found, row in zip(graph.lines, imports, strict=True)]
    fewer = replace(graph, imports=imports, lines=lines)

    (left,) = check_contracts(fewer, SESSION, [CONTRACTS["layers"] | {"name": "x"}], root_dir=root)

    assert set(left.places) < set(results["layers"].places)
    assert len(left.places) == len(results["layers"].places) - 2


def test_modules_that_are_no_layer_are_places(results: dict[str, ContractResult]) -> None:
    places = [place for place in results["exhaustive"].places if not place.chain]

    assert places == [
        Place("shop.glue", "shop.glue is not declared as a layer", None, "src/shop/glue.py", 1),
        Place("shop.util", "shop.util is not declared as a layer", None, "src/shop/util.py", 1),
    ]


def test_kept_with_ignored_imports_says_how_many(results: dict[str, ContractResult]) -> None:
    assert results["kept"] == ContractResult("kept", notes=("3 imports ignored by ignore_imports",))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("independence", ["shop.storage.cache -> shop.util"]),
        (
            "forbidden",
            [
                "shop.services.cart -> ... -> shop.web.forms",
                "shop.services.cart -> ... -> shop.web.views",
            ],
        ),
        ("protected", ["shop.storage.cache -> shop.util", "shop.storage.files -> shop.util"]),
        ("acyclic", ["shop.services.cart -> shop.storage.db", "shop.util -> shop.glue"]),
    ],
)  # fmt: skip
def test_each_contract_type_names_its_imports(
    name: str, expected: list[str], results: dict[str, ContractResult]
) -> None:
    assert (results[name].outcome, keys(results[name])) == ("broken", expected)
    assert all(link.path and link.line for place in results[name].places for link in place.chain)


def test_a_type_of_ones_own_speaks_for_itself(results: dict[str, ContractResult]) -> None:
    (place,) = results["own"].places

    lines = place.message.splitlines()
    assert place.key == "own"
    assert lines[0] == "shop.storage.db must not import shop.web.views, see line"
    assert lines[1].startswith("  3 and so on")
    assert lines[1].endswith("and so on")
    assert results["own"].notes == ("mind it",)


def test_a_contract_cannot_change_the_graph_of_the_next(results: dict[str, ContractResult]) -> None:
    assert results["own-kept"] == ContractResult("kept", notes=("mind it",))


def test_what_a_contract_says_has_no_colours(
    root: Path, graph: ImportGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")

    (result,) = check_contracts(graph, SESSION, [CONTRACTS["own"] | {"name": "own"}], root_dir=root)

    assert "\x1b" not in result.places[0].message


def test_metadata_of_another_shape_is_no_chain(results: dict[str, ContractResult]) -> None:
    assert results["odd"].places == (Place("odd", "odd is broken"),)


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("exits", "SystemExit: enough", "raised in {root}/contract_kinds.py:41"),
        ("raises", "LookupError: no luck", "raised in {root}/contract_kinds.py:46"),
        ("unknown", "there is no contract type 'layer'", "did you mean layers?"),
        (
            "gone",
            (
                "the contract type gone (nowhere.Contract) cannot be imported: "
                "No module named 'nowhere'"
            ),
            "contract_types are imported from the root directory of the project",
        ),
        (
            "unfound",
            (
                "the contract type unfound (contract_kinds.Nothing) cannot be imported: "
                "module 'contract_kinds' has no attribute 'Nothing'"
            ),
            "contract_types are imported from the root directory of the project",
        ),
        (
            "bad-options",
            "layer: Unrecognized option. Did you mean 'layers'?; layers: This is a required field.",
            None,
        ),
        ("missing", "Missing layer 'shop.gone': module shop.gone does not exist.", None),
        (
            "stale",
            "No matches for ignored import shop.web -> shop.glue.",
            "remove the stale ignores",
        ),
        ("vacuous", "modules: shop.gone.* matches no module", "it could never be broken"),
        ("empty", "modules: an empty list matches no module", "it could never be broken"),
        ("absent", "layers: none of them exists", "it could never be broken"),
        ("absent-inside", "layers: none of them exists", "it could never be broken"),
        ("no-layers", "layers: none of them exists", "it could never be broken"),
    ],
)
def test_a_bad_contract_says_why_and_hides_no_other(
    name: str, message: str, hint: str | None, results: dict[str, ContractResult], root: Path
) -> None:
    expected = hint and hint.format(root=root)

    assert results[name] == ContractResult("invalid", message=message, hint=expected)


def test_an_unknown_type_without_a_near_name_lists_the_types(
    results: dict[str, ContractResult],
) -> None:
    hint = results["strange"].hint or ""

    assert hint.startswith("the types are acyclic_siblings, dies, exits, forbid, forbidden, gone,")


def test_packages_that_overlap_are_invalid(results: dict[str, ContractResult]) -> None:
    assert results["overlap"].outcome == "invalid"
    assert "shared descendants" in results["overlap"].message


def test_nobody_may_be_allowed_to_import(results: dict[str, ContractResult]) -> None:
    assert results["nobody"].outcome == "kept"


def test_warnings_and_unmatched_globs_are_notes(results: dict[str, ContractResult]) -> None:
    assert results["stale-warns"].notes == (
        "No matches for ignored import shop.web -> shop.glue.",
        "1 import ignored by ignore_imports",
    )
    assert results["half-vacuous"] == ContractResult(
        "kept", notes=("source_modules: shop.gone.* matches no module",)
    )


def test_a_crash_is_an_error_with_the_last_words(root: Path, graph: ImportGraph) -> None:
    contract = {"type": "dies", "name": "dies", "importer": "a", "imported": "b"}

    with pytest.raises(MeasureError) as caught:
        check_contracts(graph, SESSION, [contract], root_dir=root)

    assert caught.value.message == "checking the contracts crashed (exit status 3)"
    assert (caught.value.hint or "").endswith("last words")


def test_a_check_that_does_not_end_is_given_up(root: Path, graph: ImportGraph) -> None:
    contract = {"type": "sleeps", "name": "sleeps", "importer": "a", "imported": "b"}

    with pytest.raises(MeasureError, match="not checked within 1s"):
        check_contracts(graph, SESSION, [contract], root_dir=root, timeout=1)


def test_contract_types_are_never_imported_here(results: dict[str, ContractResult]) -> None:
    assert results
    assert "contract_kinds" not in sys.modules


def test_what_is_plainly_kept_needs_no_child(tmp_path: Path) -> None:
    graph = graph_of({"shop.web": ["shop.storage"], "shop.storage": []})
    contract = {"type": "layers", "name": "layers", "layers": ["shop.web", "shop.storage"]}
    session = {"root_packages": ["shop"]}

    results = check_contracts(graph, session, [contract], root_dir=tmp_path, timeout=0)

    assert results == [ContractResult("kept")]


def test_a_type_may_replace_a_built_in_one(root: Path, graph: ImportGraph) -> None:
    session = {"root_packages": "shop", "contract_types": "layers: contract_kinds.Raises"}
    contract = {"type": "layers", "name": "mine", "importer": "a", "imported": "b"}

    (result,) = check_contracts(graph, session, [contract], root_dir=root)

    assert result.message == "LookupError: no luck"


def test_contract_types_are_found_under_the_source_roots(tmp_path: Path) -> None:
    write_tree(tmp_path, {"lib/own_kinds.py": SHOP["contract_kinds.py"]})
    session = {"root_packages": ["shop"], "contract_types": ["own: own_kinds.Forbid"]}
    contract = {"type": "own", "name": "own", "importer": "shop.a", "imported": "shop.b"}

    (result,) = check_contracts(
        graph_of({"shop.a": ["shop.b"]}), session, [contract],
        root_dir=tmp_path, import_paths=[tmp_path / "lib"],
    )  # fmt: skip

    assert result.outcome == "broken"


_PROGRAM = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from graph_samples import graph_at
from pytest_fitness.codebase.contracts.check import check_contracts
from test_contract_check import CONTRACTS
root = Path(sys.argv[2])
names = ["layers", "exhaustive", "independence", "forbidden", "protected", "acyclic"]
contracts = [CONTRACTS[name] | {"name": name} for name in names]
for result in check_contracts(
    graph_at(root / "src", "shop"), {"root_packages": ["shop"]}, contracts, root_dir=root
):
    print(result)
"""


def test_the_order_does_not_depend_on_the_hash_seed(root: Path) -> None:
    printed = {
        subprocess.run(
            [sys.executable, "-c", _PROGRAM, str(Path(__file__).parent), str(root)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(printed) == 1


def test_of_several_chains_between_two_modules_the_shortest_is_kept() -> None:
    def link(importer: str, imported: str) -> dict[str, Any]:
        return {"importer": importer, "imported": imported, "line_numbers": (1,)}

    long = [link("a", "c"), link("c", "d"), link("d", "z")]
    short = {"chain": [link("a", "b"), link("b", "z")], "extra_firsts": [], "extra_lasts": []}
    metadata = {"invalid_chains": [{"chains": [long]}, {"chains": [short]}]}

    assert read_chains(metadata) == ([("a", "b", "z")], [])


def test_heads_and_tails_are_paired() -> None:
    def link(importer: str, imported: str) -> dict[str, Any]:
        return {"importer": importer, "imported": imported, "line_numbers": (1,)}

    route = {
        "chain": [link("a", "m"), link("m", "y")],
        "extra_firsts": [link("b", "m")],
        "extra_lasts": [link("m", "z")],
    }

    chains, _ = read_chains({"invalid_dependencies": [{"routes": [route]}]})

    assert chains == [("a", "m", "y"), ("a", "m", "z"), ("b", "m", "y"), ("b", "m", "z")]
