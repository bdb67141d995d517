"""``baseline``: what it shows, accepts and prunes."""

import json
from pathlib import Path

import pytest
from command_samples import SIMPLE, frozen_in, shop, tangled, write

from pytest_fitness.cli import main

CONFIG = """\
codebase: {packages: [shop]}
functions:
  complexity: {complexity: {measure: cyclomatic}, max: 10, baseline: frozen}
  size: {complexity: {measure: loc}, max: 10, baseline: frozen}
  cycles: {coupling: {measure: cycles}, max: 0}
"""
CONTRACTS = """\
[importlinter]
root_package = shop
[importlinter:contract:one]
name = One
type = forbidden
source_modules = shop.web
forbidden_modules = shop.store
"""
NOT_A_BASELINE = ["", "{", "[]", '{"format": 2}', "<<<<<<< ours\n", "\xff"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write(shop(tmp_path, old=tangled()), {"fitness.yaml": CONFIG})


def test_accept_writes_down_all_frozen_functions(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["baseline", "--accept"]) == 0

    assert frozen_in(here) == {
        "complexity": {"shop.old.tangled": 13},
        "size": {"shop.old": 26},
    }
    shown = capsys.readouterr().out
    assert "complexity: 1 accepted (1 new, 0 gone)" in shown
    assert "fitness-baseline.json lists 2 violations; commit it" in shown


def test_accept_of_one_function_leaves_the_others(here: Path) -> None:
    main(["baseline", "--accept"])
    write(here, {"shop/old.py": tangled(branches=20)})

    assert main(["baseline", "--accept", "complexity"]) == 0

    assert frozen_in(here) == {"complexity": {"shop.old.tangled": 21}, "size": {"shop.old": 26}}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("complexit", "Did you mean 'complexity'?"),
        ("cycles", "Add `baseline: frozen` to it first."),
        ("\x1b[2J", "there is no function"),
    ],
)
def test_accept_refuses_what_is_not_frozen(
    here: Path, name: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["baseline", "--accept", name]) == 4

    shown = capsys.readouterr().err
    assert words in shown
    assert "\x1b" not in shown
    assert not (here / "fitness-baseline.json").exists()


def test_where_nothing_is_frozen_nothing_is_written(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, {"fitness.yaml": CONFIG.replace(", baseline: frozen", "")})

    assert main(["baseline"]) == 0
    assert main(["baseline", "--accept"]) == 4

    shown = capsys.readouterr()
    assert "no function has `baseline: frozen`" in shown.out
    assert "there is nothing to accept" in shown.err
    assert not (here / "fitness-baseline.json").exists()


def test_show_fails_where_something_is_new(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["baseline", "--accept"])
    assert main(["baseline"]) == 0
    write(here, {"shop/new.py": tangled(), "shop/old.py": SIMPLE})
    capsys.readouterr()

    assert main(["baseline"]) == 1

    shown = capsys.readouterr().out
    assert "complexity: 0 known, 1 new, 1 fixed" in shown
    assert "see the new ones with `pytest --fitness`" in shown
    assert "`pytest-fitness baseline --prune`" in shown


def test_prune_removes_and_tightens_and_never_adds(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, {"shop/older.py": tangled(branches=20)})
    main(["baseline", "--accept"])
    write(here, {"shop/old.py": SIMPLE, "shop/older.py": tangled(branches=15)})
    write(here, {"shop/new.py": tangled(branches=11)})

    assert main(["baseline", "--prune"]) == 0

    assert frozen_in(here) == {
        "complexity": {"shop.older.tangled": 16},
        "size": {"shop.older": 32},
    }
    shown = capsys.readouterr().out
    assert "2 fixed violations removed, 2 tightened, 2 left; commit it" in shown


def test_prune_without_a_change_leaves_the_file_alone(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["baseline", "--accept"])
    path = here / "fitness-baseline.json"
    path.write_text(path.read_text() + "\n\n")
    before = path.read_bytes()

    assert main(["baseline", "--prune"]) == 0

    assert path.read_bytes() == before
    assert "commit it" not in capsys.readouterr().out.splitlines()[-1]


