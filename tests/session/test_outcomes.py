"""What each outcome does to the run: exit status, letters, short summary."""

import signal
from collections.abc import Callable, Mapping

import pytest
from run_results import history, insert, report

LIMITED = "  length:\n    words: {source: docs}\n    max: 3\n"


def test_all_within_their_limits_exit_0(
    pytester: pytest.Pytester, words: Callable[..., None]
) -> None:
    words(LIMITED, a="one two")
    result = pytester.runpytest_inprocess("--fitness")
    assert result.ret == pytest.ExitCode.OK
    result.assert_outcomes(passed=1)


def test_past_a_limit_exit_1_with_the_reason_in_the_short_summary(
    pytester: pytest.Pytester, words: Callable[..., None]
) -> None:
    words(LIMITED, a="one two three four")
    result = pytester.runpytest_inprocess("--fitness")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "4 where ≤ 3 is allowed",
            "  --> fitness.yaml:4",
            "  a.txt:1: a.txt: 4",
            "FAILED fitness.yaml::length - 4 where ≤ 3 is allowed",
        ]
    )


@pytest.mark.parametrize(
    ("effect", "status", "counted"),
    [
        ("fail", 1, {"failed": 1}),
        ("warn", 0, {"no data": 1}),
        ("skip", 0, {"skipped": 1}),
    ],
)
def test_no_data_has_the_effect_that_was_chosen_and_is_never_a_pass(
    pytester: pytest.Pytester,
    words: Callable[..., None],
    effect: str,
    status: int,
    counted: dict[str, int],
) -> None:
    words(f"{LIMITED}    on_no_data: {effect}\n")
    result = pytester.runpytest_inprocess("--fitness", "--fitness-json=out.json", "-rs")
    assert result.ret == status
    assert report(pytester.path / "out.json")["length"]["outcome"] == "no data"
    name, number = next(iter(counted.items()))
    result.stdout.fnmatch_lines([f"*{number} {name} in *"])
    result.stdout.fnmatch_lines(["*no file matches [*].txt*"])


def test_what_could_not_be_measured_fails_with_cause_and_remedy(
    pytester: pytest.Pytester, words: Callable[..., None]
) -> None:
    words(LIMITED)
    (pytester.path / "docs" / "a.txt").write_bytes(b"\xff")
    result = pytester.runpytest_inprocess("--fitness")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        ["error: a file is not UTF-8", "  help: Save it as UTF-8.", "FAILED *error: a file is not*"]
    )


def test_a_defect_of_a_kind_is_an_error_verdict_that_names_the_kind(
    pytester: pytest.Pytester, words: Callable[..., None]
) -> None:
    words("  length:\n    words: {source: docs, files: ''}\n    max: 3\n".replace("''", "/a"))
    result = pytester.runpytest_inprocess("--fitness")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        ["error: NotImplementedError: *", "  note: raised at *pathlib.py:*", "*the kind 'words'*"]
    )


def test_a_source_that_is_not_there_is_an_error_verdict(
    pytester: pytest.Pytester, words: Callable[..., None]
) -> None:
    words(LIMITED.replace("docs}", "dogs}"))
    result = pytester.runpytest_inprocess("--fitness")
    result.stdout.fnmatch_lines(["error: there is no source 'dogs'", "*Known sources: docs."])


def test_a_warned_function_passes_and_is_listed(shop: pytest.Pytester) -> None:
    result = shop.runpytest_inprocess("--fitness", "-k", "branches")
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(
        ["fitness.yaml w *", "  ! branches *", "*past warn ≤ 1: shop/web.py:4: shop.web.page"]
    )


def test_strict_lets_a_warning_fail_and_says_so(shop: pytest.Pytester) -> None:
    result = shop.runpytest_inprocess("--fitness", "--fitness-strict", "-k", "branches")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "a warning, and --fitness-strict is on: past warn ≤ 1: shop/web.py:4: shop.web.page",
            "*or: run without*",
        ]
    )


def test_strict_lets_missing_data_fail_too(
    pytester: pytest.Pytester, words: Callable[..., None]
) -> None:
    words(f"{LIMITED}    on_no_data: warn\n")
    result = pytester.runpytest_inprocess("--fitness", "--fitness-strict")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        ["a warning, and --fitness-strict is on: no data: no file matches*"]
    )


@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_a_gate_that_selects_nothing_is_no_pass(shop: pytest.Pytester, workers: list[str]) -> None:
    result = shop.runpytest_inprocess("--fitness", "--fitness-gate=scheduled", *workers)
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert history(shop.path) == []


@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_a_broken_file_is_one_usage_error_and_nothing_is_measured(
    shop: pytest.Pytester, write: Callable[[Mapping[str, str]], None], workers: list[str]
) -> None:
    write({"fitness.yaml": "functions:\n  a:\n    complexty: {}\n  b: {max: 3}\n"})
    result = shop.runpytest_inprocess("--fitness", *workers)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: 2 problems in the configuration", "fitness.yaml:3:5: unknown key 'complexty'"]
    )
    assert str(result.stderr).count("ERROR") == 1
    assert not (shop.path / ".fitness").exists()


def test_an_interrupted_run_is_remembered_as_aborted(
    pytester: pytest.Pytester, words: Callable[..., None]
) -> None:
    second = LIMITED.replace("length", "second")
    words(LIMITED + second, a="one two")
    interrupt_at(pytester, "second")
    result = pytester.runpytest_subprocess("--fitness", "-q")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert history(pytester.path) == [("aborted", 1)]


def test_a_run_interrupted_before_its_first_verdict_is_not_remembered(
    pytester: pytest.Pytester, words: Callable[..., None]
) -> None:
    words(LIMITED, a="one two")
    interrupt_at(pytester, "length")
    assert pytester.runpytest_subprocess("--fitness").ret == pytest.ExitCode.INTERRUPTED
    assert history(pytester.path) == []


def test_a_run_ended_by_its_first_failure_is_remembered_as_aborted(shop: pytest.Pytester) -> None:
    shop.runpytest_inprocess("--fitness", "-x")
    assert history(shop.path) == [("aborted", 2)]


def interrupt_at(pytester: pytest.Pytester, function: str) -> None:
    """Let the plugin of the project press Ctrl-C while it measures a function."""
    press = f"import os; os.kill(os.getpid(), {signal.SIGINT:d})"
    insert(pytester.path, f"if function.id == {function!r}: {press}")
