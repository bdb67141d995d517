"""``--fitness-time-budget``: what would last too long is not started, and says so."""

from collections.abc import Callable

import pytest

Work = Callable[[str], None]


@pytest.mark.parametrize("workers", [[], ["-n2"]], ids=["alone", "two workers"])
def test_what_would_last_too_long_is_not_started(
    pytester: pytest.Pytester, work: Work, workers: list[str]
) -> None:
    work("  long: {work: {takes: 1h}, max: 1}\n  short: {work: {takes: 1s}, max: 1}\n")
    result = pytester.runpytest_subprocess("--fitness", "--fitness-time-budget=10m", *workers)
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.re_match_lines(
        [r".*not started: it takes 1h, and [\d.]+(min|s) of the time budget are left"]
    )
    assert result.ret == 0


@pytest.mark.parametrize("workers", [[], ["-n2"]], ids=["alone", "two workers"])
def test_a_run_with_time_for_nothing_does_not_pass(
    pytester: pytest.Pytester, work: Work, workers: list[str]
) -> None:
    work("  long: {work: {takes: 1h}, max: 1}\n  longer: {work: {takes: 2h}, max: 1}\n")
    result = pytester.runpytest_subprocess("--fitness", "--fitness-time-budget=10m", *workers)
    result.assert_outcomes(skipped=2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    said = "error: nothing was judged: the time budget was too small for 2 of 2; "
    result.stdout.fnmatch_lines([said + "give --fitness-time-budget more, or leave it out"])


def test_a_run_in_which_nothing_was_due_passes(pytester: pytest.Pytester, work: Work) -> None:
    work("  daily: {work: {takes: 1s}, max: 1, every: 1d}\n")
    pytester.runpytest_inprocess("--fitness").assert_outcomes(passed=1)
    result = pytester.runpytest_inprocess("--fitness", "--fitness-time-budget=10m")
    result.assert_outcomes(skipped=1)
    assert result.ret == 0
    result.stdout.no_fnmatch_line("*nothing was judged*")


def test_a_run_in_which_some_were_not_due_and_the_rest_had_no_time_does_not_pass(
    pytester: pytest.Pytester, work: Work
) -> None:
    work("  daily: {work: {takes: 1s}, max: 1, every: 1d}\n")
    pytester.runpytest_inprocess("--fitness").assert_outcomes(passed=1)
    work("  daily: {work: {takes: 1s}, max: 1, every: 1d}\n  long: {work: {takes: 1h}, max: 1}\n")
    result = pytester.runpytest_inprocess("--fitness", "--fitness-time-budget=10m")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["error: nothing was judged: *too small for 1 of 2;*"])


def test_without_a_budget_all_of_them_are(pytester: pytest.Pytester, work: Work) -> None:
    work("  long: {work: {takes: 10d}, max: 1}\n")
    pytester.runpytest_inprocess("--fitness").assert_outcomes(passed=1)


def test_what_was_begun_is_finished(pytester: pytest.Pytester, work: Work) -> None:
    work("  both: {work: {takes: 1s, then: 1h}, limits: {a: {max: 1}, b: {max: 1}}}\n")
    result = pytester.runpytest_inprocess("--fitness", "--fitness-time-budget=10m")
    result.assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("soon", "'soon' is not a quantity"),
        ("10", "'10' is not a time such as 500ms"),
        ("5MB", "'5MB' is not a time"),
        ("", "was given an empty value"),
    ],
)
def test_a_budget_is_a_time(pytester: pytest.Pytester, work: Work, given: str, said: str) -> None:
    work("  f: {work: {}, max: 1}\n")
    result = pytester.runpytest_inprocess("--fitness", f"--fitness-time-budget={given}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*--fitness-time-budget*{said}*"])
    assert not (pytester.path / "log.txt").exists()


def test_a_budget_alone_runs_nothing(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("--fitness-time-budget=5m")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