def test_prune_forgets_functions_and_contracts_that_are_no_more(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contracts = "  contracts: {contracts: {from: .importlinter}, baseline: frozen}\n"
    write(here, {".importlinter": CONTRACTS, "fitness.yaml": CONFIG + contracts})
    main(["baseline", "--accept"])
    assert "contracts::one" in frozen_in(here)
    write(here, {".importlinter": CONTRACTS.replace("contract:one", "contract:two")})
    write(here, {"fitness.yaml": CONFIG.replace("size:", "length:") + contracts})

    assert main(["baseline", "--prune"]) == 0

    assert list(frozen_in(here)) == ["complexity"]
    shown = capsys.readouterr().out
    assert "contracts::one: nothing of that name is frozen any more" in shown
    assert "size: nothing of that name is frozen any more" in shown


@pytest.mark.parametrize("option", [[], ["--prune"]])
def test_a_missing_baseline_is_no_empty_one(
    option: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["baseline", *option]) == 4

    shown = capsys.readouterr().err
    assert "fitness-baseline.json does not exist" in shown
    assert "pytest-fitness baseline --accept" in shown


@pytest.mark.parametrize("text", NOT_A_BASELINE)
@pytest.mark.parametrize("option", [[], ["--prune"], ["--accept", "complexity"]])
def test_a_broken_baseline_is_neither_used_nor_changed(
    here: Path, option: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = here / "fitness-baseline.json"
    path.write_bytes(text.encode("latin-1"))

    assert main(["baseline", *option]) == 4

    assert path.read_bytes() == text.encode("latin-1")
    assert "fitness-baseline.json" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", '{"format": 2}', '{"format": 1,\n<<<<<<< ours\n'])
def test_a_broken_baseline_is_mended_by_accepting_everything_anew(here: Path, text: str) -> None:
    (here / "fitness-baseline.json").write_text(text, "utf-8")

    assert main(["baseline", "--accept"]) == 0

    assert frozen_in(here)["complexity"] == {"shop.old.tangled": 13}


@pytest.mark.parametrize("text", ["{", "[]", "<<<<<<< ours\n", "\xff"])
def test_what_never_was_a_baseline_is_not_written_over(
    here: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = here / "fitness-baseline.json"
    path.write_bytes(text.encode("latin-1"))

    assert main(["baseline", "--accept"]) == 4

    assert path.read_bytes() == text.encode("latin-1")
    assert "is no baseline file and is left as it is" in capsys.readouterr().err


def test_what_cannot_be_judged_now_stays_accepted(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["baseline", "--accept"])
    before = frozen_in(here)
    write(here, {"shop/broken.py": "("})
    capsys.readouterr()

    assert main(["baseline", "--accept"]) == 1
    assert main(["baseline", "--prune"]) == 1
    assert main(["baseline"]) == 1

    assert frozen_in(here) == before
    assert "complexity: error: shop/broken.py:1: cannot be" in capsys.readouterr().out


def test_hostile_names_in_the_baseline_are_shown_harmless(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hostile = {"\x1b[2J\n\u202e": {"x": 1}, "complexity": {"\udc80": 1}}
    document = {"format": 1, "functions": hostile}
    write(here, {"fitness-baseline.json": json.dumps(document)})

    assert main(["baseline", "--prune"]) == 0

    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert r"\x1b[2J\n\u202e" in shown


def test_a_baseline_that_cannot_be_written_is_an_error(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, {"fitness.yaml": f"baseline: shop/__init__.py/b.json\n{CONFIG}"})

    assert main(["baseline", "--accept"]) == 4

    assert "cannot be written" in capsys.readouterr().err


def test_the_baseline_lies_where_the_configuration_says(here: Path) -> None:
    write(here, {"ci/rules.yaml": f"baseline: known/old.json\n{CONFIG}".replace(
        "packages: [shop]", "packages: [shop], source: .."
    )})  # fmt: skip

    assert main(["baseline", "--accept", "--config", "ci/rules.yaml"]) == 0

    assert frozen_in(here / "ci/known", "old.json")["complexity"] == {"shop.old.tangled": 13}
