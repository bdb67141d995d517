"""``history export|import``: from any store to any, each run once."""

import io
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from command_samples import pytest_fitness, shop, write

from histories import NOTES, History, history, recorded, repository
from pytest_fitness.cli import UNUSABLE, main
from pytest_fitness.history.lines import read_line, write_line
from pytest_fitness.history.records import Recorded
from pytest_fitness.history.store import open_store

__all__ = ["history"]

CONFIG = """\
codebase: {packages: [shop]}
functions:
  cycles: {coupling: {measure: cycles}, max: 0}
"""
RUNS = [recorded(moment, cycles=moment, layers=None) for moment in range(5)]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    repository(tmp_path)
    monkeypatch.chdir(tmp_path)
    return write(shop(tmp_path), {"fitness.yaml": CONFIG})


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def given(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(text.encode())))

    return given


def text_of(runs: list[Recorded]) -> str:
    return "".join(f"{write_line(each)}\n" for each in runs)


def test_what_is_exported_from_one_store_is_imported_into_any(
    history: History, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_store(".fitness/history.db") as store:
        store.extend(RUNS)
    url = str(history.base / history.url) if history.url == "history.db" else history.url

    assert main(["history", "export", "all.jsonl"]) == 0
    assert main(["history", "import", "all.jsonl", "--url", url]) == 0
    assert main(["history", "import", "all.jsonl", "--url", url]) == 0
    assert main(["history", "export", "again.jsonl", "--url", url]) == 0

    assert capsys.readouterr().err.splitlines() == [
        "5 runs exported",
        "5 runs imported, 0 known already",
        "0 runs imported, 5 known already",
        "5 runs exported",
    ]
    assert (here / "again.jsonl").read_text("utf-8") == (here / "all.jsonl").read_text("utf-8")
    assert (here / "all.jsonl").read_text("utf-8") == text_of(RUNS)


def test_the_terminal_is_the_default_on_both_sides(
    stdin: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    stdin(text_of(RUNS))
    assert main(["history", "import"]) == 0
    assert main(["history", "export", "-"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [read_line(line).same(one) for line, one in zip(lines, RUNS, strict=True)] == [True] * 5


def test_the_commands_can_be_joined(here: Path) -> None:
    with open_store(".fitness/history.db") as store:
        store.extend(RUNS)
    exported = pytest_fitness(here, "history", "export")
    assert (exported.returncode, exported.stderr) == (0, "5 runs exported\n")
    (here / "lines").write_text(exported.stdout, "utf-8")
    imported = pytest_fitness(here, "history", "import", "lines", "--url", NOTES)
    assert imported.stderr == "5 runs imported, 0 known already\n"


@pytest.mark.parametrize("url", [".fitness/history.db", NOTES])
@pytest.mark.parametrize(
    ("damaged", "why"),
    [(b'{"format": 1', "it is not JSON"), (b"\xff\n", "it is not UTF-8")],
    ids=["half", "bytes"],
)
def test_a_damaged_line_is_told_and_nothing_is_imported(
    here: Path, url: str, damaged: bytes, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = text_of(RUNS[:2])
    (here / "lines").write_bytes(text.encode() + b"\n" + damaged)
    assert main(["history", "import", "lines", "--url", url]) == UNUSABLE
    told = capsys.readouterr().err
    assert f"lines:4: the line is damaged: {why}" in told
    assert "nothing was imported" in told
    with open_store(url) as store:
        assert store.runs(9) == []


def test_a_newer_line_names_the_remedy(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "lines").write_text('{"format": 2}\n', "utf-8")
    assert main(["history", "import", "lines"]) == UNUSABLE
    assert "upgrade pytest-fitness; nothing was imported" in capsys.readouterr().err


def test_no_file_is_replaced(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_store(".fitness/history.db") as store:
        store.extend(RUNS)
    assert main(["history", "export", "fitness.yaml"]) == UNUSABLE
    assert "fitness.yaml exists" in capsys.readouterr().err
    assert (here / "fitness.yaml").read_text("utf-8") == CONFIG


@pytest.mark.parametrize("name", ["nowhere.jsonl", "shop"])
def test_a_file_that_cannot_be_read_is_told(
    here: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["history", "import", name]) == UNUSABLE
    assert f"{name} cannot be read" in capsys.readouterr().err
    assert not (here / ".fitness").exists()


def test_a_place_that_cannot_be_written_is_told(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_store(".fitness/history.db") as store:
        store.extend(RUNS)
    assert main(["history", "export", "nowhere/lines"]) == UNUSABLE
    assert "cannot be written" in capsys.readouterr().err


def test_without_a_history_there_is_nothing_to_export(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["history", "export"]) == UNUSABLE
    assert "nothing is remembered yet" in capsys.readouterr().err
    assert not (here / ".fitness").exists()


def test_one_name_too_many_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", "cycles", "layers"]) == UNUSABLE
    assert "'layers' is one name too many" in capsys.readouterr().err


def test_what_is_damaged_in_the_notes_is_told(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import histories

    histories.git(here, "notes", "--ref=fitness", "add", "--message", "oops")
    assert main(["history", "--url", NOTES]) == 0
    assert "line 1 is damaged: it is not JSON" in capsys.readouterr().out
