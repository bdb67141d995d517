"""``baseline set|list|remove``: the newest numbers of the default branch, under a name."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from command_samples import shop, write

from pytest_fitness.cli import UNUSABLE, main
from pytest_fitness.history.baseline import Baseline, load
from pytest_fitness.history.pins import Pin
from pytest_fitness.history.records import Commit, Environment, Result, Run, Status
from pytest_fitness.history.store import open_store

CONFIG = """\
codebase: {packages: [shop]}
history: {branch: main}
functions:
  complexity: {complexity: {measure: cyclomatic}, max: 10}
  cycles: {coupling: {measure: cycles}, max: 0}
"""
START = 1_700_000_000_000
DAY = 86_400_000
BASELINE = "fitness-baseline.json"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write(shop(tmp_path), {"fitness.yaml": CONFIG})


def remember(
    day: int,
    values: Mapping[str, float | None],
    branch: str | None = "main",
    status: Status = Status.COMPLETE,
) -> None:
    commit = Commit(f"{day}0ffee0ffee", branch, dirty=False)
    run = Run(START + day * DAY, Environment("test"), commit, status=status)
    results = [Result(name, value, "count", "passed") for name, value in values.items()]
    with open_store(".fitness/history.db") as store:
        store.append(run, results)


def test_the_newest_numbers_are_pinned(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    remember(0, {"complexity": 9, "cycles": 4, "gone": 1})
    remember(1, {"complexity": 8})
    remember(2, {"complexity": 7, "cycles": 3}, branch="topic")
    remember(3, {"complexity": 6}, status=Status.ABORTED)

    assert main(["baseline", "set", "v1.0"]) == 0

    assert capsys.readouterr().out.splitlines() == [
        "v1.0 stands for 2 values:",
        "  1 of the run of 2023-11-15 22:13 UTC, commit 10ffee0ff",
        "  1 of the run of 2023-11-14 22:13 UTC, commit 00ffee0ff",
        "fitness-baseline.json has them; commit it",
    ]
    assert load(here / BASELINE).pinned_at("v1.0") == {
        "complexity": Pin(8, "count", "10ffee0ffee"),
        "cycles": Pin(4, "count", "00ffee0ffee"),
    }


def test_what_is_frozen_and_what_else_is_pinned_stays(here: Path) -> None:
    Baseline(here / BASELINE, {"complexity": {"a": 12}}).pin("v0", {"old": Pin(1)}).save()
    remember(0, {"complexity": 9})

    assert main(["baseline", "set", "v1.0"]) == 0

    after = load(here / BASELINE)
    assert after.accepted == {"complexity": {"a": 12}}
    assert list(after.pinned) == ["v0", "v1.0"]


def test_a_name_is_pinned_anew(capsys: pytest.CaptureFixture[str]) -> None:
    for day, value in enumerate((9, 8)):
        remember(day, {"complexity": value})
        assert main(["baseline", "set", "v1.0"]) == 0
    assert "v1.0 now stands for 1 value:" in capsys.readouterr().out


def test_a_run_without_a_commit_is_said_by_its_time(capsys: pytest.CaptureFixture[str]) -> None:
    with open_store(".fitness/history.db") as store:
        store.append(Run(START, Environment("test")), [Result("cycles", 1, "count", "passed")])
    assert main(["baseline", "set", "v1"]) == 0
    assert "  1 of the run of 2023-11-14 22:13 UTC\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    "values", [{}, {"gone": 1.0}, {"cycles": None}, {"cycles": float("inf")}],
    ids=["no-results", "only-others", "no-value", "infinite"],
)  # fmt: skip
def test_where_there_is_nothing_to_pin_it_is_told(
    here: Path, values: dict[str, float | None], capsys: pytest.CaptureFixture[str]
) -> None:
    remember(0, values)
    remember(1, {"cycles": 3}, branch="topic")
    assert main(["baseline", "set", "v1.0"]) == UNUSABLE
    told = capsys.readouterr().err
    assert "the history knows no complete run of a clean work tree on main" in told
    assert "pytest --fitness" in told
    assert not (here / BASELINE).exists()


def test_without_a_history_it_is_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["baseline", "set", "v1.0"]) == UNUSABLE
    assert "nothing to pin" in capsys.readouterr().err
    assert not (here / ".fitness").exists()


@pytest.mark.parametrize("name", ["", "a b", "a:b", "../x"])
def test_what_is_no_name_is_told(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["baseline", "set", name]) == UNUSABLE
    assert "is no name for a baseline" in capsys.readouterr().err


@pytest.mark.parametrize("action", ["set", "remove"])
def test_a_name_is_needed(action: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["baseline", action]) == UNUSABLE
    assert "needs a NAME" in capsys.readouterr().err


def test_both_at_once_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["baseline", "set", "v1", "--prune"]) == UNUSABLE
    assert "one after the other" in capsys.readouterr().err


def test_names_are_listed_with_their_commits(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["baseline", "list"]) == 0
    assert "nothing is pinned" in capsys.readouterr().out
    pins = {"a": Pin(1, "s", "c0ffeec0ffee"), "b": Pin(2)}
    Baseline(here / BASELINE).pin("v2", {"b": Pin(2)}).pin("v1", pins).save()
    assert main(["baseline", "list"]) == 0
    assert capsys.readouterr().out == "v1: 2 values of c0ffeec0f\nv2: 1 value\n"


def test_a_name_is_removed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Baseline(here / BASELINE).pin("v1", {}).save()
    assert main(["baseline", "remove", "v1"]) == 0
    assert load(here / BASELINE).pinned == {}
    assert main(["baseline", "remove", "v1"]) == UNUSABLE
    assert "nothing pinned as 'v1'" in capsys.readouterr().err


def test_a_damaged_file_is_not_replaced(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    remember(0, {"complexity": 9})
    (here / BASELINE).write_text('{"format": 1', "utf-8")
    assert main(["baseline", "set", "v1"]) == UNUSABLE
    assert (here / BASELINE).read_text("utf-8") == '{"format": 1'
    assert "not valid JSON" in capsys.readouterr().err
