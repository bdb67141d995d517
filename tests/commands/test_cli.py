"""The command itself: how it is called wrongly, and how it ends."""

import subprocess
import sys
from pathlib import Path

import pytest
from command_samples import pytest_fitness, shop, write

from pytest_fitness import __version__, cli
from pytest_fitness.cli import main

RULES = "functions: {a: {coupling: {measure: cycles}, max: 0}}\n"
COMMANDS = ("init", "doctor", "schema", "baseline", "history")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_a_command_it_names_them_all(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([])

    assert ended.value.code == 4
    shown = capsys.readouterr().err
    assert all(command in shown for command in COMMANDS)
    assert "`pytest-fitness init` is a good first one" in shown


@pytest.mark.parametrize(
    ("typed", "meant"), [("hisory", "history"), ("Init", "init"), ("docter", "doctor")]
)
def test_a_misspelt_command_is_answered_with_the_nearest(
    typed: str, meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([typed]) == 4

    shown = capsys.readouterr().err
    assert f"there is no command {typed!r}" in shown
    assert f"Did you mean {meant!r}?" in shown


def test_a_command_like_no_other_is_answered_with_all(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["\x1b[31mxyz\n"]) == 4

    shown = capsys.readouterr().err
    assert all(command in shown for command in COMMANDS)
    assert "\x1b" not in shown


@pytest.mark.parametrize(
    "arguments",
    [
        ["history", "--limit", "0"],
        ["history", "--limit", "many"],
        ["history", "--limit", "9" * 5_000],
        ["baseline", "--accept", "--prune"],
        ["schema", "--force"],
        ["init", "--package"],
        ["--nonsense"],
    ],
)
def test_wrong_options_end_with_the_status_of_a_usage_error(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 4
    assert "error: " in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--help"], ["history", "-h"], ["--version"]])
def test_help_and_version_are_no_errors(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert shown.startswith("usage: ") or shown == f"pytest-fitness {__version__}\n"


@pytest.mark.parametrize("command", ["doctor", "baseline", "history"])
def test_without_a_configuration_it_says_how_to_get_one(
    command: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command]) == 4

    shown = capsys.readouterr().err
    assert f"there is no fitness.yaml in {here}" in shown
    assert "pytest-fitness init" in shown


@pytest.mark.parametrize("command", ["doctor", "baseline", "history", "schema"])
def test_a_configuration_that_is_not_there_is_named(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--config", "rules.yaml"]) == 4

    assert "there is no file rules.yaml" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["doctor", "baseline", "history"])
def test_every_problem_of_the_configuration_is_shown(
    command: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, {"fitness.yaml": "functions:\n  a: {coupling: {measure: cycle}}\n  B: 1\n"})

    assert main([command]) == 4

    shown = capsys.readouterr().err
    assert "error: 2 problems in the configuration" in shown
    assert "fitness.yaml:2:27: unknown measure 'cycle'" in shown
    assert "fitness.yaml:3:3: " in shown


def test_the_configuration_is_found_from_a_subdirectory(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(shop(here), {"fitness.yaml": f"codebase: {{packages: [shop]}}\n{RULES}"})
    monkeypatch.chdir(here / "shop")

    assert main(["doctor"]) == 0
    assert main(["baseline"]) == 0
    assert main(["history"]) == 0

    assert f"{here}/fitness.yaml:" in capsys.readouterr().out


def test_the_search_ends_at_the_root_of_the_repository(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(here, {"fitness.yaml": RULES, "repository/.git/HEAD": ""})
    monkeypatch.chdir(here / "repository")

    assert main(["history"]) == 4


def test_an_interrupt_is_told_from_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_schema", interrupted)

    assert main(["schema"]) == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_the_module_runs_as_the_command_does(here: Path) -> None:
    assert pytest_fitness(here, "--version").stdout == f"pytest-fitness {__version__}\n"
    assert pytest_fitness(here, "nonsense").returncode == 4


def test_a_reader_that_has_gone_is_not_complained_about(here: Path) -> None:
    command = subprocess.Popen(
        [sys.executable, "-m", "pytest_fitness", "schema"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=here,
    )
    assert command.stdout is not None
    assert command.stderr is not None
    command.stdout.close()
    complaint = command.stderr.read()
    command.stderr.close()

    assert command.wait() == 141
    assert complaint == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_a_full_disk_is_an_error_in_words(here: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "pytest_fitness", "schema"],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=here,
            check=False,
        )

    assert done.returncode == 4
    assert b"No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_terminal_without_the_signs_gets_others(here: Path) -> None:
    write(shop(here), {"fitness.yaml": f"codebase: {{packages: [shop]}}\n{RULES}"})

    done = pytest_fitness(here, "doctor", PYTHONIOENCODING="ascii")

    assert done.returncode == 0
    assert "limit <= 0" in done.stdout
