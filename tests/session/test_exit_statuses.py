"""Every exit status of pytest, alone and with workers; a run that judged too little is no pass."""

from collections.abc import Callable

import pytest
from run_results import history, insert, report

LIMITED = "  NAME:\n    words: {source: docs}\n    max: 3\n"
TWO = LIMITED.replace("NAME", "first") + LIMITED.replace("NAME", "second")
Words = Callable[..., None]
both = pytest.mark.parametrize("workers", [[], ["-n1"]], ids=["alone", "worker"])


@both
@pytest.mark.parametrize(
    ("options", "code", "status"),
    [
        ([], "pass", 0),
        ([], "return Measurement(9)", 1),
        ([], "raise MeasureError('gone')", 1),
        ([], "raise KeyboardInterrupt", 2),
        (["--no-such-option"], "pass", 4),
        (["--fitness-gate=never"], "pass", 4),
        (["fitness.yaml::third"], "pass", 4),
        (["--fitness-history=redis://x"], "pass", 4),
        (["-k", "nothing"], "pass", 5),
        (["--fitness-gate=scheduled"], "pass", 5),
    ],
)
def test_each_end_has_its_status(
    pytester: pytest.Pytester,
    words: Words,
    options: list[str],
    code: str,
    status: int,
    workers: list[str],
) -> None:
    words(TWO, a="one")
    insert(pytester.path, code)
    assert pytester.runpytest_subprocess("--fitness", *options, *workers).ret == status


def test_an_error_of_pytest_itself_is_status_3_and_the_run_is_marked(
    pytester: pytest.Pytester, words: Words
) -> None:
    words(TWO, a="one")
    broken = """
        def pytest_runtest_protocol(item):
            if item.name == "second":
                raise RuntimeError("broken")
    """
    pytester.makeconftest(broken)
    result = pytester.runpytest_inprocess("--fitness", "--fitness-json=out.json")
    assert result.ret == pytest.ExitCode.INTERNAL_ERROR
    assert list(report(pytester.path / "out.json")) == ["first"]
    assert history(pytester.path) == [("aborted", 1)]


@both
def test_a_fixture_or_hook_that_fails_before_a_function_leaves_it_unjudged(
    pytester: pytest.Pytester, words: Words, workers: list[str]
) -> None:
    words(TWO, a="one")
    failing = """
        def pytest_runtest_setup(item):
            if item.name == "second":
                raise RuntimeError("no")
    """
    pytester.makeconftest(failing)
    result = pytester.runpytest_inprocess("--fitness", "--fitness-json=out.json", *workers)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=1, errors=1)
    assert list(report(pytester.path / "out.json")) == ["first"]
    assert history(pytester.path) == [("aborted", 1)]


LEAVING = """
    import pytest
    def pytest_runtest_logreport(report):
        if report.when == "teardown":
            pytest.exit("enough", returncode=0)
"""


@pytest.mark.parametrize(
    ("conftest", "options", "left"),
    [(LEAVING, [], 1), ("", ["--setup-only"], 2), ("", ["--setup-plan"], 2)],
)
def test_functions_that_were_selected_and_never_run_are_no_pass(
    pytester: pytest.Pytester, words: Words, conftest: str, options: list[str], left: int
) -> None:
    words(TWO, a="one")
    pytester.makeconftest(conftest)
    options = ["--fitness", "--fitness-json=out.json", *options]
    result = pytester.runpytest_inprocess(*options)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines([f"error: {left} of 2 selected were not run, nor judged"])
    assert len(report(pytester.path / "out.json")) == 2 - left
    assert ("complete", 1) not in history(pytester.path)


def test_a_worker_whose_report_cannot_be_sent_is_no_pass(
    pytester: pytest.Pytester, words: Words
) -> None:
    words(LIMITED.replace("NAME", "first"), a="one")
    unsendable = "def pytest_runtest_setup(item):\n    item.user_properties.append(('x', {1, 2}))\n"
    pytester.makeconftest(unsendable.replace("{1, 2}", "object()"))
    result = pytester.runpytest_subprocess("--fitness", "-n1")
    assert result.ret not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    assert ("complete", 1) not in history(pytester.path)


@both
@pytest.mark.parametrize(
    ("strict", "effect", "status"),
    [(False, "warn", 0), (True, "warn", 1), (True, "skip", 0), (False, "fail", 1)],
)
def test_strict_turns_warnings_alone_into_failures(
    pytester: pytest.Pytester,
    words: Words,
    strict: bool,
    effect: str,
    status: int,
    workers: list[str],
) -> None:
    words(f"{LIMITED.replace('NAME', 'first')}    on_no_data: {effect}\n")
    options = ["--fitness-strict"] * strict + ["--fitness-json=out.json", *workers]
    assert pytester.runpytest_inprocess("--fitness", *options).ret == status
    found = report(pytester.path / "out.json")["first"]
    # What it does to the run is not what it is.
    assert (found["outcome"], found["effect"]) == ("no data", effect)


@pytest.mark.parametrize(
    ("gate", "expected"),
    [("ci", ["first", "second"]), ("pre-deploy", ["second"]), ("scheduled", ["third"])],
)
def test_each_gate_runs_its_own_and_is_remembered(
    pytester: pytest.Pytester, words: Words, gate: str, expected: list[str]
) -> None:
    gates = {
        "first": "",
        "second": "    gates: [ci, pre-deploy]\n",
        "third": "    gates: scheduled\n",
    }
    words("".join(LIMITED.replace("NAME", name) + text for name, text in gates.items()), a="one")
    options = ("--fitness", "--fitness-json=out.json", f"--fitness-gate={gate}")
    result = pytester.runpytest_inprocess(*options)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines([f"fitness: 3 functions in fitness.yaml, gate {gate}"])
    assert list(report(pytester.path / "out.json")) == expected
