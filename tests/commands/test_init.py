"""``init``: what it writes for the repositories that there are, and what it refuses."""

from pathlib import Path
from typing import Any

import pytest
from command_samples import SIMPLE, config_of, frozen_in, shop, tangled, write

from pytest_fitness import files
from pytest_fitness.cli import main
from pytest_fitness.commands import init as init_module

LAYERS = """\
[importlinter]
root_package = shop

[importlinter:contract:one]
name = Store below web
type = layers
layers =
    shop.web
    shop.store
"""
TOML = """\
[tool.importlinter]
root_package = 'shop'
[[tool.importlinter.contracts]]
name = 'Layers'
type = 'layers'
layers = ['shop.web', 'shop.store']
"""
STALE = LAYERS + "ignore_imports =\n    shop.web -> shop.nowhere\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ids(root: Path) -> list[str]:
    return [function.id for function in config_of(root).functions]


def both(root: Path) -> tuple[bytes, bytes]:
    return (root / "fitness.yaml").read_bytes(), (root / "fitness-baseline.json").read_bytes()


def unchanged_but_cache(root: Path) -> set[str]:
    return {path.name for path in root.iterdir()} - {".fitness"}


def test_it_writes_both_files_and_says_what_to_do(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop(here, old=tangled())

    assert main(["init"]) == 0

    assert ids(here) == [
        "no-cycles", "complexity", "module-size", "maintainability", "change-stays-local"
    ]  # fmt: skip
    assert frozen_in(here)["complexity"] == {"shop.old.tangled": 13}
    shown = capsys.readouterr().out
    assert "4 modules in shop" in shown
    assert "fitness.yaml: 5 functions" in shown
    assert "fitness-baseline.json: 1 violation of today, frozen" in shown
    assert "pytest --fitness\n" in shown
    assert "git add fitness.yaml fitness-baseline.json" in shown
    assert max(map(len, shown.splitlines())) <= 100
    assert unchanged_but_cache(here) == {"shop", "fitness.yaml", "fitness-baseline.json"}


def test_packages_can_be_named(here: Path) -> None:
    write(here, {"tests/__init__.py": "", "tests/a.py": SIMPLE, "shop/__init__.py": ""})

    assert main(["init", "--package", "tests", "--package", "tests"]) == 0

    assert config_of(here).codebase.packages == ("tests",)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("shop/web", "is not the name of a package"),
        ("", "is not the name of a package"),
        ("a\x1b[31m", "is not the name of a package"),
        ("shpo", "did you mean shop?"),
        ("shop.web", "is part of the package shop"),
    ],
)
def test_a_package_that_is_none_is_refused(
    here: Path, name: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shop(here)

    assert main(["init", "--package", name]) == 4

    shown = capsys.readouterr().err
    assert words in shown
    assert "\x1b" not in shown
    assert unchanged_but_cache(here) == {"shop"}


def test_nothing_found_says_where_it_looked(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, {"tests/test_a.py": ""})

    assert main(["init"]) == 4

    shown = capsys.readouterr().err
    assert f"no Python package was found in {here}" in shown
    assert "--package NAME" in shown


@pytest.mark.parametrize("name", ["fitness.yaml", "fitness-baseline.json"])
def test_what_is_there_is_not_replaced(
    here: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(shop(here), {name: "mine"})

    assert main(["init"]) == 4

    assert (here / name).read_text() == "mine"
    assert "--force" in capsys.readouterr().err
    assert unchanged_but_cache(here) == {"shop", name}


def test_force_replaces_even_what_is_broken(here: Path) -> None:
    write(shop(here), {"fitness.yaml": "{{{", "fitness-baseline.json": "<<<<<<<"})

    assert main(["init", "--force"]) == 0

    assert "complexity" in ids(here)
    assert frozen_in(here)["complexity"] == {}


def test_force_does_not_replace_a_directory(here: Path) -> None:
    write(shop(here), {"fitness.yaml/inside": "mine"})

    assert main(["init", "--force"]) == 4

    assert (here / "fitness.yaml/inside").read_text() == "mine"


def test_a_failure_with_force_leaves_what_was_there(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(shop(here), {"fitness.yaml": "old", "fitness-baseline.json": "older"})

    assert main(["init", "--force", "--package", "nowhere"]) == 4

    assert both(here) == (b"old", b"older")
    assert "nowhere" in capsys.readouterr().err


@pytest.mark.parametrize("before", [True, False])
def test_a_disk_that_fills_between_both_files_leaves_none_of_them_new(
    here: Path, before: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop(here)
    if before:
        write(here, {"fitness.yaml": "old", "fitness-baseline.json": "older"})
    names = unchanged_but_cache(here)

    def full(path: Path, text: str) -> None:
        if path.name == "fitness.yaml":
            raise OSError(28, "No space left on device", str(path))
        files.replace_text(path, text)

    monkeypatch.setattr(init_module, "replace_text", full)
    assert main(["init", "--force"]) == 4

    assert "No space left" in capsys.readouterr().err
    assert unchanged_but_cache(here) == names
    if before:
        assert both(here) == (b"old", b"older")


def test_the_configuration_may_lie_elsewhere(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop(here / "backend")

    assert main(["init", "--config", "backend/rules.yaml"]) == 0

    assert config_of(here / "backend", "rules.yaml").codebase.packages == ("shop",)
    assert "pytest --fitness --fitness-config backend/rules.yaml" in capsys.readouterr().out
    assert main(["init", "--config", "nowhere/rules.yaml"]) == 4


def test_files_that_cannot_be_parsed_are_excluded_with_the_reason(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop(here, old="print 'python 2'\n")
    write(here, {"shop/latin.py": b"name = '\xe9'\n", "shop/null.py": b"a = 1\0\n"})
    write(here, {"shop/legacy/__init__.py": "(", "shop/legacy/inside.py": "def"})

    assert main(["init"]) == 0

    excluded = config_of(here).codebase.exclude
    assert excluded == ("shop.latin", "shop.legacy", "shop.null", "shop.old")
    assert "    - shop.old  # shop/old.py:1: Missing par" in (here / "fitness.yaml").read_text()
    shown = capsys.readouterr().out
    assert "4 modules with a file that cannot be parsed" in shown
    assert "shop/old.py:1" in shown


def test_a_long_list_of_what_cannot_be_parsed_is_cut_on_the_terminal(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop(here, **{f"old{number}": "(" for number in range(9)})

    assert main(["init"]) == 0

    assert "… and 4 more" in capsys.readouterr().out
    assert len(config_of(here).codebase.exclude) == 9


def test_a_package_of_which_nothing_is_left_is_no_package_any_more(here: Path) -> None:
    write(shop(here), {"broken/__init__.py": "(", "broken/fine.py": SIMPLE})

    assert main(["init"]) == 0

    assert config_of(here).codebase.packages == ("shop",)
    assert "# broken is left out" in (here / "fitness.yaml").read_text()


@pytest.mark.parametrize("name", ["__init__", "only"])
def test_where_nothing_can_be_parsed_it_says_so(
    here: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, {f"shop/{name}.py": "("})

    assert main(["init"]) == 4

    assert f"shop/{name}.py:1: " in capsys.readouterr().err


@pytest.mark.parametrize(
    "name", ["two words", "a*b", "${HOME}", "bell\x07", "#", "a: b", "'", '"', "-", "é", "%"]
)
def test_files_of_odd_names_can_be_left_out(here: Path, name: str) -> None:
    write(shop(here), {f"shop/{name}.py": "("})

    assert main(["init"]) == 0

    assert config_of(here).codebase.exclude == (f"shop.{name}",)
    assert main(["baseline"]) == 0


def test_with_a_file_whose_name_is_not_utf_8_its_package_is_left_out(here: Path) -> None:
    name = b"shop/odd/caf\xe9.py".decode("utf-8", "surrogateescape")
    try:
        write(shop(here), {name: "(", "shop/odd/__init__.py": ""})
    except OSError:
        pytest.skip("this file system wants UTF-8")

    assert main(["init"]) == 0

    assert config_of(here).codebase.exclude == ("shop.odd",)


def test_a_file_name_that_is_not_utf_8_can_be_frozen(here: Path) -> None:
    shop(here)
    name = b"shop/caf\xe9.py".decode("utf-8", "surrogateescape")
    try:
        write(here, {name: tangled()})
    except OSError:
        pytest.skip("this file system wants UTF-8")

    assert main(["init"]) == 0

    assert list(frozen_in(here)["complexity"]) == ["shop.caf\\udce9.tangled"]
    assert main(["baseline"]) == 0


def test_what_has_nothing_to_measure_is_a_comment(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, {"shop/__init__.py": ""})

    assert main(["init"]) == 0

    assert "complexity" not in ids(here)
    assert "there is nothing to measure" in (here / "fitness.yaml").read_text()
    assert "the function complexity, which cannot be checked yet" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (".importlinter", LAYERS),
        ("setup.cfg", "[metadata]\nname = shop\n" + LAYERS),
        ("pyproject.toml", TOML),
    ],
)
def test_existing_contracts_are_taken_over(
    here: Path, file: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(shop(here), {file: text})

    assert main(["init"]) == 0

    assert ids(here)[0] == "contracts"
    assert config_of(here).functions[0].options.from_ == file
    assert f"1 contract of import-linter in {file}" in capsys.readouterr().out


def test_broken_contracts_are_frozen(here: Path) -> None:
    write(shop(here, store="import shop.web\n", web=""), {".importlinter": LAYERS})

    assert main(["init"]) == 0

    assert frozen_in(here)["contracts::one"] == {"shop.store -> shop.web": None}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(STALE, "shop.nowhere", id="stale ignore"),
        pytest.param(LAYERS.replace("shop.store", "shop.gone"), "shop.gone", id="missing layer"),
        pytest.param(LAYERS.replace("layers\n", "leyers\n"), "leyers", id="unknown type"),
        pytest.param(LAYERS.replace("= shop\n", "= shpo\n"), "shpo", id="missing package"),
        pytest.param("[importlinter]\nroot_package = shop\n", "no contract", id="no contract"),
        pytest.param("[importlinter]\nname\n", ".importlinter:2", id="not an INI file"),
    ],
)
def test_contracts_that_cannot_be_checked_are_a_comment_with_the_reason(
    here: Path, text: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(shop(here), {".importlinter": text})

    assert main(["init"]) == 0

    assert "contracts" not in ids(here)
    written = (here / "fitness.yaml").read_text()
    assert "  # contracts:\n  #   contracts: {from: .importlinter}\n" in written
    assert reason in written
    assert str(here) not in written
    shown = capsys.readouterr().out
    assert "the function contracts, which cannot be checked yet" in shown
    assert reason in shown


def test_contracts_may_name_the_packages_where_none_is_found(here: Path) -> None:
    contracts = LAYERS.replace("shop", "tests")
    write(here, {".importlinter": contracts, "tests/__init__.py": ""})
    write(here, {"tests/web.py": "", "tests/store.py": ""})

    assert main(["init"]) == 0

    assert config_of(here).codebase.packages == ("tests",)


def test_what_contracts_alone_speak_of_is_excluded_too_where_it_cannot_be_parsed(
    here: Path,
) -> None:
    text = LAYERS.replace("root_package = shop", "root_packages =\n    shop\n    tests")
    write(shop(here), {".importlinter": text})
    write(here, {"tests/__init__.py": "", "tests/bad.py": "("})

    assert main(["init"]) == 0

    assert config_of(here).codebase.exclude == ("tests.bad",)
    assert "contracts" in ids(here)


def test_the_names_of_packages_may_be_words_of_yaml(here: Path) -> None:
    write(here, {f"{name}/__init__.py": SIMPLE for name in ("on", "no", "null", "größe")})

    assert main(["init"]) == 0

    assert config_of(here).codebase.packages == ("größe", "no", "null", "on")


def test_it_writes_nothing_where_nothing_can_be_written(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop(here)

    def refuse(**_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    assert main(["init"]) == 4

    assert "nothing can be written in" in capsys.readouterr().err
