"""``history``: what it shows, and that looking begins nothing."""

import sqlite3
from pathlib import Path

import pytest
from command_samples import shop, tangled, write

from pytest_fitness.cli import main
from pytest_fitness.history.records import Commit, Environment, Result, Run
from pytest_fitness.history.store import open_existing, open_store

CONFIG = """\
codebase: {packages: [shop]}
functions:
  complexity: {complexity: {measure: cyclomatic}, max: 10}
  cycles: {coupling: {measure: cycles}, max: 0}
"""
START = 1_700_000_000_000
DAY = 86_400_000
DEFAULT = ".fitness/history.db"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write(shop(tmp_path, old=tangled()), {"fitness.yaml": CONFIG})


def remember(path: Path, series: str, *values: float | None, branch: str = "main") -> None:
    commit = Commit("0123456789abcdef", branch, dirty=True)
    with open_store(path) as store:
        for day, value in enumerate(values):
            run = Run(START + day * DAY, Environment("test"), commit)
            store.append(run, [Result(series, value, "", "passed", frozen=2)])


@pytest.mark.parametrize(
    "arguments", [[], ["complexity"], ["--url", "elsewhere/h.db"], ["--url", "sqlite:///h.db"]]
)
def test_looking_begins_no_history(
    here: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(here.rglob("*"))

    assert main(["history", *arguments]) == 0

    assert capsys.readouterr().out == "nothing is remembered yet: run `pytest --fitness`\n"
    assert sorted(here.rglob("*")) == before


def test_an_existing_history_is_opened(here: Path) -> None:
    remember(here / "h.db", "a", 1)

    store = open_existing("h.db", here)

    assert store is not None
    with store:
        assert store.series() == {"a": 1}
    assert open_existing("other.db", here) is None


def test_all_series_are_listed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    remember(here / DEFAULT, "complexity", 1, 2, 3)
    remember(here / DEFAULT, "cycles", 0, 0)

    assert main(["history"]) == 0

    assert capsys.readouterr().out.splitlines() == [
        "complexity           3  ▁▄█",
        "cycles               0  ▅▅",
    ]


def test_one_series_is_shown_run_by_run(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    remember(here / DEFAULT, "complexity", 12, 13, branch="topic\x1b[31m")

    assert main(["history", "complexity"]) == 0

    title, first, second = capsys.readouterr().out.splitlines()
    assert title == "complexity  2 runs  ▁█"
    assert first.split() == [
        "2023-11-14", "22:13", "012345678+", r"topic\x1b[31m", "12", "passed", "(2", "frozen)"
    ]  # fmt: skip
    assert second.split()[4] == "13"
    assert len(first) <= 80


def test_the_limit_bounds_the_runs(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    remember(here / DEFAULT, "complexity", *range(50))

    assert main(["history", "complexity", "--limit", "3"]) == 0

    assert [line.split()[4] for line in capsys.readouterr().out.splitlines()[1:]] == [
        "47", "48", "49"
    ]  # fmt: skip


def test_a_function_of_several_parts_is_listed_by_part(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for part in ("one", "two"):
        remember(here / DEFAULT, f"contracts::{part}", 0)
    remember(here / DEFAULT, "contracts-of-old", 0)

    assert main(["history", "contracts"]) == 0

    shown = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in shown] == ["contracts::one", "contracts::two"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cycles", "nothing is remembered of cycles yet"),
        ("complexit", "Did you mean 'complexity'?"),
        ("\x1b[2J", "there is no series"),
    ],
)
def test_a_series_that_is_not_there(
    here: Path, name: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    remember(here / DEFAULT, "complexity", 1)

    assert main(["history", name]) == 4

    shown = capsys.readouterr().err
    assert words in shown
    assert "\x1b" not in shown


def test_values_that_are_none_or_infinite_are_shown(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    remember(here / DEFAULT, "complexity", None, float("inf"), float("nan"))

    assert main(["history", "complexity"]) == 0
    assert main(["history"]) == 0

    assert "inf" in capsys.readouterr().out


def test_hostile_names_are_shown_harmless(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    remember(here / DEFAULT, "\x1b[2J\n\u202e" + "x" * 500, 1)

    assert main(["history"]) == 0

    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(r"\x1b[2J\n\u202e")
    assert len(line) < 100


def test_a_damaged_time_is_no_traceback(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    remember(here / DEFAULT, "complexity", 1)
    database = sqlite3.connect(here / DEFAULT)
    with database:
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute("UPDATE run SET id = ?", (2**62,))
        database.execute("UPDATE measurement SET run_id = ?", (2**62,))
    database.close()

    assert main(["history", "complexity"]) == 0

    assert f"{2**62 // 1000} ms" in capsys.readouterr().out


@pytest.mark.parametrize("content", [b"not a database at all", b"SQLite format 3\0" + b"x" * 200])
def test_an_unreadable_history_is_an_error_that_names_it(
    here: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "h.db").write_bytes(content)

    assert main(["history", "--url", "h.db"]) == 4

    assert "h.db" in capsys.readouterr().err
    assert (here / "h.db").read_bytes() == content


@pytest.mark.parametrize("url", ["ftp://somewhere/x", "sqlite://", ""])
def test_a_url_that_is_none_is_refused(
    here: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, {"fitness.yaml": f"history: 'ftp://me:secret@host/x'\n{CONFIG}"})

    assert main(["history", *(["--url", url] if url else [])]) == 4

    shown = capsys.readouterr().err
    assert "cannot be opened" in shown
    assert "secret" not in shown


def test_it_reads_the_history_of_a_configuration_elsewhere(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, {"ci/rules.yaml": f"history: kept/past.db\n{CONFIG}"})
    remember(here / "ci/kept/past.db", "complexity", 7)

    assert main(["history", "--config", "ci/rules.yaml"]) == 0

    assert "7" in capsys.readouterr().out


def test_a_broken_contract_file_is_no_reason_to_hide_the_past(here: Path) -> None:
    broken = "  c: {contracts: {from: nowhere.toml}}\n"
    write(here, {"fitness.yaml": CONFIG + broken})
    remember(here / DEFAULT, "complexity", 7)

    assert main(["history"]) == 0
