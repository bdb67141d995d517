"""The view of a codebase: what it finds, leaves out, remembers, and refuses to judge."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_samples import write_tree
from pytest_fitness.codebase.analysis import Codebase
from pytest_fitness.codebase.cache import Cache
from pytest_fitness.errors import MeasureError, NoDataError

SHOP = {
    "shop/__init__.py": "",
    "shop/web/__init__.py": "",
    "shop/web/views.py": "import os\nfrom shop import orders\n",
    "shop/web/forms.py": "from shop.web import views\n",
    "shop/orders.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import shop.web\n",
    "bank.py": "import shop.orders\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "project", SHOP)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    cache = Cache(tmp_path / "cache")
    yield cache
    cache.close()


def view(
    root: Path, cache: Cache, *packages: str, exclude: tuple[str, ...] = (), **others: list[str]
) -> Codebase:
    return Codebase(root, packages or ("shop",), others.get("source"), exclude, cache)


def names(codebase: Codebase) -> list[str]:
    return [module.name for module in codebase.found.modules]


def imports(codebase: Codebase, **options: bool) -> set[tuple[str, str]]:
    graph = codebase.graph(**options)
    return {
        (graph.names[importer], graph.names[imported])
        for importer, row in enumerate(graph.imports)
        for imported in row
    }


def test_packages_are_looked_up_in_src_first_and_then_in_the_root(
    tmp_path: Path, cache: Cache
) -> None:
    write_tree(tmp_path, {"src/a/__init__.py": "", "a/__init__.py": "", "b.py": ""})
    found = view(tmp_path, cache, "a", "b").found.modules
    assert [module.path for module in found] == [
        str(tmp_path / "src/a/__init__.py"),
        str(tmp_path / "b.py"),
    ]


def test_a_source_that_is_named_is_the_only_one(tmp_path: Path, cache: Cache) -> None:
    write_tree(tmp_path, {"src/a.py": "", "lib/b.py": ""})
    assert names(view(tmp_path, cache, "b", source=["lib"])) == ["b"]
    with pytest.raises(MeasureError, match="package a was not found"):
        _ = view(tmp_path, cache, "a", source=["lib"]).found


@pytest.mark.parametrize(
    ("exclude", "left"),
    [
        (("shop.web",), ["shop", "shop.orders"]),
        (("shop.web.*",), ["shop", "shop.orders", "shop.web"]),
        (("shop.**",), ["shop"]),
        (("**.views", "shop.orders"), ["shop", "shop.web", "shop.web.forms"]),
        (("shop",), []),
    ],
)
def test_what_is_excluded_is_as_if_it_were_not_there(
    root: Path, cache: Cache, exclude: tuple[str, ...], left: list[str]
) -> None:
    codebase = view(root, cache, exclude=exclude)
    assert names(codebase) == left
    assert set(codebase.facts) == set(left)
    assert {name for pair in imports(codebase) for name in pair} <= set(left)
    assert codebase.notes == ()


def test_an_exclude_that_matches_nothing_is_noted(root: Path, cache: Cache) -> None:
    codebase = view(root, cache, exclude=("shop.gone", "shop.web", "zzz.**"))
    assert codebase.notes == (
        "codebase: exclude: shop.gone matches no module",
        "codebase: exclude: zzz.** matches no module",
    )


def test_a_malformed_exclude_is_an_error(root: Path, cache: Cache) -> None:
    with pytest.raises(MeasureError, match="is not a module name or glob"):
        _ = view(root, cache, exclude=("shop.a*",)).found


def test_a_file_that_cannot_be_parsed_may_be_excluded(root: Path, cache: Cache) -> None:
    write_tree(root, {"shop/old.py": "print 'x'\n"})
    with pytest.raises(MeasureError, match=r"shop/old\.py:1: cannot be analysed"):
        view(root, cache).graph()
    assert imports(view(root, cache, exclude=("shop.old",)))


@pytest.mark.parametrize(
    ("files", "tail"),
    [(1, ""), (2, ", and 1 more file"), (3, ", and 2 more files")],
)
def test_files_that_cannot_be_parsed_are_counted(
    root: Path, cache: Cache, files: int, tail: str
) -> None:
    write_tree(root, {f"shop/bad{number}.py": "\nx = = 1\n" for number in range(files)})
    with pytest.raises(MeasureError) as caught:
        view(root, cache).require_parsed()
    assert caught.value.message == (f"shop/bad0.py:2: cannot be analysed: invalid syntax{tail}")
    assert caught.value.hint == "Mend it, or leave it out: `codebase: {exclude: [MODULE]}`."


def test_only_the_modules_that_are_judged_need_to_parse(root: Path, cache: Cache) -> None:
    write_tree(root, {"shop/bad.py": "x ="})
    codebase = view(root, cache)
    codebase.require_parsed(codebase.select(["shop.web"]))
    with pytest.raises(MeasureError, match=r"shop/bad\.py"):
        codebase.require_parsed(codebase.select(["shop.bad"]))


@pytest.mark.parametrize(
    ("external", "type_checking", "extra"),
    [
        (False, False, set()),
        (True, False, {("shop.web.views", "os"), ("shop.orders", "typing")}),
        (False, True, {("shop.orders", "shop.web")}),
    ],
)
def test_the_graph_is_what_was_asked_for(
    root: Path, cache: Cache, external: bool, type_checking: bool, extra: set[tuple[str, str]]
) -> None:
    always = {("shop.web.views", "shop.orders"), ("shop.web.forms", "shop.web.views")}
    for codebase in (view(root, cache), view(root, cache)):
        found = imports(codebase, external=external, type_checking=type_checking)
        assert found == always | extra


def test_another_view_shares_the_project_and_is_made_once(root: Path, cache: Cache) -> None:
    codebase = view(root, cache, exclude=("shop.web",))
    both = codebase.of(["shop", "bank"])
    assert names(both) == ["bank", "shop", "shop.orders"]
    assert codebase.of(("shop", "bank")) is both
    assert codebase.of(["shop"]) is codebase
    assert both.digest != codebase.digest


@pytest.mark.parametrize(
    "change",
    [
        {"shop/orders.py": SHOP["shop/orders.py"] + "\n"},
        {"shop/new.py": ""},
        {"shop/web/forms.py": ""},
    ],
)
def test_the_digest_changes_with_the_code(root: Path, cache: Cache, change: dict[str, str]) -> None:
    before = view(root, cache).digest
    assert view(root, cache).digest == before
    write_tree(root, change)
    assert view(root, cache).digest != before


def test_the_digest_heeds_content_and_names_but_no_times(root: Path, cache: Cache) -> None:
    before = view(root, cache).digest
    path = root / "shop/orders.py"
    path.write_bytes(path.read_bytes())
    (root / "shop/notes.txt").write_text("no code")
    assert view(root, cache).digest == before
    path.rename(root / "shop/order.py")
    assert view(root, cache).digest != before


def test_what_was_kept_is_recalled_until_the_code_changes(root: Path, cache: Cache) -> None:
    view(root, cache).keep("key", [1, 2])
    assert view(root, cache).recall("key") == [1, 2]
    assert view(root, cache).recall("other") is None
    write_tree(root, {"shop/orders.py": "x = 1\n"})
    assert view(root, cache).recall("key") is None


def test_what_was_measured_is_remembered_once_closed(root: Path, cache: Cache) -> None:
    first = view(root, cache)
    assert first.remember("figure", lambda: 7) == 7
    assert first.of(["bank"]).remember("figure", lambda: 9) == 9
    assert view(root, cache).remember("figure", lambda: 8) == 8
    first.close()
    again = view(root, cache)
    assert again.remember("figure", lambda: 8) == 7
    assert again.of(["bank"]).remember("figure", lambda: 8) == 9


def test_what_two_views_measured_is_kept_of_both(root: Path, cache: Cache) -> None:
    one, other = view(root, cache), view(root, cache)
    one.remember("one", lambda: 1)
    other.remember("other", lambda: 2)
    one.close()
    other.close()
    again = view(root, cache)
    assert [again.remember(key, lambda: 0) for key in ("one", "other")] == [1, 2]


@pytest.mark.parametrize(
    ("globs", "exclude", "selected"),
    [
        (["shop.web"], [], ["shop.web", "shop.web.forms", "shop.web.views"]),
        (["shop.web.*"], [], ["shop.web.forms", "shop.web.views"]),
        (["shop.orders", "shop.web"], ["shop.web.*"], ["shop.orders", "shop.web"]),
        (["**.views", "shop.web.views"], [], ["shop.web.views"]),
        (["shop"], ["shop.gone"], [
            "shop", "shop.orders", "shop.web", "shop.web.forms", "shop.web.views",
        ]),
    ],
)  # fmt: skip
def test_modules_are_selected_by_glob(
    root: Path, cache: Cache, globs: list[str], exclude: list[str], selected: list[str]
) -> None:
    assert [module.name for module in view(root, cache).select(globs, exclude)] == selected


def test_a_selection_of_nothing_is_no_data(root: Path, cache: Cache) -> None:
    codebase = view(root, cache)
    with pytest.raises(NoDataError, match=r"no module matches shop\.wbe") as caught:
        codebase.select(["shop.orders", "shop.wbe"])
    assert "shop.web" in (caught.value.hint or "")
    with pytest.raises(NoDataError, match="every module that matches is excluded"):
        codebase.select(["shop.web"], ["shop.**"])
    assert codebase.idle(["shop.web", "shop.gone", "zzz.*"]) == ["shop.gone", "zzz.*"]


def test_paths_are_shown_below_the_root(root: Path, cache: Cache) -> None:
    codebase = view(root, cache)
    assert codebase.relative(str(root / "shop/orders.py")) == "shop/orders.py"
    assert codebase.relative("/elsewhere/a.py") == "/elsewhere/a.py"
    assert codebase.relative(f"{root}-old/a.py") == f"{root}-old/a.py"
