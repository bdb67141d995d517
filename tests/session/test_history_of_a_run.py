"""What a run remembers, and that a history in trouble neither hides verdicts nor is overwritten."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from run_results import history, report

LIMITED = "  length:\n    words: {source: docs}\n    max: 3\n"
Words = Callable[..., None]


@pytest.fixture
def good(pytester: pytest.Pytester, words: Words) -> pytest.Pytester:
    words(LIMITED, a="one two")
    return pytester


def test_each_run_is_remembered_beside_the_file(good: pytest.Pytester) -> None:
    for _ in range(2):
        good.runpytest_inprocess("--fitness")
    assert history(good.path) == [("complete", 1), ("complete", 1)]
    assert (good.path / ".fitness" / ".gitignore").read_text("utf-8") == "*\n"


def test_the_option_names_another_file(good: pytest.Pytester) -> None:
    good.runpytest_inprocess("--fitness", "--fitness-history=past/here.db")
    assert history(good.path, "past/here.db") == [("complete", 1)]
    assert not (good.path / ".fitness" / "history.db").exists()


def test_the_configuration_names_another_file(good: pytest.Pytester) -> None:
    with (good.path / "fitness.yaml").open("a") as file:
        file.write("history: past.db\n")
    good.runpytest_inprocess("--fitness")
    assert history(good.path, "past.db") == [("complete", 1)]


def test_without_history_nothing_is_remembered_or_compared(good: pytest.Pytester) -> None:
    good.runpytest_inprocess("--fitness")
    result = good.runpytest_inprocess("--fitness", "--fitness-no-history")
    assert history(good.path) == [("complete", 1)]
    result.stdout.no_fnmatch_line("*change*")


def test_the_change_since_the_last_run_and_the_past_are_shown(
    pytester: pytest.Pytester, words: Words
) -> None:
    words(LIMITED, a="one")
    pytester.runpytest_inprocess("--fitness")
    words(LIMITED, a="one two three")
    result = pytester.runpytest_inprocess("--fitness")
    result.stdout.fnmatch_lines(
        ["*value  limit  room  change  past", "* 3  ≤ 3     +0%      +2  ▁█"]
    )


def test_a_failure_says_since_when(pytester: pytest.Pytester, words: Words) -> None:
    words(LIMITED, a="one")
    pytester.runpytest_inprocess("--fitness")
    words(LIMITED, a="one two three four")
    first = pytester.runpytest_inprocess("--fitness")
    first.stdout.re_match_lines([r"  since: this run; on [\d-]+ [\d:]+ UTC it passed with 1"])
    second = pytester.runpytest_inprocess("--fitness")
    second.stdout.re_match_lines([r"  since: \d+-.* UTC; on .* it passed with 1"])


def sqlite_file(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()


@pytest.mark.parametrize("workers", [[], ["-n2"]])
@pytest.mark.parametrize("foreign", ["text", "database", "newer"])
def test_a_file_that_is_not_ours_is_refused_before_anything_is_measured_and_left_as_it_was(
    good: pytest.Pytester, foreign: str, workers: list[str]
) -> None:
    path = good.path / "some.db"
    if foreign == "text":
        path.write_text("my novel", "utf-8")
    elif foreign == "database":
        sqlite_file(path, "CREATE TABLE mine (a)")
    else:
        good.runpytest_inprocess("--fitness", "--fitness-history=some.db")
        sqlite_file(path, "PRAGMA user_version = 99", "PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.read_bytes()
    result = good.runpytest_inprocess("--fitness", "--fitness-history=some.db", *workers)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: the history *some.db *", "*or run with --fitness-history=*"]
    )
    assert path.read_bytes() == before
    result.stdout.no_fnmatch_line("*passed*")


def test_where_no_history_can_be_created_the_error_names_the_ways_out(
    good: pytest.Pytester,
) -> None:
    (good.path / ".fitness").write_text("in the way", "utf-8")
    result = good.runpytest_inprocess("--fitness")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: the history *", "*--fitness-history=PATH or with --fitness-no-history"]
    )
    good.runpytest_inprocess("--fitness", "--fitness-no-history").assert_outcomes(passed=1)
    elsewhere = good.path / "elsewhere.db"
    good.runpytest_inprocess("--fitness", f"--fitness-history={elsewhere}").assert_outcomes(
        passed=1
    )


def test_a_run_that_cannot_be_remembered_shows_its_verdicts_and_exits_1(
    good: pytest.Pytester,
) -> None:
    good.runpytest_inprocess("--fitness")
    full = "CREATE TRIGGER full BEFORE INSERT ON run BEGIN SELECT RAISE(ABORT, 'no room'); END"
    sqlite_file(good.path / ".fitness" / "history.db", full)
    result = good.runpytest_inprocess("--fitness", "--fitness-json=out.json")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*✓ length*2  ≤ 3 *", "error: the history *: no room"])
    assert report(good.path / "out.json")["length"]["outcome"] == "passed"
    assert history(good.path) == [("complete", 1)]
