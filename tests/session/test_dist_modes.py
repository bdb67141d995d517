"""The ways in which pytest-xdist spreads, loses and stops work."""

from collections.abc import Callable

import pytest
from run_results import history, insert, report, summary

Words = Callable[..., None]
LIMITED = "  NAME:\n    words: {source: docs, files: NAME.txt}\n    max: 3\n"
TEXTS = {"a": "1", "b": "1 2 3 4", "c": "1 2", "d": "1", "e": "1 2 3 4 5", "f": "1"}


@pytest.fixture
def six(pytester: pytest.Pytester, words: Words) -> pytest.Pytester:
    """Functions of which the second and the fifth fail."""
    words("".join(LIMITED.replace("NAME", name) for name in TEXTS), **TEXTS)
    return pytester


@pytest.mark.parametrize("dist", ["load", "loadfile", "loadscope", "loadgroup", "worksteal"])
def test_every_way_of_spreading_finds_the_same(six: pytest.Pytester, dist: str) -> None:
    options = ("--fitness", "--fitness-json=out.json", "-n2", "--dist", dist)
    result = six.runpytest_inprocess(*options)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=4, failed=2)
    found = report(six.path / "out.json")
    assert [(name, verdict["outcome"]) for name, verdict in found.items()] == [
        (name, "failed" if name in "be" else "passed") for name in TEXTS
    ]
    assert history(six.path) == [("complete", 6)]


def test_the_summary_is_that_of_one_process(six: pytest.Pytester) -> None:
    options = ("--fitness", "--fitness-no-history", "--color=no")
    alone = summary(six.runpytest_inprocess(*options))
    assert summary(six.runpytest_inprocess(*options, "-n4")) == alone
    assert sum("✗" in line for line in alone) == 2


@pytest.mark.parametrize(
    "options", [["-n0"], ["-n1"], ["-n8"], ["--dist=load"], ["-p", "no:xdist"]]
)
def test_any_number_of_workers_will_do(six: pytest.Pytester, options: list[str]) -> None:
    result = six.runpytest_inprocess("--fitness", *options)
    result.assert_outcomes(passed=4, failed=2)
    assert history(six.path) == [("complete", 6)]


@pytest.mark.parametrize("options", [["-x"], ["--maxfail=1"]])
def test_stopping_at_the_first_failure_marks_the_run(
    six: pytest.Pytester, options: list[str]
) -> None:
    result = six.runpytest_inprocess("--fitness", "--fitness-json=out.json", "-n2", *options)
    assert result.ret in (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED)
    found = report(six.path / "out.json")
    assert "failed" in {verdict["outcome"] for verdict in found.values()}
    assert history(six.path) == [("aborted", len(found))]


CRASH = "import os; function.id == 'c' and os._exit(1)"


def test_a_worker_that_crashes_in_the_middle_costs_one_function(six: pytest.Pytester) -> None:
    insert(six.path, CRASH)
    result = six.runpytest_inprocess("--fitness", "--fitness-json=out.json", "-n2")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*crashed while running 'fitness.yaml::c'*"])
    found = report(six.path / "out.json")
    assert list(found) == ["a", "b", "d", "e", "f"]
    assert history(six.path) == [("aborted", 5)]
    assert "2 failed, 3 passed" in summary(result)


def test_a_crash_that_ends_the_run_is_no_pass(six: pytest.Pytester) -> None:
    insert(six.path, CRASH)
    options = ("--fitness", "-n1", "--max-worker-restart=0", "--fitness-json=out.json")
    result = six.runpytest_inprocess(*options, *(f"fitness.yaml::{name}" for name in "acd"))
    assert result.ret not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    assert list(report(six.path / "out.json")) == ["a"]
    assert history(six.path) == [("aborted", 1)]


def test_a_crash_prunes_nothing(six: pytest.Pytester) -> None:
    insert(six.path, CRASH)
    config = six.path / "fitness.yaml"
    text = config.read_text("utf-8").replace("max: 3", "max: 3\n    baseline: frozen")
    config.write_text(text, "utf-8")
    baseline = six.path / "fitness-baseline.json"
    baseline.write_text('{"format": 1, "functions": {"a": {"gone.txt": 9}}}', "utf-8")
    before = baseline.read_bytes()
    six.runpytest_inprocess("--fitness", "--fitness-update-baseline", "-n2")
    assert baseline.read_bytes() == before


def test_options_reach_every_worker(six: pytest.Pytester) -> None:
    text = (six.path / "fitness.yaml").read_text("utf-8")
    (six.path / "rules.yaml").write_text(text.replace("max: 3", "max: 9\n    warn: {max: 0}"))
    options = ("--fitness-config=rules.yaml", "--fitness-strict", "-n2")
    result = six.runpytest_inprocess("--fitness", *options, "rules.yaml::a", "rules.yaml::f")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["a warning, and --fitness-strict is on: *"] * 2)


def test_only_the_controller_writes_the_history(six: pytest.Pytester) -> None:
    watching = """
        import sqlite3
        from pathlib import Path
        connect = sqlite3.connect
        worker = False
        def watched(database, *arguments, **keywords):
            connection = connect(database, *arguments, **keywords)
            if "history" in str(database):
                connection.set_trace_callback(note)
            return connection
        def note(statement):
            kind = statement.split()[0]
            with Path("asked.log").open("a") as log:
                log.write(f"{'worker' if worker else 'controller'}-{kind} ")
        def pytest_configure(config):
            global worker
            worker = hasattr(config, "workerinput")
        sqlite3.connect = watched
    """
    six.makeconftest(watching)
    for _ in range(2):
        six.runpytest_subprocess("--fitness", "-n2")
    asked = set((six.path / "asked.log").read_text("utf-8").split())
    assert "worker-SELECT" in asked
    assert "controller-INSERT" in asked
    writing = {f"worker-{each}" for each in ("INSERT", "UPDATE", "DELETE", "CREATE", "DROP")}
    assert not asked & writing
