"""``doctor``: what is found, what is measured, and what nobody sees."""

from pathlib import Path

import pytest
from command_samples import SIMPLE, shop, tangled, write

from pytest_fitness.cli import main
from pytest_fitness.session.built_in import KINDS

CONFIG = """\
codebase: {packages: [shop]}
functions:
  complexity: {complexity: {measure: cyclomatic}, max: 10}
  cycles: {coupling: {measure: cycles}, max: 0}
"""
FROZEN = CONFIG.replace("max: 10}", "max: 10, baseline: frozen}")
CONTRACTS = """\
[importlinter]
root_package = {packages}
[importlinter:contract:one]
name = One
type = forbidden
source_modules = {packages}.web
forbidden_modules = {packages}.store
"""
NUMBERS = """\
from pytest_fitness import Kind, Measurement, Options, Record, Source, hookimpl

class Nothing(Options):
    pass

class Live(Kind):
    name = "live"
    about = "a system that must not be asked by accident"
    options = Record(Nothing)
    gates = ("pre-deploy",)

    def measure(self, function, check, context):
        raise AssertionError("it was asked")

class Heavy(Live):
    name = "heavy"
    gates = ("ci",)
    alone = True

class Numbers(Source):
    name = "numbers"
    about = "numbers from nowhere"
    options = Record(Nothing)

    def open(self, options, root):
        return options

@hookimpl
def fitness_kinds():
    return [Live(), Heavy()]

@hookimpl
def fitness_sources():
    return [Numbers()]
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write(shop(tmp_path), {"fitness.yaml": CONFIG})


def examine(capsys: pytest.CaptureFixture[str], status: int = 0, *arguments: str) -> str:
    assert main(["doctor", *arguments]) == status
    return capsys.readouterr().out


def row(shown: str, label: str) -> str:
    """What stands behind a label, folded lines joined."""
    lines = shown.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(label))
    rest = [line for line in lines[start + 1 :] if line]
    folded = []
    for line in rest:
        if not line.startswith(" " * 15):
            break
        folded.append(line)
    return " ".join([lines[start].removeprefix(label).strip(), *map(str.strip, folded)])


def test_it_says_what_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    shown = examine(capsys)

    assert row(shown, "configuration") == "fitness.yaml: 2 functions"
    assert row(shown, "kinds") == ", ".join(KINDS)
    assert row(shown, "packages") == "shop (3 modules)"
    assert row(shown, "looked up in") == "."
    assert row(shown, "contracts") == "no file of import-linter"
    assert row(shown, "baseline") == "none, and no function needs one"
    assert row(shown, "history") == ".fitness/history.db: not begun yet"
    assert row(shown, "cache").startswith(".fitness: 0.")
    assert shown.endswith("everything can be measured\n")


def test_it_shows_what_each_function_found(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, {"shop/old.py": tangled()})

    shown = examine(capsys)

    assert "  failed  complexity\n          13, limit ≤ 10; 2 functions in 4 modules" in shown
    assert "          violations: 1 new" in shown
    assert "  passed  cycles\n          0, limit ≤ 0; the imports between 4 modules" in shown


def test_every_line_fits_a_narrow_terminal(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, {"shop/broken.py": "(", "shop/lazy.py": "__import__('a')\n" * 3})
    write(here, {f"shop/{'deep' * 4}/no_init_{number}.py": SIMPLE for number in range(3)})

    assert max(map(len, examine(capsys, 1).splitlines())) <= 80


def test_it_says_what_is_not_analysed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(
        here,
        {
            "fitness.yaml": CONFIG.replace("[shop]}", "[shop], exclude: shop.legacy}"),
            "shop/orphan/inside.py": SIMPLE,
            "shop/two.dots.py": SIMPLE,
            "shop/broken.py": "x = (\n",
            "shop/legacy/__init__.py": "(",
            "shop/legacy/old.py": SIMPLE,
            "shop/lazy.py": "import importlib\nimportlib.import_module('x')\n__import__('y')\n",
        },
    )

    shown = examine(capsys, 1).partition("not analysed\n")[2]

    assert "shop/orphan: it lies in a package and has no __init__.py" in shown
    assert "shop/two.dots.py: its name holds more than one dot" in shown
    assert "cannot be parsed (1)\n    shop/broken.py:1: '(' was never closed" in shown
    assert "configuration (2)\n    shop/legacy/__init__.py\n    shop/legacy/old.py\n" in shown
    assert "would tell (1)\n    shop/lazy.py: 2 calls of import_module or __import__" in shown


def test_where_all_is_seen_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert "nothing: all code of the packages is seen" in examine(capsys)


def test_long_lists_are_cut(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, {f"shop/m{number:02}.py": "__import__('x')\n" for number in range(30)})

    shown = examine(capsys)

    assert "would tell (30)" in shown
    assert "… and 20 more" in shown


@pytest.mark.parametrize(
    ("function", "words"),
    [
        ("complexity: {measure: sloc, modules: shp}, max: 1", "no module matches shp"),
        ("coupling: {measure: fan_in, modules: 'shop.x.*'}, max: 1", "shop.x.*"),
        ("contract: {type: layers, layers: [shop.gone]}", "shop.gone"),
    ],
)
def test_a_function_that_matches_nothing_fails_the_examination(
    here: Path, function: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, {"fitness.yaml": f"{CONFIG}  odd: {{{function}}}\n"})

    shown = examine(capsys, 1)

    assert words in " ".join(shown.split())
    assert "1 check cannot be measured" in shown


def test_a_package_that_is_not_there(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, {"fitness.yaml": CONFIG.replace("[shop]", "[shpo]")})

    shown = examine(capsys, 1)

    assert "package shpo was not found" in row(shown, "packages")
    assert "did you mean shop?" in " ".join(shown.split())
    assert "2 checks cannot be measured" in shown


def test_no_package_at_all(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, {"fitness.yaml": CONFIG.partition("\n")[2]})

    assert row(examine(capsys, 1), "packages") == "none named"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"format": 1, "functions": {"complexity": {"a": 1, "b": 2}}}', "2 violations frozen"),
        (None, "does not exist"),
        ("{", "not valid JSON"),
    ],
)
def test_the_state_of_the_baseline(
    here: Path, text: str | None, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, {"fitness.yaml": FROZEN})
    if text is not None:
        write(here, {"fitness-baseline.json": text})

    shown = examine(capsys, 0 if words == "2 violations frozen" else 1)

    assert words in row(shown, "baseline")


def test_the_state_of_the_history(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / ".fitness").mkdir()
    (here / ".fitness/history.db").write_text("something else")

    assert "is not an SQLite database" in row(examine(capsys), "history")


def test_a_password_in_the_history_is_not_shown(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, {"fitness.yaml": f"history: 'ftp://me:secret@host/x'\n{CONFIG}"})

    shown = examine(capsys)

    assert "cannot be opened" in row(shown, "history")
    assert "secret" not in shown


@pytest.mark.parametrize(
    ("functions", "words"),
    [
        ("", ".importlinter: 1 contract, used by no function"),
        ("  contracts: {contracts: {from: .importlinter}}\n", ".importlinter: 1 contract"),
    ],
)
def test_the_contracts_that_are_there(
    here: Path, functions: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    contracts = CONTRACTS.format(packages="shop")
    write(here, {".importlinter": contracts, "fitness.yaml": CONFIG + functions})

    assert row(examine(capsys), "contracts  ") == words


def test_a_contract_file_that_cannot_be_used(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, {".importlinter": "[importlinter]\nroot_package = shop\n"})

    assert "there is no contract" in row(examine(capsys), "contracts  ")

    write(here, {"fitness.yaml": CONFIG + "  c: {contracts: {from: .importlinter}}\n"})
    assert main(["doctor"]) == 4


def test_packages_that_only_contracts_speak_of_are_looked_at_too(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, {".importlinter": CONTRACTS.format(packages="other")})
    write(here, {f"other/{name}.py": "" for name in ("__init__", "web", "store")})
    write(here, {"other/orphan/inside.py": SIMPLE})
    write(here, {"fitness.yaml": "functions: {c: {contracts: {from: .importlinter}}}\n"})

    assert "other/orphan: it lies in a package" in examine(capsys)


def test_plugins_and_sources_are_named_and_nothing_live_is_asked(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, {"doctor_plugin.py": NUMBERS})
    config = "plugins: doctor_plugin\nsources: {app: {numbers: {}}}\n" + CONFIG
    write(here, {"fitness.yaml": f"{config}  live: {{live: {{}}, max: 1}}\n"})

    shown = examine(capsys)

    assert "live (of doctor_plugin)" in row(shown, "kinds")
    assert row(shown, "sources") == (
        "command, file, http_json, memcached, openmetrics, process, prometheus, python, redis, sql,"
        " numbers (of doctor_plugin)"
    )
    assert row(shown, "  app") == "numbers"
    assert "dormant live\n          not measured here: it runs at pre-deploy" in shown


def test_what_works_on_a_system_is_not_set_off(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    functions = "functions:\n  work: {heavy: {}, max: 1}\n"
    write(here, {"doctor_plugin.py": NUMBERS})
    write(here, {"fitness.yaml": f"plugins: doctor_plugin\n{functions}"})
    shown = examine(capsys)
    assert "dormant work\n          not measured here: it puts a system under work" in shown


def test_hostile_names_are_shown_harmless(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, {"shop/\x1b[2J\n\u202e.py": "("})

    shown = examine(capsys, 1)

    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert r"shop/\x1b[2J\n\u202e.py:1" in shown


def test_a_configuration_elsewhere(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = CONFIG.replace("[shop]", "[shop], source: ..")
    write(here, {"ci/rules.yaml": text})

    shown = examine(capsys, 0, "--config", "ci/rules.yaml")

    assert row(shown, "configuration") == "ci/rules.yaml: 2 functions"
    assert row(shown, "packages") == "shop (3 modules)"
