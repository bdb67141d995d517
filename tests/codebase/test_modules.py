from pathlib import Path

import pytest
from grimp.adaptors.filesystem import FileSystem
from grimp.adaptors.modulefinder import ModuleFinder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph_samples import write_tree
from pytest_fitness.codebase.modules import FoundModules, Skipped, find_modules
from pytest_fitness.errors import MeasureError


def names(found: FoundModules) -> list[str]:
    return [module.name for module in found.modules]


def test_finds_modules_and_packages_by_name(tmp_path: Path) -> None:
    write_tree(
        tmp_path, {"shop/__init__.py": "", "shop/web/__init__.py": "", "shop/web/views.py": ""}
    )

    found = find_modules(["shop"], [tmp_path])

    assert [tuple(module) for module in found.modules] == [
        ("shop", str(tmp_path / "shop/__init__.py"), True),
        ("shop.web", str(tmp_path / "shop/web/__init__.py"), True),
        ("shop.web.views", str(tmp_path / "shop/web/views.py"), False),
    ]
    assert found.skipped == ()


def test_does_not_import_what_it_finds(tmp_path: Path) -> None:
    write_tree(tmp_path, {"shop/__init__.py": "raise RuntimeError('imported')"})

    assert names(find_modules(["shop"], [tmp_path])) == ["shop"]


def test_a_single_file_is_a_codebase_of_one_module(tmp_path: Path) -> None:
    write_tree(tmp_path, {"shop.py": ""})

    assert [tuple(module) for module in find_modules(["shop"], [tmp_path]).modules] == [
        ("shop", str(tmp_path / "shop.py"), False)
    ]


def test_tells_which_directories_are_left_out(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "shop/__init__.py": "",
            "shop/scripts/run.py": "",
            "shop/data/deep/tool.py": "",
            "shop/static/logo.svg": "",
        },
    )

    found = find_modules(["shop"], [tmp_path])

    assert names(found) == ["shop"]
    reason = "it lies in a package and has no __init__.py"
    assert found.skipped == (
        Skipped(str(tmp_path / "shop/data"), reason),
        Skipped(str(tmp_path / "shop/scripts"), reason),
    )


def test_tells_which_files_are_left_out(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "shop/__init__.py": "",
            "shop/settings.local.py": "",
            "shop/.hidden.py": "",
            "shop/web.py": "",
            "shop/web/__init__.py": "",
        },
    )

    found = find_modules(["shop"], [tmp_path])

    assert [Path(module.path).name for module in found.modules] == ["__init__.py", "web.py"]
    assert [(Path(path).name, reason) for path, reason in found.skipped] == [
        ("settings.local.py", "its name holds more than one dot"),
        ("__init__.py", f"{tmp_path / 'shop/web.py'} has the same module name"),
    ]


def test_a_namespace_package_has_portions_under_several_roots(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "one/acme/shop/__init__.py": "",
            "two/acme/bank/api.py": "",
            "two/acme/empty/readme.txt": "",
        },
    )

    found = find_modules(["acme"], [tmp_path / "one", tmp_path / "two"])

    assert names(found) == ["acme.bank.api", "acme.shop"]
    assert found.namespaces == ("acme", "acme.bank")


def test_a_package_inside_a_namespace_may_be_the_top(tmp_path: Path) -> None:
    write_tree(tmp_path, {"acme/shop/__init__.py": "", "acme/bank/__init__.py": ""})

    found = find_modules(["acme.shop"], [tmp_path])

    assert (names(found), found.namespaces) == (["acme.shop"], ())


def test_a_regular_package_hides_those_of_later_roots(tmp_path: Path) -> None:
    write_tree(
        tmp_path, {"one/shop/__init__.py": "", "two/shop/__init__.py": "", "two/shop/a.py": ""}
    )

    assert names(find_modules(["shop"], [tmp_path / "one", tmp_path / "two"])) == ["shop"]


