"""Packages are found in the layouts that people use; what is no package is not taken for one."""

from pathlib import Path

import pytest
from command_samples import write

from pytest_fitness.commands.discovery import Discovery, find_packages
from pytest_fitness.errors import FitnessError


@pytest.mark.parametrize(
    ("files", "packages"),
    [
        pytest.param(["shop/__init__.py"], ["shop"], id="flat"),
        pytest.param(["src/shop/__init__.py"], ["shop"], id="src"),
        pytest.param(["a/__init__.py", "b/__init__.py"], ["a", "b"], id="several"),
        pytest.param(["src/shop/__init__.py", "tools/__init__.py"], ["shop"], id="src-first"),
        pytest.param(["src/index.js", "shop/__init__.py"], ["shop"], id="src-of-javascript"),
        pytest.param(["src/six.py", "src/shop/__init__.py"], ["shop", "six"], id="src-module"),
        pytest.param(["shop/__init__.py", "run.py"], ["shop"], id="script-beside-package"),
        pytest.param(["run.py", "helpers.py"], ["helpers", "run"], id="only-scripts"),
        pytest.param(["shop/app.py"], ["shop"], id="no-init-anywhere"),
        pytest.param(["src/acme/shop/__init__.py"], ["acme.shop"], id="namespace-in-src"),
        pytest.param(
            ["src/acme/shop/__init__.py", "src/acme/mail/__init__.py"],
            ["acme.mail", "acme.shop"],
            id="namespace-of-two",
        ),
        pytest.param(["acme/cloud/shop/__init__.py"], ["acme.cloud.shop"], id="deep-namespace"),
        pytest.param(["src/on/__init__.py", "src/no/__init__.py"], ["no", "on"], id="yaml-words"),
        pytest.param(["größe/__init__.py"], ["größe"], id="not-ascii"),
        pytest.param(["_private/__init__.py"], ["_private"], id="private"),
    ],
)
def test_packages_are_found(tmp_path: Path, files: list[str], packages: list[str]) -> None:
    write(tmp_path, dict.fromkeys(files, ""))

    assert find_packages(tmp_path) == Discovery(tuple(packages))


@pytest.mark.parametrize(
    "file",
    [
        "tests/__init__.py", "test/__init__.py", "Tests/__init__.py", "docs/conf.py",
        "examples/a.py", "build/lib/shop/__init__.py", "dist/a.py", "node_modules/x/a.py",
        ".hidden/__init__.py", "site-packages/x/__init__.py", "env/__init__.py",
        "shop.egg-info/__init__.py", "two words/__init__.py", "dash-ed/__init__.py",
        "setup.py", "conftest.py", "noxfile.py", "test_shop.py", "shop_test.py",
        "integration_tests/__init__.py", "__pycache__/a.py", "1st/__init__.py",
        "#comment/__init__.py", "a: b/__init__.py", "new\nline/__init__.py",
    ],
)  # fmt: skip
def test_what_is_no_package_is_left_out(tmp_path: Path, file: str) -> None:
    write(tmp_path, {file: "", "shop/__init__.py": "", "src/test_only.py": ""})

    assert find_packages(tmp_path).packages == ("shop",)


def test_a_virtual_environment_of_any_name_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, {"mine/pyvenv.cfg": "", "mine/lib/a/__init__.py": "", "app/a.py": ""})

    assert find_packages(tmp_path).packages == ("app",)


def test_src_may_be_a_package_itself(tmp_path: Path) -> None:
    write(tmp_path, {"src/__init__.py": "", "src/shop/__init__.py": ""})

    assert find_packages(tmp_path) == Discovery(("src",), ".")


def test_a_link_that_leads_back_ends(tmp_path: Path) -> None:
    write(tmp_path, {"src/acme/notes.txt": "", "shop/__init__.py": ""})
    (tmp_path / "src/acme/again").symlink_to(tmp_path / "src/acme", target_is_directory=True)

    assert find_packages(tmp_path).packages == ("shop",)


def test_where_nothing_is_found_it_says_where_it_looked(tmp_path: Path) -> None:
    write(tmp_path, {"tests/test_a.py": "", "README.md": ""})

    with pytest.raises(FitnessError) as caught:
        find_packages(tmp_path)

    assert str(tmp_path) in str(caught.value)
    assert "--package NAME" in str(caught.value)
