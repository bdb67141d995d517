"""What one run tells of those before it."""

from collections.abc import Callable

import pytest
from run_results import edit, history, insert, report, summary

from pytest_fitness.history.store import open_store

Words = Callable[..., None]
LIMITED = "  NAME:\n    words: {source: docs, files: NAME.txt}\n    max: 3\n"
TWO = LIMITED.replace("NAME", "a") + LIMITED.replace("NAME", "b")


def row(result: pytest.RunResult, name: str) -> list[str]:
    """The cells of a function's row after its limit."""
    (line,) = [line for line in summary(result) if line[4:].split()[:1] == [name]]
    return line.split("≤ 3")[1].split()


def run(pytester: pytest.Pytester, *options: str, **texts: str) -> pytest.RunResult:
    for name, text in texts.items():
        (pytester.path / "docs" / f"{name}.txt").write_text(text, "utf-8")
    return pytester.runpytest_inprocess("--fitness", "--color=no", *options)


@pytest.mark.parametrize("workers", [[], ["-n1"]])
@pytest.mark.parametrize(
    ("before", "now", "change"), [("1", "1 2 3", "+2"), ("1 2 3", "1", "-2"), ("1", "2", "=")]
)
def test_the_change_since_the_last_run(
    pytester: pytest.Pytester, words: Words, before: str, now: str, change: str, workers: list[str]
) -> None:
    words(TWO, a=before, b="1")
    run(pytester, *workers)
    second = run(pytester, *workers, a=now)
    assert row(second, "a")[1] == change
    assert row(second, "b")[1] == "="


def test_a_run_without_a_function_leaves_its_past_alone(
    pytester: pytest.Pytester, words: Words
) -> None:
    words(TWO, a="1", b="1")
    run(pytester)
    run(pytester, "-k", "b", a="1 2 3")
    assert row(run(pytester), "a")[1] == "+2"
    assert history(pytester.path) == [("complete", 2), ("complete", 1), ("complete", 2)]


def test_a_run_without_history_is_not_compared_with(
    pytester: pytest.Pytester, words: Words
) -> None:
    words(TWO, a="1", b="1")
    run(pytester)
    unseen = run(pytester, "--fitness-no-history", a="1 2 3")
    assert row(unseen, "a") == ["+0%"]
    assert row(run(pytester, a="1 2"), "a")[1] == "+1"


def test_no_history_wins_over_a_history_that_is_named(
    pytester: pytest.Pytester, words: Words
) -> None:
    words(TWO, a="1", b="1")
    result = run(pytester, "--fitness-no-history", "--fitness-history=past.db")
    result.assert_outcomes(passed=2)
    assert not (pytester.path / "past.db").exists()


def test_a_run_without_data_is_a_gap_and_no_change(pytester: pytest.Pytester, words: Words) -> None:
    words(TWO, a="1", b="1")
    run(pytester)
    (pytester.path / "docs" / "a.txt").unlink()
    gap = run(pytester)
    assert "no data" in summary(gap)[-1]
    assert row(run(pytester, a="1 2 3"), "a")[1] == "+2"


def test_a_new_function_has_no_past(pytester: pytest.Pytester, words: Words) -> None:
    words(LIMITED.replace("NAME", "a"), a="1")
    run(pytester)
    words(TWO, b="1")
    result = run(pytester)
    assert row(result, "a")[1] == "="
    assert row(result, "b") == ["+67%"]


def test_the_past_shows_the_newest_dozen(pytester: pytest.Pytester, words: Words) -> None:
    words(TWO, a="1", b="1")
    for count in range(15):
        result = run(pytester, a=" ".join("x" * (1 + count % 3)))
    bars = row(result, "a")[2]
    assert len(bars) == 12
    assert bars == bars[:3] * 4
    assert (bars[0], bars[2]) == ("▁", "█")


def test_since_counts_from_the_first_failure_in_a_row(
    pytester: pytest.Pytester, words: Words
) -> None:
    words(TWO, a="1", b="1 2 3 4")
    run(pytester)
    first = run(pytester, a="1 2 3 4")
    first.stdout.re_match_lines([r"  since: this run; on [-\d]+ [:\d]+ UTC it passed with 1"])
    second = run(pytester)
    since = [line for line in second.outlines if line.startswith("  since:")]
    assert len(since) == 2
    assert "; on " in since[0]
    assert since[0].endswith("it passed with 1")
    assert since[1].endswith(" or longer")
    mended = run(pytester, a="1 2")
    assert len([line for line in mended.outlines if line.startswith("  since:")]) == 1


def test_a_warned_run_counts_as_good(pytester: pytest.Pytester, words: Words) -> None:
    words(LIMITED.replace("NAME", "a") + "    warn: {max: 1}\n", a="1 2")
    run(pytester)
    run(pytester, a="1 2 3 4").stdout.fnmatch_lines(["  since: this run; * it warned with 2"])


def test_an_error_is_no_good_end_of_a_failure(pytester: pytest.Pytester, words: Words) -> None:
    words(LIMITED.replace("NAME", "a"), a="1")
    run(pytester)
    insert(pytester.path, "if Path('broken').exists(): raise MeasureError('broken')")
    (pytester.path / "broken").touch()
    run(pytester)
    (pytester.path / "broken").unlink()
    failed = run(pytester, a="1 2 3 4")
    (since,) = [line for line in failed.outlines if line.startswith("  since:")]
    assert "this run" not in since
    assert since.endswith("it passed with 1")


def test_the_gate_of_a_run_is_remembered(pytester: pytest.Pytester, words: Words) -> None:
    words(TWO, a="1", b="1")
    run(pytester, "--fitness-gate=ci")
    run(pytester)
    with open_store(pytester.path / ".fitness" / "history.db") as store:
        assert [past.gate for past in store.runs(5)] == [None, "ci"]


def test_each_check_of_a_function_has_a_past_of_its_own(
    pytester: pytest.Pytester, words: Words
) -> None:
    words(LIMITED.replace("NAME", "a"), a="1")
    checks = "[Check(part, function.limit) for part in ('x', 'y')]"
    code = f"    def checks(self, function, context):\n        return {checks}\n\n    def measure("
    edit(pytester.path, "    def measure(", code)
    insert(pytester.path, "if check.part == 'x': return Measurement(2)")
    run(pytester)
    result = run(pytester, "--fitness-json=out.json", a="1 2 3")
    assert row(result, "a::x")[1] == "="
    assert row(result, "a::y")[1] == "+2"
    assert list(report(pytester.path / "out.json")) == ["a::x", "a::y"]
