"""What goes wrong between the disk and a result is said; it is never a pass."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fault_samples import EXPECTED, SHOP, as_anybody, edges, open_to_all, posix, view

from graph_samples import write_tree
from pytest_fitness.codebase.modules import Skipped, find_modules
from pytest_fitness.errors import MeasureError


@pytest.fixture
def place() -> Iterator[Path]:
    with open_to_all() as directory:
        yield directory


@posix
def test_a_file_that_may_not_be_read_fails_what_would_look_at_it(place: Path) -> None:
    write_tree(place, SHOP)
    (place / "shop/orders.py").chmod(0)
    with as_anybody(), pytest.raises(MeasureError) as caught:
        view(place).graph()
    assert caught.value.message == (
        "shop/orders.py:1: cannot be analysed: cannot be read: Permission denied"
    )


@posix
@pytest.mark.parametrize("name", ["shop/web", "shop"])
def test_a_directory_that_may_not_be_listed_is_named(place: Path, name: str) -> None:
    write_tree(place, SHOP)
    (place / name).chmod(0o300)
    with as_anybody():
        found = find_modules(["shop"], [place])
    reason = "it cannot be listed: Permission denied"
    assert Skipped(str(place / name), reason) in found.skipped
    assert all(not module.name.startswith("shop.web") for module in found.modules)


@posix
def test_a_directory_that_may_not_be_listed_hides_no_other(place: Path) -> None:
    write_tree(place, SHOP)
    (place / "shop/web").chmod(0)
    with as_anybody():
        found = find_modules(["shop"], [place])
    assert [module.name for module in found.modules] == ["shop", "shop.orders"]


@pytest.mark.parametrize("gone", ["shop/orders.py", "shop/web/views.py", "shop/__init__.py"])
def test_a_file_that_vanishes_after_it_was_found_fails_what_would_look_at_it(
    place: Path, gone: str
) -> None:
    write_tree(place, SHOP)
    codebase = view(place)
    assert len(codebase.found.modules) == 4
    (place / gone).unlink()
    with pytest.raises(MeasureError, match="cannot be read: No such file or directory"):
        codebase.graph()


def test_a_file_that_vanishes_after_it_was_hashed_fails_what_would_look_at_it(
    place: Path,
) -> None:
    write_tree(place, SHOP)
    codebase = view(place)
    assert codebase.digest
    (place / "shop/orders.py").unlink()
    with pytest.raises(MeasureError, match=r"orders\.py:1: cannot be analysed: cannot be read"):
        codebase.graph()


def test_a_file_that_comes_back_is_no_error_any_more(place: Path) -> None:
    write_tree(place, SHOP)
    codebase = view(place)
    assert codebase.found
    (place / "shop/orders.py").unlink()
    with pytest.raises(MeasureError):
        codebase.graph()
    codebase.cache.close()
    write_tree(place, SHOP)
    assert edges(view(place)) == EXPECTED


def test_a_package_that_vanishes_whole_names_every_file(place: Path) -> None:
    write_tree(place, SHOP)
    codebase = view(place)
    assert codebase.found
    shutil.rmtree(place / "shop")
    assert len(codebase.unparsed) == 4
    with pytest.raises(MeasureError, match="and 3 more files"):
        codebase.require_parsed()


def link_to_itself(root: Path) -> None:
    (root / "shop/loop.py").symlink_to(root / "shop/loop.py")


def link_to_nothing(root: Path) -> None:
    (root / "shop/loop.py").symlink_to(root / "gone.py")


def directory_named_like_a_file(root: Path) -> None:
    (root / "shop/loop.py").mkdir()


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (link_to_itself, "Too many levels of symbolic links"),
        (link_to_nothing, "No such file or directory"),
    ],
)
def test_a_link_that_leads_to_no_file_is_an_error_with_its_name(
    place: Path, spoil: Callable[[Path], None], reason: str
) -> None:
    write_tree(place, SHOP)
    spoil(place)
    with pytest.raises(MeasureError, match=rf"shop/loop\.py:1: .*{reason}"):
        view(place).graph()
    assert edges(view(place, exclude=("shop.loop",))) == EXPECTED


def test_a_directory_named_like_a_file_is_no_module(place: Path) -> None:
    write_tree(place, SHOP)
    directory_named_like_a_file(place)
    assert edges(view(place)) == EXPECTED


@pytest.mark.parametrize("kind", ["itself", "ring", "parent"])
def test_links_between_directories_that_lead_in_circles_end(place: Path, kind: str) -> None:
    write_tree(place, SHOP)
    package = place / "shop"
    if kind == "itself":
        (package / "a").symlink_to(package / "a")
    elif kind == "ring":
        (package / "a").symlink_to(package / "b")
        (package / "b").symlink_to(package / "a")
    else:
        (package / "web/up").symlink_to(place)
    assert edges(view(place)) == EXPECTED