def test_loops_of_symbolic_links_end(tmp_path: Path) -> None:
    write_tree(
        tmp_path, {"shop/__init__.py": "", "shop/a/__init__.py": "", "shop/b/__init__.py": ""}
    )
    (tmp_path / "shop/itself").symlink_to(tmp_path / "shop")
    (tmp_path / "shop/a/other").symlink_to(tmp_path / "shop/b")
    (tmp_path / "shop/b/other").symlink_to(tmp_path / "shop/a")

    assert names(find_modules(["shop"], [tmp_path])) == [
        "shop", "shop.a", "shop.a.other", "shop.b", "shop.b.other",
    ]  # fmt: skip


def test_a_linked_directory_is_followed_as_often_as_it_is_linked(tmp_path: Path) -> None:
    write_tree(tmp_path, {"shop/__init__.py": "", "common/__init__.py": "", "common/money.py": ""})
    (tmp_path / "shop/one").symlink_to(tmp_path / "common")
    (tmp_path / "shop/two").symlink_to(tmp_path / "common")

    assert names(find_modules(["shop"], [tmp_path])) == [
        "shop", "shop.one", "shop.one.money", "shop.two", "shop.two.money",
    ]  # fmt: skip


def test_an_orphan_directory_that_loops_ends_too(tmp_path: Path) -> None:
    write_tree(tmp_path, {"shop/__init__.py": "", "shop/data/inner/note.txt": ""})
    (tmp_path / "shop/data/inner/back").symlink_to(tmp_path / "shop/data")

    assert find_modules(["shop"], [tmp_path]).skipped == ()


def test_a_missing_package_names_the_roots_and_what_is_near(tmp_path: Path) -> None:
    write_tree(tmp_path, {"src/shop/__init__.py": "", "src/bank.py": "", "src/notes.txt": ""})

    with pytest.raises(MeasureError) as caught:
        find_modules(["shopp"], [tmp_path / "src", tmp_path / "nowhere"])

    searched = f"{tmp_path / 'src'}, {tmp_path / 'nowhere'}"
    assert caught.value.message == f"package shopp was not found under {searched}"
    assert caught.value.hint == "did you mean shop?"


def test_a_missing_package_without_a_near_name_lists_what_there_is(tmp_path: Path) -> None:
    write_tree(tmp_path, {"shop/__init__.py": "", "bank.py": ""})

    with pytest.raises(MeasureError) as caught:
        find_modules(["zzz"], [tmp_path])

    assert caught.value.hint == "found there: bank, shop"


def test_a_missing_package_under_an_empty_root_has_no_hint(tmp_path: Path) -> None:
    with pytest.raises(MeasureError) as caught:
        find_modules(["shop"], [tmp_path])

    assert caught.value.hint is None


def test_a_subpackage_is_no_top_level_package(tmp_path: Path) -> None:
    write_tree(tmp_path, {"shop/__init__.py": "", "shop/web/__init__.py": ""})

    with pytest.raises(MeasureError, match=r"shop\.web is part of the package shop"):
        find_modules(["shop.web"], [tmp_path])


def test_no_package_at_all_is_an_error() -> None:
    with pytest.raises(MeasureError, match="no package was named"):
        find_modules([], [])


_DIRECTORIES = st.lists(st.sampled_from(["a", "b", "data", "not-a-name"]), max_size=3)
_FILES = st.sampled_from(["__init__.py", "one.py", "two-x.py", "a.b.py", "a.py", ".c.py", "x.txt"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files=st.lists(st.tuples(_DIRECTORIES, _FILES), min_size=1, max_size=12))
def test_finds_what_grimp_finds(
    files: list[tuple[list[str], str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("tree")
    write_tree(root, {"/".join(["pkg", *parts, name]): "" for parts, name in files})

    ours = find_modules(["pkg"], [root])
    theirs = ModuleFinder().find_package("pkg", str(root / "pkg"), FileSystem())

    assert set(names(ours)) == {file.module.name for file in theirs.module_files}
    assert set(ours.namespaces) | set(names(ours)) == set(names(ours)) | theirs.namespace_packages
